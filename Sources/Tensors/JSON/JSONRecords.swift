internal import Documents
internal import SystemPackage

/// The rows of a `.json` or `.jsonl` file as records.
final class JSONRecords: RecordReader {
    let names: [String]?
    let width: Int
    private(set) var place = RecordPlace()
    private let path: FilePath
    private let rows: JSONRows
    private var first: Node?
    /// The place of each key in a record; nil for rows that are lists.
    private let places: [String: Int]?
    private var row = 0

    init(_ rows: JSONRows, path: FilePath) throws(DataError) {
        self.path = path
        self.rows = rows
        guard let node = try rows.next() else { throw .noRows(path, "it has no rows") }
        switch node.value {
        case .array(let cells): (names, width, places) = (nil, cells.count, nil)
        case .object(let members):
            let keys = members.map { $0.key }
            (names, width) = (keys, keys.count)
            places = Dictionary(zip(keys, keys.indices)) { first, _ in first }
        case .string: (names, width, places) = (nil, 1, nil)
        default:
            throw DataError(
                .invalid,
                path,
                row: 1,
                reason: "there is \(node.kind), not a row",
                remedy: "write {\"a\": 1, \"b\": \"x\"} or [1, \"x\"] for each row"
            )
        }
        guard width > 0 else { throw .noRows(path, "its first row has no values") }
        first = node
    }

    func next(into cells: inout [Cell]) throws(DataError) -> Bool {
        let next: Node? = if let first { first } else { try rows.next() }
        guard let node = next else { return false }
        first = nil
        row += 1
        place.row = row
        place.line = rows.line
        switch node.value {
        case .array(let elements) where places == nil:
            guard elements.count == width else {
                throw fault(
                    nil,
                    "the row has \(elements.count) values, but row 1 has \(width)",
                    "give every row as many values"
                )
            }
            cells.removeAll(keepingCapacity: true)
            for (column, element) in elements.enumerated() {
                cells.append(try cell(element, column: .index(column + 1)))
            }
        case .object(let members) where places != nil:
            try fill(&cells, members)
        case .string(let text) where places == nil && width == 1:
            cells = [.text(text)]
        default:
            throw fault(nil, "there is \(node.kind), unlike row 1", "give every row the same form")
        }
        return true
    }

    private func fill(_ cells: inout [Cell], _ members: [Member]) throws(DataError) {
        let places = places ?? [:]
        cells = [Cell](repeating: .missing, count: width)
        for member in members {
            guard let place = places[member.key] else {
                throw fault(.name(member.key), "row 1 has no such column", "give every row the same columns")
            }
            cells[place] = try cell(member.value, column: .name(member.key))
        }
        guard members.count == width else {
            let present = Set(members.map { $0.key })
            let missing = names?.first { !present.contains($0) } ?? ""
            throw fault(.name(missing), "the row lacks it", "write null for a missing value")
        }
    }

    private func cell(_ node: Node, column: DataError.Column) throws(DataError) -> Cell {
        switch node.value {
        case .null: return .missing
        case .bool(let value): return .boolean(value)
        case .integer(let value): return .integer(value)
        case .number(let value): return .number(value)
        case .string(let text): return .text(text)
        case .array, .object:
            throw fault(column, "there is \(node.kind), where one value must be", "give each column one value a row")
        }
    }

    private func fault(_ column: DataError.Column?, _ reason: String, _ remedy: String) -> DataError {
        DataError(.invalid, path, line: place.line, row: row, column: column, reason: reason, remedy: remedy)
    }
}
