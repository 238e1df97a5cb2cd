/// Points from a multivariate normal distribution N(μ, Σ).
public struct NormalDistribution: Sendable {
    /// μ, d numbers.
    public let mean: [Double]
    /// L with L Lᵀ = Σ, (d × d), lower triangle.
    private let factor: Matrix<Double>

    /// - Parameters:
    ///   - mean: μ, d numbers.
    ///   - covariance: Σ, (d × d), symmetric and positive definite; its lower triangle is read.
    /// - Throws: ``NumericsError`` when shapes do not fit, or Σ is not positive definite.
    /// - Complexity: O(d³).
    public init(mean: [Double], covariance: Matrix<Double>) throws(NumericsError) {
        guard covariance.rows == mean.count, covariance.columns == mean.count else {
            throw NumericsError(.wrongShape, "a mean of \(mean.count) numbers needs as many rows and columns")
        }
        self.mean = mean
        factor = try covariance.choleskyFactor()
    }

    /// - Parameters:
    ///   - count: how many points.
    ///   - random: where the randomness comes from.
    /// - Returns: (count × d), each row μ + L u with u from N(0, I).
    /// - Complexity: O(count d²).
    public func sample(_ count: Int, using random: inout SeededRandom) -> Matrix<Double> {
        let dimension = mean.count
        var points = Matrix<Double>(rows: count, columns: dimension)
        var normals = [Double](repeating: 0, count: dimension)
        for row in 0..<count {
            for axis in 0..<dimension { normals[axis] = random.normal() }
            for axis in 0..<dimension {
                points[row, axis] = (0...axis).reduce(mean[axis]) { $0 + factor[axis, $1] * normals[$1] }
            }
        }
        return points
    }
}
