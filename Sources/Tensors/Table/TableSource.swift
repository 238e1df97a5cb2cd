internal import Documents
internal import SystemPackage

/// Columns of different types out of any file that has cells.
///
/// What the package does not declare of its columns is found in the file: it is read twice, so that a column has one
/// type from its first row to its last, whatever the size of a chunk. A stream is kept in a file for that.
final class TableSource: RowSource {
    let columnNames: [String]?
    let columnCount: Int?
    let path: FilePath
    private let reader: any RecordReader
    /// For each column of the file, its place in a delivered row, or nil.
    private let targets: [Int?]
    private let names: [String]
    private let types: [ColumnType]
    private var cells: [Cell] = []
    private var rowsRead = 0

    /// - Parameters:
    ///   - input: the file.
    ///   - options: what is expected of it.
    ///   - open: begins to read it at its first byte.
    /// - Throws: ``DataError`` with the place of what does not fit.
    init(
        _ input: InputFile,
        options: DataOptions,
        open: (InputFile) throws(DataError) -> any RecordReader
    ) throws(DataError) {
        path = input.path
        var reader = try open(input)
        let matching = try ColumnMatching(
            input.path,
            line: reader.place.line,
            names: reader.names,
            count: reader.width,
            options: options
        )
        targets = matching.targets
        columnNames = matching.names
        columnCount = matching.count
        let expected = options.expectedColumns.flatMap { $0.count == matching.count ? $0 : nil }
        names = matching.names ?? expected ?? (0..<matching.count).map { "\($0)" }
        var declared = try options.declaredTypes(of: matching, input.path, line: reader.place.line)
        if declared.contains(nil) {
            let found = try Self.types(of: reader, matching: matching, path: input.path)
            declared = zip(declared, found).map { $0 ?? $1 }
            try input.rewind()
            reader = try open(input)
        }
        types = declared.compactMap { $0 }
        self.reader = reader
    }

    /// Reads the whole file to see what its columns hold.
    private static func types(
        of reader: any RecordReader,
        matching: ColumnMatching,
        path: FilePath
    ) throws(DataError) -> [ColumnType] {
        var facts = [ColumnFacts](repeating: ColumnFacts(), count: matching.count)
        var cells: [Cell] = []
        while try reader.next(into: &cells) {
            for (place, target) in matching.targets.enumerated() {
                guard let target, !facts[target].add(cells[place]) else { continue }
                throw DataError(
                    .invalid,
                    path,
                    line: reader.place.line,
                    row: reader.place.row,
                    column: matching.column(target),
                    reason: "\(cells[place].shown) is of another kind than the values before it",
                    remedy: "give all values of a column one type, or null"
                )
            }
        }
        return facts.map(\.type)
    }

    func next(maximumRows: Int) throws(DataError) -> Chunk? {
        precondition(maximumRows > 0, "at least one row must be asked for")
        var builders = zip(names, types).map { ColumnBuilder(name: $0, type: $1) }
        var rows = 0
        while rows < maximumRows, try reader.next(into: &cells) {
            for (place, target) in targets.enumerated() {
                guard let target else { continue }
                do throws(ColumnBuilder.Refusal) {
                    try builders[target].append(cells[place])
                } catch {
                    throw fault(error, column: target)
                }
            }
            rows += 1
        }
        guard rows > 0 else { return nil }
        defer { rowsRead += rows }
        do throws(TensorError) {
            var columns: [Column] = []
            for builder in builders { columns.append(try builder.column()) }
            return Chunk(firstRow: rowsRead, rowCount: rows, values: .columns(columns))
        } catch {
            throw DataError(.invalid, path, reason: error.description, remedy: "write the file again")
        }
    }

    private func fault(_ refusal: ColumnBuilder.Refusal, column: Int) -> DataError {
        DataError(
            .invalid,
            path,
            line: reader.place.line,
            row: reader.place.row,
            column: columnNames.map { .name($0[column]) } ?? .index(column + 1),
            reason: refusal.reason,
            remedy: refusal.remedy
        )
    }
}

extension DataOptions {
    /// What the delivered columns are to be; nil for each that the file decides.
    func declaredTypes(
        of matching: ColumnMatching,
        _ path: FilePath,
        line: Int? = nil
    ) throws(DataError) -> [ColumnType?] {
        var declared = columnTypes
        let plain = matching.count - (target == nil ? 0 : 1)
        declared += [ColumnType?](repeating: defaultType, count: max(0, plain - declared.count))
        declared += [ColumnType?](repeating: nil, count: max(0, matching.count - declared.count))
        if form == .texts {
            guard plain == 1 else { throw ColumnMatching.wrongCount(plain, wanted: 1, path, line: line) }
            declared[0] = .text
        }
        return Array(declared.prefix(matching.count))
    }
}
