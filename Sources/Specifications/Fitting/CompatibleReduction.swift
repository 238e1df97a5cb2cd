package import Numerics

/// The reduced-set algorithm of the Python package, step by step.
///
/// It is `learnware/specification/regular/table/rkme.py` of version 0.3.2 as its behaviour was recorded: weights by a
/// quadratic program, then steps of the points down what it takes for the gradient,
///
///     −2γ βᵢ [Σⱼ βⱼ k(zᵢ, zⱼ) (zᵢ − zⱼ) − (2/n) Σⱼ k(zᵢ, xⱼ) (zᵢ − xⱼ)],
///
/// whose first sum lacks a factor 2. That is kept. Its k-means is not: from starts that may be one row twice, it lets
/// clusters become empty and puts their centres at the origin; here they are spread (k-means++), and none is empty.
package enum CompatibleReduction {
    /// The points after one step, whatever the weights were made by.
    ///
    /// - Parameters:
    ///   - points: z, (K × d).
    ///   - weights: β, K numbers.
    ///   - problem: rows and kernel.
    ///   - stepSize: how far.
    /// - Returns: z − stepSize · gradient, (K × d).
    /// - Throws: `NumericsError` when a computation fails.
    /// - Complexity: O((n + K) K d).
    package static func step(
        _ points: Matrix<Double>,
        weights: [Double],
        _ problem: ReducedSetProblem,
        stepSize: Double
    ) throws(NumericsError) -> Matrix<Double> {
        let kernel = problem.kernel
        let own = try kernel.weightedMoments(of: points, weights)
        let data = try kernel.moments(of: problem.rows, at: points, threads: problem.threads)
        var moved = points
        for point in 0..<points.rows {
            for axis in 0..<points.columns {
                // Both shifts are of the others less the point, so the signs are turned.
                let place = point * points.columns + axis
                let slope = -2 * kernel.gamma * weights[point] * (2 * data.shifts[place] - own.shifts[place])
                moved[point, axis] -= stepSize * slope
            }
        }
        return moved
    }

    /// Points and weights after all steps, from points that are given.
    package static func run(
        _ problem: ReducedSetProblem,
        from points: Matrix<Double>,
        steps: Int,
        stepSize: Double
    ) throws(NumericsError) -> ReducedSet {
        var set = try problem.weighted(points)
        for _ in 0..<steps {
            set = try problem.weighted(step(set.points, weights: set.weights, problem, stepSize: stepSize))
        }
        return set
    }
}
