internal import Documents
internal import SystemPackage

/// The columns of a sink's table, which the first rows decide and no later ones may change.
struct TableForm {
    private(set) var names: [String]?
    private(set) var rowCount = 0

    /// Counts a table's rows.
    ///
    /// - Returns: the cells of each column.
    /// - Throws: ``DataError`` when the columns are not of one length, or others than those before.
    mutating func add(_ columns: [Column], _ path: FilePath?) throws(DataError) -> [ColumnCells] {
        let rows = columns.first?.values.rowCount ?? 0
        guard rows > 0, columns.allSatisfy({ $0.values.shape == [rows] }) else {
            throw DataError(
                .invalid,
                path,
                reason: "the output is a table whose columns are not of one length",
                remedy: "let the model return one row for each row of input"
            )
        }
        let found = columns.map(\.name)
        if let names, names != found {
            throw DataError(
                .invalid,
                path,
                row: rowCount + 1,
                reason: "the output's columns change to \(found.prefix(4).map { "'\(Printable($0, limit: 40))'" })",
                remedy: "let the model return the same columns for every batch"
            )
        }
        names = found
        rowCount += rows
        var cells: [ColumnCells] = []
        for column in columns {
            do throws(TensorError) {
                cells.append(try ColumnCells(column))
            } catch {
                throw DataError(.invalid, path, reason: error.description, remedy: "let the model return UTF-8")
            }
        }
        return cells
    }
}

/// The elements of a column, each to be written as text.
struct ColumnCells {
    private let elements: ElementText
    private let validity: [UInt8]?

    init(_ column: Column) throws(TensorError) {
        elements = try ElementText(column.values)
        validity = column.validity
    }

    subscript(row: Int) -> ElementText.Value {
        if let validity, validity[row] == 0 { return .missing }
        return elements[row]
    }
}
