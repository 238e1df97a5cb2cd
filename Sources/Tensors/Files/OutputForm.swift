internal import Documents
internal import SystemPackage

/// The form of a sink's rows, which the first tensor decides and no later one may change.
struct OutputForm {
    private(set) var datatype: Datatype?
    private(set) var rowShape: [Int] = []
    private(set) var rowCount = 0

    /// Counts a tensor's rows.
    ///
    /// - Throws: ``DataError`` when the tensor has no rows and columns, or another form than those before.
    mutating func add(_ output: Tensor, _ path: FilePath?) throws(DataError) {
        let shape = Array(output.shape.dropFirst())
        guard let rows = output.rowCount, !shape.contains(0) else {
            let reason = "the output has the shape \(output.shape), which has no rows or no columns"
            throw DataError(
                .invalid,
                path,
                reason: reason,
                remedy: "let the model return one row for each row of input"
            )
        }
        if let datatype, datatype != output.datatype || rowShape != shape {
            let former = "\(datatype.rawValue) with rows of shape \(rowShape)"
            throw DataError(
                .invalid,
                path,
                row: rowCount + 1,
                reason: "the output changes from \(former) to \(output.datatype.rawValue) with rows of shape \(shape)",
                remedy: "let the model return the same form for every batch"
            )
        }
        datatype = output.datatype
        rowShape = shape
        rowCount += rows
    }
}
