package import Ensembles
import Learnware
import Numerics
import Tensors

extension Reuser {
    /// Answers rows by an ensemble that was made before.
    ///
    /// - Parameters:
    ///   - ensemble: its members are those of this reuser, in the same order.
    ///   - rows: the user's rows.
    /// - Returns: answers; without members that failed, as ``Ensemble/combine(_:rows:)`` says.
    /// - Throws: ``ReuseError``.
    package func apply(_ ensemble: Ensemble, to rows: Rows) async throws(ReuseError) -> Outcome {
        guard ensemble.members.map(\.digest) == members.map(\.identity.digest) else {
            throw ReuseError(.invalidRequest, "the ensemble is of other learnwares than those that were given")
        }
        if case .selector = ensemble.combination { return try await select(ensemble.combination, rows: rows) }
        let features = ensemble.combination.needsRows ? try rows.matrix() : rows.features
        if let features, let wanted = ensemble.columnCount, features.columns != wanted {
            throw ReuseError(
                .invalidRows,
                "the rows have \(features.columns) columns, but the ensemble takes \(wanted)"
            )
        }
        let asked = try await ask(rows)
        let combined = try combining { () throws(EnsembleError) in
            try ensemble.combine(asked.answers, rows: ensemble.combination.needsRows ? features?.elements ?? [] : [])
        }
        return Outcome(answers: combined, ensemble: ensemble, choice: nil, reports: asked.reports)
    }

    /// Asks for each row the member that a selector chooses.
    ///
    /// The rows of one that fails go to the next best of the others.
    func select(_ combination: Combination, rows: Rows) async throws(ReuseError) -> Outcome {
        let features = try rows.matrix()
        guard case .selector(let selector) = combination, selector.columnCount == features.columns else {
            throw ReuseError(.invalidRows, "the rows have \(features.columns) columns, and the selector takes others")
        }
        var reports = members.map { MemberReport($0.identity) }
        var choice = [Int](repeating: 0, count: rows.count)
        var open = Array(0..<rows.count)
        var parts: [Ensemble.Part] = []
        while !open.isEmpty {
            let available = reports.map { $0.failure == nil }
            guard available.contains(true) else { throw Self.allFailed(reports) }
            let chosen = try combining { () throws(EnsembleError) in
                try selector.choose(features.rows(at: open).elements, available: available)
            }
            for (row, member) in zip(open, chosen) { choice[row] = member }
            open = try await answer(open, choice, rows, &parts, &reports)
        }
        let (ensemble, answers) = try combining { () throws(EnsembleError) in
            let ensemble = try Ensemble(
                members: members.map(\.identity),
                combination: combination,
                output: Asked.kind(of: parts.first?.answers)
            )
            return (ensemble, try ensemble.assemble(parts, count: rows.count))
        }
        return Outcome(answers: answers, ensemble: ensemble, choice: choice, reports: reports)
    }

    /// Asks the chosen members for some rows.
    ///
    /// - Returns: the rows whose member failed.
    private func answer(
        _ open: [Int],
        _ choice: [Int],
        _ rows: Rows,
        _ parts: inout [Ensemble.Part],
        _ reports: inout [MemberReport]
    ) async throws(ReuseError) -> [Int] {
        var places = [[Int]](repeating: [], count: members.count)
        for row in open { places[choice[row]].append(row) }
        let jobs = members.indices.filter { !places[$0].isEmpty }.map { member in
            MemberRunner.Job(index: member, member: members[member], rows: [rows.data.rows(at: places[member])])
        }
        var left: [Int] = []
        for outcome in try await runner.run(jobs) {
            let member = outcome.member
            switch outcome.answers {
            case .success(let all):
                guard let answers = all.first else { continue }
                parts.append(Ensemble.Part(member: member, rows: places[member], answers: answers))
                reports[member].rows += answers.count
                reports[member].run = outcome.report
            case .failure(let error):
                reports[member].failure = error
                left += places[member]
            }
        }
        return left.sorted()
    }
}
