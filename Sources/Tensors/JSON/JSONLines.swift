internal import Documents
internal import SystemPackage

/// The values of a `.jsonl` file, one on each line.
final class JSONLines {
    /// Bounds of one line; the whole file may be of any size.
    static let limits = DocumentLimits(bytes: 16 << 20, depth: 8, nodes: 1 << 20)

    private let input: InputFile
    private let blockSize: Int
    private let limits: DocumentLimits
    private var window = ByteWindow()
    private(set) var line = 0
    private var isFirst = true

    init(_ input: InputFile, blockSize: Int, limits: DocumentLimits = JSONLines.limits) {
        self.input = input
        self.blockSize = blockSize
        self.limits = limits
    }

    /// The value on the next line that is not blank; nil after the last one.
    func next() throws(DataError) -> Node? {
        while let range = try nextLine() {
            line += 1
            if isFirst {
                isFirst = false
                try refuseUTF16(range)
            }
            var text = window.bytes[range]
            if line == 1, text.starts(with: [0xEF, 0xBB, 0xBF]) { text = text.dropFirst(3) }
            if text.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { continue }
            do {
                return try JSON.parse(Array(text), limits: limits)
            } catch {
                let place = error.position.map { " (character \($0.column) of the line)" } ?? ""
                throw DataError(
                    .invalid,
                    input.path,
                    line: line,
                    reason: error.reason + place,
                    remedy: "write one row on each line, such as [1, 2] or {\"a\": 1, \"b\": 2}"
                )
            }
        }
        return nil
    }

    private func nextLine() throws(DataError) -> Range<Int>? {
        try window.nextLine(
            from: input,
            blockSize: blockSize,
            longest: limits.bytes,
            tooLong: DataError(
                .invalid,
                input.path,
                line: line + 1,
                reason: "the line is longer than \(limits.bytes >> 20) MiB",
                remedy: "write one row on each line"
            )
        )
    }

    private func refuseUTF16(_ range: Range<Int>) throws(DataError) {
        let head = window.bytes[range].prefix(2)
        guard head.elementsEqual([0xFF, 0xFE]) || head.elementsEqual([0xFE, 0xFF]) else { return }
        throw DataError(.invalid, input.path, reason: "the text is UTF-16", remedy: "save the file as UTF-8")
    }
}
