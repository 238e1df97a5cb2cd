extension Node {
    /// This value as JSON text; `NaN` and infinities, which JSON cannot say, become `null`.
    ///
    /// - Parameter pretty: true for an indented text that people read, false for one line.
    /// - Returns: the text, without a line feed at its end.
    package func json(pretty: Bool = false) -> String {
        String(decoding: jsonBytes(pretty: pretty), as: UTF8.self)
    }

    /// This value as JSON text in UTF-8.
    ///
    /// - Parameter pretty: as for ``json(pretty:)``.
    /// - Returns: the bytes, without a line feed at their end.
    package func jsonBytes(pretty: Bool = false) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(512)
        write(to: &text, indent: pretty ? 0 : nil)
        return text
    }

    private func write(to text: inout [UInt8], indent: Int?) {
        switch value {
        case .null: text += "null".utf8
        case .bool(let value): text += (value ? "true" : "false").utf8
        case .integer(let value): text += String(value).utf8
        case .number(let value): text += (value.isFinite ? "\(value)" : "null").utf8
        case .string(let value): Node.writeString(value, to: &text)
        case .array(let elements):
            Node.writeList("[]", elements, to: &text, indent: indent) { element, text, indent in
                element.write(to: &text, indent: indent)
            }
        case .object(let members):
            Node.writeList("{}", members, to: &text, indent: indent) { member, text, indent in
                Node.writeString(member.key, to: &text)
                text += (indent == nil ? ":" : ": ").utf8
                member.value.write(to: &text, indent: indent)
            }
        }
    }

    private static func writeList<Element>(
        _ brackets: StaticString,
        _ elements: [Element],
        to text: inout [UInt8],
        indent: Int?,
        writeElement: (Element, inout [UInt8], Int?) -> Void
    ) {
        text.append(brackets.utf8Start[0])
        let inner = indent.map { $0 + 2 }
        for (index, element) in elements.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            if let inner { startLine(inner, in: &text) }
            writeElement(element, &text, inner)
        }
        if let indent, !elements.isEmpty { startLine(indent, in: &text) }
        text.append(brackets.utf8Start[1])
    }

    private static func startLine(_ indent: Int, in text: inout [UInt8]) {
        text.append(UInt8(ascii: "\n"))
        text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indent))
    }

    private static func writeString(_ string: String, to text: inout [UInt8]) {
        text.append(UInt8(ascii: "\""))
        // Most texts are names, which need no second look.
        let isPlain = string.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }
        if isPlain { text += string.utf8 } else { writeEscaped(string, to: &text) }
        text.append(UInt8(ascii: "\""))
    }

    private static func writeEscaped(_ string: String, to text: inout [UInt8]) {
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\"".utf8
            case "\\": text += "\\\\".utf8
            case "\n": text += "\\n".utf8
            case "\r": text += "\\r".utf8
            case "\t": text += "\\t".utf8
            // Lossless, and safe on a terminal: C1 controls, bidirectional and zero-width characters come out as escapes.
            case _ where !Printable.isPlain(scalar):
                for unit in UTF16.encode(scalar).map(Array.init) ?? [] {
                    let digits = String(unit, radix: 16)
                    text += ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8
                }
            default: text += UTF8.encode(scalar).map(Array.init) ?? []
            }
        }
    }
}
