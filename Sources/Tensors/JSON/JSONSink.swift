internal import Documents
internal import SystemPackage

/// Writes a `.json` file, a list with one element a row, or a `.jsonl` file, one element a line.
///
/// A row is a value nested like the rows' shape, or of a table an object.
final class JSONSink: RowSink {
    let spreadsheetWarnings = SpreadsheetWarnings()
    private let output: OutputFile
    private let isLines: Bool
    private var form = OutputForm()
    private var tableForm = TableForm()

    init(_ output: OutputFile, isLines: Bool) {
        self.output = output
        self.isLines = isLines
    }

    func write(_ column: Column) throws(DataError) {
        let tensor = column.values
        let firstRow = form.rowCount
        try form.add(tensor, output.path)
        let elements: ColumnCells
        do {
            elements = try ColumnCells(column)
        } catch {
            throw DataError(.invalid, output.path, reason: error.description, remedy: "let the model return UTF-8")
        }
        for row in 0..<(tensor.rowCount ?? 0) {
            var index = row * tensor.rowElementCount
            var text = begin(firstRow + row)
            try append(elements, &index, shape: form.rowShape[...], row: firstRow + row, to: &text)
            try output.write(text + end)
        }
    }

    func write(table columns: [Column]) throws(DataError) {
        let firstRow = tableForm.rowCount
        let cells = try tableForm.add(columns, output.path)
        let keys = columns.map { Node($0.name).json() + ": " }
        for row in firstRow..<tableForm.rowCount {
            var text = begin(row) + "{"
            for (place, column) in cells.enumerated() {
                text += (place > 0 ? ", " : "") + keys[place]
                text += try element(column[row - firstRow], row: row)
            }
            try output.write(text + "}" + end)
        }
    }

    private func begin(_ row: Int) -> String {
        if isLines { return "" }
        return row == 0 ? "[" : ",\n "
    }

    private var end: String { isLines ? "\n" : "" }

    func finish() throws(DataError) {
        if !isLines { try output.write(form.rowCount + tableForm.rowCount == 0 ? "[]\n" : "]\n") }
        try output.finish()
    }

    func cancel() {
        output.cancel()
    }

    private func append(
        _ elements: ColumnCells,
        _ index: inout Int,
        shape: ArraySlice<Int>,
        row: Int,
        to text: inout String
    ) throws(DataError) {
        guard let extent = shape.first else {
            text += try element(elements[index], row: row)
            index += 1
            return
        }
        text += "["
        for place in 0..<extent {
            if place > 0 { text += ", " }
            try append(elements, &index, shape: shape.dropFirst(), row: row, to: &text)
        }
        text += "]"
    }

    private func element(_ value: ElementText.Value, row: Int) throws(DataError) -> String {
        switch value {
        case .plain(let text): return text
        case .missing: return "null"
        case .text(let text): return Node(text).json()
        case .infinity:
            throw DataError(
                .unsupported,
                output.path,
                row: row + 1,
                reason: "the output is infinite, which JSON cannot say",
                remedy: "use .csv or .npy"
            )
        }
    }
}
