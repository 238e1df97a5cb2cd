/// Some consecutive rows of a data file.
package struct Chunk: Equatable, Sendable {
    /// The rows' values, by the kind of the file.
    package enum Values: Equatable, Sendable {
        /// Rows of one datatype: `FP64` (n × k) from texts, the file's own datatype and shape from `.npy`.
        case matrix(Tensor)
        /// Columns of shape (n), each with a name and a type of its own.
        case columns([Column])
        /// One text, or one file's bytes, for each row, `BYTES` of shape (n).
        case texts(Tensor)
    }

    /// The place of the chunk's first row in the file, counted from 0.
    package var firstRow: Int
    package var rowCount: Int
    package var values: Values

    package init(firstRow: Int, rowCount: Int, values: Values) {
        self.firstRow = firstRow
        self.rowCount = rowCount
        self.values = values
    }

    /// The rows as one tensor: columns of numbers are joined to an `FP64` matrix (n × k).
    ///
    /// - Returns: the tensor of the matrix, the texts or the joined columns.
    /// - Throws: ``TensorError`` when a column does not hold numbers.
    package func joined() throws(TensorError) -> Tensor {
        switch values {
        case .matrix(let tensor), .texts(let tensor): return tensor
        case .columns(let columns):
            var matrix = [Double](repeating: .nan, count: rowCount * columns.count)
            for column in columns where column.values.shape != [rowCount] {
                throw TensorError(.unequalParts, name: column.name)
            }
            for (place, column) in columns.enumerated() {
                for (row, value) in try column.doubles().enumerated() { matrix[row * columns.count + place] = value }
            }
            return try Tensor(name: "X", doubles: matrix, shape: [rowCount, columns.count])
        }
    }
}
