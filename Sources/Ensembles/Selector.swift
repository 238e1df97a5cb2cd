/// Which member answers a row: a support vector machine with a Gaussian kernel, one against one, as libsvm has it.
///
/// With x' = (x − mean) · factor, column by column, each pair i < j of members has the decision value
/// Σₛ cₛ exp(−γ ‖vₛ − x'‖²) − ρ over the support vectors of both, and votes for i above 0, else for j.
package struct Selector: Equatable, Sendable {
    /// What is taken from each column, and what the rest is multiplied with; 0 for a column that tells nothing.
    package let means: [Double]
    package let factors: [Double]
    /// γ.
    package let gamma: Double
    /// (l × d), row by row, in the features that means and factors give; those of the first member come first.
    package let supportVectors: [Double]
    /// What the vectors count for in each pair.
    package let votes: PairwiseVotes

    /// k.
    package var memberCount: Int { votes.memberCount }
    /// d.
    package var columnCount: Int { means.count }
    /// l.
    package var supportCount: Int { votes.supportCount }

    /// - Throws: ``EnsembleError`` when the shapes do not fit, or a number is out of bounds.
    package init(
        means: [Double],
        factors: [Double],
        gamma: Double,
        supportVectors: [Double],
        votes: PairwiseVotes
    ) throws(EnsembleError) {
        guard (1...EnsembleLimits.columns).contains(means.count), factors.count == means.count else {
            throw Self.fault("a selector has a mean and a factor for each of 1 to \(EnsembleLimits.columns) columns")
        }
        guard supportVectors.count == votes.supportCount * means.count,
            supportVectors.count <= EnsembleLimits.numbers
        else {
            throw Self.fault(
                "\(supportVectors.count) numbers are not \(votes.supportCount) support vectors of \(means.count) "
                    + "columns, or more than \(EnsembleLimits.numbers)"
            )
        }
        guard gamma > 0, gamma <= EnsembleLimits.magnitude else {
            throw Self.fault("gamma must be a number above 0, not \(gamma)")
        }
        for numbers in [means, factors, supportVectors] where !EnsembleLimits.bound(numbers) {
            throw Self.fault("a number of the selector is not finite, or beyond \(EnsembleLimits.magnitude)")
        }
        self.means = means
        self.factors = factors
        self.gamma = gamma
        self.supportVectors = supportVectors
        self.votes = votes
    }

    private static func fault(_ text: String) -> EnsembleError { EnsembleError(.invalidEnsemble, text) }

    /// The member for each row.
    ///
    /// - Parameters:
    ///   - rows: (n × d), row by row; a column's mean stands for what is missing or infinite.
    ///   - available: which members may be chosen, at least one; pairs with others do not vote.
    /// - Returns: n members, counted from 0; of those with as many votes the first, as in libsvm.
    /// - Throws: ``EnsembleError`` when the rows have another width.
    /// - Complexity: O(n l d).
    package func choose(_ rows: [Double], available: [Bool]) throws(EnsembleError) -> [Int] {
        precondition(available.count == memberCount && available.contains(true), "somebody can be chosen")
        let width = columnCount
        guard rows.count.isMultiple(of: width) else {
            throw EnsembleError(.invalidRows, "the selector takes rows of \(width) columns")
        }
        var kernel = [Double](repeating: 0, count: supportCount)
        var features = [Double](repeating: 0, count: width)
        return stride(from: 0, to: rows.count, by: width).map { start in
            for column in 0..<width {
                let value = rows[start + column]
                features[column] = value.isFinite ? (value - means[column]) * factors[column] : 0
            }
            fillKernel(&kernel, at: features)
            return votes.winner(kernel, available: available)
        }
    }

    /// exp(−γ ‖vₛ − x'‖²) for each support vector.
    private func fillKernel(_ kernel: inout [Double], at features: [Double]) {
        supportVectors.withUnsafeBufferPointer { vectors in
            features.withUnsafeBufferPointer { features in
                for support in kernel.indices {
                    let first = support * features.count
                    var distance = 0.0
                    for column in features.indices {
                        let difference = vectors[first + column] - features[column]
                        distance += difference * difference
                    }
                    kernel[support] = Exponential.of(-gamma * distance)
                }
            }
        }
    }
}
