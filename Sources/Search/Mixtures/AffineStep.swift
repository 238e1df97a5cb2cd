import Numerics

/// What adding one more member to a mixture can gain at most.
///
/// With v the mixture and u the query, moving towards j changes the squared distance at the rate 2 ⟨v − u, j − v⟩. Weights of
/// any sign over the members and j, summing to 1, reach v's distance less ⟨v − u, j − v⟩² / r, where r is the squared
/// distance of j from the members' affine hull. Over the simplex no more can be gained, and just as much where no weight
/// comes out negative.
struct AffineStep {
    /// ⟨v, v⟩ − ⟨u, v⟩.
    private let level: Double
    private let weights: [Double]
    /// The factor of the members' differences' products, and those of the first.
    private let factor: [[Double]]
    private let firstRow: [Double]
    private let firstNorm: Double

    /// - Parameters:
    ///   - weights: of the members.
    ///   - gram: ⟨i, j⟩ among them.
    ///   - cross: ⟨u, i⟩ of them.
    init(weights: [Double], gram: [[Double]], cross: [Double]) {
        self.weights = weights
        var level = 0.0
        for (row, weight) in weights.enumerated() {
            level += weight * (zip(gram[row], weights).reduce(0) { $0 + $1.0 * $1.1 } - cross[row])
        }
        self.level = level
        firstRow = gram.first ?? []
        firstNorm = firstRow.first ?? 0
        // Cholesky's factor of ⟨i − first, j − first⟩.
        var factor: [[Double]] = []
        for row in 1..<max(1, weights.count) {
            var line: [Double] = []
            for column in 1...row {
                var value = gram[row][column] - gram[0][row] - gram[0][column] + firstNorm
                for place in 0..<column - 1 {
                    value -= line[place] * (column == row ? line[place] : factor[column - 1][place])
                }
                let least = 1e-12 * (gram[row][row] + firstNorm)
                line.append(column == row ? max(value, least).squareRoot() : value / factor[column - 1][column - 1])
            }
            factor.append(line)
        }
        self.factor = factor
    }

    /// The most that j can gain.
    ///
    /// - Parameters:
    ///   - products: ⟨i, j⟩ with the members.
    ///   - cross: ⟨u, j⟩.
    ///   - norm: ⟨j, j⟩.
    ///   - scratch: as many numbers as there are members.
    /// - Returns: part of the squared distance; 0 where moving towards j gains nothing.
    @inline(__always)
    func gain(
        products: (Int) -> Double,
        cross: Double,
        norm: Double,
        scratch: UnsafeMutableBufferPointer<Double>
    ) -> Double {
        var slope = -cross - level
        for (member, weight) in weights.enumerated() { slope += weight * products(member) }
        guard slope < 0 else { return 0 }
        let first = products(0)
        var distance = norm - 2 * first + firstNorm
        for row in factor.indices {
            var value = products(row + 1) - first - firstRow[row + 1] + firstNorm
            for place in 0..<row { value -= factor[row][place] * scratch[place] }
            value /= factor[row][row]
            scratch[row] = value
            distance -= value * value
        }
        // Inside the hull but for roundings: there is nothing new in it.
        guard distance > 1e-12 * (norm + firstNorm) else { return 0 }
        return slope * slope / distance
    }
}

extension Comparison {
    /// What each member can gain at most for a mixture, by estimates.
    mutating func gainEstimates(for mixture: WeightedMembers) throws(SearchError) -> [Double] {
        var rows: [[Double]] = []
        for member in mixture.members { rows.append(try row(member)) }
        let step = AffineStep(
            weights: mixture.weights,
            gram: rows.map { row in mixture.members.map { row[$0] } },
            cross: mixture.members.map { crossEstimates[$0] }
        )
        let (cross, norms) = (crossEstimates, normEstimates)
        return withUnsafeTemporaryAllocation(of: Double.self, capacity: rows.count) { scratch in
            (0..<count).map { index in
                let gain = step.gain(
                    products: { rows[$0][index] },
                    cross: cross[index],
                    norm: norms[index],
                    scratch: scratch
                )
                return gain.isFinite ? gain : 0
            }
        }
    }

    /// The same for a few members, by exact numbers.
    mutating func exactGains(of indices: [Int], for mixture: WeightedMembers) throws(SearchError) -> [Double] {
        try computeCross(indices)
        var (gram, crosses) = ([[Double]](), [Double]())
        for member in mixture.members {
            try computeProducts(member, with: indices)
            var row: [Double] = []
            for other in mixture.members { row.append(try product(member, other)) }
            gram.append(row)
            crosses.append(try cross(member))
        }
        let step = AffineStep(weights: mixture.weights, gram: gram, cross: crosses)
        var gains: [Double] = []
        for index in indices {
            var products: [Double] = []
            for member in mixture.members { products.append(try product(member, index)) }
            let (cross, norm) = (try cross(index), norm(index))
            let gain = withUnsafeTemporaryAllocation(of: Double.self, capacity: products.count) { scratch in
                step.gain(products: { products[$0] }, cross: cross, norm: norm, scratch: scratch)
            }
            gains.append(gain.isFinite ? gain : 0)
        }
        return gains
    }
}
