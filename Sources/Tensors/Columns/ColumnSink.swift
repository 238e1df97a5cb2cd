internal import SystemPackage

/// Makes a file of typed columns, in a program that this one does not trust.
package protocol ColumnWriter: AnyObject {
    /// Adds rows.
    ///
    /// - Parameter columns: columns of shape (n), or one array of more axes.
    /// - Returns: the next bytes of the file; often none.
    /// - Throws: ``DataError`` when the format cannot hold the values.
    func write(_ columns: [Column]) throws(DataError) -> [UInt8]

    /// Ends the file.
    ///
    /// - Returns: its last bytes.
    /// - Throws: ``DataError`` when it cannot be made.
    func finish() throws(DataError) -> [UInt8]
}

/// Writes what a ``ColumnWriter`` makes of the rows.
final class ColumnSink: RowSink {
    let spreadsheetWarnings = SpreadsheetWarnings()
    private let output: OutputFile
    private let writer: any ColumnWriter
    private let name: String
    private var form = OutputForm()
    private var tableForm = TableForm()

    init(_ output: OutputFile, writer: any ColumnWriter, options: OutputOptions) {
        self.output = output
        self.writer = writer
        name = options.name
    }

    func write(_ column: Column) throws(DataError) {
        try form.add(column.values, output.path)
        var column = column
        column.values.name = name
        try output.write(made { writer throws(DataError) in try writer.write([column]) })
    }

    func write(table columns: [Column]) throws(DataError) {
        _ = try tableForm.add(columns, output.path)
        try output.write(made { writer throws(DataError) in try writer.write(columns) })
    }

    func finish() throws(DataError) {
        guard form.rowCount + tableForm.rowCount > 0 else {
            let reason = "there is no output to write"
            throw DataError(.invalid, output.path, reason: reason, remedy: "give the model at least one row")
        }
        try output.write(made { writer throws(DataError) in try writer.finish() })
        try output.finish()
    }

    /// Bytes of the writer, whose errors name the file.
    private func made(_ make: (any ColumnWriter) throws(DataError) -> [UInt8]) throws(DataError) -> [UInt8] {
        do throws(DataError) {
            return try make(writer)
        } catch {
            var error = error
            error.path = output.path
            throw error
        }
    }

    func cancel() {
        output.cancel()
    }
}
