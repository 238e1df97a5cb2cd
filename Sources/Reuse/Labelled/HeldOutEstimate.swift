/// How good a method is on rows that it was not fitted on.
///
/// Every row is asked about by what was fitted without it. The standard error takes rows as independent, though those of
/// one fold share a fit and fits share rows, so it is somewhat too small (no estimator is free of that: Bengio and
/// Grandvalet 2004).
package struct HeldOutEstimate: Sendable, Equatable {
    /// What is estimated.
    package enum Measure: Sendable, Equatable {
        /// The part of rows whose label was found; large is good.
        case accuracy
        /// The root of the mean squared error; small is good.
        case rootMeanSquaredError
    }

    /// How much better one method is than another on the same rows, and how sure that is.
    package struct Advantage: Sendable, Equatable {
        /// Above 0 when the first is better, in the measure's unit.
        package let difference: Double
        /// Its standard error, of the differences row by row.
        package let standardError: Double
    }

    /// What is estimated.
    package let measure: Measure
    /// The rows that were held out, ascending.
    package let rows: [Int]
    /// What each of them cost: 0 or 1, or the squared error.
    package let losses: [Double]

    /// The estimated accuracy or error.
    package var value: Double {
        let mean = Self.mean(losses)
        return measure == .accuracy ? 1 - mean : mean.squareRoot()
    }

    /// The standard error of ``value``; infinite for a single row.
    package var standardError: Double {
        Self.standardError(of: weighted)
    }

    /// How much better this method is than another that was asked about the same rows.
    ///
    /// - Parameter other: the other's estimate.
    /// - Returns: the difference, or nil when measures or rows are not the same.
    package func advantage(over other: HeldOutEstimate) -> Advantage? {
        guard measure == other.measure, rows == other.rows else { return nil }
        let difference = measure == .accuracy ? value - other.value : other.value - value
        let paired = zip(weighted, other.weighted).map { $0 - $1 }
        return Advantage(difference: difference, standardError: Self.standardError(of: paired))
    }

    /// What each row adds to the value, to first order: the derivative of a root is one over twice the root.
    private var weighted: [Double] {
        guard measure == .rootMeanSquaredError else { return losses }
        let root = value
        return root > 0 ? losses.map { $0 / (2 * root) } : losses
    }

    private static func mean(_ values: [Double]) -> Double {
        values.reduce(0, +) / Double(values.count)
    }

    private static func standardError(of values: [Double]) -> Double {
        guard values.count > 1 else { return .infinity }
        let mean = mean(values)
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (squares / Double(values.count - 1) / Double(values.count)).squareRoot()
    }
}

extension HeldOutEstimate {
    /// The accuracy of labels that a method gives rows that it was not fitted on.
    ///
    /// - Parameters:
    ///   - labels: the label of each row.
    ///   - folds: which rows are held out together.
    ///   - predict: fits on a split's training rows, and gives a label for each of its held-out rows, in their order.
    /// - Returns: the estimate.
    /// - Throws: ``LabelledError`` when no row can be held out, numbers of rows do not fit, or the method fails.
    package static func accuracy<Label: Equatable>(
        labels: [Label],
        folds: Folds,
        predict: (Folds.Split) throws(LabelledError) -> [Label]
    ) throws(LabelledError) -> HeldOutEstimate {
        try estimate(.accuracy, truth: labels, folds: folds, predict: predict) { $0 == $1 ? 0 : 1 }
    }

    /// The root of the mean squared error of numbers that a method gives rows that it was not fitted on.
    ///
    /// - Parameters:
    ///   - targets: the number of each row.
    ///   - folds: which rows are held out together.
    ///   - predict: fits on a split's training rows, and gives a number for each of its held-out rows, in their order.
    /// - Returns: the estimate.
    /// - Throws: ``LabelledError`` when no row can be held out, numbers of rows do not fit, or the method fails.
    package static func rootMeanSquaredError(
        targets: [Double],
        folds: Folds,
        predict: (Folds.Split) throws(LabelledError) -> [Double]
    ) throws(LabelledError) -> HeldOutEstimate {
        try estimate(.rootMeanSquaredError, truth: targets, folds: folds, predict: predict) { ($0 - $1) * ($0 - $1) }
    }

    private static func estimate<Answer>(
        _ measure: Measure,
        truth: [Answer],
        folds: Folds,
        predict: (Folds.Split) throws(LabelledError) -> [Answer],
        loss: (Answer, Answer) -> Double
    ) throws(LabelledError) -> HeldOutEstimate {
        guard folds.assignments.count == truth.count else {
            throw .mismatch(rows: folds.assignments.count, labels: truth.count)
        }
        guard folds.count > 0 else {
            throw LabelledError(.tooFewRows, "no label comes twice, so no row can be held out; label more rows")
        }
        var losses: [Int: Double] = [:]
        for split in folds.splits {
            let answers = try predict(split)
            guard answers.count == split.heldOut.count else {
                throw .mismatch(rows: split.heldOut.count, labels: answers.count)
            }
            for (row, answer) in zip(split.heldOut, answers) { losses[row] = loss(truth[row], answer) }
        }
        let rows = losses.keys.sorted()
        return HeldOutEstimate(measure: measure, rows: rows, losses: rows.compactMap { losses[$0] })
    }
}
