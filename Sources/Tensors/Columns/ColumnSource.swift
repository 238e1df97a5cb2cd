internal import Documents
internal import SystemPackage

/// The rows of a file whose columns have types of their own.
///
/// Its reader may be a stranger's puppet by now: an answer that is not what was asked for is refused, and never passed
/// on.
final class ColumnSource: RowSource {
    let columnNames: [String]?
    let columnCount: Int?
    private let reader: any ColumnReader
    private let path: FilePath
    /// For each delivered column, its place in the file.
    private let places: [Int]
    private let conversions: [ColumnConversion]
    private var rowsRead = 0
    private var hasEnded = false

    /// The most rows of one question.
    static let maximumRows = 65_536
    /// The most bytes of one chunk: a small file may hold very many rows.
    static let maximumChunk = 4 << 30

    init(_ reader: any ColumnReader, path: FilePath, options: DataOptions) throws(DataError) {
        self.reader = reader
        self.path = path
        let stored = reader.columns
        let matching = try ColumnMatching(path, names: stored.map(\.name), count: stored.count, options: options)
        let names = matching.names ?? []
        var places = [Int](repeating: 0, count: matching.count)
        for (place, target) in matching.targets.enumerated() {
            if let target { places[target] = place }
        }
        for place in places where stored[place].type == nil {
            throw DataError(
                .unsupported,
                path,
                column: .name(stored[place].name),
                reason: "it holds \(Printable(stored[place].kind, limit: 60)), and a table has single values only",
                remedy: "choose others with --columns, or write it as columns of its own"
            )
        }
        let stated = places.compactMap { stored[$0].type }
        var found = stated
        var wanted: [ColumnType?]
        if options.form == .matrix {
            for (index, type) in stated.enumerated() where !type.isNumeric {
                throw DataError(
                    .invalid,
                    path,
                    column: .name(names[index]),
                    reason: "it holds \(type.nouns), not numbers",
                    remedy: "choose others with --columns"
                )
            }
            wanted = stated.map { _ in .number(.fp64) }
        } else {
            wanted = try options.declaredTypes(of: matching, path)
            // Only where the file decides, all of its values have to be looked at.
            let open = wanted.indices.filter { wanted[$0] == nil }
            if !open.isEmpty {
                let types = try reader.types(of: open.map { places[$0] })
                guard types.count == open.count else { throw Self.astray(path) }
                for (index, type) in zip(open, types) {
                    (wanted[index], found[index]) = (type, type)
                }
            }
        }
        self.places = places
        columnNames = names
        columnCount = matching.count
        var conversions: [ColumnConversion] = []
        for (index, type) in found.enumerated() {
            conversions.append(ColumnConversion(name: names[index], from: type, to: wanted[index] ?? type))
        }
        self.conversions = conversions
    }

    func next(maximumRows: Int) throws(DataError) -> Chunk? {
        precondition(maximumRows > 0, "at least one row must be asked for")
        var parts: [[Column]] = []
        var (rows, bytes) = (0, 0)
        while rows < maximumRows, !hasEnded {
            let asked = min(maximumRows - rows, Self.maximumRows)
            guard let columns = try reader.next(places, maximumRows: asked) else {
                hasEnded = true
                break
            }
            let count = columns.first?.values.rowCount ?? 0
            guard columns.count == conversions.count, (1...asked).contains(count) else { throw Self.astray(path) }
            var part: [Column] = []
            for (column, conversion) in zip(columns, conversions) {
                guard column.values.shape == [count] else { throw Self.astray(path) }
                part.append(try converted(column, conversion, firstRow: rowsRead + rows))
                bytes += column.values.bytes.count
            }
            guard bytes <= Self.maximumChunk else {
                throw DataError(
                    .invalid,
                    path,
                    reason: "more than \(Self.maximumChunk >> 30) GiB of it would have to be in memory at once",
                    remedy: "choose fewer columns or rows"
                )
            }
            rows += count
            parts.append(part)
        }
        guard rows > 0 else {
            guard rowsRead > 0 else { throw .noRows(path, "it has no rows") }
            return nil
        }
        defer { rowsRead += rows }
        return Chunk(firstRow: rowsRead, rowCount: rows, values: .columns(try joined(parts)))
    }

    private func converted(
        _ column: Column,
        _ conversion: ColumnConversion,
        firstRow: Int
    ) throws(DataError) -> Column {
        do throws(ColumnConversion.Fault) {
            return try conversion.apply(to: column)
        } catch {
            switch error {
            case .astray: throw Self.astray(path)
            case .cell(let row, let refusal):
                throw DataError(
                    .invalid,
                    path,
                    row: firstRow + row + 1,
                    column: .name(conversion.name),
                    reason: refusal.reason,
                    remedy: refusal.remedy
                )
            }
        }
    }

    private func joined(_ parts: [[Column]]) throws(DataError) -> [Column] {
        guard parts.count > 1 else { return parts.first ?? [] }
        var columns: [Column] = []
        for place in conversions.indices {
            do throws(TensorError) {
                columns.append(try Column.concatenating(parts.map { $0[place] }))
            } catch {
                throw Self.astray(path)
            }
        }
        return columns
    }

    private static func astray(_ path: FilePath) -> DataError {
        DataError(
            .invalid,
            path,
            reason: "its reader, in its sandbox, did not answer what it was asked",
            remedy: "the file is damaged, or made to do harm"
        )
    }
}

extension ColumnType {
    var isNumeric: Bool {
        switch self {
        case .number, .integer: true
        case .boolean, .text, .datetime, .category: false
        }
    }

    /// What stands in a message after "it holds".
    fileprivate var nouns: String {
        switch self {
        case .number, .integer: "numbers"
        case .boolean: "true and false"
        case .text: "texts"
        case .datetime: "times"
        case .category: "categories"
        }
    }
}
