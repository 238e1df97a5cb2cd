internal import Documents
internal import SystemPackage

/// The elements of the list that a `.json` file holds, one after the other: the file may be larger than memory.
final class JSONList {
    private let input: InputFile
    private let blockSize: Int
    private let limits: DocumentLimits
    private var window = ByteWindow()
    private var state = State.before
    /// Where the first byte of the window that is not consumed stands.
    private var line = 1
    private var column = 1

    private enum State {
        case before
        /// An element comes next; the list may also end when it is the first.
        case inside(isFirst: Bool)
        case after
    }

    init(_ input: InputFile, blockSize: Int, limits: DocumentLimits = JSONLines.limits) {
        self.input = input
        self.blockSize = blockSize
        self.limits = limits
    }

    /// The next element; nil after the last one.
    func next() throws(DataError) -> Node? {
        if case .before = state {
            try window.skipByteOrderMark(of: input, blockSize: blockSize)
            try begin()
            state = .inside(isFirst: true)
        }
        guard case .inside(let isFirst) = state else { return nil }
        let length = try elementLength()
        let element = Array(window.bytes[window.start..<window.start + length])
        let isBlank = element.allSatisfy { Self.isSpace($0) }
        let end = window.start + length < window.bytes.count ? window.bytes[window.start + length] : nil
        if isBlank, isFirst, end == UInt8(ascii: "]") {
            try finish(consuming: length)
            return nil
        }
        if isBlank, let end {
            consume(length)
            throw fault("a value must be here, not '\(Printable(String(decoding: [end], as: UTF8.self)))'")
        }
        let node: Node
        do {
            node = try JSON.parse(element, limits: limits)
        } catch {
            throw fault(error.reason, at: error.position)
        }
        switch end {
        case UInt8(ascii: ","):
            consume(length + 1)
            state = .inside(isFirst: false)
        case UInt8(ascii: "]"): try finish(consuming: length)
        default:
            consume(length)
            throw fault(end == nil ? "the text ends inside a list or map" : "',' or the end of the list must be here")
        }
        return node
    }

    /// Consumes what stands before the first element.
    private func begin() throws(DataError) {
        guard let byte = try nextByte() else { throw fault("the file is empty", hasPlace: false) }
        switch byte {
        case UInt8(ascii: "["): consume(1)
        case UInt8(ascii: "{"): throw noList("a map")
        case UInt8(ascii: "\""): throw noList("a text")
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): throw noList("a number")
        default:
            throw fault("a value must be here, not '\(Printable(String(decoding: [byte], as: UTF8.self)))'")
        }
    }

    private func finish(consuming length: Int) throws(DataError) {
        consume(length + 1)
        state = .after
        if try nextByte() != nil { throw fault("there is text after the value") }
    }

    /// How many bytes stand before the ',' or bracket that ends the element; all that are left when none does.
    private func elementLength() throws(DataError) -> Int {
        var (length, depth) = (0, 0)
        var (isText, isEscaped) = (false, false)
        while true {
            let bytes = window.bytes
            for place in (window.start + length)..<bytes.count {
                let byte = bytes[place]
                if isText {
                    if isEscaped {
                        isEscaped = false
                    } else if byte == UInt8(ascii: "\\") {
                        isEscaped = true
                    } else if byte == UInt8(ascii: "\"") {
                        isText = false
                    }
                    continue
                }
                switch byte {
                case UInt8(ascii: "\""): isText = true
                case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
                case UInt8(ascii: "]"), UInt8(ascii: "}"):
                    if depth == 0 { return place - window.start }
                    depth -= 1
                case UInt8(ascii: ",") where depth == 0: return place - window.start
                default: break
                }
            }
            length = window.count
            guard length <= limits.bytes else {
                throw fault("the row that begins here is longer than \(limits.bytes >> 20) MiB")
            }
            if window.isLast { return length }
            try window.fill(from: input, blockSize: blockSize)
        }
    }

    /// The next byte that is no space, which stays where it is; nil at the end.
    private func nextByte() throws(DataError) -> UInt8? {
        while true {
            if let place = window.bytes[window.start...].firstIndex(where: { !Self.isSpace($0) }) {
                consume(place - window.start)
                return window.bytes[window.start]
            }
            consume(window.count)
            if window.isLast { return nil }
            try window.fill(from: input, blockSize: blockSize)
        }
    }

    private func consume(_ count: Int) {
        for byte in window.bytes[window.start..<window.start + count] {
            column += 1
            if byte == UInt8(ascii: "\n") { (line, column) = (line + 1, 1) }
        }
        window.start += count
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }

    private func noList(_ kind: String) -> DataError {
        DataError(.invalid, input.path, reason: "it holds \(kind), not a list of rows", remedy: Self.remedy)
    }

    static let remedy = "write [[1, 2], [3, 4]] for rows of numbers, or [\"a\", \"b\"] for texts"

    /// What is wrong, and where: within the element that is not yet consumed, or at its beginning.
    private func fault(_ reason: String, at position: SourcePosition? = nil, hasPlace: Bool = true) -> DataError {
        let position = position ?? SourcePosition(line: 1, column: 1)
        let place = position.line == 1 ? column + position.column - 1 : position.column
        return DataError(
            .invalid,
            input.path,
            line: line + position.line - 1,
            reason: reason + (hasPlace ? " (character \(place) of the line)" : ""),
            remedy: "write a list of rows, such as [[1, 2], [3, 4]]"
        )
    }
}

/// The rows of a `.json` or a `.jsonl` file.
enum JSONRows {
    case lines(JSONLines)
    case list(JSONList)

    /// The next one; nil after the last one.
    func next() throws(DataError) -> Node? {
        switch self {
        case .lines(let lines): try lines.next()
        case .list(let elements): try elements.next()
        }
    }

    /// The line of the last one, where each has one of its own.
    var line: Int? {
        if case .lines(let lines) = self { lines.line } else { nil }
    }

    /// What to say of a file without any.
    var emptiness: String {
        if case .lines = self { "the file is empty" } else { "the list is empty" }
    }

    /// What to say of a first value that is no row.
    func notARow(_ first: Node, _ path: FilePath) -> DataError {
        switch self {
        case .lines(let lines):
            DataError(
                .invalid,
                path,
                line: lines.line,
                reason: "there is \(first.kind), not a row",
                remedy: "write [1, 2] or {\"a\": 1} for rows of numbers, or \"a\" for texts, one on each line"
            )
        case .list:
            DataError(
                .invalid,
                path,
                reason: "it is a list whose first element is \(first.kind), so it has no rows",
                remedy: JSONList.remedy
            )
        }
    }
}
