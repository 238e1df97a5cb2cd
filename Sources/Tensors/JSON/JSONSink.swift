internal import Documents
internal import SystemPackage

/// Writes a `.json` file: a list with one element a row, nested like the rows' shape.
final class JSONSink: RowSink {
    let spreadsheetWarnings = SpreadsheetWarnings()
    private let output: OutputFile
    private var form = OutputForm()

    init(_ output: OutputFile) {
        self.output = output
    }

    func write(_ tensor: Tensor) throws(DataError) {
        let firstRow = form.rowCount
        try form.add(tensor, output.path)
        let elements: ElementText
        do {
            elements = try ElementText(tensor)
        } catch {
            throw DataError(.invalid, output.path, reason: error.description, remedy: "let the model return UTF-8")
        }
        for row in 0..<(tensor.rowCount ?? 0) {
            var index = row * tensor.rowElementCount
            var text = firstRow + row == 0 ? "[" : ",\n "
            try append(elements, &index, shape: form.rowShape[...], row: firstRow + row, to: &text)
            try output.write(text)
        }
    }

    func finish() throws(DataError) {
        try output.write(form.rowCount == 0 ? "[]\n" : "]\n")
        try output.finish()
    }

    func cancel() {
        output.cancel()
    }

    private func append(
        _ elements: ElementText,
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
