package import Numerics

/// Points and weights that stand for many rows in a kernel's space.
package struct ReducedSet: Sendable {
    /// z, (K × d).
    package var points: Matrix<Double>
    /// β, K numbers.
    package var weights: [Double]
    /// ½ βᵀ K β − cᵀ β: half the squared MMD to the rows, less what does not depend on the set.
    package var objective: Double
}

/// The rows that a reduced set shall stand for, and the kernel.
///
/// With K the kernel between the points and cⱼ = (1/n) Σᵢ k(xᵢ, zⱼ), the squared MMD between rows and set is
/// βᵀ K β − 2 cᵀ β + (1/n²) Σᵢⱼ k(xᵢ, xⱼ) (Gretton et al. 2012, equation 5, for weighted points).
package struct ReducedSetProblem: Sendable {
    package let rows: Matrix<Double>
    package let kernel: GaussianKernel
    /// Whether weights are at least 0 and sum to 1; otherwise they are free.
    package let isNonnegative: Bool
    package let threads: Int?

    package init(rows: Matrix<Double>, kernel: GaussianKernel, isNonnegative: Bool = true, threads: Int? = nil) {
        self.rows = rows
        self.kernel = kernel
        self.isNonnegative = isNonnegative
        self.threads = threads
    }

    /// The same problem for some of its rows.
    func part(_ places: [Int]) -> ReducedSetProblem {
        ReducedSetProblem(
            rows: rows.rows(at: places),
            kernel: kernel,
            isNonnegative: isNonnegative,
            threads: threads
        )
    }

    /// A set with the weights that are best for its points.
    ///
    /// - Parameter points: (K × d).
    /// - Returns: the set.
    /// - Throws: `NumericsError` when a computation fails.
    /// - Complexity: O(n K d + K³).
    package func weighted(_ points: Matrix<Double>) throws(NumericsError) -> ReducedSet {
        let means = try kernel.means(of: rows, at: points, threads: threads)
        return try weighted(points, means: means)
    }

    /// A set with the weights that are best for its points, whose kernel means are known.
    func weighted(
        _ points: Matrix<Double>,
        means: [Double],
        tolerance: Double = 1e-14
    ) throws(NumericsError) -> ReducedSet {
        let program = try SimplexProgram(quadratic: kernel.matrix(points, points, threads: 1), linear: means)
        guard isNonnegative else {
            let weights = try program.freeWeights()
            return ReducedSet(points: points, weights: weights, objective: program.objective(weights))
        }
        let solution = program.solve(tolerance: tolerance)
        return ReducedSet(points: points, weights: solution.weights, objective: solution.objective)
    }

    /// The set that some points make with their best weights, and how its objective changes with the points.
    ///
    /// ∂/∂zᵢ = 2γ βᵢ [Σⱼ βⱼ k(zᵢ, zⱼ) (zⱼ − zᵢ) − (1/n) Σⱼ k(xⱼ, zᵢ) (xⱼ − zᵢ)], the true gradient: the reference has
    /// half of the first sum. The weights are at their optimum, so what they change adds nothing to the first order
    /// (variable projection, Golub and Pereyra 1973).
    ///
    /// - Parameters:
    ///   - points: z, (K × d).
    ///   - tolerance: how exactly the weights are solved for.
    /// - Returns: the set, and the gradient by the points, row by row.
    /// - Throws: `NumericsError` when a computation fails.
    /// - Complexity: O((n + K) K d + K³).
    func slope(
        _ points: Matrix<Double>,
        tolerance: Double
    ) throws(NumericsError) -> (set: ReducedSet, gradient: [Double]) {
        let data = try kernel.moments(of: rows, at: points, threads: threads)
        let set = try weighted(points, means: data.means, tolerance: tolerance)
        let own = try kernel.weightedMoments(of: points, set.weights)
        let scale = 2 * kernel.gamma
        let dimension = points.columns
        var gradient = own.shifts
        gradient.add(-1, data.shifts)
        for point in 0..<points.rows {
            for axis in 0..<dimension { gradient[point * dimension + axis] *= scale * set.weights[point] }
        }
        return (set, gradient)
    }
}
