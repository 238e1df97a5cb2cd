internal import Documents
internal import SystemPackage

/// Writes a `.csv` or `.tsv` file.
///
/// A missing number is `NaN`, because an empty cell would make a blank line of a row of one. Texts are a stranger's:
/// their control characters are made visible, as everywhere; `.json` keeps them as they are.
final class DelimitedSink: RowSink {
    private(set) var spreadsheetWarnings = SpreadsheetWarnings()
    private let output: OutputFile
    private let delimiter: Delimiter
    private let options: OutputOptions
    private var form = OutputForm()
    private var tableForm = TableForm()

    init(_ output: OutputFile, delimiter: Delimiter, options: OutputOptions) {
        self.output = output
        self.delimiter = delimiter
        self.options = options
    }

    func write(_ column: Column) throws(DataError) {
        let tensor = column.values
        let firstRow = form.rowCount
        let isFirst = form.datatype == nil
        try form.add(tensor, output.path)
        let columns = tensor.rowElementCount
        if isFirst, options.header { try output.write(header(columns: columns)) }
        let elements: ColumnCells
        do {
            elements = try ColumnCells(column)
        } catch {
            throw DataError(.invalid, output.path, reason: error.description, remedy: "let the model return UTF-8")
        }
        var line: [UInt8] = []
        for row in 0..<(tensor.rowCount ?? 0) {
            line.removeAll(keepingCapacity: true)
            for column in 0..<columns {
                if column > 0 { line.append(delimiter.rawValue) }
                line += cell(elements[row * columns + column], row: firstRow + row).utf8
            }
            line.append(UInt8(ascii: "\n"))
            try output.write(line)
        }
    }

    func write(table columns: [Column]) throws(DataError) {
        let firstRow = tableForm.rowCount
        let isFirst = tableForm.names == nil
        let cells = try tableForm.add(columns, output.path)
        if isFirst, options.header {
            let names = columns.map { quotedIfNeeded(Printable($0.name).description) }
            try output.write(names.joined(separator: separator) + "\n")
        }
        var line: [UInt8] = []
        for row in 0..<(tableForm.rowCount - firstRow) {
            line.removeAll(keepingCapacity: true)
            for (place, column) in cells.enumerated() {
                if place > 0 { line.append(delimiter.rawValue) }
                line += cell(column[row], row: firstRow + row).utf8
            }
            line.append(UInt8(ascii: "\n"))
            try output.write(line)
        }
    }

    func finish() throws(DataError) {
        try output.finish()
    }

    func cancel() {
        output.cancel()
    }

    private var separator: String { String(Unicode.Scalar(delimiter.rawValue)) }

    private func header(columns: Int) -> String {
        let name = Printable(options.name).description
        let names = columns == 1 ? [name] : (0..<columns).map { "\(name)_\($0)" }
        return names.map { quotedIfNeeded($0) }.joined(separator: separator) + "\n"
    }

    private func cell(_ value: ElementText.Value, row: Int) -> String {
        switch value {
        case .plain(let text): return text
        case .missing: return "NaN"
        case .infinity(let isNegative): return isNegative ? "-inf" : "inf"
        case .text(let text):
            var shown = Printable(text, limit: DelimitedLimits().cell / 4).description
            // Where `;` parts the cells, as in half of Europe, a spreadsheet begins a new one behind it.
            let parts = shown.split(separator: ";", omittingEmptySubsequences: false)
            if parts.contains(where: Self.isFormula) {
                spreadsheetWarnings.count += 1
                spreadsheetWarnings.firstRow = spreadsheetWarnings.firstRow ?? row + 1
                if options.spreadsheetSafe {
                    shown = parts.map { Self.isFormula($0) ? "'" + $0 : String($0) }.joined(separator: ";")
                }
            }
            return quotedIfNeeded(shown)
        }
    }

    private static func isFormula(_ text: Substring) -> Bool {
        // The full-width forms, which spreadsheets in some languages take for the plain ones, too.
        let signs = "=+-@\u{FF1D}\u{FF0B}\u{FF0D}\u{FF20}".unicodeScalars
        guard let first = text.unicodeScalars.first, signs.contains(first) else { return false }
        return DecimalNumber.value(text) == nil
    }

    private func quotedIfNeeded(_ text: String) -> String {
        let needsQuotes =
            // A text that says `NA` would read back as a missing value.
            NumberCell.isMissing(text) || text.hasPrefix(" ") || text.hasSuffix(" ")
            || text.utf8.contains { $0 == delimiter.rawValue || $0 == UInt8(ascii: "\"") }
        return needsQuotes ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
    }
}
