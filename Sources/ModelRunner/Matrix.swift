import Tensors

extension Tensor {
    /// The matrix that a model gets as X.
    ///
    /// - Parameter rows: (n × d), every row of the same length.
    /// - Throws: ``RunError`` when there is no row, or they differ in length.
    init(rows: [[Double]]) throws(RunError) {
        let width = rows.first?.count ?? 0
        guard !rows.isEmpty, rows.allSatisfy({ $0.count == width }) else {
            throw RunError(.predict, .inputRefused, "the rows must be there, and all of one length")
        }
        do throws(TensorError) {
            try self.init(name: "X", doubles: rows.flatMap { $0 }, shape: [rows.count, width])
        } catch {
            throw RunError(.predict, .inputRefused, "\(error)")
        }
    }
}

extension [Tensor] {
    /// The first output as numbers, a row for each input row.
    ///
    /// - Parameter count: how many rows the input had.
    /// - Returns: (n × k), labels as numbers.
    /// - Throws: ``RunError`` when the output holds texts.
    func rows(count: Int) throws(RunError) -> [[Double]] {
        let values: [Double]
        do throws(TensorError) {
            values = try first?.doubles() ?? []
        } catch {
            throw RunError(.output, .outputInvalid, "the model's output is not numbers: \(error)")
        }
        let columns = values.count / Swift.max(1, count)
        return (0..<count).map { [Double](values[$0 * columns..<($0 + 1) * columns]) }
    }
}
