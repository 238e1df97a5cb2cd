package import Numerics

/// Linear regression with a penalty on the squares of its coefficients, chosen by leaving each row out.
///
/// The penalty α and the coefficients w minimise Σ(yᵢ − b − w·xᵢ)² + α|w|²; the intercept b is free. Columns are not
/// brought to one scale, as in scikit-learn's `RidgeCV`, which gives the same answer.
package struct RidgeRegression: Sendable, Equatable {
    /// What a fit is told.
    package struct Options: Sendable {
        /// The penalties α to choose from, each above 0.
        package var penalties: [Double]

        /// - Parameter penalties: the penalties α to choose from, each above 0.
        package init(penalties: [Double] = [0.01, 0.1, 1, 10, 100]) {
            self.penalties = penalties
        }
    }

    /// A penalty that was tried.
    package struct Trial: Sendable, Equatable {
        /// α.
        package let penalty: Double
        /// The mean squared error of rows that were left out; infinite where leaving a row out cannot be told.
        package let leaveOneOutError: Double
    }

    /// The fitted function: one row of coefficients.
    package let function: LinearScores
    /// The penalty that was chosen: the least error, and of equal ones the first.
    package let penalty: Double
    /// All that were tried, in the order of the options.
    package let trials: [Trial]

    /// Most rows or columns, whichever is less: the matrix between them has 512 MiB.
    package static let largestSide = 8192

    /// - Parameters:
    ///   - columns: (n × d), n at least 2; NaN and infinities count as their column's mean.
    ///   - targets: y, n numbers.
    ///   - options: the penalties to choose from.
    /// - Throws: ``LabelledError`` when shapes do not fit, a target or a penalty is no such number, or the data is too
    ///   large or of such sizes that nothing is found.
    /// - Complexity: O(n d min(n, d)).
    package init(
        fitting columns: Matrix<Double>,
        targets: [Double],
        options: Options = Options()
    ) throws(LabelledError) {
        try Self.validate(columns, targets, options)
        let means = LinearScores.means(of: columns)
        let spectrum = try RidgeSpectrum(LinearScores.repaired(columns, means: means), targets)
        let trials = options.penalties.map {
            Trial(penalty: $0, leaveOneOutError: spectrum.leaveOneOutError(penalty: $0))
        }
        let told = trials.filter(\.leaveOneOutError.isFinite)
        // Where none can be told, the largest penalty trusts the columns least.
        let best = told.min { $0.leaveOneOutError < $1.leaveOneOutError } ?? trials.max { $0.penalty < $1.penalty }
        penalty = best?.penalty ?? 1
        self.trials = trials
        function = try spectrum.function(penalty: penalty, columnMeans: means)
    }

    /// The numbers that go with rows.
    ///
    /// - Parameter columns: (n × d), in the order of those that it was fitted on.
    /// - Returns: n numbers.
    /// - Throws: ``LabelledError`` when there are not d columns.
    package func predict(_ columns: Matrix<Double>) throws(LabelledError) -> [Double] {
        try function.scores(of: columns).elements
    }

    private static func validate(
        _ columns: Matrix<Double>,
        _ targets: [Double],
        _ options: Options
    ) throws(LabelledError) {
        guard columns.rows == targets.count else {
            throw .mismatch(rows: columns.rows, labels: targets.count)
        }
        guard columns.rows >= 2 else {
            throw LabelledError(.tooFewRows, "\(columns.rows) labelled rows are too few for a line; give 2 or more")
        }
        guard !options.penalties.isEmpty, options.penalties.allSatisfy({ $0 > 0 && $0.isFinite }) else {
            throw LabelledError(.invalidArgument, "penalties must be given, and be finite and above 0")
        }
        if let place = targets.firstIndex(where: { !$0.isFinite }) {
            throw LabelledError(.invalidArgument, "the target of row \(place) is not a finite number")
        }
        try LinearScores.validate(columns)
        let side = min(columns.rows, columns.columns)
        guard side <= largestSide else {
            throw LabelledError(.tooLarge, "\(side) rows and more columns than that exceed \(largestSide)")
        }
    }
}
