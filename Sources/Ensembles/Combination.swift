/// How the answers of members become one answer.
package enum Combination: Equatable, Sendable {
    /// The one member's answers as they are.
    case single
    /// The mean of the members' numbers, output by output.
    case mean
    /// The label that most members give; the smallest in a tie, of texts the first in the order of their bytes.
    ///
    /// Of a member that answers with numbers for classes it is the place of the greatest.
    case voteByLabel
    /// The mean of the members' probabilities for classes; how to get them from each member's answers.
    case voteByProbability([ScoreForm])
    /// Another member for each row, which a classifier of rows chooses.
    case selector(Selector)
    /// A linear function of a row and of the members' answers for it.
    case linear(LinearCombination)

    /// What a member's numbers for classes are.
    package enum ScoreForm: String, CaseIterable, Sendable {
        /// Probabilities: from 0 to 1, with sum 1.
        case probabilities
        /// Anything else: their softmax are probabilities.
        case scores
    }

    /// Its name in `ensemble.json`.
    package var name: String {
        switch self {
        case .single: "single"
        case .mean: "mean"
        case .voteByLabel: "vote_by_label"
        case .voteByProbability: "vote_by_probability"
        case .selector: "selector"
        case .linear: "linear"
        }
    }

    /// True when answers are a member's own, whatever they are.
    package var takesOver: Bool { output == nil }

    /// What it answers with; nil when that is for its members to say.
    var output: Ensemble.OutputKind? {
        switch self {
        case .single, .selector: nil
        case .mean, .voteByProbability: .numbers
        case .voteByLabel: .labels
        case .linear(let linear): linear.classes == nil ? .numbers : .labels
        }
    }

    /// The columns of the rows that it looks at; nil when it does not look at them.
    var columnCount: Int? {
        switch self {
        case .single, .mean, .voteByLabel, .voteByProbability: nil
        case .selector(let selector): selector.columnCount
        case .linear(let linear): linear.columnCount
        }
    }

    /// True when answers depend on the row itself, not on its members' answers alone.
    package var needsRows: Bool { columnCount != nil }

    func validate(memberCount: Int) throws(EnsembleError) {
        let fitted: Int? =
            switch self {
            case .single: 1
            case .mean, .voteByLabel: nil
            case .voteByProbability(let forms): forms.count
            case .selector(let selector): selector.memberCount
            case .linear(let linear): linear.widths.count
            }
        if let fitted, fitted != memberCount {
            throw EnsembleError(
                .invalidEnsemble,
                "'\(name)' is for \(fitted) member\(fitted == 1 ? "" : "s"), but there are \(memberCount)"
            )
        }
    }
}
