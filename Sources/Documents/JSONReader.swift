/// Reads strict JSON (RFC 8259) within limits.
///
/// Stricter than most readers, because the text is a stranger's: invalid UTF-8, duplicate keys, lone surrogates,
/// numbers that overflow, and anything after the value are errors.
package enum JSON {
    /// - Parameters:
    ///   - bytes: the text in UTF-8.
    ///   - limits: bounds on size, nesting and the number of values.
    /// - Returns: the value that the text holds.
    /// - Throws: ``DocumentError`` with line and column.
    /// - Complexity: O(n) in the number of bytes.
    package static func parse(_ bytes: [UInt8], limits: DocumentLimits = .manifest) throws(DocumentError) -> Node {
        guard bytes.count <= limits.bytes else {
            throw DocumentError("the text has \(bytes.count) bytes; at most \(limits.bytes) are read")
        }
        var parser = JSONParser(bytes: bytes, limits: limits)
        return try parser.document()
    }

    package static func parse(_ text: String, limits: DocumentLimits = .manifest) throws(DocumentError) -> Node {
        try parse(Array(text.utf8), limits: limits)
    }
}

/// The keys of an object, told apart by their bytes.
///
/// Comparing or hashing a String normalises it, which takes quadratic time for what a stranger can write.
private struct KeySet {
    private var keys = Set<[UInt8]>()
    /// Fewer are compared one by one, which is sooner done than hashing them.
    private static let few = 8

    /// - Returns: false when the key is among those of `members`.
    mutating func insert(_ key: String, after members: [Member]) -> Bool {
        if members.count < Self.few { return !members.contains { $0.key.utf8.elementsEqual(key.utf8) } }
        if members.count == Self.few { keys = Set(members.map { Array($0.key.utf8) }) }
        return keys.insert(Array(key.utf8)).inserted
    }
}

private struct JSONParser {
    let bytes: [UInt8]
    let limits: DocumentLimits
    var index = 0
    var nodes = 0
    /// The line that `index` is on, and where it begins; a line feed stands nowhere but between values.
    var line = 1
    var lineStart = 0

    /// Where the parser stands, in constant time.
    var here: SourcePosition { SourcePosition(line: line, column: index - lineStart + 1) }

    init(bytes: [UInt8], limits: DocumentLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    mutating func document() throws(DocumentError) -> Node {
        skipSpace()
        let node = try value(depth: 0)
        skipSpace()
        guard index == bytes.count else { throw fault("there is text after the value") }
        return node
    }

    func position(of offset: Int) -> SourcePosition {
        var line = 1
        var start = 0
        for place in 0..<min(offset, bytes.count) where bytes[place] == UInt8(ascii: "\n") {
            line += 1
            start = place + 1
        }
        return SourcePosition(line: line, column: offset - start + 1)
    }

    func fault(_ reason: String, at offset: Int? = nil) -> DocumentError {
        DocumentError(reason, at: position(of: offset ?? index))
    }

    mutating func skipSpace() {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x09, 0x0D: index += 1
            case 0x0A:
                index += 1
                line += 1
                lineStart = index
            default: return
            }
        }
    }

    mutating func value(depth: Int) throws(DocumentError) -> Node {
        nodes += 1
        guard nodes <= limits.nodes else { throw fault("more than \(limits.nodes) values") }
        guard index < bytes.count else { throw fault("the text ends where a value must be") }
        let start = here
        switch bytes[index] {
        case UInt8(ascii: "{"):
            guard depth < limits.depth else { throw fault("nested deeper than \(limits.depth) levels") }
            return Node(.object(try object(depth: depth + 1)), at: start)
        case UInt8(ascii: "["):
            guard depth < limits.depth else { throw fault("nested deeper than \(limits.depth) levels") }
            return Node(.array(try array(depth: depth + 1)), at: start)
        case UInt8(ascii: "\""):
            return Node(.string(try string()), at: start)
        case UInt8(ascii: "t"):
            try word("true")
            return Node(.bool(true), at: start)
        case UInt8(ascii: "f"):
            try word("false")
            return Node(.bool(false), at: start)
        case UInt8(ascii: "n"):
            try word("null")
            return Node(.null, at: start)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return Node(try number(), at: start)
        default:
            throw fault("a value must be here, not \(shownByte())")
        }
    }

    func shownByte() -> String {
        guard index < bytes.count else { return "the end" }
        let byte = bytes[index]
        return byte > 0x20 && byte < 0x7F ? "'\(Character(Unicode.Scalar(byte)))'" : "byte 0x" + String(byte, radix: 16)
    }

    mutating func word(_ word: StaticString) throws(DocumentError) {
        let end = index + word.utf8CodeUnitCount
        let matches = word.withUTF8Buffer { expected in
            end <= bytes.count && bytes[index..<end].elementsEqual(expected)
        }
        guard matches else { throw fault("a value must be here, not \(shownByte())") }
        index = end
    }

    mutating func object(depth: Int) throws(DocumentError) -> [Member] {
        index += 1
        var members: [Member] = []
        var keys = KeySet()
        skipSpace()
        if index < bytes.count, bytes[index] == UInt8(ascii: "}") {
            index += 1
            return members
        }
        while true {
            skipSpace()
            let start = index
            let place = here
            guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else {
                throw fault("a key in quotes must be here, not \(shownByte())")
            }
            let key = try string()
            guard key.utf8.count <= limits.key else { throw fault("a key of \(key.utf8.count) bytes", at: start) }
            guard keys.insert(key, after: members) else {
                throw fault("the key '\(Printable(key))' appears twice", at: start)
            }
            skipSpace()
            guard index < bytes.count, bytes[index] == UInt8(ascii: ":") else {
                throw fault("a ':' must follow the key '\(Printable(key))'")
            }
            index += 1
            skipSpace()
            members.append(Member(key: key, value: try value(depth: depth), at: place))
            skipSpace()
            if try !another(closing: UInt8(ascii: "}")) { return members }
        }
    }

    mutating func array(depth: Int) throws(DocumentError) -> [Node] {
        index += 1
        var elements: [Node] = []
        skipSpace()
        if index < bytes.count, bytes[index] == UInt8(ascii: "]") {
            index += 1
            return elements
        }
        while true {
            skipSpace()
            elements.append(try value(depth: depth))
            skipSpace()
            if try !another(closing: UInt8(ascii: "]")) { return elements }
        }
    }

    mutating func another(closing: UInt8) throws(DocumentError) -> Bool {
        guard index < bytes.count else { throw fault("the text ends inside a list or map") }
        if bytes[index] == UInt8(ascii: ",") {
            index += 1
            return true
        }
        guard bytes[index] == closing else { throw fault("',' or the end of the list or map must be here") }
        index += 1
        return false
    }

    mutating func number() throws(DocumentError) -> DocumentValue {
        let start = index
        var isInteger = true
        func isDigit(_ place: Int) -> Bool { place < bytes.count && bytes[place] >= 0x30 && bytes[place] <= 0x39 }
        if bytes[index] == UInt8(ascii: "-") { index += 1 }
        guard isDigit(index) else { throw fault("a digit must be here, not \(shownByte())") }
        let leadingZero = bytes[index] == 0x30
        index += 1
        if leadingZero, isDigit(index) { throw fault("a number must not begin with 0") }
        while isDigit(index) { index += 1 }
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            isInteger = false
            index += 1
            guard isDigit(index) else { throw fault("a digit must follow '.'") }
            while isDigit(index) { index += 1 }
        }
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            index += 1
            if index < bytes.count, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") {
                index += 1
            }
            guard isDigit(index) else { throw fault("a digit must follow the exponent's sign") }
            while isDigit(index) { index += 1 }
        }
        guard index - start <= 400 else { throw fault("a number of \(index - start) characters", at: start) }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        if isInteger, let integer = Int(text) { return .integer(integer) }
        guard let number = Double(text), number.isFinite else {
            throw fault("the number \(text) is too large", at: start)
        }
        return .number(number)
    }

    mutating func string() throws(DocumentError) -> String {
        let start = index
        index += 1
        var plainStart = index
        var text = ""
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") {
                text += try plain(plainStart..<index)
                index += 1
                return text
            }
            if byte == UInt8(ascii: "\\") {
                text += try plain(plainStart..<index)
                text.unicodeScalars.append(try escape())
                plainStart = index
            } else if byte < 0x20 {
                throw fault("a control character stands bare in a text")
            } else {
                index += 1
            }
        }
        throw fault("the text that begins here has no closing quote", at: start)
    }

    func plain(_ range: Range<Int>) throws(DocumentError) -> String {
        guard let text = String(validating: bytes[range], as: UTF8.self) else {
            throw fault("the text is not valid UTF-8", at: range.lowerBound)
        }
        return text
    }

    mutating func escape() throws(DocumentError) -> Unicode.Scalar {
        let start = index
        index += 1
        guard index < bytes.count else { throw fault("the text ends after '\\'") }
        let code = bytes[index]
        index += 1
        switch code {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): break
        default: throw fault("an unknown escape", at: start)
        }
        let high = try hexadecimal()
        if let scalar = Unicode.Scalar(high) { return scalar }
        guard high < 0xDC00, index + 1 < bytes.count, bytes[index] == UInt8(ascii: "\\"),
            bytes[index + 1] == UInt8(ascii: "u")
        else { throw fault("half of a surrogate pair", at: start) }
        index += 2
        let low = try hexadecimal()
        guard low >= 0xDC00, low <= 0xDFFF,
            let scalar = Unicode.Scalar(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
        else { throw fault("half of a surrogate pair", at: start) }
        return scalar
    }

    mutating func hexadecimal() throws(DocumentError) -> UInt32 {
        guard index + 4 <= bytes.count else { throw fault("the text ends inside an escape") }
        var number: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(bytes[index])).hexDigitValue else {
                throw fault("four hexadecimal digits must follow '\\u'")
            }
            number = number << 4 | UInt32(digit)
            index += 1
        }
        return number
    }
}
