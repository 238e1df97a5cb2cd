internal import Documents
internal import SystemPackage

/// A `.jsonl` file of rows of numbers, of objects with numbers, or of texts, in constant memory.
final class JSONLinesSource: RowSource {
    let columnNames: [String]?
    let columnCount: Int?
    private let lines: JSONLines
    private var table: JSONTable
    private let form: Form
    /// The first value, which was read to see what the file holds.
    private var first: Node?

    private enum Form {
        case rows(columns: Int)
        case records([Member], ColumnMatching)
        case texts
    }

    init(_ input: InputFile, options: DataOptions) throws(DataError) {
        lines = JSONLines(input, blockSize: options.blockSize)
        table = JSONTable(path: input.path, options: options)
        guard let first = try lines.next() else { throw .noRows(input.path, "the file is empty") }
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
            throw DataError(
                .invalid,
                input.path,
                line: lines.line,
                reason: "there is \(first.kind), not a row",
                remedy: "write [1, 2] or {\"a\": 1} for rows of numbers, or \"a\" for texts, one on each line"
            )
        }
    }

    func next(maximumRows: Int) throws(DataError) -> Chunk? {
        precondition(maximumRows > 0, "at least one row must be asked for")
        var elements: [Node] = []
        if let first { elements.append(first) }
        first = nil
        while elements.count < maximumRows, let node = try lines.next() { elements.append(node) }
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

extension JSONLinesSource {
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
