/// How the job selector is fitted.
package struct JobSelectorOptions: Sendable {
    /// True to draw points from the specifications, in the proportions that the user's rows have; false to take the
    /// specifications' own points.
    package var herds: Bool
    /// Points that are drawn, all learnwares together.
    package var pointCount: Int
    /// Prices of a point on the wrong side that cross-validation chooses from.
    package var costs: [Double]
    /// γ that it chooses from, times the number of columns.
    package var gammas: [Double]
    /// Folds of the cross-validation.
    package var folds: Int

    package init(
        herds: Bool = true,
        pointCount: Int = 1000,
        costs: [Double] = [1, 10, 100],
        gammas: [Double] = [0.1, 0.3, 1, 3],
        folds: Int = 5
    ) {
        self.herds = herds
        self.pointCount = pointCount
        self.costs = costs
        self.gammas = gammas
        self.folds = folds
    }

    /// The fewest points of a learnware.
    static let leastPoints = 5
    /// Candidates for each point that is drawn.
    ///
    /// The Python package has 100; a classifier is as good from fewer.
    static let candidates = 20
    /// The most points that cross-validation looks at; their kernels take 16 bytes a pair.
    static let mostValidated = 1500

    func validate() throws(ReuseError) {
        guard (1...100_000).contains(pointCount), (2...20).contains(folds) else {
            throw ReuseError(.invalidRequest, "a selector is fitted to 1 to 100000 points, in 2 to 20 folds")
        }
        let numbers = costs + gammas
        guard !costs.isEmpty, !gammas.isEmpty, numbers.allSatisfy({ $0 > 0 && $0 <= 1e9 }) else {
            throw ReuseError(.invalidRequest, "costs and gammas are numbers above 0")
        }
    }
}
