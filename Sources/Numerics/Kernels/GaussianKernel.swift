import CNumerics

/// The Gaussian kernel k(x, y) = exp(−γ ‖x − y‖²).
public struct GaussianKernel: Hashable, Sendable {
    /// γ, greater than 0.
    public let gamma: Double

    /// - Parameter gamma: γ, greater than 0.
    /// - Throws: ``NumericsError`` when it is not a finite number above 0.
    public init(gamma: Double) throws(NumericsError) {
        guard gamma.isFinite, gamma > 0 else {
            throw NumericsError(.invalidArgument, "gamma must be a finite number above 0, not \(gamma)")
        }
        self.gamma = gamma
    }

    /// k(xᵢ, yⱼ) for all rows.
    ///
    /// - Parameters:
    ///   - x: (n × d).
    ///   - y: (m × d).
    ///   - threads: how many threads share the work; nil for one a core.
    /// - Returns: (n × m), each within 1e-12 of itself where it is above 1e-4.
    /// - Throws: ``NumericsError`` when the rows differ in length.
    /// - Complexity: O(n m d).
    public func matrix(
        _ x: Matrix<Double>,
        _ y: Matrix<Double>,
        threads: Int? = nil
    ) throws(NumericsError) -> Matrix<Double> {
        try x.values(.gaussian(gamma), against: y, threads: threads)
    }

    /// Σᵢⱼ αᵢ βⱼ k(xᵢ, yⱼ): the inner product of two weighted sets of points in the kernel's space.
    ///
    /// Nothing larger than a block of pairs is kept.
    ///
    /// - Parameters:
    ///   - x: (n × d).
    ///   - alpha: n weights.
    ///   - y: (m × d).
    ///   - beta: m weights.
    ///   - threads: how many threads share the work; nil for one a core.
    /// - Returns: the sum.
    /// - Throws: ``NumericsError`` when shapes do not fit.
    /// - Complexity: O(n m d).
    public func sum(
        _ x: Matrix<Double>,
        _ alpha: [Double],
        _ y: Matrix<Double>,
        _ beta: [Double],
        threads: Int? = nil
    ) throws(NumericsError) -> Double {
        try x.validateSameColumns(as: y)
        guard alpha.count == x.rows, beta.count == y.rows else {
            throw NumericsError(.wrongShape, "there must be a weight for each row")
        }
        let anchors = Anchors(y)
        let pieces = Pieces(rows: x.rows)
        var sums = [Double](repeating: 0, count: pieces.count)
        sums.withUnsafeMutableBufferPointer { sums in
            Parallel.forEach(pieces.count, threads: threads, with: PairBlock(anchors: anchors)) { piece, block in
                var sum = 0.0
                block.forEach(in: pieces[piece], of: x, against: anchors, .gaussian(gamma)) { values in
                    sum += weightedSum(values, anchors.count, alpha, beta)
                }
                sums[piece] = sum
            }
        }
        return sums.reduce(0, +)
    }

    private func weightedSum(_ values: PairBlock.Values, _ columns: Int, _ alpha: [Double], _ beta: [Double]) -> Double
    {
        alpha.withUnsafeBufferPointer { alpha in
            guard let alpha = alpha.baseAddress else { return 0 }
            return lw_weighted_sum(
                values.block,
                values.rows.count,
                columns,
                alpha + values.rows.lowerBound,
                beta
            )
        }
    }

    /// (1/n) Σᵢ k(xᵢ, zⱼ) for each zⱼ: the mean embedding of the rows of x, looked at in the points z.
    ///
    /// - Parameters:
    ///   - x: (n × d).
    ///   - points: z, (m × d).
    ///   - threads: how many threads share the work; nil for one a core.
    /// - Returns: m numbers.
    /// - Throws: ``NumericsError`` when the rows differ in length, or there are none.
    /// - Complexity: O(n m d).
    public func means(
        of x: Matrix<Double>,
        at points: Matrix<Double>,
        threads: Int? = nil
    ) throws(NumericsError) -> [Double] {
        try moments(of: x, at: points, threads: threads, withSums: false).means
    }

    /// (1/n²) Σᵢⱼ k(xᵢ, xⱼ): the squared norm of the mean embedding of the rows of x.
    ///
    /// - Parameters:
    ///   - x: (n × d).
    ///   - threads: how many threads share the work; nil for one a core.
    /// - Returns: the squared norm.
    /// - Throws: ``NumericsError`` when there is no row.
    /// - Complexity: O(n² d / 2): each pair is looked at once.
    public func squaredNorm(of x: Matrix<Double>, threads: Int? = nil) throws(NumericsError) -> Double {
        guard x.rows > 0 else { throw NumericsError(.wrongShape, "no row has no mean") }
        let origin = x.columnMeans
        let height = 512
        let count = (x.rows + height - 1) / height
        var sums = [Double](repeating: 0, count: count)
        let ones = [Double](repeating: 1, count: height)
        sums.withUnsafeMutableBufferPointer { sums in
            Parallel.forEach(count, threads: threads) { piece in
                let rows = piece * height..<min(x.rows, (piece + 1) * height)
                let anchors = Anchors(x.rows(rows), origin: origin)
                var block = PairBlock(anchors: anchors)
                var (before, among) = (0.0, 0.0)
                block.forEach(in: 0..<rows.lowerBound, of: x, against: anchors, .gaussian(gamma)) { values in
                    before += lw_weighted_sum(values.block, values.rows.count, rows.count, ones, ones)
                }
                block.forEach(in: rows, of: x, against: anchors, .gaussian(gamma)) { values in
                    among += lw_weighted_sum(values.block, values.rows.count, rows.count, ones, ones)
                }
                sums[piece] = 2 * before + among
            }
        }
        return sums.reduce(0, +) / (Double(x.rows) * Double(x.rows))
    }
}

extension GaussianKernel {
    /// Σⱼ βⱼ k(zⱼ, xᵢ) for each row xᵢ: what some weighted points are in the kernel's space, looked at in the rows.
    ///
    /// - Parameters:
    ///   - points: z, (m × d).
    ///   - weights: β, m numbers.
    ///   - x: (n × d).
    ///   - threads: how many threads share the work; nil for one a core.
    /// - Returns: n numbers.
    /// - Throws: ``NumericsError`` when shapes do not fit.
    /// - Complexity: O(n m d).
    public func weightedValues(
        _ points: Matrix<Double>,
        _ weights: [Double],
        at x: Matrix<Double>,
        threads: Int? = nil
    ) throws(NumericsError) -> [Double] {
        try x.validateSameColumns(as: points)
        guard weights.count == points.rows else {
            throw NumericsError(.wrongShape, "there must be a weight for each row")
        }
        let anchors = Anchors(points)
        let pieces = Pieces(rows: x.rows)
        var sums = [Double](repeating: 0, count: x.rows)
        sums.withUnsafeMutableBufferPointer { sums in
            Parallel.forEach(pieces.count, threads: threads, with: PairBlock(anchors: anchors)) { piece, block in
                block.forEach(in: pieces[piece], of: x, against: anchors, .gaussian(gamma)) { values in
                    guard let target = sums.baseAddress else { return }
                    let first = values.rows.lowerBound
                    lw_row_sums(values.block, values.rows.count, anchors.count, weights, target + first)
                }
            }
        }
        return sums
    }
}

extension GaussianKernel {
    /// Σᵢⱼ βᵢ βⱼ k(zᵢ, zⱼ) of many weighted sets, each by itself.
    ///
    /// - Parameters:
    ///   - sets: points and weights, as many of each.
    ///   - threads: how many threads share the work; nil for one a core.
    /// - Returns: one squared norm for each set.
    /// - Throws: ``NumericsError`` when a set has not as many weights as points.
    /// - Complexity: O(m² d) a set.
    package func squaredNorms(
        _ sets: [(points: Matrix<Double>, weights: [Double])],
        threads: Int?
    ) throws(NumericsError) -> [Double] {
        guard sets.allSatisfy({ $0.points.rows == $0.weights.count }) else {
            throw NumericsError(.wrongShape, "there must be a weight for each row")
        }
        var norms = [Double](repeating: 0, count: sets.count)
        norms.withUnsafeMutableBufferPointer { norms in
            Parallel.forEach(sets.count, threads: threads) { place in
                let (points, weights) = sets[place]
                let anchors = Anchors(points)
                var block = PairBlock(anchors: anchors)
                var sum = 0.0
                block.forEach(in: 0..<points.rows, of: points, against: anchors, .gaussian(gamma)) { values in
                    sum += weightedSum(values, anchors.count, weights, weights)
                }
                norms[place] = sum
            }
        }
        return norms
    }
}
