package import Numerics

extension RKMETableSpecification {
    /// Rows in the features of the points: (x − mean) / scale where the specification is of standardised features.
    package func standardized(_ rows: Matrix<Double>) -> Matrix<Double> {
        standardization.map { TableData.standardized(rows, $0) } ?? rows
    }

    /// Points in the features of the points as rows of the features that were specified.
    package func unstandardized(_ points: Matrix<Double>) -> Matrix<Double> {
        guard let standardization else { return points }
        var rows = points
        for row in 0..<rows.rows {
            for column in 0..<rows.columns {
                rows[row, column] = points[row, column] * standardization.scale[column] + standardization.mean[column]
            }
        }
        return rows
    }

    /// (1/n) Σᵢⱼ βⱼ k(xᵢ, zⱼ): the inner product with the mean embedding of some rows.
    ///
    /// - Parameters:
    ///   - rows: (n × d), in the features of the points.
    ///   - threads: how many threads share the work; nil for one a core.
    /// - Returns: the inner product.
    /// - Throws: ``SpecificationError`` when shapes do not fit.
    /// - Complexity: O(n K d).
    package func mean(ofStandardized rows: Matrix<Double>, threads: Int?) throws(SpecificationError) -> Double {
        let kernel = try kernel
        return try numeric { () throws(NumericsError) in
            try kernel.means(of: rows, at: points, threads: threads).dot(weights)
        }
    }
}
