extension Matrix {
    /// The eigenvalues and eigenvectors of this matrix, which is symmetric: A = V diag(λ) Vᵀ.
    ///
    /// Only the lower triangle is read. LAPACK's divide and conquer (`syevd`).
    ///
    /// - Returns: λ in ascending order, and V with the eigenvectors in its columns, (n × n).
    /// - Throws: ``NumericsError`` when the matrix is not square, or LAPACK found no answer.
    /// - Complexity: O(n³).
    public func symmetricEigen() throws(NumericsError) -> (values: [Element], vectors: Matrix) {
        guard rows == columns, let size = Int32(exactly: rows) else {
            throw NumericsError(.wrongShape, "a matrix of \(rows) × \(columns) is not symmetric")
        }
        guard rows > 0 else { return ([], self) }
        var vectors = self
        var values = [Element](repeating: 0, count: rows)
        BLAS.keepToOneThread()
        let status = vectors.withElements { elements in
            values.withUnsafeMutableBufferPointer { values -> Int32 in
                guard let elements = elements.baseAddress, let values = values.baseAddress else { return -1 }
                return Element._decompose(symmetric: elements, size, values)
            }
        }
        guard status == 0 else {
            throw NumericsError(.noConvergence, "the eigenvalues were not found (LAPACK's status \(status))")
        }
        return (values, vectors)
    }
}
