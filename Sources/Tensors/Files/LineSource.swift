internal import SystemPackage

/// A `.txt` file: each line is one text.
final class LineSource: RowSource {
    let columnNames: [String]? = nil
    let columnCount: Int? = nil
    private let input: InputFile
    private let blockSize: Int
    private var window = ByteWindow()
    private var rowsRead = 0

    /// The most bytes of one line.
    static let longestLine = 16 << 20

    init(_ input: InputFile, options: DataOptions) throws(DataError) {
        self.input = input
        blockSize = options.blockSize
        try window.skipByteOrderMark(of: input, blockSize: blockSize)
        guard window.count > 0 else { throw .noRows(input.path, "the file is empty") }
    }

    func next(maximumRows: Int) throws(DataError) -> Chunk? {
        precondition(maximumRows > 0, "at least one row must be asked for")
        var bytes: [UInt8] = []
        var rows = 0
        while rows < maximumRows, let range = try nextLine() {
            var line = window.bytes[range]
            if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
            guard String(validating: line, as: UTF8.self) != nil else {
                throw fault(row: rowsRead + rows, "the text is not valid UTF-8", "save the file as UTF-8")
            }
            Tensor.append(UInt32(line.count), to: &bytes)
            bytes += line
            rows += 1
        }
        guard rows > 0 else { return nil }
        defer { rowsRead += rows }
        var texts = Tensor(unchecked: "X", datatype: .bytes, shape: [rows], elementCount: rows, bytes: bytes)
        texts.content = .text
        return Chunk(firstRow: rowsRead, rowCount: rows, values: .texts(texts))
    }

    private func nextLine() throws(DataError) -> Range<Int>? {
        try window.nextLine(
            from: input,
            blockSize: blockSize,
            longest: Self.longestLine,
            tooLong: fault(
                row: rowsRead,
                "the line is longer than 16 MiB",
                "give a folder with one file for each text"
            )
        )
    }

    private func fault(row: Int, _ reason: String, _ remedy: String) -> DataError {
        DataError(.invalid, input.path, line: row + 1, reason: reason, remedy: remedy)
    }
}
