import Numerics

/// What a hit covers of the query's data.
struct Explanation {
    let block: SpecificationBlock
    let query: Embedding
    /// ⟨u, u⟩.
    let own: Double

    /// An embedding covers a point of the user's where it is at least this part of the user's own.
    private static let covered = 0.5

    /// max(0, 1 − d² / ⟨u, u⟩): the share of the user's embedding that another explains.
    ///
    /// Nothing at all, the zero of the kernel's space, is at the distance ⟨u, u⟩, so 0 is no better than that, as with
    /// the coefficient of determination.
    static func score(_ squaredDistance: Double, own: Double) -> Double {
        own > 0 ? min(1, max(0, 1 - squaredDistance / own)) : 0
    }

    func score(_ squaredDistance: Double) -> Double { Self.score(squaredDistance, own: own) }

    /// The shares of the user's data that weighted embeddings cover together, and that each contributes most to.
    func coverage(_ parts: [Embedding], _ weights: [Double]) throws(SearchError) -> (total: Double, shares: [Double]) {
        var values: [[Double]] = []
        for (part, weight) in zip(parts, weights) {
            values.append(try block.values(part, in: query).map { weight * $0 })
        }
        let user = try block.values(query, in: query)
        var (total, covered, shares) = (0.0, 0.0, [Double](repeating: 0, count: parts.count))
        for (point, weight) in query.weights.enumerated() where weight > 0 {
            total += weight
            let here = values.map { $0[point] }
            if here.reduce(0, +) >= Self.covered * user[point] { covered += weight }
            // The first of equals, and nobody where nobody contributes.
            if let most = here.indices.max(by: { here[$0] < here[$1] }), here[most] > 0 {
                shares[here.firstIndex(of: here[most]) ?? most] += weight
            }
        }
        guard total > 0 else { return (0, shares) }
        return (covered / total, shares.map { $0 / total })
    }

    func mixture(
        _ found: WeightedMembers,
        _ comparison: inout Comparison,
        _ id: (Int) -> String
    ) throws(SearchError) -> SearchAnswer.Mixture {
        let parts = found.members.map { block.embedding(of: comparison.members[$0]) }
        let coverage = try coverage(parts, found.weights)
        var members: [SearchAnswer.Member] = []
        for (place, member) in found.members.enumerated() {
            let without = try comparison.solve(found.members.filter { $0 != member })
            members.append(
                .init(
                    id: id(member),
                    weight: found.weights[place],
                    share: coverage.shares[place],
                    loss: max(0, without.squaredDistance - found.squaredDistance),
                    squaredDistance: try comparison.squaredDistance(member)
                )
            )
        }
        return .init(
            members: members,
            squaredDistance: found.squaredDistance,
            score: score(found.squaredDistance),
            coverage: coverage.total
        )
    }
}
