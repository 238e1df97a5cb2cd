import Foundation

/// What the terminal can show.
package enum Terminal {
    /// True when a person sees standard error on a terminal that can move its cursor.
    static var isInteractive: Bool {
        isatty(STDERR_FILENO) == 1 && !["dumb", ""].contains(ProcessInfo.processInfo.environment["TERM"] ?? "")
    }

    /// True when words may be coloured: on such a terminal, unless `NO_COLOR` says no (no-color.org) or `--json` asks
    /// for text that programs read.
    static let isColoured: Bool =
        isInteractive && ProcessInfo.processInfo.environment["NO_COLOR", default: ""].isEmpty
        && !CommandLine.arguments.contains("--json")

    /// The same of standard output, for results that people read.
    package static let isOutputColoured: Bool =
        isatty(STDOUT_FILENO) == 1 && isColoured

    /// A word of a result in a colour, where that is wanted.
    ///
    /// - Parameters:
    ///   - word: one of our own.
    ///   - colour: the parameters of the escape sequence, such as `31;1`.
    /// - Returns: the word, coloured where that is wanted.
    package static func result(_ word: String, colour: String) -> String {
        isOutputColoured ? "\u{1B}[\(colour)m\(word)\u{1B}[0m" : word
    }

    /// Columns of the terminal; 80 where that cannot be found.
    static var columns: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// The text with the words that begin its lines coloured: errors red, warnings yellow.
    ///
    /// - Parameter text: our own lines; what strangers said in them is printable already, so it holds no escape.
    /// - Returns: the text, coloured where that is wanted.
    static func coloured(_ text: String) -> String {
        guard isColoured else { return text }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            for (word, colour) in [("error:", "31;1"), ("warning:", "33;1")] where line.hasPrefix(word) {
                return "\u{1B}[\(colour)m\(word)\u{1B}[0m" + line.dropFirst(word.count)
            }
            return String(line)
        }
        return lines.joined(separator: "\n")
    }
}
