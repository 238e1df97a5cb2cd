import Ensembles
import Learnware
import Reuse
import Tensors
import Testing

/// Who is asked when, and what becomes of those who fail.
@Suite struct MemberRunnerTests {
    private func constant(_ value: Int64) -> FunctionModel {
        FunctionModel { rows, _ throws(PredictorError) in .integers(rows.map { _ in value }) }
    }

    private func failing(_ phase: PredictorError.Phase, onCall failing: Int = 1) -> FunctionModel {
        FunctionModel { rows, call throws(PredictorError) in
            if call == failing { throw PredictorError(phase, "no") }
            return .integers(rows.map { _ in 9 })
        }
    }

    @Test(arguments: [PredictorError.Phase.environment, .load, .input, .predict, .output, .limits, .violation, .host])
    func whoFailsIsLeftOutByName(phase: PredictorError.Phase) async throws {
        let members = [try member(0, constant(1)), try member(1, failing(phase)), try member(2, constant(2))]
        let outcome = try await Reuser(members).averaging(.voteByLabel, rows: countedRows(4))
        #expect(outcome.answers == .integers([1, 1, 1, 1]))
        #expect(outcome.ensemble.members.map(\.name) == ["member 0", "member 2"])
        #expect(outcome.reports.map(\.rows) == [4, 0, 4])
        #expect(outcome.warnings == ["'member 1' is left out: no"])
    }

    @Test func aStrictRunEndsWithTheFirstFailure() async throws {
        let members = [try member(0, constant(1)), try member(1, failing(.predict))]
        let error = await #expect(throws: ReuseError.self) {
            try await Reuser(members, options: .init(isStrict: true)).averaging(.voteByLabel, rows: countedRows(4))
        }
        #expect(error?.code == .memberFailed)
        #expect(error?.description == "'member 1' failed: no")
        #expect(error?.cause?.phase == .predict)
    }

    @Test func withoutAnyMemberThereIsNoAnswer() async throws {
        let members = [try member(0, failing(.load)), try member(1, failing(.predict))]
        let error = await #expect(throws: ReuseError.self) {
            try await Reuser(members).averaging(.mean, rows: countedRows(4))
        }
        #expect(error?.description == "all 2 learnwares failed; 'member 0': no")
        await #expect(throws: ReuseError.self) { try await Reuser([]).averaging(.mean, rows: countedRows(4)) }
    }

    @Test func aBatchThatFailsTakesTheOthersWithIt() async throws {
        let members = [try member(0, constant(1)), try member(1, failing(.predict, onCall: 3))]
        let reuser = Reuser(members, options: .init(batch: 2))
        let outcome = try await reuser.averaging(.voteByLabel, rows: countedRows(7))
        #expect(outcome.answers == .integers([Int64](repeating: 1, count: 7)))
        #expect(outcome.warnings == ["'member 1' is left out: no (in the batch that begins at row 5)"])
    }

    @Test func anAnswerThatChangesItsShapeIsNone() async throws {
        let widening = FunctionModel { rows, call throws(PredictorError) in
            .numbers(rows.flatMap { _ in [Double](repeating: 1, count: call) }, columns: call)
        }
        let outcome = try await Reuser([member(0, constant(1)), member(1, widening)], options: .init(batch: 2))
            .averaging(.mean, rows: countedRows(4))
        #expect(outcome.answers == .numbers([1, 1, 1, 1], columns: 1))
        #expect(
            outcome.warnings == [
                "'member 1' is left out: it answered with a number for each row, and then with 2 numbers for each row "
                    + "(in the batch that begins at row 3)"
            ]
        )
    }

    @Test func anAnswerForOtherRowsIsNone() async throws {
        let short = FunctionModel { rows, _ throws(PredictorError) in .integers(rows.dropFirst().map { _ in 1 }) }
        let outcome = try await Reuser([member(0, constant(1)), member(1, short)])
            .averaging(.voteByLabel, rows: countedRows(4))
        #expect(outcome.reports[1].failure?.phase == .output)
        #expect(outcome.answers == .integers([1, 1, 1, 1]))
    }

    @Test(arguments: [1, 2, 4]) func noMoreRunAtATimeThanAreAllowed(width: Int) async throws {
        let watch = FunctionModel.Watch()
        let members = try (0..<6).map { place in try member(place, waiting(watch, for: width)) }
        let reuser = Reuser(members, options: .init(width: width))
        _ = try await reuser.averaging(.voteByLabel, rows: countedRows(2))
        #expect(watch.most == width)
    }

    @Test func togetherTheyTakeNoMoreThanTheBudget() async throws {
        let watch = FunctionModel.Watch()
        let needs = [60, 50, 40, 30, 20, 10]
        let members = try needs.enumerated().map { try member($0, waiting(watch, for: 100, weight: $1), memory: $1) }
        let reuser = Reuser(members, options: .init(width: 6, memory: 100))
        let outcome = try await reuser.averaging(.voteByLabel, rows: countedRows(2))
        #expect(outcome.warnings.isEmpty)
        // Side by side as far as they fit: 60 and 40 first.
        #expect(watch.most == 100)
    }

    @Test func whoNeedsMoreThanTheBudgetIsNotStarted() async throws {
        let large = constant(5)
        let members = [try member(0, constant(1)), try member(1, large, memory: 3 << 30)]
        let reuser = Reuser(members, options: .init(memory: 2 << 30))
        let outcome = try await reuser.averaging(.voteByLabel, rows: countedRows(2))
        #expect(large.calls == 0)
        #expect(outcome.answers == .integers([1, 1]))
        #expect(
            outcome.warnings == [
                "'member 1' is left out: it may take 3072 MiB of memory, more than the 2048 MiB for all"
            ]
        )
    }

    @Test func cancellingEndsTheRun() async throws {
        let reuser = Reuser([
            try member(
                0,
                FunctionModel { rows, _ throws(PredictorError) in
                    try? await Task.sleep(for: .seconds(3600))
                    return .integers(rows.map { _ in 1 })
                }
            ), try member(1, constant(1)),
        ])
        let begin = ContinuousClock.now
        let task = Task { try await reuser.averaging(.voteByLabel, rows: countedRows(2)) }
        try await Task.sleep(for: .milliseconds(50))
        task.cancel()
        let error = await #expect(throws: ReuseError.self) { try await task.value }
        #expect(error?.code == .cancelled)
        #expect(ContinuousClock.now - begin < .seconds(600))
    }

    /// A model that answers as soon as so many ran at a time, or after a while.
    private func waiting(_ watch: FunctionModel.Watch, for wanted: Int, weight: Int = 1) -> FunctionModel {
        FunctionModel(watch: watch, weight: weight) { rows, _ throws(PredictorError) in
            for _ in 0..<2000 where watch.most < wanted { try? await Task.sleep(for: .milliseconds(5)) }
            return .integers(rows.map { _ in 1 })
        }
    }
}
