import Numerics

/// A search for the best subset by NSGA-II (Deb, Pratap, Agarwal and Meyarivan 2002), from starts that the Python package
/// has too: the best member by each of the first two objectives, and single members at random.
///
/// It keeps subsets of which none is best in everything, so that a small good one lives on beside a larger better one
/// and the two can be crossed. What it ends with is better than every subset that differs in one member, and with up to
/// 64 members in two.
struct SubsetEvolution<Objectives: SubsetObjectives> {
    private let objectives: Objectives
    private let options: PruningOptions
    private let smallest: Int
    private var random: SeededRandom
    private var population: [Individual] = []
    /// What was looked at before, of which a good part is no longer there.
    private var known: Set<MemberSubset> = []
    private(set) var evaluations = 0

    private struct Individual {
        var subset: MemberSubset
        var evaluated: EvaluatedSubset
        var rank = 0
        var crowding = 0.0
    }

    /// Subsets that start from one member.
    private static var seeds: Int { 10 }
    private static var crossover: Double { 0.9 }
    /// How many of the best are improved at the end, member by member.
    private static var climbs: Int { 10 }
    /// Up to how many members the best of these is improved by two at a time, of which there are the more the more members.
    private static var mostForPairs: Int { 64 }
    /// How often a child that is already there is changed again.
    private static var attempts: Int { 8 }
    /// Where memory matters more than looking at a subset twice.
    private static var mostKnown: Int { 1 << 18 }

    init(_ objectives: Objectives, _ options: PruningOptions, smallest: Int) {
        self.objectives = objectives
        self.options = options
        self.smallest = smallest
        random = SeededRandom(seed: options.seed)
    }

    /// The best subset found.
    mutating func run() -> EvaluatedSubset {
        population = evaluated(starts())
        rank(keeping: options.population)
        for _ in 0..<options.generations {
            population += evaluated(children())
            rank(keeping: options.population)
        }
        let order = population.map(\.evaluated).sorted { $0.isPreferred(to: $1, objectives.preference) }
        let ends = order.prefix(Self.climbs).map { climbed(from: $0, by: 1) }
        return climbed(from: preferred(ends), by: objectives.memberCount <= Self.mostForPairs ? 2 : 1)
    }

    private func preferred(_ subsets: [EvaluatedSubset]) -> EvaluatedSubset {
        subsets.dropFirst().reduce(subsets[0]) { best, other in
            other.isPreferred(to: best, objectives.preference) ? other : best
        }
    }

    private mutating func starts() -> [MemberSubset] {
        let count = objectives.memberCount
        let single = (0..<count).map { objectives.evaluate([$0]) }
        evaluations += count
        var members: [Int] = []
        for axis in single[0].indices.prefix(2) {
            members.append((0..<count).min { single[$0][axis] < single[$1][axis] } ?? 0)
        }
        while members.count < min(Self.seeds, options.population) { members.append(place(below: count)) }
        var starts: [MemberSubset] = []
        for member in members {
            var subset = MemberSubset((0..<count).map { $0 == member })
            add(&subset, to: &starts)
        }
        while starts.count < options.population {
            // Of all sizes, where fair coins would give halves only.
            let share = random.unit()
            var subset = MemberSubset((0..<count).map { _ in random.unit() < share })
            add(&subset, to: &starts)
        }
        return starts
    }

    private mutating func children() -> [MemberSubset] {
        var children: [MemberSubset] = []
        while children.count < options.population {
            let (first, second) = (preferredParent(), parent())
            var child = first
            if random.unit() < Self.crossover {
                for place in child.isMember.indices where random.next() & 1 == 0 {
                    child.isMember[place] = second.isMember[place]
                }
            }
            mutate(&child)
            add(&child, to: &children)
        }
        return children
    }

    /// Adds a subset once it is large enough and, after a few attempts, whether or not it is new.
    private mutating func add(_ subset: inout MemberSubset, to list: inout [MemberSubset]) {
        while subset.count < smallest { mutate(&subset) }
        for _ in 0..<Self.attempts where known.contains(subset) {
            mutate(&subset)
            while subset.count < smallest { mutate(&subset) }
        }
        if known.count < Self.mostKnown { known.insert(subset) }
        list.append(subset)
    }

    /// Turns each place over with probability 1/m.
    private mutating func mutate(_ subset: inout MemberSubset) {
        let rate = 1 / Double(subset.isMember.count)
        for place in subset.isMember.indices where random.unit() < rate { subset.isMember[place].toggle() }
    }

    /// The better of two at random: of lower rank, or less crowded.
    private mutating func parent() -> MemberSubset {
        let first = population[place(below: population.count)]
        let second = population[place(below: population.count)]
        return (first.rank, -first.crowding) <= (second.rank, -second.crowding) ? first.subset : second.subset
    }

    /// Of two at random that which would be chosen now.
    private mutating func preferredParent() -> MemberSubset {
        let first = population[place(below: population.count)]
        let second = population[place(below: population.count)]
        let isFirst = first.evaluated.isPreferred(to: second.evaluated, objectives.preference)
        return isFirst ? first.subset : second.subset
    }

    private mutating func place(below bound: Int) -> Int {
        min(bound - 1, Int(random.unit() * Double(bound)))
    }

    private mutating func evaluated(_ subsets: [MemberSubset]) -> [Individual] {
        evaluations += subsets.count
        return EvaluatedSubset.all(subsets.map(\.members), objectives, threads: options.threads)
            .enumerated().map { Individual(subset: subsets[$0.offset], evaluated: $0.element) }
    }

    /// Ranks all and keeps the best ranks, of the last one the least crowded, and always what would be chosen now.
    private mutating func rank(keeping count: Int) {
        let points = population.map(\.evaluated.objectives)
        var kept: [Individual] = []
        for (rank, front) in ParetoRanking.fronts(points).enumerated() {
            let crowding = ParetoRanking.crowding(points, front: front)
            let order = front.indices.sorted { (-crowding[$0], $0) < (-crowding[$1], $1) }
            for place in order.prefix(count - kept.count) {
                var individual = population[front[place]]
                (individual.rank, individual.crowding) = (rank, crowding[place])
                kept.append(individual)
            }
            if kept.count >= count { break }
        }
        let best = preferred(population.map(\.evaluated))
        if !kept.contains(where: { $0.evaluated.members == best.members }),
            let place = population.firstIndex(where: { $0.evaluated.members == best.members })
        {
            kept[kept.count - 1] = population[place]
        }
        population = kept
    }

    /// Turns a few places over at a time while that is better.
    private mutating func climbed(from start: EvaluatedSubset, by most: Int) -> EvaluatedSubset {
        let count = objectives.memberCount
        var best = start
        while true {
            let subset = MemberSubset((0..<count).map { best.members.contains($0) })
            var neighbours: [[Int]] = []
            for first in 0..<count {
                for second in first..<(most > 1 ? count : first + 1) {
                    var other = subset
                    other.isMember[first].toggle()
                    if second != first { other.isMember[second].toggle() }
                    if other.count >= smallest { neighbours.append(other.members) }
                }
            }
            evaluations += neighbours.count
            let better = preferred([best] + EvaluatedSubset.all(neighbours, objectives, threads: options.threads))
            guard better.members != best.members else { return best }
            best = better
        }
    }
}
