package import Numerics

/// Chooses the members of an ensemble whose answers together are best on some labelled rows.
///
/// Up to 16 members, all subsets are looked at: 65,519 at most, each in microseconds, so that the answer is *the* best
/// one, needs no seed, and costs less than a second. Evolution would look at a good part of them and prove nothing.
/// Above that, NSGA-II searches. Subsets have two members at least, as in the Python package; a single one is the choice
/// of another method.
package enum EnsemblePruning {
    /// Members whose majority is right most often; of such subsets the smallest, then that with the steadiest margin.
    ///
    /// With two labels, a tie of votes is half an error; with more, it goes to the smallest label.
    ///
    /// - Parameters:
    ///   - votes: for each member a label for each row.
    ///   - labels: the label of each row.
    ///   - options: how to search.
    /// - Returns: the members, with the objectives [spread of the margin, errors, size].
    /// - Throws: ``LabelledError`` when there are no members or rows, or votes are not one for each row.
    /// - Complexity: 2ᵐ evaluations, or those of the options; each O(n (m + k)) for n rows, m members and k labels.
    package static func classification<Label: Hashable & Comparable & Sendable>(
        votes: [[Label]],
        labels: [Label],
        options: PruningOptions = PruningOptions()
    ) throws(LabelledError) -> PrunedEnsemble {
        try validate(votes.map(\.count), rows: labels.count, options)
        let classes = Set(labels).union(votes.joined()).sorted()
        let places = Dictionary(uniqueKeysWithValues: zip(classes, Int32(0)...))
        guard labels.count.multipliedReportingOverflow(by: classes.count).partialValue <= largestTable else {
            throw LabelledError(.tooLarge, "\(labels.count) rows with \(classes.count) labels are too many to count")
        }
        let objectives = VoteObjectives(
            votes: votes.map { $0.compactMap { places[$0] } },
            truth: labels.compactMap { places[$0] },
            classCount: classes.count
        )
        return search(objectives, options)
    }

    /// Members whose mean has the least mean squared error; of such subsets the smallest.
    ///
    /// - Parameters:
    ///   - outputs: for each member a number for each row.
    ///   - targets: the number of each row.
    ///   - options: how to search.
    /// - Returns: the members, with the objectives [mean squared error, size].
    /// - Throws: ``LabelledError`` when there are no members or rows, outputs are not one for each row, or a number is not
    ///   finite.
    /// - Complexity: O(n m²), then 2ᵐ evaluations, or those of the options; each O(m²) for n rows and m members.
    package static func regression(
        outputs: [[Double]],
        targets: [Double],
        options: PruningOptions = PruningOptions()
    ) throws(LabelledError) -> PrunedEnsemble {
        try validate(outputs.map(\.count), rows: targets.count, options)
        if let member = outputs.firstIndex(where: { !$0.allSatisfy(\.isFinite) }) {
            throw LabelledError(.invalidArgument, "member \(member) answered what is not a finite number")
        }
        guard targets.allSatisfy(\.isFinite) else {
            throw LabelledError(.invalidArgument, "a target is not a finite number")
        }
        return search(MeanObjectives(outputs: outputs, targets: targets), options)
    }

    /// The label that a member's scores stand for: the place of each row's largest, of equal ones the first.
    ///
    /// - Parameter scores: (n × k), k at least 1.
    /// - Returns: n places from 0 on.
    package static func labels(ofScores scores: Matrix<Double>) -> [Int] {
        (0..<scores.rows).map { scores.row($0).firstOfLargest }
    }

    /// Most rows times labels: 256 MiB a thread.
    private static let largestTable = 1 << 26
    private static let mostMembers = 4096

    private static func search(_ objectives: some SubsetObjectives, _ options: PruningOptions) -> PrunedEnsemble {
        let smallest = min(2, objectives.memberCount)
        if objectives.memberCount <= options.exhaustiveLimit {
            let found = EvaluatedSubset.bestOfAll(objectives, smallest: smallest, threads: options.threads)
            if let best = found.best {
                return PrunedEnsemble(best, search: .exhaustive, evaluations: found.evaluations)
            }
        }
        var evolution = SubsetEvolution(objectives, options, smallest: smallest)
        let best = evolution.run()
        return PrunedEnsemble(best, search: .evolutionary, evaluations: evolution.evaluations)
    }

    private static func validate(_ counts: [Int], rows: Int, _ options: PruningOptions) throws(LabelledError) {
        guard !counts.isEmpty else { throw LabelledError(.invalidArgument, "there are no members to choose from") }
        guard counts.count <= mostMembers else {
            throw LabelledError(.tooLarge, "\(counts.count) members are more than \(mostMembers)")
        }
        guard rows > 0 else { throw LabelledError(.tooFewRows, "members are chosen by labelled rows; give some") }
        if let member = counts.firstIndex(where: { $0 != rows }) {
            throw LabelledError(.wrongShape, "member \(member) answered \(counts[member]) rows of \(rows)")
        }
        try options.validate()
    }
}
