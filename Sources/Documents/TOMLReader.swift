/// Reads TOML 1.0 as plain data, within limits.
///
/// Dates and times are given as the texts that they are written as: nothing here reckons with them.
package enum TOML {
    /// - Parameters:
    ///   - bytes: the text in UTF-8.
    ///   - limits: bounds on size, nesting and the number of values.
    /// - Returns: the document's root, a map.
    /// - Throws: ``DocumentError`` with line and column.
    /// - Complexity: O(n) in the number of bytes.
    package static func parse(_ bytes: [UInt8], limits: DocumentLimits = .manifest) throws(DocumentError) -> Node {
        guard bytes.count <= limits.bytes else {
            throw DocumentError("the text has \(bytes.count) bytes; at most \(limits.bytes) are read")
        }
        try MarkRuns.refuse(in: bytes)
        var parser = TOMLParser(bytes: bytes, limits: limits)
        return try parser.document()
    }

    package static func parse(_ text: String, limits: DocumentLimits = .manifest) throws(DocumentError) -> Node {
        try parse(Array(text.utf8), limits: limits)
    }
}

/// Walks over the bytes of one document; statements are here, values and texts in extensions.
struct TOMLParser {
    let bytes: [UInt8]
    let limits: DocumentLimits
    var index = 0
    var nodes = 0
    private var line = 1
    private var lineStart = 0

    init(bytes: [UInt8], limits: DocumentLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    var here: SourcePosition { SourcePosition(line: line, column: index - lineStart + 1) }
    var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    func fault(_ reason: String, at position: SourcePosition? = nil) -> DocumentError {
        DocumentError("not valid TOML: " + reason, at: position ?? here)
    }

    var shownByte: String {
        guard let byte = next else { return "the end" }
        return byte > 0x20 && byte < 0x7F ? "'\(Character(Unicode.Scalar(byte)))'" : "byte 0x" + String(byte, radix: 16)
    }

    /// Takes a byte if it stands here.
    mutating func take(_ byte: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: byte) else { return false }
        index += 1
        return true
    }

    /// Takes a line end if one stands here.
    mutating func takeNewline() -> Bool {
        guard next == 0x0A || (next == 0x0D && index + 1 < bytes.count && bytes[index + 1] == 0x0A) else {
            return false
        }
        index += next == 0x0A ? 1 : 2
        line += 1
        lineStart = index
        return true
    }

    mutating func skipBlanks() {
        while next == 0x20 || next == 0x09 { index += 1 }
    }

    /// Skips a comment, but not its line end.
    mutating func skipComment() throws(DocumentError) {
        guard take("#") else { return }
        while let byte = next, byte != 0x0A {
            if byte == 0x0D, index + 1 < bytes.count, bytes[index + 1] == 0x0A { return }
            guard byte >= 0x20 && byte != 0x7F || byte == 0x09 else {
                throw fault("a control character stands in a comment")
            }
            index += 1
        }
    }

    /// Skips blanks, comments and line ends, as between the elements of an array.
    mutating func skipLines() throws(DocumentError) {
        repeat {
            skipBlanks()
            try skipComment()
        } while takeNewline()
    }

    mutating func count() throws(DocumentError) {
        nodes += 1
        guard nodes <= limits.nodes else { throw fault("more than \(limits.nodes) values") }
    }

    mutating func document() throws(DocumentError) -> Node {
        let root = TOMLTable(.header, at: SourcePosition(line: 1, column: 1))
        var current = root
        while true {
            try skipLines()
            guard next != nil else { break }
            if next == UInt8(ascii: "[") {
                current = try header(in: root)
            } else {
                try assignment(in: current, depth: 1)
            }
            skipBlanks()
            try skipComment()
            guard next == nil || takeNewline() else {
                throw fault("a line end must be here, not \(shownByte)")
            }
        }
        return root.node
    }

    /// `[a.b]` or `[[a.b]]`.
    private mutating func header(in root: TOMLTable) throws(DocumentError) -> TOMLTable {
        let start = here
        _ = take("[")
        let isArray = take("[")
        let keys = try keys()
        guard take("]"), !isArray || take("]") else { throw fault("']' must be here, not \(shownByte)") }
        try count()
        var table = root
        for key in keys.dropLast() {
            switch table[key.bytes] {
            case nil:
                let made = TOMLTable(.implicit, at: key.position)
                table.append(key, .table(made))
                table = made
            case .table(let found): table = found
            case .tables(let found): table = found.tables[found.tables.count - 1]
            case .value: throw fault("'\(Printable(key.text))' is a value, and no table", at: key.position)
            }
        }
        guard let last = keys.last else { throw fault("a table needs a name", at: start) }
        return try isArray ? appended(last, to: table) : opened(last, in: table)
    }

    private func opened(_ key: TOMLKey, in table: TOMLTable) throws(DocumentError) -> TOMLTable {
        switch table[key.bytes] {
        case nil:
            let made = TOMLTable(.header, at: key.position)
            table.append(key, .table(made))
            return made
        case .table(let found) where found.kind == .implicit:
            found.kind = .header
            return found
        default: throw fault("'\(Printable(key.text))' appears twice", at: key.position)
        }
    }

    private func appended(_ key: TOMLKey, to table: TOMLTable) throws(DocumentError) -> TOMLTable {
        let made = TOMLTable(.header, at: key.position)
        switch table[key.bytes] {
        case nil: table.append(key, .tables(TOMLTable.List([made])))
        case .tables(let found): found.tables.append(made)
        default: throw fault("'\(Printable(key.text))' is no array of tables", at: key.position)
        }
        return made
    }

    /// `a.b = value`, on a line or in an inline table.
    mutating func assignment(in table: TOMLTable, depth: Int) throws(DocumentError) {
        let keys = try keys()
        guard take("=") else { throw fault("'=' must follow a key, not \(shownByte)") }
        skipBlanks()
        var table = table
        for key in keys.dropLast() {
            switch table[key.bytes] {
            case nil:
                let made = TOMLTable(.dotted, at: key.position)
                table.append(key, .table(made))
                table = made
            case .table(let found) where found.kind == .dotted: table = found
            default: throw fault("'\(Printable(key.text))' appears twice", at: key.position)
            }
        }
        guard let last = keys.last else { return }
        guard table[last.bytes] == nil else {
            throw fault("'\(Printable(last.text))' appears twice", at: last.position)
        }
        table.append(last, .value(try value(depth: depth + keys.count - 1)))
    }

    /// A key in its parts, with the blanks around it.
    private mutating func keys() throws(DocumentError) -> [TOMLKey] {
        var keys: [TOMLKey] = []
        repeat {
            skipBlanks()
            let position = here
            let text: String
            if next == UInt8(ascii: "\"") || next == UInt8(ascii: "'") {
                text = try quoted(allowsLines: false)
            } else {
                let start = index
                while let byte = next, Self.isBare(byte) { index += 1 }
                guard index > start else { throw fault("a key must be here, not \(shownByte)") }
                text = String(decoding: bytes[start..<index], as: UTF8.self)
            }
            guard text.utf8.count <= limits.key else { throw fault("a key of \(text.utf8.count) bytes", at: position) }
            guard keys.count < limits.depth else { throw fault("nested deeper than \(limits.depth) levels") }
            keys.append(TOMLKey(text: text, position: position))
            skipBlanks()
        } while take(".")
        return keys
    }

    private static func isBare(_ byte: UInt8) -> Bool {
        byte >= 0x30 && byte <= 0x39 || byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A || byte == 0x2D || byte == 0x5F
    }
}
