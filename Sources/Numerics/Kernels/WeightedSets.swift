import CNumerics

/// Many weighted sets of points, one after another in one matrix.
package struct WeightedSets: Sendable {
    /// All points.
    package let points: Matrix<Double>
    /// One for each point.
    package let weights: [Double]
    /// Where each set's points begin, and where the last ends.
    package let starts: [Int]

    /// How many sets there are.
    package var count: Int { starts.count - 1 }

    /// - Parameters:
    ///   - sets: points of one length, and as many weights.
    ///   - columns: that length.
    /// - Throws: ``NumericsError`` when shapes do not fit.
    package init(
        _ sets: some Collection<(points: Matrix<Double>, weights: [Double])>,
        columns: Int
    ) throws(NumericsError) {
        var (starts, elements, weights) = ([0], [Double](), [Double]())
        let rows = sets.reduce(0) { $0 + $1.points.rows }
        elements.reserveCapacity(rows * columns)
        weights.reserveCapacity(rows)
        starts.reserveCapacity(sets.count + 1)
        for set in sets {
            guard set.points.columns == columns, set.points.rows == set.weights.count else {
                throw NumericsError(.wrongShape, "every set has points of \(columns) numbers, and a weight for each")
            }
            elements += set.points.elements
            weights += set.weights
            starts.append(weights.count)
        }
        points = Matrix(unchecked: elements, rows: rows, columns: columns)
        self.weights = weights
        self.starts = starts
    }

    /// Which rows are a set's.
    package func rows(of set: Int) -> Range<Int> { starts[set]..<starts[set + 1] }

    /// A copy of a set's points.
    package func points(of set: Int) -> Matrix<Double> { points.rows(rows(of: set)) }

    /// A copy of a set's weights.
    package func weights(of set: Int) -> [Double] { Array(weights[rows(of: set)]) }
}

extension GaussianKernel {
    /// Σᵢⱼ αᵢ βⱼ k(xᵢ, zⱼ) of some weighted points with each of many sets.
    ///
    /// Equal sets give equal bits, wherever they stand.
    ///
    /// - Parameters:
    ///   - x: (n × d).
    ///   - alpha: n weights.
    ///   - sets: what they are multiplied with.
    ///   - places: which of the sets; nil for all.
    ///   - threads: how many threads share the work; nil for one a core.
    /// - Returns: one number for each place, in their order.
    /// - Throws: ``NumericsError`` when shapes do not fit.
    /// - Complexity: O(n d) for each point of the sets.
    package func products(
        _ x: Matrix<Double>,
        _ alpha: [Double],
        with sets: WeightedSets,
        at places: [Int]? = nil,
        threads: Int?
    ) throws(NumericsError) -> [Double] {
        try x.validateSameColumns(as: sets.points)
        guard alpha.count == x.rows else {
            throw NumericsError(.wrongShape, "there must be a weight for each row")
        }
        let anchors = Anchors(x)
        let count = places?.count ?? sets.count
        let pieces = Pieces(rows: count, most: 64, least: 8)
        var products = [Double](repeating: 0, count: count)
        products.withUnsafeMutableBufferPointer { products in
            Parallel.forEach(pieces.count, threads: threads, with: PairBlock(anchors: anchors)) { piece, block in
                for index in pieces[piece] {
                    let rows = sets.rows(of: places?[index] ?? index)
                    var sum = 0.0
                    block.forEach(in: rows, of: sets.points, against: anchors, .gaussian(gamma)) { values in
                        sets.weights.withUnsafeBufferPointer { weights in
                            guard let weights = weights.baseAddress else { return }
                            let first = weights + values.rows.lowerBound
                            sum += lw_weighted_sum(values.block, values.rows.count, anchors.count, first, alpha)
                        }
                    }
                    products[index] = sum
                }
            }
        }
        return products
    }
}
