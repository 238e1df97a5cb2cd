/// What a fit of ``LogisticRegression`` is told.
package struct LogisticOptions: Sendable {
    /// The costs C to choose from, each above 0 and at most 10⁶.
    package var costs: [Double]
    /// How many folds at most, at least 2.
    package var folds: Int
    /// Which rows of a class go to which fold.
    package var seed: UInt64
    /// How many threads share the work, on which the answer does not depend; nil for one a core.
    package var threads: Int?

    /// C where no class has two rows, so that nothing can be held out.
    let costWithoutTrials = 1.0

    /// - Parameters:
    ///   - costs: the costs C to choose from, each above 0 and at most 10⁶; nil for ten from 10⁻⁴ to 10⁴, evenly spread
    ///     over their logarithm.
    ///   - folds: how many folds at most, at least 2.
    ///   - seed: which rows of a class go to which fold.
    ///   - threads: how many threads share the work; nil for one a core.
    package init(costs: [Double]? = nil, folds: Int = 5, seed: UInt64 = 0, threads: Int? = nil) {
        self.costs = costs ?? Self.scale
        self.folds = folds
        self.seed = seed
        self.threads = threads
    }

    /// numpy's `logspace(-4, 4, 10)`.
    private static let scale = [
        0.0001, 0.000_774_263_682_681_127, 0.005_994_842_503_189_409, 0.046_415_888_336_127_774,
        0.359_381_366_380_462_6,
        2.782_559_402_207_126, 21.544_346_900_318_822, 166.810_053_720_005_58, 1291.549_665_014_884, 10000,
    ]

    func validate() throws(LabelledError) {
        // Above this, liblinear's steps lose all figures for data of common sizes.
        guard !costs.isEmpty, costs.allSatisfy({ $0 > 0 && $0 <= 1e6 }) else {
            throw LabelledError(.invalidArgument, "costs must be given, and be above 0 and at most 1000000")
        }
    }
}

/// A cost that was tried.
package struct LogisticTrial: Sendable, Equatable {
    /// C.
    package let cost: Double
    /// The part of held-out rows whose label was found.
    package let accuracy: Double
    /// The mean of −ln p over held-out rows, where p is what their label was given, at least 10⁻¹².
    package let logarithmicLoss: Double

    /// The least loss, and of equal ones the least cost.
    ///
    /// The accuracy of few rows is so coarse that many costs share it, and the folds' seed would decide between them.
    static func best(_ trials: [LogisticTrial]) -> LogisticTrial? {
        trials.min { ($0.logarithmicLoss, $0.cost) < ($1.logarithmicLoss, $1.cost) }
    }
}
