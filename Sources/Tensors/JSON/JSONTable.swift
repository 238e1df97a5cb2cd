internal import Documents
internal import SystemPackage

/// Turns a JSON document into a table, with rows and columns in its errors.
struct JSONTable {
    let path: FilePath
    let options: DataOptions
    /// The rows before the elements, which belong to the same table.
    var firstRow = 0

    func texts(_ elements: [Node]) throws(DataError) -> [String] {
        var texts: [String] = []
        texts.reserveCapacity(elements.count)
        for (row, element) in elements.enumerated() {
            guard let text = element.string else { throw unlike(row: row, element, first: "a text") }
            texts.append(text)
        }
        return texts
    }

    func rows(_ elements: [Node], columns: Int) throws(DataError) -> [Double] {
        guard columns > 0 else { throw .noRows(path, "its first row has no values") }
        if firstRow == 0 { _ = try ColumnMatching(path, names: nil, count: columns, options: options) }
        var values: [Double] = []
        values.reserveCapacity(elements.count * columns)
        for (row, element) in elements.enumerated() {
            guard let cells = element.array else { throw unlike(row: row, element, first: "a list") }
            guard cells.count == columns else {
                throw DataError(
                    .invalid,
                    path,
                    row: firstRow + row + 1,
                    reason: "the row has \(cells.count) values, but row 1 has \(columns)",
                    remedy: "give every row as many values"
                )
            }
            for (column, cell) in cells.enumerated() {
                values.append(try number(cell, row: row, column: .index(column + 1)))
            }
        }
        return values
    }

    func matching(_ first: [Member]) throws(DataError) -> ColumnMatching {
        guard !first.isEmpty else { throw .noRows(path, "its first row has no values") }
        return try ColumnMatching(path, names: first.map { $0.key }, count: first.count, options: options)
    }

    /// The numbers row by row, in the delivered order; every row has the keys of the first, in any order.
    func records(_ elements: [Node], first: [Member], matching: ColumnMatching) throws(DataError) -> [Double] {
        let keys = first.map { $0.key }
        let places = Dictionary(zip(keys, matching.targets)) { first, _ in first }
        var values = [Double](repeating: .nan, count: elements.count * matching.count)
        for (row, element) in elements.enumerated() {
            guard let members = element.members else { throw unlike(row: row, element, first: "a map") }
            for member in members {
                guard let target = places[member.key] else {
                    let reason = "row 1 has no such column"
                    throw fault(row: row, .name(member.key), reason, "give every row the same columns")
                }
                guard let place = target else { continue }
                values[row * matching.count + place] = try number(member.value, row: row, column: .name(member.key))
            }
            // The reader refuses keys that are there twice, so the count tells of missing ones.
            guard members.count == keys.count else {
                let present = Set(members.map { $0.key })
                let missing = keys.first { !present.contains($0) } ?? ""
                throw fault(row: row, .name(missing), "the row lacks it", "write null for a missing value")
            }
        }
        return values
    }

    private func number(_ node: Node, row: Int, column: DataError.Column) throws(DataError) -> Double {
        if node.isNull { return .nan }
        if let number = node.number { return number }
        if let text = node.string {
            let reason = "'\(Printable(text, limit: 40))' is a text, not a number"
            throw fault(row: row, column, reason, "write a number without quotes, or null for a missing value")
        }
        let remedy =
            node.array != nil
            ? "use .npy for arrays of more than two dimensions" : "write a number, or null for a missing value"
        throw fault(row: row, column, "there is \(node.kind), not a number", remedy)
    }

    private func unlike(row: Int, _ element: Node, first: String) -> DataError {
        fault(row: row, nil, "there is \(element.kind), but row 1 is \(first)", "give every row the same form")
    }

    private func fault(row: Int, _ column: DataError.Column?, _ reason: String, _ remedy: String) -> DataError {
        DataError(.invalid, path, row: firstRow + row + 1, column: column, reason: reason, remedy: remedy)
    }
}
