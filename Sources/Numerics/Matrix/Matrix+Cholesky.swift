import CBLAS

extension Matrix where Element == Double {
    /// L with L Lᵀ equal to this matrix, which is symmetric and positive definite.
    ///
    /// Only the lower triangle is read; above the diagonal, the factor is 0.
    ///
    /// - Returns: (n × n).
    /// - Throws: ``NumericsError`` when the matrix is not square or not positive definite.
    /// - Complexity: O(n³ / 3).
    public func choleskyFactor() throws(NumericsError) -> Matrix {
        try validateSquare()
        var factor = self
        guard factor.factorize() else {
            throw NumericsError(.noConvergence, "the matrix is not positive definite")
        }
        for row in 0..<rows {
            for column in row + 1..<max(row + 1, columns) { factor[row, column] = 0 }
        }
        return factor
    }

    /// The solution x of A x = b, where A is this matrix, symmetric and positive definite.
    ///
    /// - Parameter right: b, n numbers.
    /// - Returns: x.
    /// - Throws: ``NumericsError`` when shapes do not fit, or A is not positive definite.
    /// - Complexity: O(n³ / 3).
    public func solvePositiveDefinite(_ right: [Double]) throws(NumericsError) -> [Double] {
        try validateSquare()
        guard right.count == rows else {
            throw NumericsError(.wrongShape, "\(right.count) numbers are not one for each of \(rows) rows")
        }
        var factor = self
        guard factor.factorize() else {
            throw NumericsError(.noConvergence, "the matrix is not positive definite")
        }
        var solution = right
        factor.solveFactorized(&solution)
        return solution
    }

    private func validateSquare() throws(NumericsError) {
        guard rows == columns, Int32(exactly: rows) != nil else {
            throw NumericsError(.wrongShape, "a matrix of \(rows) × \(columns) is not square")
        }
    }

    /// Replaces the lower triangle by its Cholesky factor.
    ///
    /// LAPACK sees rows as columns, so its upper triangle is the lower one here, and nothing is turned.
    ///
    /// - Returns: false when the matrix is not positive definite.
    package mutating func factorize() -> Bool {
        let size = Int32(rows)
        BLAS.keepToOneThread()
        return withElements { elements in
            guard let start = elements.baseAddress else { return true }
            return LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, 0x55, size, start, size) == 0
        }
    }

    /// Replaces b by the solution, in a matrix that ``factorize()`` was called on.
    package func solveFactorized(_ right: inout [Double]) {
        let size = Int32(rows)
        elements.withUnsafeBufferPointer { factor in
            guard let factor = factor.baseAddress else { return }
            cblas_dtrsv(CblasRowMajor, CblasLower, CblasNoTrans, CblasNonUnit, size, factor, size, &right, 1)
            cblas_dtrsv(CblasRowMajor, CblasLower, CblasTrans, CblasNonUnit, size, factor, size, &right, 1)
        }
    }

    /// The product of this matrix, which is symmetric, and a vector.
    func timesSymmetric(_ vector: [Double]) -> [Double] {
        var product = [Double](repeating: 0, count: rows)
        let size = Int32(rows)
        BLAS.keepToOneThread()
        elements.withUnsafeBufferPointer { elements in
            guard let start = elements.baseAddress else { return }
            cblas_dgemv(CblasRowMajor, CblasNoTrans, size, size, 1, start, size, vector, 1, 0, &product, 1)
        }
        return product
    }
}

extension [Double] {
    /// Σᵢ aᵢ bᵢ.
    package func dot(_ other: [Double]) -> Double {
        precondition(count == other.count, "a scalar product is of two vectors of one length")
        return cblas_ddot(Int32(count), self, 1, other, 1)
    }

    /// Adds a multiple of another vector.
    package mutating func add(_ factor: Double, _ other: [Double]) {
        precondition(count == other.count, "only vectors of one length are added")
        cblas_daxpy(Int32(count), factor, other, 1, &self, 1)
    }
}
