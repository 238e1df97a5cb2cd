internal import Documents
internal import SystemPackage

/// A `.json` file that holds a list of rows, of texts, or of objects, read as a whole.
final class JSONSource: RowSource {
    let columnNames: [String]?
    let columnCount: Int?
    private let table: Table
    private let rowCount: Int
    private var row = 0

    /// What the file holds.
    private enum Table {
        case rows([Double], columns: Int)
        case records([Double], names: [String])
        case texts([String])
    }

    init(_ input: InputFile, options: DataOptions, limits: DocumentLimits = .data) throws(DataError) {
        let reader = JSONTable(path: input.path, options: options)
        let elements = try reader.elements(of: input, limits: limits)
        rowCount = elements.count
        switch elements.first?.value {
        case .array(let first):
            let values = try reader.rows(elements, columns: first.count)
            table = .rows(values, columns: first.count)
            (columnNames, columnCount) = (nil, first.count)
        case .object(let first):
            let matching = try reader.matching(first)
            let names = matching.names ?? []
            table = .records(try reader.records(elements, first: first, matching: matching), names: names)
            (columnNames, columnCount) = (names, matching.count)
        case .string:
            table = .texts(try reader.texts(elements))
            (columnNames, columnCount) = (nil, nil)
        default:
            throw reader.notATable(elements.first)
        }
    }

    func next(maximumRows: Int) throws(DataError) -> Chunk? {
        precondition(maximumRows > 0, "at least one row must be asked for")
        let count = min(maximumRows, rowCount - row)
        guard count > 0 else { return nil }
        let range = row..<row + count
        defer { row += count }
        return Chunk(firstRow: row, rowCount: count, values: values(range))
    }

    private func values(_ range: Range<Int>) -> Chunk.Values {
        switch table {
        case .rows(let values, let columns):
            let part = Array(values[range.lowerBound * columns..<range.upperBound * columns])
            return .matrix(Self.numbers(part, name: "X", shape: [range.count, columns]))
        case .records(let values, let names):
            return .columns(
                names.indices.map { column in
                    let part = range.map { values[$0 * names.count + column] }
                    return Column(Self.numbers(part, name: names[column], shape: [range.count]))
                }
            )
        case .texts(let texts):
            var bytes: [UInt8] = []
            for text in texts[range] {
                // The file is smaller than any text whose length would not fit.
                Tensor.append(UInt32(text.utf8.count), to: &bytes)
                bytes += text.utf8
            }
            let shape = [range.count]
            return .texts(
                Tensor(unchecked: "X", datatype: .bytes, shape: shape, elementCount: range.count, bytes: bytes)
            )
        }
    }

    private static func numbers(_ values: [Double], name: String, shape: [Int]) -> Tensor {
        let bytes = Tensor.layOut(values) { $0.bitPattern }
        return Tensor(unchecked: name, datatype: .fp64, shape: shape, elementCount: values.count, bytes: bytes)
    }
}
