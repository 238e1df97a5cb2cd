import CNumerics

/// What the rows of a matrix tell about a few points in a kernel's space.
package struct KernelMoments: Sendable {
    /// cⱼ = (1/n) Σᵢ k(xᵢ, zⱼ).
    package var means: [Double]
    /// (1/n) Σᵢ k(xᵢ, zⱼ) (xᵢ − zⱼ), row by row, (m × d); empty when it was not asked for.
    package var shifts: [Double]
}

extension GaussianKernel {
    /// The kernel's means of x at some points, and with them what pulls each point.
    ///
    /// - Parameters:
    ///   - x: (n × d).
    ///   - points: z, (m × d).
    ///   - threads: how many threads share the work; nil for one a core.
    ///   - withSums: whether the shifts are wanted, which cost as much again.
    /// - Returns: means and shifts.
    /// - Throws: ``NumericsError`` when the rows differ in length, or there are none.
    /// - Complexity: O(n m d), by two matrix products for each block of rows.
    package func moments(
        of x: Matrix<Double>,
        at points: Matrix<Double>,
        threads: Int?,
        withSums: Bool = true
    ) throws(NumericsError) -> KernelMoments {
        try x.validateSameColumns(as: points)
        guard x.rows > 0 else { throw NumericsError(.wrongShape, "no row has no mean") }
        let anchors = Anchors(points)
        let (count, dimension) = (points.rows, points.columns)
        let pieces = Pieces(rows: x.rows)
        let width = withSums ? dimension : 0
        var means = [Double](repeating: 0, count: pieces.count * count)
        var sums = [Double](repeating: 0, count: pieces.count * count * width)
        means.withUnsafeMutableBufferPointer { means in
            sums.withUnsafeMutableBufferPointer { sums in
                guard let means = means.baseAddress else { return }
                Parallel.forEach(pieces.count, threads: threads, with: PairBlock(anchors: anchors)) { piece, block in
                    block.forEach(in: pieces[piece], of: x, against: anchors, .gaussian(gamma)) { values in
                        let rows = values.rows.count
                        lw_add_columns(values.block, rows, count, count, means + piece * count)
                        guard width > 0, let sums = sums.baseAddress else { return }
                        BLAS.multiply(
                            (count, dimension, rows),
                            .init(values.block, stride: count, isTransposed: true),
                            .init(values.centered, stride: dimension),
                            beta: 1,
                            into: (sums + piece * count * dimension, stride: dimension)
                        )
                    }
                }
            }
        }
        let scale = 1 / Double(x.rows)
        let mean = Self.addPieces(means, count: count, scale: scale)
        var shifts = Self.addPieces(sums, count: count * width, scale: scale)
        for point in 0..<(width > 0 ? count : 0) {
            for axis in 0..<dimension {
                let place = point * dimension + axis
                shifts[place] -= mean[point] * anchors.centered[place]
            }
        }
        return KernelMoments(means: mean, shifts: shifts)
    }

    private static func addPieces(_ parts: [Double], count: Int, scale: Double) -> [Double] {
        guard count > 0 else { return [] }
        var total = [Double](repeating: 0, count: count)
        lw_add_columns(parts, parts.count / count, count, count, &total)
        return total.map { $0 * scale }
    }
}

extension GaussianKernel {
    /// Σⱼ βⱼ k(zⱼ, zᵢ) and Σⱼ βⱼ k(zⱼ, zᵢ) (zⱼ − zᵢ) for each zᵢ: what some weighted points do to each other.
    ///
    /// - Parameters:
    ///   - points: z, (m × d).
    ///   - weights: β, m numbers.
    /// - Returns: sums and shifts, (m) and (m × d).
    /// - Throws: ``NumericsError`` when shapes do not fit.
    /// - Complexity: O(m² d).
    package func weightedMoments(
        of points: Matrix<Double>,
        _ weights: [Double]
    ) throws(NumericsError) -> KernelMoments {
        guard weights.count == points.rows else {
            throw NumericsError(.wrongShape, "there must be a weight for each row")
        }
        let (count, dimension) = (points.rows, points.columns)
        let anchors = Anchors(points)
        var sums = [Double](repeating: 0, count: count)
        var shifts = [Double](repeating: 0, count: count * dimension)
        // βⱼ zⱼ, so that the weighted sum of points is one product with the kernel.
        var weighted = anchors.centered
        for point in 0..<count {
            for axis in 0..<dimension { weighted[point * dimension + axis] *= weights[point] }
        }
        var block = PairBlock(anchors: anchors)
        shifts.withUnsafeMutableBufferPointer { shifts in
            guard let shifts = shifts.baseAddress else { return }
            block.forEach(in: 0..<count, of: points, against: anchors, .gaussian(gamma)) { values in
                let (first, height) = (values.rows.lowerBound, values.rows.count)
                sums.withUnsafeMutableBufferPointer { sums in
                    guard let sums = sums.baseAddress else { return }
                    lw_row_sums(values.block, height, count, weights, sums + first)
                }
                weighted.withUnsafeBufferPointer { weighted in
                    guard let weighted = weighted.baseAddress else { return }
                    BLAS.multiply(
                        (height, dimension, count),
                        .init(values.block, stride: count),
                        .init(weighted, stride: dimension),
                        into: (shifts + first * dimension, stride: dimension)
                    )
                }
            }
        }
        for point in 0..<count {
            for axis in 0..<dimension {
                let place = point * dimension + axis
                shifts[place] -= sums[point] * anchors.centered[place]
            }
        }
        return KernelMoments(means: sums, shifts: shifts)
    }
}
