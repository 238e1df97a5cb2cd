/// A file or stream that takes a model's output, rows after rows.
///
/// Nothing appears under the target's name before ``finish()``; a sink that is cancelled or given up leaves nothing.
package protocol RowSink: AnyObject {
    /// The cells written so far that a spreadsheet would take for a formula.
    var spreadsheetWarnings: SpreadsheetWarnings { get }

    /// Adds rows.
    ///
    /// - Parameter output: values whose first axis counts the rows; datatype and row shape are those of the first.
    /// - Throws: ``DataError`` when the format cannot hold the values or the system refuses to write.
    func write(_ output: Column) throws(DataError)

    /// Adds rows of a table.
    ///
    /// - Parameter columns: at least one column, all with as many rows; names and number are those of the first call.
    /// - Throws: ``DataError`` when the format cannot hold the values or the system refuses to write.
    func write(table columns: [Column]) throws(DataError)

    /// Writes what is left and puts the file in its place.
    func finish() throws(DataError)

    /// Removes what was written; nothing happens after ``finish()``.
    func cancel()
}

extension RowSink {
    /// Adds rows none of which is missing.
    package func write(_ output: Tensor) throws(DataError) {
        try write(Column(output))
    }
}

/// Text cells that begin with `=`, `+`, `-` or `@` and are not numbers.
package struct SpreadsheetWarnings: Equatable, Sendable {
    package var count = 0
    /// The row of the first such cell, counted from 1.
    package var firstRow: Int?

    package init(count: Int = 0, firstRow: Int? = nil) {
        self.count = count
        self.firstRow = firstRow
    }
}
