internal import SystemPackage

/// A `.csv` or `.tsv` file of numbers, read in constant memory.
final class DelimitedSource: RowSource {
    let columnNames: [String]?
    let columnCount: Int?
    private let input: InputFile
    private let blockSize: Int
    private var window: ByteWindow
    private var parser: DelimitedParser
    private var rowsRead = 0

    /// Reads the first rows, decides whether the first is a header, and matches the columns.
    init(
        _ input: InputFile,
        delimiter: Delimiter,
        options: DataOptions,
        limits: DelimitedLimits = DelimitedLimits()
    ) throws(DataError) {
        let scanner = CellScanner(delimiter: delimiter, limits: limits)
        var reader = DelimitedReader(input: input, blockSize: options.blockSize, path: input.path, scanner: scanner)
        try reader.skipByteOrderMark()
        guard let first = try reader.peek() else { throw .noRows(input.path, "the file is empty") }
        let isHeader = Self.isHeader(first, options: options)
        let matching = try Self.matching(first, isHeader: isHeader, in: input.path, options: options)
        reader.parser.names = isHeader ? first.texts : nil
        reader.parser.targets = matching.targets
        reader.parser.width = matching.count
        reader.parser.referenceLine = first.line
        if isHeader {
            reader.pass(first)
            guard try reader.peek() != nil else { throw .noRows(input.path, "there is a header, but no row below it") }
        }
        self.input = input
        blockSize = options.blockSize
        window = reader.window
        parser = reader.parser
        columnNames = matching.names
        columnCount = matching.count
    }

    static func matching(
        _ row: DelimitedParser.Row,
        isHeader: Bool,
        in path: FilePath,
        options: DataOptions
    ) throws(DataError) -> ColumnMatching {
        do throws(DataError) {
            return try ColumnMatching(
                path,
                line: row.line,
                names: isHeader ? row.texts : nil,
                count: row.texts.count,
                options: options
            )
        } catch {
            // Names are seldom numbers: one bad cell may have made a row of data look like names.
            let hasNumber = row.texts.contains { DecimalNumber.value($0) != nil }
            guard isHeader, options.header == .auto, hasNumber else { throw error }
            var error = error
            error.remedy += "; or say --header no, if this line is data"
            throw error
        }
    }

    static func isHeader(_ row: DelimitedParser.Row, options: DataOptions) -> Bool {
        switch options.header {
        case .yes: true
        case .no: false
        case .auto:
            // Names such as '0', '1', '2' are numbers too; where they are what is wanted, they are names.
            !row.isNumeric || options.expectedColumns.map { Set($0) == Set(row.texts) } == true
        }
    }

    func next(maximumRows: Int) throws(DataError) -> Chunk? {
        precondition(maximumRows > 0, "at least one row must be asked for")
        let columns = parser.width
        var values: [Double] = []
        var rows = 0
        while rows < maximumRows {
            rows += try parse(maximumRows: maximumRows - rows, into: &values)
            if rows == maximumRows || window.isLast { break }
            guard window.count <= parser.scanner.limits.row else { throw parser.rowTooLong() }
            try window.fill(from: input, blockSize: blockSize)
        }
        guard rows > 0 else { return nil }
        let bytes = Tensor.layOut(values) { $0.bitPattern }
        let matrix = Tensor(
            unchecked: "X",
            datatype: .fp64,
            shape: [rows, columns],
            elementCount: values.count,
            bytes: bytes
        )
        defer { rowsRead += rows }
        return Chunk(firstRow: rowsRead, rowCount: rows, values: .matrix(matrix))
    }

    /// Consumes the complete rows that are in memory.
    private func parse(maximumRows: Int, into values: inout [Double]) throws(DataError) -> Int {
        let bytes = window.bytes
        let progress = try parser.numbers(
            bytes.span,
            from: window.start,
            isLast: window.isLast,
            maximumRows: maximumRows,
            into: &values
        )
        window.start = progress.next
        return progress.rows
    }
}

/// Reads a text table row by row, as texts.
struct DelimitedReader {
    let input: InputFile
    let blockSize: Int
    var window = ByteWindow()
    var parser: DelimitedParser

    init(input: InputFile, blockSize: Int, path: FilePath, scanner: CellScanner) {
        self.input = input
        self.blockSize = blockSize
        parser = DelimitedParser(path: path, scanner: scanner)
    }

    /// Goes past a row that ``peek()`` gave.
    mutating func pass(_ row: DelimitedParser.Row) {
        window.start = row.next
        parser.pass(row)
    }

    mutating func skipByteOrderMark() throws(DataError) {
        while window.count < 3, !window.isLast { try window.fill(from: input, blockSize: blockSize) }
        if window.bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            window.start = 3
        } else if window.bytes.starts(with: [0xFF, 0xFE]) || window.bytes.starts(with: [0xFE, 0xFF]) {
            throw DataError(.invalid, input.path, reason: "the text is UTF-16", remedy: "save the file as UTF-8")
        }
    }

    /// The next row as texts; nil when only blank lines are left.
    mutating func peek() throws(DataError) -> DelimitedParser.Row? {
        while true {
            switch try parse() {
            case .found(let row): return row
            case .end: return nil
            case .needsMore:
                guard window.count <= parser.scanner.limits.row else { throw parser.rowTooLong() }
                try window.fill(from: input, blockSize: blockSize)
            }
        }
    }

    private mutating func parse() throws(DataError) -> DelimitedParser.Progress<DelimitedParser.Row> {
        let bytes = window.bytes
        return try parser.texts(bytes.span, from: window.start, isLast: window.isLast)
    }
}
