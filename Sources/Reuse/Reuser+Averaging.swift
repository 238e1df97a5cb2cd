import Ensembles
import Learnware
import Numerics
import Tensors

extension Reuser {
    /// How answers are averaged.
    package enum Averaging: String, CaseIterable, Sendable {
        /// The mean of numbers.
        case mean
        /// The label that most give, the smallest in a tie.
        case voteByLabel = "vote-by-label"
        /// The mean of probabilities for classes.
        case voteByProbability = "vote-by-probability"
    }

    /// Averages the members' answers; with one member these are its answers.
    ///
    /// - Parameters:
    ///   - mode: of what.
    ///   - rows: the user's rows.
    ///   - isCompatible: true to take the softmax of probabilities too, as the Python package does.
    /// - Returns: answers, and the ensemble of those members that did not fail.
    /// - Throws: ``ReuseError`` when no member is left, when a strict run loses one, and when the answers are not of the
    ///   kind that the mode needs.
    package func averaging(
        _ mode: Averaging,
        rows: Rows,
        isCompatible: Bool = false
    ) async throws(ReuseError) -> Outcome {
        let asked = try await ask(rows)
        let combination: Combination =
            switch mode {
            case .mean: .mean
            case .voteByLabel: .voteByLabel
            case .voteByProbability:
                .voteByProbability(
                    asked.present.map { member in
                        guard !isCompatible, let own = asked.answers[member], let values = own.doubles else {
                            return .scores
                        }
                        return Softmax.form(values, columns: own.columns)
                    }
                )
            }
        return try asked.outcome(of: combination, rows: rows)
    }

    /// Asks the first member alone: the one that a search found to fit best.
    ///
    /// - Parameter rows: the user's rows.
    /// - Returns: its answers.
    /// - Throws: ``ReuseError`` when it fails.
    package func single(rows: Rows) async throws(ReuseError) -> Outcome {
        guard let first = members.first else { throw Self.noMembers }
        let only = Reuser([first], options: runner.options, seed: seed, threads: threads)
        return try await only.ask(rows).outcome(of: .single, rows: rows)
    }

    static var noMembers: ReuseError { ReuseError(.invalidRequest, "there is no learnware to reuse") }
}
