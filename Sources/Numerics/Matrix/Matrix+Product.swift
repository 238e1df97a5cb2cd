/// A matrix as a factor of a product: as it is, or turned.
public struct Factor<Element: MatrixElement>: Sendable {
    let matrix: Matrix<Element>
    let isTransposed: Bool

    /// The matrix as it is.
    public static func plain(_ matrix: Matrix<Element>) -> Factor {
        Factor(matrix: matrix, isTransposed: false)
    }

    /// The matrix with rows and columns exchanged; nothing is copied.
    public static func transposed(_ matrix: Matrix<Element>) -> Factor {
        Factor(matrix: matrix, isTransposed: true)
    }

    var rows: Int { isTransposed ? matrix.columns : matrix.rows }
    var columns: Int { isTransposed ? matrix.rows : matrix.columns }
}

extension Matrix {
    /// The product A B of two matrices, each as it is or turned.
    ///
    /// The same to the last bit for every number of threads: they share the rows of the result.
    ///
    /// - Parameters:
    ///   - left: A, (m × k).
    ///   - right: B, (k × n).
    ///   - threads: how many threads share the work; nil for one a core.
    /// - Returns: (m × n).
    /// - Throws: ``NumericsError`` when A has not as many columns as B has rows.
    /// - Complexity: O(m n k).
    public static func product(
        _ left: Factor<Element>,
        _ right: Factor<Element>,
        threads: Int? = nil
    ) throws(NumericsError) -> Matrix {
        guard left.columns == right.rows else {
            throw NumericsError(
                .wrongShape,
                "no product of \(left.rows) × \(left.columns) and \(right.rows) × \(right.columns)"
            )
        }
        var result = Matrix(rows: left.rows, columns: right.columns)
        let shape = (rows: left.rows, columns: right.columns, inner: left.columns)
        guard shape.inner > 0 else { return result }
        // Blocks of a fixed height, so that BLAS sums in the same order whoever computes them.
        let height = 128
        let blocks = (shape.rows + height - 1) / height
        let isSmall = shape.rows * shape.columns * shape.inner < 1 << 18
        left.matrix.elements.withUnsafeBufferPointer { a in
            right.matrix.elements.withUnsafeBufferPointer { b in
                result.withElements { c in
                    guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress else { return }
                    Parallel.forEach(blocks, threads: isSmall ? 1 : threads) { block in
                        let first = block * height
                        let start = left.isTransposed ? first : first * left.matrix.columns
                        BLAS.multiply(
                            (min(height, shape.rows - first), shape.columns, shape.inner),
                            .init(a + start, stride: left.matrix.columns, isTransposed: left.isTransposed),
                            .init(b, stride: right.matrix.columns, isTransposed: right.isTransposed),
                            into: (c + first * shape.columns, stride: shape.columns)
                        )
                    }
                }
            }
        }
        return result
    }

    /// The product of this matrix and another.
    ///
    /// - Parameters:
    ///   - other: (k × n), where this is (m × k).
    ///   - threads: how many threads share the work; nil for one a core.
    /// - Returns: (m × n).
    /// - Throws: ``NumericsError`` when the shapes do not fit.
    public func multiplied(by other: Matrix, threads: Int? = nil) throws(NumericsError) -> Matrix {
        try Matrix.product(.plain(self), .plain(other), threads: threads)
    }
}
