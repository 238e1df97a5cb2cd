package import Ensembles
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

extension Reuser {
    /// The members' answers for all rows.
    package struct Asked: Sendable {
        /// One for each member; nil for those that failed.
        package var answers: [Answers?]
        package var reports: [MemberReport]

        /// The members that did not fail.
        package var present: [Int] { answers.indices.filter { answers[$0] != nil } }

        /// Makes the answers of those that did not fail one.
        ///
        /// - Parameters:
        ///   - combination: fitted to the members that did not fail.
        ///   - rows: what they answered.
        /// - Returns: what came of it.
        /// - Throws: ``ReuseError`` when the answers are not of the kind that the combination needs.
        package func outcome(of combination: Combination, rows: Rows) throws(ReuseError) -> Outcome {
            let present = present
            let given = present.compactMap { answers[$0] }
            let kind: Ensemble.OutputKind? =
                switch (combination, given.first) {
                case (.single, .numbers?): .numbers
                case (.single, _): .labels
                default: nil
                }
            let features = combination.needsRows ? try rows.matrix() : rows.features
            return try combining { () throws(EnsembleError) in
                let ensemble = try Ensemble(
                    members: present.map { reports[$0].identity },
                    combination: combination,
                    output: kind,
                    columnCount: features?.columns
                )
                let combined = try ensemble.combine(given, rows: combination.needsRows ? features?.elements ?? [] : [])
                return Outcome(answers: combined, ensemble: ensemble, choice: nil, reports: reports)
            }
        }
    }

    /// Asks every member for every row.
    ///
    /// - Parameter rows: the rows.
    /// - Returns: what those answered that did not fail, at least one.
    /// - Throws: ``ReuseError``.
    package func ask(_ rows: Rows) async throws(ReuseError) -> Asked {
        guard !members.isEmpty else { throw Self.noMembers }
        guard members.count <= EnsembleLimits.members else {
            throw ReuseError(
                .invalidRequest,
                "\(members.count) learnwares; at most \(EnsembleLimits.members) are reused"
            )
        }
        let jobs = members.enumerated().map { MemberRunner.Job(index: $0.offset, member: $0.element, rows: rows.data) }
        var asked = Asked(
            answers: [Answers?](repeating: nil, count: members.count),
            reports: members.map { MemberReport($0.identity) }
        )
        for outcome in try await runner.run(jobs) {
            asked.reports[outcome.member].run = outcome.report
            switch outcome.answers {
            case .success(let answers):
                asked.answers[outcome.member] = answers
                asked.reports[outcome.member].rows = answers.count
            case .failure(let error): asked.reports[outcome.member].failure = error
            }
        }
        guard !asked.present.isEmpty else { throw Self.allFailed(asked.reports) }
        return asked
    }

    static func allFailed(_ reports: [MemberReport]) -> ReuseError {
        let first = reports.first { $0.failure != nil }
        let reason = first?.failure?.message ?? "none was asked"
        return ReuseError(
            .memberFailed,
            reports.count == 1
                ? "\(first?.identity.label ?? "the learnware") failed: \(reason)"
                : "all \(reports.count) learnwares failed; \(first?.identity.label ?? "the first"): \(reason)",
            hint: first?.failure?.hint,
            cause: first?.failure
        )
    }
}
