import Ensembles
import Learnware
import Reuse
import Tensors
import Testing

/// Averages of recorded answers against what the Python package made of them.
@Suite struct AveragingTests {
    /// Members that give recorded answers to rows that are counted.
    private func recorded(_ path: String) throws -> (reuser: Reuser, rows: Reuser.Rows) {
        let answers = try Golden.members(path)
        let members = try answers.enumerated().map { place, answers in
            try member(
                place,
                FunctionModel { rows, _ throws(PredictorError) in answers.rows(at: rows.map { Int($0[0]) }) }
            )
        }
        // Batches that do not divide the rows.
        return (Reuser(members, options: .init(width: 3, batch: 50)), try countedRows(answers[0].count))
    }

    @Test func meansEqualThoseOfThePackage() async throws {
        let (reuser, rows) = try recorded("averaging/C_members.npy")
        let outcome = try await reuser.averaging(.mean, rows: rows)
        #expect(outcome.answers == .numbers(try Golden.tensor("averaging/C_mean.npy").doubles(), columns: 1))
        #expect(outcome.ensemble.output == .numbers)
    }

    @Test(arguments: ["A", "B"]) func votesByLabelEqualThoseOfThePackage(task: String) async throws {
        let (reuser, rows) = try recorded("averaging/\(task)_members.npy")
        let outcome = try await reuser.averaging(.voteByLabel, rows: rows)
        #expect(outcome.answers == .integers(try Golden.tensor("averaging/\(task)_vote_by_label.npy").integers()))
    }

    @Test(arguments: [true, false]) func votesByProbabilityAreThoseOfThePackage(isCompatible: Bool) async throws {
        let (reuser, rows) = try recorded("averaging/B_members.npy")
        let outcome = try await reuser.averaging(.voteByProbability, rows: rows, isCompatible: isCompatible)
        // The members answer with scores, so both take their softmax.
        #expect(
            outcome.ensemble.combination == .voteByProbability([Combination.ScoreForm](repeating: .scores, count: 8))
        )
        let expected = try Golden.tensor("averaging/B_vote_by_prob.npy").doubles()
        guard case .numbers(let found, columns: 2) = outcome.answers else {
            Issue.record("not two numbers for each row")
            return
        }
        // Within roundings of the exponential: 4 units in the last place.
        #expect(found.count == expected.count)
        #expect(zip(found, expected).allSatisfy { ($0 - $1).magnitude <= 4 * $1.ulp })
    }

    @Test func probabilitiesAreAveragedAsTheyAre() async throws {
        let given: [[Double]] = [[0.9, 0.1], [0.3, 0.7]]
        let members = try given.enumerated().map { place, given in
            try member(
                place,
                FunctionModel { rows, _ throws(PredictorError) in
                    .numbers(rows.flatMap { _ in given }, columns: 2)
                }
            )
        }
        let outcome = try await Reuser(members).averaging(.voteByProbability, rows: countedRows(3))
        guard case .numbers(let own, columns: 2) = outcome.answers else {
            Issue.record("not two numbers for each row")
            return
        }
        #expect(zip(own, [0.6, 0.4, 0.6, 0.4, 0.6, 0.4]).allSatisfy { ($0 - $1).magnitude < 1e-15 })
        let asThePackage = try await Reuser(members).averaging(
            .voteByProbability,
            rows: countedRows(3),
            isCompatible: true
        )
        guard case .numbers(let softened, columns: 2) = asThePackage.answers else {
            Issue.record("not two numbers for each row")
            return
        }
        // (1 / (1 + e^-0.8) + 1 / (1 + e^0.4)) / 2, by hand: 0.6899744811 and 0.4013123399.
        #expect((softened[0] - 0.5456434105).magnitude < 1e-9)
    }

    @Test func rowsThatArePermutedHaveTheirAnswersPermuted() async throws {
        let answers = try Golden.members("averaging/C_members.npy")
        let members = try answers.enumerated().map { place, answers in
            try member(
                place,
                FunctionModel { rows, _ throws(PredictorError) in answers.rows(at: rows.map { Int($0[0]) }) }
            )
        }
        let reuser = Reuser(members, options: .init(width: 4, batch: 7))
        let count = answers[0].count
        let straight = try await reuser.averaging(.mean, rows: countedRows(count)).answers
        let order = (0..<count).map { $0 * 50 % count }
        #expect(Set(order).count == count)
        let permuted = try await reuser.averaging(.mean, rows: rows(order.map { [Double($0)] })).answers
        #expect(permuted == straight.rows(at: order))
    }
}
