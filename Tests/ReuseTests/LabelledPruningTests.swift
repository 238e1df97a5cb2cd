import Documents
import Numerics
import Reuse
import Testing

@Suite("Ensemble pruning")
struct LabelledPruningTests {
    /// Members that are right with probabilities of their own, and wrong together in part.
    static func votes(_ members: Int, rows: Int, classes: Int, seed: UInt64) -> (votes: [[Int]], labels: [Int]) {
        var random = SeededRandom(seed: seed)
        let labels = (0..<rows).map { _ in Int(random.next() % UInt64(classes)) }
        let shared = (0..<rows).map { _ in Int(random.next() % UInt64(classes)) }
        let votes = (0..<members).map { _ in
            let skill = 0.3 + 0.35 * random.unit()
            return (0..<rows).map { row in
                if random.unit() < skill { return labels[row] }
                return random.unit() < 0.5 ? shared[row] : Int(random.next() % UInt64(classes))
            }
        }
        return (votes, labels)
    }

    static func numbers(_ members: Int, rows: Int, seed: UInt64) -> (outputs: [[Double]], targets: [Double]) {
        var random = SeededRandom(seed: seed)
        let targets = (0..<rows).map { _ in random.normal() }
        let shared = (0..<rows).map { _ in random.normal() }
        let outputs = (0..<members).map { _ in
            let (bias, noise, common) = (random.normal(), 0.5 + random.unit(), random.normal())
            return targets.indices.map { targets[$0] + bias + noise * random.normal() + common * shared[$0] }
        }
        return (outputs, targets)
    }

    /// The objectives of a majority by their definition, one row after another.
    static func naive(_ votes: [[Int]], _ labels: [Int], _ members: [Int]) -> [Double] {
        let classes = Set(labels).union(votes.joined()).sorted()
        let size = Double(members.count)
        var (margins, errors): ([Double], Double) = ([], 0)
        for (row, label) in labels.enumerated() {
            let counts = classes.map { value in (value, Double(members.count { votes[$0][row] == value })) }
            let right = counts.first { $0.0 == label }?.1 ?? 0
            let order = counts.sorted { ($1.1, $0.0) < ($0.1, $1.0) }
            if classes.count == 2 {
                let margin = (2 * right - size) / size
                margins.append(margin)
                errors += margin < 0 ? 1 : margin == 0 ? 0.5 : 0
            } else if order[0].0 == label {
                margins.append((order[0].1 - order[1].1) / size)
            } else {
                margins.append((right - order[0].1) / size)
                errors += 1
            }
        }
        let mean = margins.reduce(0, +) / Double(margins.count)
        let variance = margins.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(margins.count)
        return [mean > 1e-12 ? variance.squareRoot() / mean : 100_000, errors, size]
    }

    static func subsets(_ members: Int) -> [[Int]] {
        (0..<1 << members).map { mask in (0..<members).filter { mask >> $0 & 1 == 1 } }.filter { $0.count > 1 }
    }

    @Test("All subsets: the fewest errors, then the smallest, then the steadiest", arguments: [2, 3, 5])
    func exhaustive(classes: Int) throws {
        for seed in 0..<4 as Range<UInt64> {
            let (votes, labels) = Self.votes(7, rows: 41, classes: classes, seed: seed)
            let pruned = try EnsemblePruning.classification(votes: votes, labels: labels)
            let all = Self.subsets(7).map { Self.naive(votes, labels, $0) }
            let best = all.min { ($0[1], $0[2], $0[0]) < ($1[1], $1[2], $1[0]) } ?? []
            #expect(pruned.search == .exhaustive && pruned.evaluations == 120)
            let own = Self.naive(votes, labels, pruned.members)
            for (found, expected) in [(pruned.objectives, own), (pruned.objectives, best)] {
                #expect(found[1] == expected[1] && found[2] == expected[2])
                #expect(abs(found[0] - expected[0]) <= 1e-9 * expected[0])
            }
        }
    }

    @Test("All subsets: the least mean squared error of a mean")
    func exhaustiveRegression() throws {
        for seed in 0..<4 as Range<UInt64> {
            let (outputs, targets) = Self.numbers(7, rows: 30, seed: seed)
            let pruned = try EnsemblePruning.regression(outputs: outputs, targets: targets)
            let errors = Self.subsets(7).map { members in
                rootMeanSquaredError(
                    targets.indices.map { row in
                        members.reduce(0) { $0 + outputs[$1][row] } / Double(members.count)
                    },
                    targets
                )
            }
            let least = errors.min() ?? 0
            let own = rootMeanSquaredError(try pruned.mean(outputs), targets)
            #expect(abs(own - least) < 1e-12)
            #expect(abs(pruned.objectives[0] - own * own) < 1e-12)
            #expect(pruned.objectives[1] == Double(pruned.members.count))
        }
    }

    @Test("Evolution finds what looking at all subsets of sixteen finds", arguments: 0..<5)
    func evolution(seed: UInt64) throws {
        let (votes, labels) = Self.votes(16, rows: 80, classes: 4, seed: seed)
        let (outputs, targets) = Self.numbers(16, rows: 80, seed: seed)
        let options = PruningOptions(exhaustiveLimit: 0, seed: seed)
        let best = try EnsemblePruning.classification(votes: votes, labels: labels)
        let found = try EnsemblePruning.classification(votes: votes, labels: labels, options: options)
        #expect(best.search == .exhaustive && best.evaluations == 65_519)
        #expect(found.search == .evolutionary && found.evaluations < 15_000)
        #expect(found.objectives[1...] == best.objectives[1...])
        let least = try EnsemblePruning.regression(outputs: outputs, targets: targets)
        #expect(
            try EnsemblePruning.regression(outputs: outputs, targets: targets, options: options).members
                == least.members
        )
    }

    @Test("With forty members, evolution is ahead of as many subsets at random", arguments: 0..<3)
    func random(seed: UInt64) throws {
        let (votes, labels) = Self.votes(40, rows: 100, classes: 5, seed: 50 + seed)
        let pruned = try EnsemblePruning.classification(votes: votes, labels: labels, options: .init(seed: seed))
        #expect(pruned.search == .evolutionary)
        #expect(accuracy(try pruned.majority(votes), labels) == 1 - pruned.objectives[1] / 100)
        let (outputs, targets) = Self.numbers(40, rows: 100, seed: seed)
        let mean = try EnsemblePruning.regression(outputs: outputs, targets: targets, options: .init(seed: seed))
        var random = SeededRandom(seed: 1000 + seed)
        var (errors, squares) = (Double.infinity, Double.infinity)
        for _ in 0..<max(pruned.evaluations, mean.evaluations) {
            // Of all sizes, which is kinder to chance than a coin for each member.
            let share = random.unit()
            let members = (0..<40).filter { _ in random.unit() < share }
            guard members.count > 1 else { continue }
            errors = min(errors, Self.naiveErrors(votes, labels, members))
            let means = targets.indices.map { row in
                members.reduce(0) { $0 + outputs[$1][row] } / Double(members.count)
            }
            squares = min(squares, rootMeanSquaredError(means, targets))
        }
        #expect(pruned.objectives[1] < errors)
        #expect(mean.objectives[0].squareRoot() < squares)
    }

    /// Errors of a majority among labels 0…4, of equally many the smallest.
    static func naiveErrors(_ votes: [[Int]], _ labels: [Int], _ members: [Int]) -> Double {
        Double(
            labels.indices.count { row in
                var counts = [Int](repeating: 0, count: 5)
                for member in members { counts[votes[member][row]] += 1 }
                return counts.firstIndex(of: counts.max() ?? 0) != labels[row]
            }
        )
    }

    @Test("No member more or less makes what evolution ends with better")
    func localOptimum() throws {
        let (outputs, targets) = Self.numbers(30, rows: 50, seed: 4)
        let options = PruningOptions(population: 4, generations: 1, seed: 1)
        let pruned = try EnsemblePruning.regression(outputs: outputs, targets: targets, options: options)
        for member in 0..<30 {
            var members = Set(pruned.members)
            if members.remove(member) == nil { members.insert(member) }
            guard members.count > 1 else { continue }
            let mean = targets.indices.map { row in
                members.reduce(0) { $0 + outputs[$1][row] } / Double(members.count)
            }
            let error = rootMeanSquaredError(mean, targets)
            #expect(error * error >= pruned.objectives[0] - 1e-12)
        }
    }

    @Test("Golden: the Python package's members, or as good on test rows", arguments: LabelledGolden.Task.allCases)
    func golden(task: LabelledGolden.Task) throws {
        let golden = try LabelledGolden(task)
        let expected = try #require(golden.expected["pruning"])
        let selected = expected["selected"]?.array?.compactMap(\.integer) ?? []
        for limit in [16, 0] {
            let options = PruningOptions(exhaustiveLimit: limit)
            if task == .diabetes {
                let pruned = try EnsemblePruning.regression(
                    outputs: golden.labelled.numbers,
                    targets: golden.labelled.labels,
                    options: options
                )
                let error = rootMeanSquaredError(try pruned.mean(golden.test.numbers), golden.test.labels)
                #expect(pruned.members == selected)
                #expect(abs(error - (expected["rmse"]?.number ?? 0)) < 1e-9)
            } else {
                let pruned = try EnsemblePruning.classification(
                    votes: golden.labelled.votes,
                    labels: golden.labelled.classes,
                    options: options
                )
                let found = accuracy(try pruned.majority(golden.test.votes), golden.test.classes)
                #expect(found >= (expected["accuracy"]?.number ?? 1) - 1e-12)
                // Two pairs of digit models are equal in all objectives; ours is the earlier one.
                #expect(pruned.members == (task == .digits ? [0, 1] : selected))
            }
        }
    }

    @Test("A seed decides, and threads do not")
    func seeds() throws {
        let (votes, labels) = Self.votes(24, rows: 60, classes: 3, seed: 6)
        let one = PruningOptions(population: 12, generations: 5, seed: 1, threads: 1)
        var three = one
        three.threads = 3
        let pruned = try EnsemblePruning.classification(votes: votes, labels: labels, options: one)
        #expect(try EnsemblePruning.classification(votes: votes, labels: labels, options: three) == pruned)
        let evaluations = try (0..<6 as Range<UInt64>).map { seed in
            try EnsemblePruning.classification(
                votes: votes,
                labels: labels,
                options: .init(population: 12, generations: 0, seed: seed)
            ).members
        }
        #expect(Set(evaluations).count > 1)
    }

    @Test("Of equal subsets, the one with earlier members; texts are labels too")
    func ties() throws {
        let labels = ["a", "b", "a", "b"]
        let votes = [labels, ["b", "b", "a", "b"], labels, labels]
        let pruned = try EnsemblePruning.classification(votes: votes, labels: labels)
        #expect(pruned.members == [0, 2] && pruned.objectives == [0, 0, 2])
        let options = PruningOptions(exhaustiveLimit: 0)
        #expect(try EnsemblePruning.classification(votes: votes, labels: labels, options: options).members == [0, 2])
        let tie = try EnsemblePruning.classification(votes: [["b"], ["a"]], labels: ["b"])
        #expect(tie.objectives[1] == 0.5)
        #expect(try tie.majority([["b"], ["a"]]) == ["a"])
    }

    @Test("One member is its own ensemble")
    func single() throws {
        #expect(try EnsemblePruning.classification(votes: [[1, 2, 2]], labels: [1, 2, 1]).members == [0])
        let options = PruningOptions(exhaustiveLimit: 0)
        #expect(try EnsemblePruning.regression(outputs: [[1]], targets: [2], options: options).members == [0])
    }

    @Test("What cannot be chosen from is refused")
    func refused() {
        #expect(throws: LabelledError.self) { try EnsemblePruning.classification(votes: [], labels: [1]) }
        #expect(throws: LabelledError.self) { try EnsemblePruning.classification(votes: [[1], [1, 2]], labels: [1]) }
        #expect(throws: LabelledError.self) { try EnsemblePruning.regression(outputs: [[], []], targets: []) }
        #expect(throws: LabelledError.self) { try EnsemblePruning.regression(outputs: [[.nan]], targets: [1]) }
        #expect(throws: LabelledError.self) { try EnsemblePruning.regression(outputs: [[1]], targets: [.infinity]) }
        #expect(throws: LabelledError.self) {
            try EnsemblePruning.regression(outputs: [[1]], targets: [1], options: .init(exhaustiveLimit: 40))
        }
    }
}
