extension Comparison {
    /// A member more must bring the distance to this part of what it was.
    static let leastImprovement = 0.95
    /// Below this part of ⟨u, u⟩ a distance is roundings.
    static let rounding = 1e-12
    /// So many of those that promise most are looked at exactly.
    private static let shortlist = 128

    /// One member after another, each the one with which the mixture is nearest, as long as that helps.
    ///
    /// The first is the nearest alone. Every other is the best of all members, not of those that are near alone: a bound
    /// on what each can gain says which need not be tried.
    ///
    /// - Parameters:
    ///   - first: the nearest member.
    ///   - size: the most members.
    /// - Returns: the mixture, or the nearest alone.
    /// - Throws: ``SearchError`` when a program finds no answer.
    mutating func greedyMixture(from first: Int, size: Int) throws(SearchError) -> WeightedMembers {
        var mixture = try solve([first])
        // A step may end with fewer members, so steps are counted too.
        for _ in 1..<2 * size where mixture.members.count < size {
            guard mixture.squaredDistance > Self.rounding * own,
                let next = try bestAddition(to: mixture),
                next.squaredDistance <= Self.leastImprovement * mixture.squaredDistance
            else { break }
            mixture = next
        }
        return mixture
    }

    /// The mixture with one member more, or another, that is nearest; nil when none is nearer.
    mutating func bestAddition(to mixture: WeightedMembers) throws(SearchError) -> WeightedMembers? {
        let estimates = try gainEstimates(for: mixture)
        var best: WeightedMembers?
        if !isExact {
            let chosen = Selection.least(Self.shortlist, of: estimates.map { -$0 }).filter { estimates[$0] > 0 }
            let gains = try exactGains(of: chosen, for: mixture)
            try improve(&best, mixture, chosen, gains)
            return best
        }
        var taken = 0
        while taken < count {
            // Twice as many each time: nearly always the first few settle it.
            let chosen = Selection.least(max(Self.shortlist, 2 * taken), of: estimates.map { -$0 }).dropFirst(taken)
            taken += chosen.count
            let gains = chosen.map { estimates[$0] }
            guard let most = gains.first, most > 0 else { break }
            if let best, mixture.squaredDistance - most >= best.squaredDistance { break }
            try improve(&best, mixture, Array(chosen), gains)
        }
        return best
    }

    /// Tries members in the order of what they can gain, until none can gain more than the best.
    private mutating func improve(
        _ best: inout WeightedMembers?,
        _ mixture: WeightedMembers,
        _ indices: [Int],
        _ gains: [Double]
    ) throws(SearchError) {
        for place in indices.indices.sorted(by: { (gains[$1], indices[$0]) < (gains[$0], indices[$1]) }) {
            let bound = mixture.squaredDistance - gains[place]
            if gains[place] <= 0 { break }
            if let best, bound > best.squaredDistance + Self.rounding * own { break }
            let next = try solve(mixture.members + [indices[place]])
            guard next.squaredDistance < best?.squaredDistance ?? mixture.squaredDistance else { continue }
            best = next
        }
    }
}
