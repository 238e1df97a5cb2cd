package import Numerics

/// Looks for the points of a reduced set: good starts, then quasi-Newton steps down the true gradient.
///
/// What the reference does in its place (k-means from starts that may coincide, then three steps along a gradient that
/// lacks a factor 2) ends at several times the squared MMD.
package struct ReducedSetSearch: Sendable {
    /// K.
    package var pointCount: Int
    /// How many steps are taken on a part of the rows, or on all of them when they are few.
    package var steps = 20
    /// How many steps follow that keep away from the rows, where there is a guard.
    package var guardedSteps = 8
    /// How many steps follow on all rows in the place of either, when there are more than ``partSize``.
    package var finalSteps = 5
    /// The most rows that starts are looked for and first steps are taken on.
    package var partSize = 4096
    package var seed: UInt64 = 0
    /// Is told after each step which part of the steps was taken.
    package var progress: @Sendable (Double) -> Void = { _ in }

    package init(pointCount: Int) {
        self.pointCount = pointCount
    }

    /// What was found.
    package struct Result: Sendable {
        /// The set that is as near to the rows as the steps brought it.
        package var free: ReducedSet
        /// The set whose points keep away from the rows; the free one when there is no guard.
        package var guarded: ReducedSet
    }

    /// Looks for points and weights.
    ///
    /// - Parameters:
    ///   - problem: the rows and the kernel.
    ///   - keeper: keeps points away from rows; nil when they may be anywhere.
    /// - Returns: sets of K points.
    /// - Throws: `NumericsError` when a computation fails.
    /// - Complexity: O((steps · min(n, 4096) + finalSteps · n) K d).
    package func run(_ problem: ReducedSetProblem, keeper: PrivacyGuard?) throws(NumericsError) -> Result {
        var random = SeededRandom(seed: seed)
        let isLarge = problem.rows.rows > partSize
        let part = isLarge ? problem.part(random.distinctPlaces(partSize, below: problem.rows.rows)) : problem
        let start = try bestStart(part, using: &random)
        var free = try descend(part, from: start, steps: steps)
        guard let keeper else {
            if isLarge { free = try descend(problem, from: problem.weighted(free.points), steps: finalSteps) }
            return Result(free: free, guarded: free)
        }
        if isLarge { free = try problem.weighted(free.points) }
        let pushed = try problem.weighted(keeper.pushedAway(free.points, using: &random).points)
        let guarded = try descend(problem, from: pushed, steps: isLarge ? finalSteps : guardedSteps, keeper: keeper)
        return Result(free: free, guarded: guarded)
    }

    /// Sampled rows or k-means centres, whichever ends lower with the best weights.
    private func bestStart(_ part: ReducedSetProblem, using random: inout SeededRandom) throws(NumericsError)
        -> ReducedSet
    {
        let places = random.distinctPlaces(pointCount, below: part.rows.rows)
        let sampled = try part.weighted(part.rows.rows(at: places))
        var options = KMeans.Options(clusters: pointCount, seed: random.next())
        options.rounds = 5
        options.threads = part.threads
        let clustered = try part.weighted(KMeans(part.rows, options: options).centers)
        return clustered.objective < sampled.objective ? clustered : sampled
    }

    /// Steps down from a set; the result is never worse than the start.
    ///
    /// - Parameters:
    ///   - problem: the rows and the kernel.
    ///   - start: where to begin; its points keep away from the rows already when there is a guard.
    ///   - steps: how many steps at most.
    ///   - keeper: pushes the points of each step away from the rows (a projected step).
    /// - Returns: the set where the steps ended, with exact weights.
    /// - Throws: `NumericsError` when a computation fails.
    func descend(
        _ problem: ReducedSetProblem,
        from start: ReducedSet,
        steps: Int,
        keeper: PrivacyGuard? = nil
    ) throws(NumericsError) -> ReducedSet {
        guard steps > 0 else { return start }
        var random = SeededRandom(seed: seed &+ 1)
        let (rows, columns) = (start.points.rows, start.points.columns)
        // Remembered steps are as large as the set; a very wide one gets few.
        var model = QuasiNewton(memory: rows * columns > 1 << 18 ? 3 : 8)
        var tolerance = 1e-8
        var (here, gradient) = try problem.slope(start.points, tolerance: tolerance)
        let total = Double(self.steps + max(guardedSteps, finalSteps))
        let before = keeper == nil && problem.rows.rows <= partSize ? 0 : Double(self.steps)
        for step in 0..<steps where !Task.isCancelled {
            progress((before + Double(step)) / total)
            var direction = model.direction(gradient)
            var descent = direction.dot(gradient)
            if !(descent < 0) {
                model.forget()
                direction = gradient.map { -$0 }
                descent = direction.dot(gradient)
            }
            guard descent < -1e-18, descent.isFinite else { break }
            var length = model.isEmpty ? min(1, 0.02 * here.objective.magnitude / -descent) : 1
            var isLower = false
            for _ in 0..<(keeper == nil ? 8 : 4) {
                var points = here.points.elements
                points.add(length, direction)
                var matrix = Matrix(unchecked: points, rows: rows, columns: columns)
                if let keeper { matrix = try keeper.pushedAway(matrix, using: &random).points }
                let next = try problem.slope(matrix, tolerance: tolerance)
                let wanted = keeper == nil ? 1e-4 * length * descent : 0
                if next.set.objective < here.objective + wanted {
                    var change = next.gradient
                    change.add(-1, gradient)
                    var step = matrix.elements
                    step.add(-1, here.points.elements)
                    model.learn(step: step, change: change)
                    // Weights are solved for no more exactly than the steps need.
                    tolerance = max(1e-14, min(1e-7, 1e-3 * (here.objective - next.set.objective)))
                    (here, gradient) = next
                    isLower = true
                    break
                }
                length *= 0.3
            }
            guard isLower else { break }
        }
        let exact = try problem.weighted(here.points)
        return exact.objective <= start.objective ? exact : start
    }
}
