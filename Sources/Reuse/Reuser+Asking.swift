package import Ensembles
import Learnware
import Numerics
import Tensors

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
            try outcome(of: combination, features: combination.needsRows ? rows.matrix() : rows.features)
        }

        /// The same for rows that are numbers already, (n × d); nil where the combination does not look at them.
        func outcome(of combination: Combination, features: Matrix<Double>?) throws(ReuseError) -> Outcome {
            let present = present
            let given = present.compactMap { answers[$0] }
            return try combining { () throws(EnsembleError) in
                let ensemble = try Ensemble(
                    members: present.map { reports[$0].identity },
                    combination: combination,
                    output: combination.takesOver ? Self.kind(of: given.first) : nil,
                    columnCount: features?.columns
                )
                let values = combination.needsRows ? features?.elements ?? [] : []
                let choice = try ensemble.choice(values, available: given.map { _ in true })
                let combined: Answers
                if let choice {
                    combined = try ensemble.assemble(Self.parts(of: given, choice), count: choice.count)
                } else {
                    combined = try ensemble.combine(given, rows: values)
                }
                return Outcome(answers: combined, ensemble: ensemble, choice: choice, reports: reports)
            }
        }

        /// Whether a member's answers are labels or numbers.
        static func kind(of answers: Answers?) -> Ensemble.OutputKind {
            if case .numbers = answers { .numbers } else { .labels }
        }

        private static func parts(of answers: [Answers], _ choice: [Int]) -> [Ensemble.Part] {
            var rows = [[Int]](repeating: [], count: answers.count)
            for (row, member) in choice.enumerated() { rows[member].append(row) }
            return answers.indices.filter { !rows[$0].isEmpty }.map { member in
                Ensemble.Part(member: member, rows: rows[member], answers: answers[member].rows(at: rows[member]))
            }
        }

        /// Without the answers of all but some members.
        ///
        /// - Parameter members: places among those that did not fail.
        /// - Returns: the answers of these.
        func keeping(_ members: [Int]) -> Asked {
            let kept = Set(members.map { present[$0] })
            var asked = self
            for place in answers.indices where !kept.contains(place) { asked.answers[place] = nil }
            return asked
        }
    }

    /// Asks every member for every row.
    ///
    /// - Parameter rows: the rows.
    /// - Returns: what those answered that did not fail, at least one.
    /// - Throws: ``ReuseError``.
    package func ask(_ rows: Rows) async throws(ReuseError) -> Asked {
        try await ask([rows])[0]
    }

    /// Asks every member for every row of several sets, each member in one run.
    ///
    /// - Parameter sets: at least one.
    /// - Returns: for each set what those answered that did not fail, at least one.
    /// - Throws: ``ReuseError``.
    func ask(_ sets: [Rows]) async throws(ReuseError) -> [Asked] {
        guard !members.isEmpty else { throw Self.noMembers }
        guard members.count <= EnsembleLimits.members else {
            throw ReuseError(
                .invalidRequest,
                "\(members.count) learnwares; at most \(EnsembleLimits.members) are reused"
            )
        }
        let data = sets.map(\.data)
        let jobs = members.enumerated().map { MemberRunner.Job(index: $0.offset, member: $0.element, rows: data) }
        var reports = members.map { MemberReport($0.identity) }
        var answers = [[Answers?]](repeating: [Answers?](repeating: nil, count: members.count), count: sets.count)
        for outcome in try await runner.run(jobs) {
            reports[outcome.member].run = outcome.report
            switch outcome.answers {
            case .success(let all):
                for (set, own) in all.enumerated() {
                    answers[set][outcome.member] = own
                    reports[outcome.member].rows += own.count
                }
            case .failure(let error): reports[outcome.member].failure = error
            }
        }
        guard reports.contains(where: { $0.failure == nil }) else { throw Self.allFailed(reports) }
        return answers.map { Asked(answers: $0, reports: reports) }
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
