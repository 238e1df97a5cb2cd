import Numerics

/// Which members of an ensemble answer.
struct MemberSubset: Sendable, Hashable {
    /// Whether each member does.
    var isMember: [Bool]

    init(_ isMember: [Bool]) {
        self.isMember = isMember
    }

    /// The members, ascending.
    var members: [Int] {
        isMember.indices.filter { isMember[$0] }
    }

    var count: Int {
        isMember.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
}

/// What makes one subset better than another: numbers that are all to be small.
protocol SubsetObjectives: Sendable {
    /// How many members there are to choose from.
    var memberCount: Int { get }
    /// Places of objectives, that which decides first; further ones decide between equals.
    var preference: [Int] { get }

    /// The objectives of a subset that is not empty; never NaN.
    func evaluate(_ members: [Int]) -> [Double]
}

/// A subset and its objectives.
struct EvaluatedSubset: Sendable {
    var members: [Int]
    var objectives: [Double]

    init(_ members: [Int], _ objectives: some SubsetObjectives) {
        self.members = members
        self.objectives = objectives.evaluate(members)
    }

    /// Whether this is to be preferred; where all objectives are the same, for its earlier members.
    func isPreferred(to other: EvaluatedSubset, _ preference: [Int]) -> Bool {
        for place in preference where objectives[place] != other.objectives[place] {
            return objectives[place] < other.objectives[place]
        }
        return members.lexicographicallyPrecedes(other.members)
    }

    /// Evaluates subsets on several threads, in their order.
    static func all(
        _ subsets: [[Int]],
        _ objectives: some SubsetObjectives,
        threads: Int?
    ) -> [EvaluatedSubset] {
        var results = [EvaluatedSubset?](repeating: nil, count: subsets.count)
        results.withUnsafeMutableBufferPointer { results in
            // SAFETY: each piece writes its own element.
            nonisolated(unsafe) let results = results
            Parallel.forEach(subsets.count, threads: threads) { place in
                results[place] = EvaluatedSubset(subsets[place], objectives)
            }
        }
        return results.compactMap { $0 }
    }

    /// The best of all subsets of a least size.
    ///
    /// - Complexity: 2ᵐ evaluations for m members.
    static func bestOfAll(
        _ objectives: some SubsetObjectives,
        smallest: Int,
        threads: Int?
    ) -> (best: EvaluatedSubset?, evaluations: Int) {
        let count = objectives.memberCount
        let (pieces, size) = (max(1, 1 << (count - 10)), min(1 << 10, 1 << count))
        var results = [(best: EvaluatedSubset?, evaluations: Int)](repeating: (nil, 0), count: pieces)
        results.withUnsafeMutableBufferPointer { results in
            // SAFETY: each piece writes its own element.
            nonisolated(unsafe) let results = results
            Parallel.forEach(pieces, threads: threads) { piece in
                for mask in piece * size..<(piece + 1) * size where mask.nonzeroBitCount >= smallest {
                    let subset = EvaluatedSubset((0..<count).filter { mask >> $0 & 1 == 1 }, objectives)
                    let isBetter = results[piece].best.map { subset.isPreferred(to: $0, objectives.preference) }
                    if isBetter ?? true { results[piece].best = subset }
                    results[piece].evaluations += 1
                }
            }
        }
        return results.reduce((nil, 0)) { sum, part in
            let evaluations = sum.evaluations + part.evaluations
            guard let best = sum.best, let other = part.best else { return (sum.best ?? part.best, evaluations) }
            return (other.isPreferred(to: best, objectives.preference) ? other : best, evaluations)
        }
    }
}
