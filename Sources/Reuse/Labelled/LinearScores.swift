package import Numerics

/// Scores that are linear in a row's columns, one for each row of coefficients: the fitted part of every linear learner.
///
/// score = intercept + Σⱼ coefficientⱼ xⱼ, where xⱼ that is NaN or infinite counts as the column's mean.
package struct LinearScores: Sendable, Equatable {
    /// The mean of the finite numbers in each column of the rows that it was fitted on, d numbers.
    package let columnMeans: [Double]
    /// (k × d).
    package let coefficients: Matrix<Double>
    /// k numbers.
    package let intercepts: [Double]

    /// Most elements that a matrix of columns may have: 1 GiB as liblinear holds them.
    package static let largestElementCount = 1 << 26
    /// Larger numbers are not learnt from: their squares, and sums of those, must be finite.
    package static let largestMagnitude = 1e100

    init(
        columnMeans: [Double],
        coefficients: Matrix<Double>,
        intercepts: [Double]
    ) throws(LabelledError) {
        guard coefficients.elements.allSatisfy(\.isFinite), intercepts.allSatisfy(\.isFinite) else {
            throw LabelledError(.noConvergence, "the columns are of such sizes that coefficients are not finite")
        }
        self.columnMeans = columnMeans
        self.coefficients = coefficients
        self.intercepts = intercepts
    }

    /// The scores of rows.
    ///
    /// - Parameter columns: (n × d), in the order of those that it was fitted on.
    /// - Returns: (n × k).
    /// - Throws: ``LabelledError`` when there are not d columns, or a score overflows.
    /// - Complexity: O(n d k).
    package func scores(of columns: Matrix<Double>) throws(LabelledError) -> Matrix<Double> {
        guard columns.columns == columnMeans.count else {
            throw LabelledError(
                .wrongShape,
                "\(columns.columns) columns are not the \(columnMeans.count) that were learnt from"
            )
        }
        let repaired = Self.repaired(columns, means: columnMeans)
        var scores = Matrix<Double>(rows: columns.rows, columns: intercepts.count)
        for row in 0..<columns.rows {
            let values = repaired.row(row)
            for output in 0..<intercepts.count {
                scores[row, output] = zip(coefficients.row(output), values).reduce(intercepts[output]) {
                    $0 + $1.0 * $1.1
                }
            }
        }
        // Compared with others, NaN would name a class as if it were one.
        guard scores.elements.allSatisfy(\.isFinite) else {
            throw LabelledError(.invalidArgument, "a column is too large to be weighted")
        }
        return scores
    }

    /// The mean of each column's finite numbers; 0 where it has none.
    static func means(of columns: Matrix<Double>) -> [Double] {
        var means = [Double](repeating: 0, count: columns.columns)
        var counts = [Double](repeating: 0, count: columns.columns)
        for row in 0..<columns.rows {
            for (column, value) in columns.row(row).enumerated() where value.isFinite {
                counts[column] += 1
                // Step by step, because a sum of large numbers may overflow where their mean does not.
                means[column] += value / counts[column] - means[column] / counts[column]
            }
        }
        return means
    }

    /// The columns with means in the place of NaN and infinities.
    static func repaired(_ columns: Matrix<Double>, means: [Double]) -> Matrix<Double> {
        guard !columns.elements.allSatisfy(\.isFinite) else { return columns }
        var repaired = columns
        for row in 0..<columns.rows {
            for (column, value) in columns.row(row).enumerated() where !value.isFinite {
                repaired[row, column] = means[column]
            }
        }
        return repaired
    }

    static func validate(_ columns: Matrix<Double>) throws(LabelledError) {
        try validateSize(rows: columns.rows, columns: columns.columns)
        // Infinities count as missing, and so do not come into it.
        if let place = columns.elements.firstIndex(where: { $0.isFinite && $0.magnitude > largestMagnitude }) {
            throw LabelledError(
                .invalidArgument,
                "column \(place % columns.columns) of row \(place / columns.columns) is beyond \(largestMagnitude)"
            )
        }
    }

    static func validateSize(rows: Int, columns: Int) throws(LabelledError) {
        let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
        guard !overflow, count <= largestElementCount else {
            throw LabelledError(
                .tooLarge,
                "\(rows) rows of \(columns) columns are more than \(largestElementCount) numbers; label fewer rows"
            )
        }
    }
}
