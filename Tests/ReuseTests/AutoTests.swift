import Documents
import Ensembles
import Learnware
import Numerics
import Reuse
import Specifications
import SystemPackage
import Tensors
import Testing

/// Methods that learn from labelled rows, and the choice among them, on models whose answers are known.
@Suite struct AutoTests {
    /// Rows (n × 2) with noise that a seed determines.
    private static func data(_ count: Int, seed: UInt64) -> [[Double]] {
        var random = SeededRandom(seed: seed)
        return (0..<count).map { _ in [random.normal(), random.normal()] }
    }

    private static func truth(_ row: [Double]) -> Int64 { row[0] * row[1] > 0 ? 1 : 0 }

    private func labelled(_ data: [[Double]], _ label: ([Double]) -> Int64 = truth) throws -> LabelledRows {
        try LabelledRows(rows(data), targets: .labels(.integers(data.map(label))))
    }

    private func model(_ answer: @escaping @Sendable ([Double]) -> Int64) -> FunctionModel {
        FunctionModel { rows, _ throws(PredictorError) in .integers(rows.map(answer)) }
    }

    private static let constant: @Sendable ([Double]) -> Int64 = { _ in 0 }
    private static let opposite: @Sendable ([Double]) -> Int64 = { 1 - truth($0) }

    @Test func theBestLearnwareIsFoundAmongBadOnes() async throws {
        let reuser = Reuser([
            try member(0, model(Self.constant)), try member(1, model { Self.truth($0) }),
            try member(2, model(Self.constant)), try member(3, model(Self.constant)),
        ])
        let unlabelled = Self.data(40, seed: 2)
        let choice = try await reuser.auto(
            examples: labelled(Self.data(60, seed: 1)),
            rows: rows(unlabelled)
        )
        // Feature augmentation would find it too; the simpler is taken.
        #expect(choice.method == .bestSingle)
        #expect(choice.outcome.answers == .integers(unlabelled.map(Self.truth)))
        #expect(choice.outcome.ensemble.members.map(\.name) == ["member 1"])
        let estimate = try #require(choice.trials.first { $0.method == .bestSingle }?.estimate)
        #expect(estimate.value == 1)
        // No linear model of the two columns tells their product's sign.
        #expect(try #require(choice.alone.estimate).value < 0.75)
        #expect(choice.trials.map(\.method) == ReuseMethod.allCases)
        #expect(choice.trials.first { $0.method == .selector }?.reason != nil)
    }

    @Test func anAnswerThatIsAlwaysWrongIsWorthAsMuchToALinearModel() async throws {
        let reuser = Reuser([try member(0, model(Self.opposite)), try member(1, model(Self.constant))])
        let unlabelled = Self.data(40, seed: 4)
        let choice = try await reuser.auto(examples: labelled(Self.data(60, seed: 3)), rows: rows(unlabelled))
        #expect(choice.method == .augmentation)
        #expect(choice.outcome.answers == .integers(unlabelled.map(Self.truth)))
        let advantage = try #require(choice.runnerUp).advantage
        #expect(advantage.difference > 0.2)
        #expect(advantage.standardError > 0)
    }

    @Test func numbersAreLearntToo() async throws {
        let answers: [@Sendable ([Double]) -> Double] = [{ $0[0] }, { $0[1] + 5 }, { $0[0] * $0[1] }]
        let members = try answers.enumerated().map { place, answer in
            try member(
                place,
                FunctionModel { rows, _ throws(PredictorError) in .numbers(rows.map(answer), columns: 1) }
            )
        }
        let data = Self.data(80, seed: 5)
        let examples = try LabelledRows(rows(data), targets: .numbers(data.map { 3 * $0[0] * $0[1] - $0[1] + 2 }))
        let unlabelled = Self.data(30, seed: 6)
        let choice = try await Reuser(members).auto(examples: examples, rows: rows(unlabelled))
        #expect(choice.method == .augmentation)
        guard case .numbers(let found, columns: 1) = choice.outcome.answers else {
            Issue.record("a number for each row")
            return
        }
        // The function is linear in columns and answers; the ridge's least penalty leaves this much.
        for (row, value) in zip(unlabelled, found) {
            #expect((value - (3 * row[0] * row[1] - row[1] + 2)).magnitude < 0.01)
        }
        let estimate = try #require(choice.trials.last?.estimate)
        #expect(estimate.measure == .rootMeanSquaredError)
        #expect(estimate.value < 0.01)
        #expect(try #require(choice.alone.estimate).value > 1)
    }

    /// The estimate is of rows that were not learnt from: labels that are noise cannot be told.
    @Test func noiseIsNotTakenForKnowledge() async throws {
        var random = SeededRandom(seed: 7)
        let noise = (0..<200).map { _ in Int64(random.next() % 2) }
        let members = try (0..<12).map { place in
            try member(place, model { row in Int64((row[0] * Double(place * 7 + 3) * 1e3).bitPattern % 2) })
        }
        let examples = try LabelledRows(rows(Self.data(200, seed: 8)), targets: .labels(.integers(noise)))
        let choice = try await Reuser(members).auto(examples: examples, rows: rows(Self.data(5, seed: 9)))
        for trial in choice.trials {
            guard let estimate = trial.estimate else { continue }
            // Four standard errors of 200 coins are 0.14.
            #expect((estimate.value - 0.5).magnitude < 0.15, "\(String(describing: trial.method))")
        }
    }

    @Test func textsAreLabels() async throws {
        let names = ["no", "yes"]
        func named(_ answer: @escaping @Sendable ([Double]) -> Int64) -> FunctionModel {
            FunctionModel { rows, _ throws(PredictorError) in .texts(rows.map { names[Int(answer($0))] }) }
        }
        let members = [
            try member(0, named(Self.opposite)), try member(1, named { Self.truth($0) }),
            try member(2, named { Self.truth($0) }),
        ]
        let data = Self.data(30, seed: 10)
        let examples = try LabelledRows(
            rows(data),
            targets: .labels(.texts(data.map { names[Int(Self.truth($0))] }))
        )
        let choice = try await Reuser(members).auto(examples: examples, rows: rows(data))
        #expect(choice.method == .averaging)
        #expect(choice.outcome.answers == .texts(data.map { names[Int(Self.truth($0))] }))
        #expect(
            choice.trials.first { $0.method == .augmentation }?.reason
                == "a linear model takes no texts from learnwares"
        )
    }

    @Test func theSameSeedGivesTheSameChoice() async throws {
        let members = try (0..<5).map { place in
            try member(place, model { row in (row[0] * row[1] + 0.4 * Double(place) * row[0]) > 0 ? 1 : 0 })
        }
        let examples = try labelled(Self.data(50, seed: 11))
        let unlabelled = try rows(Self.data(50, seed: 12))
        var values: [[Double?]] = []
        for threads in [1, 2] {
            let reuser = Reuser(members, options: .init(width: threads), seed: 5, threads: threads)
            let choice = try await reuser.auto(examples: examples, rows: unlabelled)
            values.append(choice.trials.map { $0.estimate?.value })
        }
        #expect(values[0] == values[1])
    }

    @Test func pruningTakesTheMembersThatAreBestTogether() async throws {
        let members = [
            try member(0, model(Self.constant)), try member(1, model { Self.truth($0) }),
            try member(2, model(Self.opposite)), try member(3, model { Self.truth($0) }),
        ]
        let unlabelled = Self.data(20, seed: 14)
        let outcome = try await Reuser(members).labelled(
            .pruning,
            examples: labelled(Self.data(30, seed: 13)),
            rows: rows(unlabelled)
        )
        #expect(outcome.ensemble.members.map(\.name) == ["member 1", "member 3"])
        #expect(outcome.answers == .integers(unlabelled.map(Self.truth)))
        #expect(try Ensemble(json: outcome.ensemble.jsonBytes()) == outcome.ensemble)
    }

    @Test func whoFailsIsLeftOutOfEveryMethod() async throws {
        let failing = FunctionModel { _, _ throws(PredictorError) in throw PredictorError(.load, "no") }
        let members = [
            try member(0, failing), try member(1, model(Self.opposite)), try member(2, model(Self.constant)),
        ]
        let unlabelled = Self.data(20, seed: 16)
        let choice = try await Reuser(members).auto(
            examples: labelled(Self.data(40, seed: 15)),
            rows: rows(unlabelled)
        )
        #expect(choice.outcome.answers == .integers(unlabelled.map(Self.truth)))
        #expect(choice.outcome.ensemble.members.map(\.name) == ["member 1", "member 2"])
        #expect(choice.outcome.warnings == ["'member 0' is left out: no"])
    }

    @Test func withoutTwoOfALabelNothingCanBeHeldOut() async throws {
        let reuser = Reuser([try member(0, model(Self.constant))])
        let data = Self.data(2, seed: 17)
        let examples = try LabelledRows(rows(data), targets: .labels(.integers([0, 1])))
        let error = await #expect(throws: ReuseError.self) {
            try await reuser.auto(examples: examples, rows: rows(data))
        }
        #expect(error?.code == .invalidRows)
        #expect(throws: ReuseError.self) { try LabelledRows(rows(data), targets: .labels(.integers([1]))) }
        #expect(throws: ReuseError.self) { try LabelledRows(rows(data), targets: .numbers([1, .nan])) }
    }

    /// Three learnwares that know other digits each: only who asks the right one for each row is good at all ten.
    @Test func theSelectorWinsOnTheGoldenDigits() async throws {
        let golden = try LabelledGolden(.digits)
        var known: [[Double]: Int] = [:]
        let parts = [golden.labelled, golden.test]
        var answers = [[Int64]](repeating: [], count: 3)
        for part in parts {
            for row in 0..<part.columns.rows {
                known[Array(part.columns.row(row))] = answers[0].count
                for member in 0..<3 { answers[member].append(Int64(part.votes[member][row])) }
            }
        }
        let places = known
        let members = try answers.enumerated().map { place, answers in
            let specification = try AnySpecification(contentsOf: Golden.folder.appending("selector/\(place).json"))
            let model = FunctionModel { rows, _ throws(PredictorError) in
                .integers(rows.compactMap { places[$0].map { answers[$0] } })
            }
            return try member(place, model, specification: specification)
        }
        func matrix(_ part: LabelledGolden.Rows) throws -> Reuser.Rows {
            try rows((0..<part.columns.rows).map { Array(part.columns.row($0)) })
        }
        let examples = try LabelledRows(
            matrix(golden.labelled),
            targets: .labels(.integers(golden.labelled.classes.map { Int64($0) }))
        )
        let choice = try await Reuser(members).auto(examples: examples, rows: matrix(golden.test))
        #expect(choice.method == .selector)
        guard case .integers(let found) = choice.outcome.answers else {
            Issue.record("the members answer with labels")
            return
        }
        let accuracy =
            Double(zip(found, golden.test.classes).count { Int($0) == $1 }) / Double(golden.test.classes.count)
        #expect(accuracy >= 0.911)
        // The estimate is honest: within three of its standard errors of what 619 other rows say.
        let estimate = try #require(choice.trials.first { $0.method == .selector }?.estimate)
        #expect((estimate.value - accuracy).magnitude <= 3 * estimate.standardError + 0.01)
        // The package's own comparison: 100 labels alone reach 0.906.
        let alone = try #require(choice.alone.estimate)
        #expect(try #require(estimate.advantage(over: alone)).difference > 0)
    }
}
