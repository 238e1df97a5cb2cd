/// How a model's output is written.
package struct OutputOptions: Sendable {
    /// The column's name; several columns are `y_0…y_k`.
    package var name: String
    /// True for a first row that names the columns, in `.csv` and `.tsv`.
    package var header: Bool
    /// True to put `'` before text cells that a spreadsheet would take for a formula.
    package var spreadsheetSafe: Bool

    package init(name: String = "y", header: Bool = false, spreadsheetSafe: Bool = false) {
        self.name = name
        self.header = header
        self.spreadsheetSafe = spreadsheetSafe
    }
}
