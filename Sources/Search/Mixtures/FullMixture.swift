import Numerics

extension Comparison {
    /// The most members that the weights of all may be spread over before they are thinned out.
    private static let largestSupport = 40
    /// Rounds of adding members to the program.
    private static let mostRounds = 40
    /// Members added in a round.
    private static let columns = 4
    /// A gain below this part of the distance ends the rounds.
    private static let leastGain = 0.005

    /// From the weights of all members together to the few that matter.
    ///
    /// First the quadratic program over all, by column generation: it is solved for a few, and those that its gradient
    /// says can gain most join them, until nobody gains (fully corrective Frank-Wolfe; Jaggi, *Revisiting Frank-Wolfe*,
    /// 2013). Among copies its weights are spread thin, so taking the heaviest would take copies of one task; instead the
    /// member whose weight the others can best take over is left out, again and again.
    ///
    /// - Parameters:
    ///   - greedy: where it begins, and what it is never worse than.
    ///   - size: the most members.
    /// - Returns: the nearer of both mixtures.
    /// - Throws: ``SearchError`` when a program finds no answer.
    mutating func fullMixture(from greedy: WeightedMembers, size: Int) throws(SearchError) -> WeightedMembers {
        var mixture = try spread(from: greedy)
        while mixture.members.count > 1 {
            let thinner = try thinned(mixture)
            // What no more than the threshold is lost by is not worth a member.
            let isWorthIt = thinner.squaredDistance * Self.leastImprovement > mixture.squaredDistance
            if mixture.members.count <= size, isWorthIt { break }
            mixture = thinner
        }
        mixture = try exchanged(mixture)
        return mixture.squaredDistance < greedy.squaredDistance ? mixture : greedy
    }

    /// The program over all members, as far as rounds and members allow.
    private mutating func spread(from start: WeightedMembers) throws(SearchError) -> WeightedMembers {
        var mixture = start
        for _ in 0..<Self.mostRounds {
            guard mixture.squaredDistance > Self.rounding * own, mixture.members.count < Self.largestSupport else {
                break
            }
            let estimates = try gainEstimates(for: mixture)
            let room = min(Self.columns, Self.largestSupport - mixture.members.count)
            let promising = Selection.least(room, of: estimates.map { -$0 }).filter { estimates[$0] > 0 }
            guard !promising.isEmpty else { break }
            let next = try solve(mixture.members + promising.filter { !mixture.members.contains($0) })
            let gained = mixture.squaredDistance - next.squaredDistance
            guard gained > Self.leastGain * mixture.squaredDistance else { break }
            mixture = next
        }
        return mixture
    }

    /// Without the member whose absence the others can best make up for, to second order.
    private mutating func thinned(_ mixture: WeightedMembers) throws(SearchError) -> WeightedMembers {
        let count = mixture.members.count
        var gram = Matrix<Double>(rows: count, columns: count)
        for (row, member) in mixture.members.enumerated() {
            for (column, other) in mixture.members.enumerated() { gram[row, column] = try product(member, other) }
            // Copies have no inverse.
            gram[row, row] += 1e-9 * norm(member)
        }
        var least = (place: 0, loss: Double.infinity)
        if gram.factorize() {
            var ones = [Double](repeating: 1, count: count)
            gram.solveFactorized(&ones)
            let sum = ones.reduce(0, +)
            for place in 0..<count {
                var unit = [Double](repeating: 0, count: count)
                unit[place] = 1
                gram.solveFactorized(&unit)
                // The inverse on weights that sum to 0: weight² over it is what setting this one to 0 costs.
                let loss =
                    mixture.weights[place] * mixture.weights[place] / (unit[place] - ones[place] * ones[place] / sum)
                if loss < least.loss { least = (place, loss) }
            }
        } else {
            least.place = mixture.weights.indices.min { mixture.weights[$0] < mixture.weights[$1] } ?? 0
        }
        var members = mixture.members
        members.remove(at: least.place)
        return try solve(members)
    }

    /// Each member in turn replaced by whoever is best in its place, where that is nearer.
    private mutating func exchanged(_ mixture: WeightedMembers) throws(SearchError) -> WeightedMembers {
        var mixture = mixture
        guard mixture.members.count > 1 else { return mixture }
        for member in mixture.members {
            guard mixture.members.count > 1, mixture.squaredDistance > Self.rounding * own else { break }
            let others = mixture.members.filter { $0 != member }
            let without = try solve(others)
            if let next = try bestAddition(to: without), next.squaredDistance < mixture.squaredDistance * 0.999 {
                mixture = next
            }
        }
        return mixture
    }
}
