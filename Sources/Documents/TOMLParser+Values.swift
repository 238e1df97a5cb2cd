extension TOMLParser {
    mutating func value(depth: Int) throws(DocumentError) -> Node {
        try count()
        let start = here
        guard depth <= limits.depth else { throw fault("nested deeper than \(limits.depth) levels") }
        switch next {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return Node(.string(try quoted(allowsLines: true)), at: start)
        case UInt8(ascii: "["): return Node(.array(try array(depth: depth)), at: start)
        case UInt8(ascii: "{"): return try inlineTable(depth: depth, at: start)
        default: return Node(try scalar(at: start), at: start)
        }
    }

    private mutating func array(depth: Int) throws(DocumentError) -> [Node] {
        _ = take("[")
        var elements: [Node] = []
        while true {
            try skipLines()
            if take("]") { return elements }
            elements.append(try value(depth: depth + 1))
            try skipLines()
            if take("]") { return elements }
            guard take(",") else { throw fault("',' or ']' must be here, not \(shownByte)") }
        }
    }

    private mutating func inlineTable(depth: Int, at start: SourcePosition) throws(DocumentError) -> Node {
        _ = take("{")
        let table = TOMLTable(.header, at: start)
        skipBlanks()
        if take("}") { return table.node }
        while true {
            skipBlanks()
            try assignment(in: table, depth: depth + 1)
            skipBlanks()
            if take("}") { return table.node }
            guard take(",") else { throw fault("',' or '}' must be here, not \(shownByte)") }
        }
    }

    /// A boolean, a number, a date or a time.
    private mutating func scalar(at start: SourcePosition) throws(DocumentError) -> DocumentValue {
        var word = takeWord()
        if Self.isDate(word), next == 0x20, index + 3 < bytes.count, bytes[index + 3] == UInt8(ascii: ":") {
            // A blank may stand for the `T` between date and time.
            index += 1
            word += " " + takeWord()
        }
        guard !word.isEmpty else { throw fault("a value must be here, not \(shownByte)") }
        switch word {
        case "true": return .bool(true)
        case "false": return .bool(false)
        case "inf", "+inf": return .number(.infinity)
        case "-inf": return .number(-.infinity)
        case "nan", "+nan", "-nan": return .number(.nan)
        default: break
        }
        if Self.isDate(String(word.prefix(10))) || Self.isTime(String(word.prefix(8))) { return .string(word) }
        if let number = Self.number(word) { return number }
        throw fault("'\(Printable(word, limit: 40))' is no value; is it a text without quotes?", at: start)
    }

    private mutating func takeWord() -> String {
        let start = index
        while let byte = next, byte > 0x20, byte < 0x7F, !Array(",]}#=\"'[{".utf8).contains(byte), index - start < 128 {
            index += 1
        }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    private static func isDate(_ word: String) -> Bool { matches(word, "dddd-dd-dd") }

    private static func isTime(_ word: String) -> Bool { matches(word, "dd:dd:dd") }

    private static func matches(_ word: String, _ pattern: String) -> Bool {
        word.utf8.count == pattern.utf8.count
            && zip(word.utf8, pattern.utf8).allSatisfy { byte, wanted in
                wanted == UInt8(ascii: "d") ? isDigit(byte) : byte == wanted
            }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    private static func number(_ word: String) -> DocumentValue? {
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where word.hasPrefix(prefix) {
            guard let digits = withoutSeparators(String(word.dropFirst(2))), digits.first != "+", digits.first != "-"
            else { return nil }
            return Int(digits, radix: radix).map { .integer($0) }
        }
        guard let text = withoutSeparators(word) else { return nil }
        let digits = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
        let whole = digits.prefix { $0 >= "0" && $0 <= "9" }
        guard !whole.isEmpty, whole == "0" || whole.first != "0" else { return nil }
        if whole.endIndex == digits.endIndex { return Int(text).map { .integer($0) } }
        var rest = digits[whole.endIndex...]
        if rest.first == "." {
            let fraction = rest.dropFirst().prefix { $0 >= "0" && $0 <= "9" }
            guard !fraction.isEmpty else { return nil }
            rest = rest[fraction.endIndex...]
        }
        if let mark = rest.first {
            guard mark == "e" || mark == "E" else { return nil }
            let sign = rest.dropFirst().first
            let exponent = sign == "+" || sign == "-" ? rest.dropFirst(2) : rest.dropFirst()
            guard !exponent.isEmpty, exponent.allSatisfy({ $0 >= "0" && $0 <= "9" }) else { return nil }
        }
        guard let number = Double(text), number.isFinite else { return nil }
        return .number(number)
    }

    /// The word without the `_` that may part its digits; nil when one stands anywhere but between two.
    private static func withoutSeparators(_ word: String) -> String? {
        let letters = Array(word.utf8)
        for (index, byte) in letters.enumerated() where byte == UInt8(ascii: "_") {
            guard index > 0, index + 1 < letters.count, isPart(letters[index - 1]), isPart(letters[index + 1]) else {
                return nil
            }
        }
        return word.filter { $0 != "_" }
    }

    private static func isPart(_ byte: UInt8) -> Bool { isDigit(byte) || byte | 0x20 >= 0x61 && byte | 0x20 <= 0x66 }
}
