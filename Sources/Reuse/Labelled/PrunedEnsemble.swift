/// Members that were chosen, and how good they are together on the rows that they were chosen by.
package struct PrunedEnsemble: Sendable, Equatable {
    /// How members were searched for.
    package enum Search: Sendable, Equatable {
        /// All subsets were looked at.
        case exhaustive
        /// NSGA-II.
        case evolutionary
    }

    /// The members' places, ascending.
    package let members: [Int]
    /// [spread of the margin, errors, size] of a majority, [mean squared error, size] of a mean.
    package let objectives: [Double]
    /// How members were searched for.
    package let search: Search
    /// How many subsets were looked at, some perhaps more than once.
    package let evaluations: Int

    init(_ subset: EvaluatedSubset, search: Search, evaluations: Int) {
        members = subset.members
        objectives = subset.objectives
        self.search = search
        self.evaluations = evaluations
    }

    /// The label that most of the chosen members give each row; of equally many, the smallest.
    ///
    /// - Parameter votes: for each member of the whole, chosen or not, a label for each row.
    /// - Returns: a label for each row.
    /// - Throws: ``LabelledError`` when members are missing, or did not answer the same number of rows.
    package func majority<Label: Hashable & Comparable>(_ votes: [[Label]]) throws(LabelledError) -> [Label] {
        try (0..<rowCount(votes.map(\.count))).map { row in
            var counts: [Label: Int] = [:]
            for member in members { counts[votes[member][row], default: 0] += 1 }
            return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? votes[members[0]][row]
        }
    }

    /// The mean of the numbers that the chosen members give each row.
    ///
    /// - Parameter outputs: for each member of the whole, chosen or not, a number for each row.
    /// - Returns: a number for each row.
    /// - Throws: ``LabelledError`` when members are missing, or did not answer the same number of rows.
    package func mean(_ outputs: [[Double]]) throws(LabelledError) -> [Double] {
        try (0..<rowCount(outputs.map(\.count))).map { row in
            members.reduce(0) { $0 + outputs[$1][row] } / Double(members.count)
        }
    }

    private func rowCount(_ counts: [Int]) throws(LabelledError) -> Int {
        guard let last = members.last, last < counts.count else {
            throw LabelledError(.wrongShape, "\(counts.count) members are not those that were chosen from")
        }
        let rows = counts[members[0]]
        guard members.allSatisfy({ counts[$0] == rows }) else {
            throw LabelledError(.wrongShape, "the members did not answer the same number of rows")
        }
        return rows
    }
}
