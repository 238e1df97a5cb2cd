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
        var (reader, first, isHeader) = try DelimitedReader.open(
            input,
            delimiter: delimiter,
            options: options,
            limits: limits
        )
        let matching = try Self.matching(first, isHeader: isHeader, in: input.path, options: options)
        try reader.begin(first, isHeader: isHeader, targets: matching.targets, width: matching.count)
        self.input = input
        blockSize = options.blockSize
        window = reader.window
        parser = reader.parser
        columnNames = matching.names
        columnCount = matching.count
    }

    private static func matching(
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

    /// Looks at the first row, and whether it names the columns.
    static func open(
        _ input: InputFile,
        delimiter: Delimiter,
        options: DataOptions,
        limits: DelimitedLimits
    ) throws(DataError) -> (reader: DelimitedReader, first: DelimitedParser.Row, isHeader: Bool) {
        let scanner = CellScanner(delimiter: delimiter, limits: limits)
        var reader = DelimitedReader(input: input, blockSize: options.blockSize, path: input.path, scanner: scanner)
        try reader.window.skipByteOrderMark(of: input, blockSize: options.blockSize)
        guard let first = try reader.peek() else { throw .noRows(input.path, "the file is empty") }
        return (reader, first, DelimitedSource.isHeader(first, options: options))
    }

    /// Goes to the first row of data.
    ///
    /// - Parameters:
    ///   - first: the file's first row.
    ///   - isHeader: true when it names the columns.
    ///   - targets: for each column of the file, its place in a delivered row.
    ///   - width: the cells of a delivered row.
    /// - Throws: ``DataError`` when the file cannot be read.
    mutating func begin(
        _ first: DelimitedParser.Row,
        isHeader: Bool,
        targets: [Int?],
        width: Int
    ) throws(DataError) {
        parser.names = isHeader ? first.texts : nil
        parser.targets = targets
        parser.width = width
        parser.referenceLine = first.line
        guard isHeader else { return }
        pass(first)
        guard try peek() != nil else { throw .noRows(input.path, "there is a header, but no row below it") }
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
