/// Weights that minimise ½ βᵀ K β − cᵀ β.
///
/// Over the simplex (β ≥ 0, Σβ = 1) this is the projection of a mean embedding on the hull of some points in a kernel's
/// space: K holds the kernel between the points, c the embedding's value in each.
public struct SimplexProgram: Sendable {
    /// K, (n × n), symmetric and positive semidefinite.
    public let quadratic: Matrix<Double>
    /// c, n numbers.
    public let linear: [Double]

    /// Most weights that a program may have: its matrix then has 128 MiB.
    public static let largestCount = 4096

    /// A solution, and the proof that it is one.
    public struct Solution: Sendable {
        /// β ≥ 0 with Σβ = 1 within a few roundings.
        public let weights: [Double]
        /// ½ βᵀ K β − cᵀ β.
        public let objective: Double
        /// How far the objective is at most above the least there is: gᵀβ − min g, where g = Kβ − c (Wolfe's dual).
        public let gap: Double
        /// Newton steps that were taken.
        public let iterations: Int
    }

    /// - Parameters:
    ///   - quadratic: K, (n × n), symmetric and positive semidefinite.
    ///   - linear: c, n numbers.
    /// - Throws: ``NumericsError`` when shapes do not fit, there is no weight or too many, or a number is not finite.
    public init(quadratic: Matrix<Double>, linear: [Double]) throws(NumericsError) {
        guard quadratic.rows == linear.count, quadratic.columns == linear.count, !linear.isEmpty else {
            throw NumericsError(
                .wrongShape,
                "\(linear.count) weights do not fit a matrix of \(quadratic.rows) × \(quadratic.columns)"
            )
        }
        guard linear.count <= Self.largestCount else {
            throw NumericsError(
                .invalidArgument,
                "\(linear.count) weights; a program has at most \(Self.largestCount)"
            )
        }
        guard quadratic.elements.allSatisfy(\.isFinite), linear.allSatisfy(\.isFinite) else {
            throw NumericsError(.invalidArgument, "a quadratic program holds a number that is not finite")
        }
        self.quadratic = quadratic
        self.linear = linear
    }

    /// ½ βᵀ K β − cᵀ β.
    public func objective(_ weights: [Double]) -> Double {
        0.5 * quadratic.timesSymmetric(weights).dot(weights) - linear.dot(weights)
    }

    /// β without a constraint: (K + ridge I)⁻¹ c.
    ///
    /// - Parameter ridge: what is added to the diagonal, so that equal points do no harm.
    /// - Returns: n weights of any sign and sum.
    /// - Throws: ``NumericsError`` when K + ridge I is not positive definite.
    /// - Complexity: O(n³ / 3).
    public func freeWeights(ridge: Double = 1e-5) throws(NumericsError) -> [Double] {
        var matrix = quadratic
        for index in 0..<matrix.rows { matrix[index, index] += ridge }
        return try matrix.solvePositiveDefinite(linear)
    }

    /// β over the simplex, by a primal-dual interior point (Mehrotra 1992).
    ///
    /// - Parameters:
    ///   - tolerance: the gap at which it stops, as a part of the largest number in K and c; it also stops when a step
    ///     gains nothing more, which is where roundings end it.
    ///   - limit: the most steps.
    /// - Returns: the weights with their gap.
    /// - Complexity: O(n³ / 3) a step, 10 to 20 steps.
    public func solve(tolerance: Double = 1e-14, limit: Int = 60) -> Solution {
        var path = InteriorPath(self)
        var best = solution(path.weights, iterations: 0)
        let scale = max(quadratic.elements.lazy.map(\.magnitude).max() ?? 0, linear.map(\.magnitude).max() ?? 0)
        var idle = 0
        while best.gap > tolerance * scale, path.steps < limit, idle < 3, path.advance() {
            let next = solution(path.weights, iterations: path.steps)
            idle = next.gap < 0.9 * best.gap ? 0 : idle + 1
            if next.gap < best.gap { best = next }
        }
        return Solution(
            weights: best.weights,
            objective: best.objective,
            gap: best.gap,
            iterations: path.steps
        )
    }

    /// The solution that some positive weights are when they are made to sum to 1.
    private func solution(_ weights: [Double], iterations: Int) -> Solution {
        let sum = weights.reduce(0, +)
        let weights = weights.map { $0 / sum }
        let product = quadratic.timesSymmetric(weights)
        var gradient = product
        gradient.add(-1, linear)
        let gap = gradient.dot(weights) - (gradient.min() ?? 0)
        return Solution(
            weights: weights,
            objective: 0.5 * product.dot(weights) - linear.dot(weights),
            gap: max(0, gap),
            iterations: iterations
        )
    }
}
