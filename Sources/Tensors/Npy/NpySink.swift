internal import SystemPackage

/// Writes a `.npy` file, version 1; the header gets its number of rows at the end.
final class NpySink: RowSink {
    let spreadsheetWarnings = SpreadsheetWarnings()
    private let output: OutputFile
    private var form = OutputForm()

    /// Numpy aligns the data to 64 bytes; two such blocks hold any header of a few axes.
    private static let alignment = 64

    init(_ output: OutputFile) throws(DataError) {
        self.output = output
    }

    func write(_ column: Column) throws(DataError) {
        let tensor = column.values
        if let row = column.firstMissing {
            throw .missingValue(output.path, row: form.rowCount + row / tensor.rowElementCount + 1)
        }
        guard tensor.datatype.npyDescr != nil else {
            let reason = "the output holds texts, which are not written as .npy"
            throw DataError(.unsupported, output.path, reason: reason, remedy: "use .csv, .json or .npz")
        }
        let isFirst = form.datatype == nil
        try form.add(tensor, output.path)
        if isFirst { try output.write(header(rowCount: .max)) }
        try output.write(tensor.bytes)
    }

    /// Columns of numbers are put side by side.
    func write(table columns: [Column]) throws(DataError) {
        let rows = columns.first?.values.rowCount ?? 0
        let matrix: Tensor
        do throws(TensorError) {
            matrix = try Chunk(firstRow: 0, rowCount: rows, values: .columns(columns)).joined()
        } catch {
            let reason = "the output is a table, and \(error)"
            throw DataError(.unsupported, output.path, reason: reason, remedy: "use .csv, .json or .npz")
        }
        try write(matrix)
    }

    func finish() throws(DataError) {
        guard form.datatype != nil else {
            let reason = "there is no output to write"
            throw DataError(.invalid, output.path, reason: reason, remedy: "give the model at least one row")
        }
        try output.finish(header: header(rowCount: form.rowCount))
    }

    func cancel() {
        output.cancel()
    }

    /// A header that is as long for every number of rows.
    private func header(rowCount: Int) -> [UInt8] {
        Self.header(descr: form.datatype?.npyDescr ?? "", rowShape: form.rowShape, rowCount: rowCount)
    }

    static func header(descr: String, rowShape: [Int], rowCount: Int) -> [UInt8] {
        let extents = [rowCount] + rowShape
        // Python writes a tuple of one with a comma.
        let shape = extents.map { String($0) }.joined(separator: ", ") + (extents.count == 1 ? "," : "")
        let text = "{'descr': '\(descr)', 'fortran_order': False, 'shape': (\(shape)), }"
        let spare = String(Int.max).utf8.count - String(rowCount).utf8.count
        let prefix = NpyHeader.magic.count + 4
        let unpadded = prefix + text.utf8.count + spare + 1
        let total = (unpadded + alignment - 1) / alignment * alignment
        let padding = total - prefix - text.utf8.count - 1
        let length = UInt16(total - prefix)
        return NpyHeader.magic + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)]
            + text.utf8 + [UInt8](repeating: UInt8(ascii: " "), count: padding) + [UInt8(ascii: "\n")]
    }
}
