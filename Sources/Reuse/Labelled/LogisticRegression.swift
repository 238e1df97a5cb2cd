package import Numerics

/// Logistic regression with a penalty on the squares of its coefficients, chosen by cross-validation.
///
/// Fitted by liblinear (Fan et al. 2008): with more than two classes, one function a class that tells it from the rest,
/// where scikit-learn's default fits one multinomial model; answers differ for rows between classes. The penalty is that
/// with the least loss on held-out rows, where scikit-learn takes the most accurate. Where two classes score the same, the
/// smaller label is the answer.
package struct LogisticRegression<Label: Hashable & Comparable & Sendable>: Sendable, Equatable {
    /// The fitted function: a row of coefficients for each class; for two classes one, which scores the second above 0.
    package let function: LinearScores
    /// The labels, ascending.
    package let classes: [Label]
    /// The cost of errors against that of coefficients, C, that was chosen.
    package let cost: Double
    /// All that were tried, ascending; empty where no row could be held out.
    package let trials: [LogisticTrial]

    /// - Parameters:
    ///   - columns: (n × d), n at least 2; NaN and infinities count as their column's mean.
    ///   - labels: n labels. Where all are the same, that is the answer for every row.
    ///   - options: what to choose from, and how.
    /// - Throws: ``LabelledError`` when shapes do not fit, an option is no such number, or the data is too large or of
    ///   such sizes that nothing is found.
    /// - Complexity: O(n d k) a step of Newton's, for k classes, each cost and each fold; threads share folds and costs.
    package init(
        fitting columns: Matrix<Double>,
        labels: [Label],
        options: LogisticOptions = LogisticOptions()
    ) throws(LabelledError) {
        guard columns.rows == labels.count else {
            throw .mismatch(rows: columns.rows, labels: labels.count)
        }
        try options.validate()
        try LinearScores.validate(columns)
        let folds = try Folds(stratifying: labels, most: options.folds, seed: options.seed)
        let classes = Set(labels).sorted()
        let places = Dictionary(uniqueKeysWithValues: zip(classes, 0...))
        let means = LinearScores.means(of: columns)
        let problem = LogisticProblem(
            LinearScores.repaired(columns, means: means),
            classes: labels.compactMap { places[$0] },
            count: classes.count
        )
        trials = classes.count > 1 ? try problem.trials(folds, options) : []
        cost = LogisticTrial.best(trials)?.cost ?? options.costWithoutTrials
        self.classes = classes
        function = try problem.fit(Array(0..<columns.rows), cost: cost, columnMeans: means)
    }

    /// The labels that go with rows.
    ///
    /// - Parameter columns: (n × d), in the order of those that it was fitted on.
    /// - Returns: n labels.
    /// - Throws: ``LabelledError`` when there are not d columns.
    package func predict(_ columns: Matrix<Double>) throws(LabelledError) -> [Label] {
        let scores = try function.scores(of: columns)
        return (0..<scores.rows).map { classes[scores.row($0).scoredPlace] }
    }
}
