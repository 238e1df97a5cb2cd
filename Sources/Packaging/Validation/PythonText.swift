/// What can be seen in the text of a Python module without running it.
struct PythonText {
    /// The classes that the module defines at its top level, in the order of the text.
    private(set) var classes: [String] = []
    /// Every other name that could be bound there: imported, assigned or defined.
    private(set) var names = Set<String>()
    /// True when a `*` import may bind anything.
    private(set) var hasStarImport = false

    /// - Parameter text: the module; bounded by the caller.
    /// - Complexity: O(n) in its length.
    init(_ text: String) {
        for line in Self.withoutStrings(text).split(whereSeparator: \.isNewline) {
            let isNested = line.first == " " || line.first == "\t"
            let words = line.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "*") }.map(String.init)
            guard let first = words.first else { continue }
            switch first {
            case "class":
                // Under 'if' and 'try' a class still belongs to the module; inside a class it does not.
                if isNested {
                    names.formUnion(words.dropFirst().prefix(1))
                } else {
                    classes += words.dropFirst().prefix(1)
                }
            case "from", "import":
                if words.contains("*") { hasStarImport = true }
                names.formUnion(words.dropFirst())
            default:
                // Names over several lines of an import in brackets, assignments and the like.
                names.formUnion(words)
            }
        }
    }

    /// True when the module seems to have a class of this name, or may have.
    func mayDefine(_ name: String) -> Bool {
        hasStarImport || classes.contains(name) || names.contains(name)
    }

    /// The text with comments and the contents of strings taken out.
    private static func withoutStrings(_ text: String) -> String {
        var result: [UInt8] = []
        let bytes = Array(text.utf8)
        var index = 0
        var quote: [UInt8]?
        while index < bytes.count {
            let byte = bytes[index]
            if let open = quote {
                if byte == UInt8(ascii: "\\") {
                    index += 2
                } else if bytes[index...].starts(with: open) {
                    index += open.count
                    quote = nil
                } else {
                    // A string in single quotes ends with its line at the latest.
                    if byte == UInt8(ascii: "\n") {
                        result.append(byte)
                        if open.count == 1 { quote = nil }
                    }
                    index += 1
                }
            } else if byte == UInt8(ascii: "#") {
                while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { index += 1 }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                let triple = [byte, byte, byte]
                quote = bytes[index...].starts(with: triple) ? triple : [byte]
                index += quote?.count ?? 1
            } else {
                result.append(byte)
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
