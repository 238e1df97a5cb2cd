internal import Documents
internal import SystemPackage

/// A `.json` or `.jsonl` file of rows of numbers, of objects with numbers, or of texts, in constant memory.
final class JSONSource: RowSource {
    let columnNames: [String]?
    let columnCount: Int?
    private let rows: JSONRows
    private var table: JSONTable
    private let form: Form
    /// The first value, which was read to see what the file holds.
    private var first: Node?

    private enum Form {
        case rows(columns: Int)
        case records([Member], ColumnMatching)
        case texts
    }

    init(_ rows: JSONRows, path: FilePath, options: DataOptions) throws(DataError) {
        self.rows = rows
        table = JSONTable(path: path, options: options)
        guard let first = try rows.next() else { throw .noRows(path, rows.emptiness) }
        self.first = first
        switch first.value {
        case .array(let cells):
            // Whatever is wrong with the first row or its number of columns is told before a model is started.
            _ = try table.rows([first], columns: cells.count)
            form = .rows(columns: cells.count)
            (columnNames, columnCount) = (nil, cells.count)
        case .object(let members):
            let matching = try table.matching(members)
            form = .records(members, matching)
            (columnNames, columnCount) = (matching.names, matching.count)
        case .string:
            form = .texts
            (columnNames, columnCount) = (nil, nil)
        default:
            throw rows.notARow(first, path)
        }
    }

    func next(maximumRows: Int) throws(DataError) -> Chunk? {
        precondition(maximumRows > 0, "at least one row must be asked for")
        var elements: [Node] = []
        if let first { elements.append(first) }
        first = nil
        while elements.count < maximumRows, let node = try rows.next() { elements.append(node) }
        guard !elements.isEmpty else { return nil }
        let firstRow = table.firstRow
        let values = try values(elements)
        table.firstRow += elements.count
        return Chunk(firstRow: firstRow, rowCount: elements.count, values: values)
    }

    private func values(_ elements: [Node]) throws(DataError) -> Chunk.Values {
        switch form {
        case .rows(let columns):
            return .matrix(try matrix(table.rows(elements, columns: columns), shape: [elements.count, columns]))
        case .records(let members, let matching):
            let numbers = try table.records(elements, first: members, matching: matching)
            return .matrix(try matrix(numbers, shape: [elements.count, matching.count]))
        case .texts:
            let texts = try table.texts(elements)
            return .texts(
                try tensor { () throws(TensorError) in
                    try Tensor(name: "X", strings: texts, shape: [elements.count])
                }
            )
        }
    }
}

extension JSONSource {
    private func matrix(_ numbers: [Double], shape: [Int]) throws(DataError) -> Tensor {
        try tensor { () throws(TensorError) in try Tensor(name: "X", doubles: numbers, shape: shape) }
    }

    private func tensor(_ make: () throws(TensorError) -> Tensor) throws(DataError) -> Tensor {
        do throws(TensorError) {
            return try make()
        } catch {
            throw DataError(.invalid, table.path, reason: error.description, remedy: "write the file again")
        }
    }
}
