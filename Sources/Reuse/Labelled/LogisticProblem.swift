import Numerics

/// Rows and their classes, of which parts are fitted for several costs.
struct LogisticProblem: Sendable {
    private let columns: Matrix<Double>
    private let classes: [Int]
    private let classCount: Int
    private let rows: LiblinearRows

    /// - Parameters:
    ///   - columns: (n × d), finite.
    ///   - classes: the class of each row, from 0 on.
    ///   - count: how many classes there are.
    init(_ columns: Matrix<Double>, classes: [Int], count: Int) {
        self.columns = columns
        self.classes = classes
        classCount = count
        rows = LiblinearRows(columns)
    }

    /// One line tells two classes apart.
    private var scoredClasses: Range<Int> {
        classCount > 2 ? 0..<classCount : 1..<classCount
    }

    /// A function that scores each class, or the second of two, fitted on some rows among which every class is.
    func fit(_ training: [Int], cost: Double, columnMeans: [Double]) throws(LabelledError) -> LinearScores {
        var coefficients: [Double] = []
        var intercepts: [Double] = []
        for place in scoredClasses {
            let line = rows.fit(training, isSecond: classes.map { $0 == place }, cost: cost)
            coefficients += line.coefficients
            intercepts.append(line.intercept)
        }
        // Nothing needs to be told apart from one class.
        if classCount == 1 { (coefficients, intercepts) = ([Double](repeating: 0, count: columns.columns), [0]) }
        return try LinearScores(
            columnMeans: columnMeans,
            coefficients: Matrix(unchecked: coefficients, rows: intercepts.count, columns: columns.columns),
            intercepts: intercepts
        )
    }

    /// Fits for each cost without each fold, and asks about the fold.
    ///
    /// - Returns: a trial for each cost, ascending; none where there are no folds.
    func trials(_ folds: Folds, _ options: LogisticOptions) throws(LabelledError) -> [LogisticTrial] {
        let (splits, costs) = (folds.splits, options.costs.sorted())
        guard !splits.isEmpty else { return [] }
        let count = splits.count * costs.count
        var results = [HeldOut?](repeating: nil, count: count)
        results.withUnsafeMutableBufferPointer { results in
            // SAFETY: each piece writes its own element.
            nonisolated(unsafe) let results = results
            Parallel.forEach(count, threads: options.threads) { piece in
                results[piece] = try? heldOut(splits[piece % splits.count], cost: costs[piece / splits.count])
            }
        }
        let found = results.compactMap { $0 }
        guard found.count == count else {
            throw LabelledError(.noConvergence, "the columns are of such sizes that coefficients are not finite")
        }
        return costs.indices.map { place in
            let parts = found[place * splits.count..<(place + 1) * splits.count]
            let rows = parts.reduce(0) { $0 + $1.rows }
            return LogisticTrial(
                cost: costs[place],
                accuracy: Double(parts.reduce(0) { $0 + $1.right }) / Double(rows),
                logarithmicLoss: parts.reduce(0) { $0 + $1.loss } / Double(rows)
            )
        }
    }

    private struct HeldOut {
        var rows: Int
        var right: Int
        var loss: Double
    }

    private func heldOut(_ split: Folds.Split, cost: Double) throws(LabelledError) -> HeldOut {
        let means = [Double](repeating: 0, count: columns.columns)
        let scores = try fit(split.training, cost: cost, columnMeans: means)
            .scores(of: columns.rows(at: split.heldOut))
        var (right, loss) = (0, 0.0)
        for (place, row) in split.heldOut.enumerated() {
            let scores = scores.row(place)
            if scores.scoredPlace == classes[row] { right += 1 }
            loss -= Logarithm.of(max(1e-12, Self.probability(of: classes[row], scores)))
        }
        return HeldOut(rows: split.heldOut.count, right: right, loss: loss)
    }

    /// What a class has of the whole: of two classes the logistic function, of more their logistic functions' shares.
    private static func probability(of place: Int, _ scores: ArraySlice<Double>) -> Double {
        let scores = Array(scores)
        guard scores.count > 1 else { return logistic(place == 1 ? scores[0] : -scores[0]) }
        return logistic(scores[place]) / max(1e-300, scores.reduce(0) { $0 + logistic($1) })
    }

    private static func logistic(_ score: Double) -> Double {
        1 / (1 + Exponential.of(-score))
    }
}
