import Ensembles

/// Ensembles of every combination, small enough to be looked at.
enum Samples {
    static func members(_ count: Int) throws(EnsembleError) -> [Ensemble.Member] {
        var members: [Ensemble.Member] = []
        for place in 0..<count {
            let digest = String(repeating: "0", count: 60) + String(1000 + place)
            members.append(try Ensemble.Member(digest: digest, name: "member \(place)"))
        }
        return members
    }

    static func ensemble(
        _ combination: Combination,
        members count: Int,
        output: Ensemble.OutputKind? = nil
    ) throws(EnsembleError) -> Ensemble {
        try Ensemble(members: try members(count), combination: combination, output: output)
    }

    /// Three members, two columns.
    static func selector() throws(EnsembleError) -> Selector {
        try Selector(
            means: [0.5, -1],
            factors: [2, 0.25],
            gamma: 0.75,
            supportVectors: [0, 0, 1, 0, 0, 1, 1, 1, -1, 0.5],
            votes: PairwiseVotes(
                supportCounts: [2, 1, 2],
                coefficients: [1, 0.5, -1.5, 0.25, -0.75, 0.3, 0.7, 1, -0.5, -1.25],
                intercepts: [0.1, -0.2, 0.05]
            )
        )
    }

    /// Two columns, a member with one number and one with two, three labels.
    static func linear(_ classes: LinearCombination.Classes? = nil) throws(EnsembleError) -> LinearCombination {
        try LinearCombination(
            columnCount: 2,
            widths: [1, 2],
            means: [1, 2, 3, 4, 5],
            coefficients: [1, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, -1, 1],
            intercepts: [0, 0.5, -0.5],
            classes: classes
        )
    }

    /// One of each combination.
    static func all() throws(EnsembleError) -> [Ensemble] {
        [
            try ensemble(.single, members: 1, output: .labels),
            try Ensemble(
                members: [
                    Ensemble.Member(
                        digest: String(repeating: "f", count: 64),
                        name: "\"Quote\" \u{1b}[31m and \u{202e}",
                        identifier: "1a2b",
                        version: 3
                    )
                ],
                combination: .mean,
                columnCount: 7
            ),
            try ensemble(.voteByLabel, members: 3),
            try ensemble(.voteByProbability([.scores, .probabilities]), members: 2),
            try ensemble(.selector(selector()), members: 3, output: .numbers),
            try ensemble(.linear(linear()), members: 2),
            try ensemble(.linear(linear(.integers([3, -1, Int64.max]))), members: 2),
            try ensemble(.linear(linear(.texts(["a", "", "é\n"]))), members: 2),
        ]
    }
}
