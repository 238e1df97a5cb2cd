import Tensors

extension Tensor {
    /// The matrix that a model gets as X.
    ///
    /// - Parameters:
    ///   - values: (n × d), row by row.
    ///   - columns: d.
    /// - Throws: ``RunError`` when they are no whole number of rows.
    init(values: [Double], columns: Int) throws(RunError) {
        guard columns > 0, !values.isEmpty, values.count.isMultiple(of: columns) else {
            throw RunError(.predict, .inputRefused, "the values must be there, and a whole number of rows")
        }
        do throws(TensorError) {
            try self.init(name: "X", doubles: values, shape: [values.count / columns, columns])
        } catch {
            throw RunError(.predict, .inputRefused, "\(error)")
        }
    }

    /// The matrix that a model gets as X.
    ///
    /// - Parameter rows: (n × d), every row of the same length.
    /// - Throws: ``RunError`` when there is no row, or they differ in length.
    init(rows: [[Double]]) throws(RunError) {
        let width = rows.first?.count ?? 0
        guard !rows.isEmpty, rows.allSatisfy({ $0.count == width }) else {
            throw RunError(.predict, .inputRefused, "the rows must be there, and all of one length")
        }
        try self.init(values: rows.flatMap { $0 }, columns: width)
    }
}

extension [Tensor] {
    /// The first output as numbers, row by row.
    ///
    /// - Returns: (n × k), labels as numbers.
    /// - Throws: ``RunError`` when the output holds texts.
    func numbers() throws(RunError) -> [Double] {
        do throws(TensorError) {
            return try first?.doubles() ?? []
        } catch {
            throw RunError(.output, .outputInvalid, "the model's output is not numbers: \(error)")
        }
    }

    /// The first output as numbers, a row for each input row.
    ///
    /// - Parameter count: how many rows the input had.
    /// - Returns: (n × k), labels as numbers.
    /// - Throws: ``RunError`` when the output holds texts.
    func rows(count: Int) throws(RunError) -> [[Double]] {
        let values = try numbers()
        let columns = values.count / Swift.max(1, count)
        return (0..<count).map { [Double](values[$0 * columns..<($0 + 1) * columns]) }
    }
}
