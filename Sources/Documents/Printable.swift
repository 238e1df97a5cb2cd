/// Text from a package, a runner or any other stranger, made safe to print.
///
/// Control characters, escape sequences, line breaks, bidirectional and zero-width characters are shown as
/// `\u{…}`, and the length is bounded, so that foreign words can neither move the cursor nor pose as ours.
package struct Printable: CustomStringConvertible, Sendable {
    package let description: String

    /// - Parameters:
    ///   - text: the foreign text.
    ///   - limit: the most Unicode scalars that are kept; a longer text ends in `…`.
    package init(_ text: some StringProtocol, limit: Int = 200) {
        var shown = ""
        var count = 0
        for scalar in text.unicodeScalars {
            if count == limit {
                shown += "…"
                break
            }
            count += 1
            if Self.isPlain(scalar) {
                shown.unicodeScalars.append(scalar)
            } else {
                shown += Self.escaped(scalar)
            }
        }
        description = shown
    }

    /// The text with its line breaks kept and each line made printable.
    ///
    /// - Parameters:
    ///   - text: the foreign text, such as a traceback.
    ///   - lines: the most lines that are kept, counted from the end.
    ///   - prefix: what each line begins with, so that it is seen to be quoted.
    /// - Returns: the lines, parted by line feeds, without one at the end.
    package static func block(_ text: some StringProtocol, lines: Int = 40, prefix: String = "  | ") -> String {
        let all = text.split(separator: "\n", omittingEmptySubsequences: true)
        var shown = all.suffix(lines).map { prefix + Printable($0, limit: 400).description }
        if all.count > lines {
            shown.insert(prefix + "… (\(all.count - lines) lines before these)", at: 0)
        }
        return shown.joined(separator: "\n")
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        default: "\\u{" + String(scalar.value, radix: 16) + "}"
        }
    }

    /// Whether a scalar shows as what it is and moves nothing.
    static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value < 0x7F { return scalar.value >= 0x20 }
        return switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        case .spaceSeparator: scalar == " "
        default:
            // Default-ignorables (Hangul fillers, variation selectors) take no room, so they can hide text.
            !scalar.properties.isDefaultIgnorableCodePoint
        }
    }
}
