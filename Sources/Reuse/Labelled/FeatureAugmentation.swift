package import Numerics

/// The columns that a learner sees: the user's own, and what learnwares answered for the same rows.
///
/// Without answers they are the user's columns alone, and the same learner on those is what reuse is compared with.
package enum FeatureAugmentation {
    /// The user's columns, then each member's, side by side.
    ///
    /// - Parameters:
    ///   - rows: X, (n × d); NaN and infinities may be in it, and the learner replaces them.
    ///   - outputs: what each member answered, (n × kₘ): a column for labels or numbers, or all columns of scores.
    /// - Returns: (n × (d + Σkₘ)).
    /// - Throws: ``LabelledError`` when a member did not answer once for each row, or the whole is too large.
    package static func columns(
        _ rows: Matrix<Double>,
        outputs: [Matrix<Double>] = []
    ) throws(LabelledError) -> Matrix<Double> {
        if let place = outputs.firstIndex(where: { $0.rows != rows.rows }) {
            throw LabelledError(
                .wrongShape,
                "member \(place) answered \(outputs[place].rows) rows of \(rows.rows)"
            )
        }
        let width = outputs.reduce(rows.columns) { $0 + $1.columns }
        try LinearScores.validateSize(rows: rows.rows, columns: width)
        var elements: [Double] = []
        elements.reserveCapacity(rows.rows * width)
        for row in 0..<rows.rows {
            elements += rows.row(row)
            for output in outputs { elements += output.row(row) }
        }
        return Matrix(unchecked: elements, rows: rows.rows, columns: width)
    }
}
