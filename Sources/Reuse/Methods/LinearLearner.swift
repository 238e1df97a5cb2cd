import Ensembles
import Numerics

/// Ridge regression for numbers, logistic regression for labels.
struct LinearLearner {
    let function: LinearScores
    /// Nil for numbers.
    let classes: LinearCombination.Classes?

    /// The learner as a combination of rows with answers of these widths.
    ///
    /// - Throws: ``ReuseError`` when all labels were the same, so that there is nothing to tell apart.
    func combination(columnCount: Int, widths: [Int]) throws(ReuseError) -> LinearCombination {
        guard classes?.count ?? 2 > 1 else { throw MethodFit.inapplicable("all labels are the same") }
        return try combining { () throws(EnsembleError) in
            try LinearCombination(
                columnCount: columnCount,
                widths: widths,
                means: function.columnMeans,
                coefficients: function.coefficients.elements,
                intercepts: function.intercepts,
                classes: classes
            )
        }
    }

    /// - Parameters:
    ///   - columns: a row for each of `rows`.
    ///   - targets: of all labelled rows.
    ///   - rows: those to learn from.
    ///   - seed: of the cross-validation.
    ///   - threads: how many threads share the work.
    /// - Throws: ``ReuseError`` when nothing can be learnt from them.
    init(
        _ columns: Matrix<Double>,
        targets: LabelledRows.Targets,
        rows: [Int],
        seed: UInt64,
        threads: Int?
    ) throws(ReuseError) {
        let options = LogisticOptions(seed: seed, threads: threads)
        switch targets {
        case .numbers(let truth):
            let model = Result { () throws(LabelledError) in
                try RidgeRegression(fitting: columns, targets: rows.map { truth[$0] })
            }
            function = try MethodFit.value(of: model).function
            classes = nil
        case .labels(.integers(let truth)):
            let model = Result { () throws(LabelledError) in
                try LogisticRegression(fitting: columns, labels: rows.map { truth[$0] }, options: options)
            }
            let fitted = try MethodFit.value(of: model)
            function = fitted.function
            classes = .integers(fitted.classes)
        case .labels(.texts(let truth)):
            let model = Result { () throws(LabelledError) in
                try LogisticRegression(fitting: columns, labels: rows.map { truth[$0] }, options: options)
            }
            let fitted = try MethodFit.value(of: model)
            function = fitted.function
            classes = .texts(fitted.classes)
        }
    }
}
