/// Names of files that the text of a Python module seems to open.
///
/// A guess from the text alone: a plain text among the arguments of a call that reads files, or behind the `/` of a
/// path, that looks like a relative name with an extension. What is computed is not seen.
struct OpenedFiles {
    struct Mention: Hashable {
        let name: String
        /// Counted from 1.
        let line: Int
    }

    /// Functions that read a file, by the last part of their names; `join` counts only behind `path`.
    private static let readers: Set<String> = [
        "open", "load", "load_model", "read_csv", "read_parquet", "read_json", "read_pickle", "loadtxt", "genfromtxt",
        "fromfile", "memmap", "Booster", "InferenceSession", "Path",
    ]

    private let bytes: [UInt8]
    private var index = 0
    private var line = 1
    /// The names before the brackets that are open; empty for brackets that call nothing.
    private var calls: [String] = []
    private var word: [UInt8] = []
    private var previous: UInt8 = 0
    private var mentions: [Mention] = []

    /// - Parameter bytes: the module; bounded by the caller.
    /// - Returns: each name once, where it stands first.
    /// - Complexity: O(n) in the length.
    static func find(in bytes: [UInt8]) -> [Mention] {
        var scan = OpenedFiles(bytes: bytes)
        scan.run()
        var seen = Set<String>()
        return scan.mentions.filter { seen.insert($0.name).inserted }
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private mutating func run() {
        while index < bytes.count, mentions.count < 100 {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "#"):
                while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { index += 1 }
                continue
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                string(quote: byte)
                continue
            case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
                calls.append(byte == UInt8(ascii: "(") ? String(decoding: word, as: UTF8.self) : "")
            case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
                _ = calls.popLast()
            case UInt8(ascii: "\n"):
                line += 1
            default: break
            }
            if Self.isInName(byte) {
                // Names are short; of a longer one the end is never a reader's.
                if word.count < 200 { word.append(byte) }
            } else if byte != UInt8(ascii: " ") {
                word = []
            } else if !word.isEmpty, index + 1 < bytes.count, bytes[index + 1] != UInt8(ascii: "(") {
                word = []
            }
            if byte != UInt8(ascii: " "), byte != UInt8(ascii: "\n") { previous = byte }
            index += 1
        }
    }

    private static let letters = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
    private static let nameBytes = letters.union("0123456789_.".utf8)
    private static let pathBytes = nameBytes.union("-/".utf8)

    private static func isInName(_ byte: UInt8) -> Bool {
        byte >= 0x80 || nameBytes.contains(byte)
    }

    /// Goes past a string, and notes it when it may name a file.
    private mutating func string(quote: UInt8) {
        let (begin, prefix, operation) = (line, word, previous)
        let isTriple = bytes[index...].starts(with: [quote, quote, quote])
        let width = isTriple ? 3 : 1
        index += width
        var text: [UInt8] = []
        var isPlain = !isTriple && (prefix.isEmpty || prefix == [UInt8(ascii: "r")] || prefix == [UInt8(ascii: "u")])
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\\") {
                if index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "\n") { line += 1 }
                (isPlain, index) = (false, index + 2)
                continue
            }
            if byte == UInt8(ascii: "\n") {
                // A string in single quotes ends with its line at the latest.
                if !isTriple { break }
                line += 1
            }
            if byte == quote, !isTriple || bytes[index...].starts(with: [quote, quote, quote]) {
                index += width
                break
            }
            if text.count <= 200 { text.append(byte) }
            index += 1
        }
        index = min(index, bytes.count)
        (word, previous) = ([], quote)
        if text.first == UInt8(ascii: "/"), !calls.isEmpty {
            // What is joined to an absolute path is no file of the package.
            calls[calls.count - 1] = ""
        }
        guard isPlain, Self.looksLikeFile(text), !isWritten else { return }
        guard isArgument || operation == UInt8(ascii: "/") else { return }
        mentions.append(Mention(name: String(decoding: text, as: UTF8.self), line: begin))
    }

    private var isArgument: Bool {
        guard let call = calls.last else { return false }
        let parts = call.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard let last = parts.last else { return false }
        return last == "join" ? parts.count > 1 && parts[parts.count - 2] == "path" : Self.readers.contains(last)
    }

    /// True when the rest of the line has a mode that writes, as in `open("log.txt", "w")`.
    private var isWritten: Bool {
        let rest = bytes[index...].prefix(200).prefix { $0 != UInt8(ascii: "\n") }
        let text = String(decoding: rest, as: UTF8.self)
        let words = text.split { $0 == " " || $0 == "," || $0 == ")" || $0 == "=" }
        return words.contains { word in
            guard let quote = word.first, quote == "\"" || quote == "'", let mode = word.dropFirst().first else {
                return false
            }
            return word.count <= 5 && (mode == "w" || mode == "a" || mode == "x")
        }
    }

    /// A relative name of plain letters with an extension that has one.
    private static func looksLikeFile(_ text: [UInt8]) -> Bool {
        guard text.count <= 200, text.allSatisfy(pathBytes.contains) else { return false }
        let parts = String(decoding: text, as: UTF8.self).split(separator: "/", omittingEmptySubsequences: false)
        guard let base = parts.last, parts.first?.isEmpty == false, !parts.contains("..") else { return false }
        guard let dot = base.lastIndex(of: "."), dot > base.startIndex, base.first != "." else { return false }
        let kind = base[base.index(after: dot)...]
        guard kind.utf8.count <= 10, kind.utf8.contains(where: letters.contains) else { return false }
        return !kind.contains("-") && !kind.contains("_")
    }
}
