import Ensembles
import Tensors
import Testing

/// How answers become one, on answers whose combination is known.
@Suite struct CombiningTests {
    private func combine(_ combination: Combination, _ answers: [Answers?], rows: [Double] = []) throws -> Answers {
        try Samples.ensemble(combination, members: answers.count, output: combination == .single ? .labels : nil)
            .combine(answers, rows: rows)
    }

    @Test func aTieGoesToTheSmallestLabel() throws {
        let answers: [Answers] = [
            .integers([2, 5, -3]), .integers([1, 5, 7]), .integers([1, 2, -3]), .integers([2, 9, 7]),
        ]
        #expect(try combine(.voteByLabel, answers) == .integers([1, 5, -3]))
    }

    @Test func aTieOfTextsGoesToTheFirstByBytes() throws {
        // "Z" is before "a" in bytes; é as one letter and as two are different labels.
        let answers: [Answers] = [.texts(["a", "é", "b"]), .texts(["Z", "e\u{301}", "b"])]
        #expect(try combine(.voteByLabel, answers) == .texts(["Z", "e\u{301}", "b"]))
    }

    @Test func numbersForClassesVoteForTheGreatest() throws {
        let scores = Answers.numbers([0.1, 0.7, 0.2, 3, -1, 3], columns: 3)
        #expect(try combine(.voteByLabel, [scores]) == .integers([1, 0]))
        // Whole numbers in a floating-point answer are labels.
        #expect(try combine(.voteByLabel, [scores, .numbers([1, 4], columns: 1)]) == .integers([1, 0]))
    }

    @Test func whatIsNoLabelHasNoVote() throws {
        #expect(
            throws: EnsembleError(
                .invalidAnswer(member: 1),
                "'member 1' answers with numbers that are no labels; ask for their mean"
            )
        ) {
            try combine(.voteByLabel, [.integers([1]), .numbers([0.5], columns: 1)])
        }
        #expect(throws: EnsembleError.self) { try combine(.voteByLabel, [.integers([1]), .texts(["1"])]) }
        #expect(throws: EnsembleError.self) { try combine(.voteByLabel, [.numbers([.nan], columns: 1)]) }
    }

    @Test func aMeanIsOfEachOutputByItself() throws {
        let answers: [Answers] = [.numbers([1, 2, 3, 4], columns: 2), .numbers([3, 2, 5, -4], columns: 2)]
        #expect(try combine(.mean, answers) == .numbers([2, 2, 4, 0], columns: 2))
        #expect(
            throws: EnsembleError(
                .invalidAnswer(member: 1),
                "'member 1' answers with a number for each row, but 'member 0' with 2"
            )
        ) {
            try combine(.mean, [answers[0], .numbers([1, 2], columns: 1)])
        }
        #expect(throws: EnsembleError.self) { try combine(.mean, [.texts(["a"])]) }
    }

    @Test func aMeanOfManyIsThatOfTheirSum() throws {
        let count = 300
        let answers = (0..<count).map {
            Answers.numbers([Double($0) * 0.1, 1e16 * ($0 % 2 == 0 ? 1 : -1) + 1], columns: 2)
        }
        guard case .numbers(let found, columns: 2) = try combine(.mean, answers) else {
            Issue.record("two numbers were to be had")
            return
        }
        #expect((found[0] - 14.95).magnitude < 1e-13)
        #expect(found[1].magnitude < 2)
    }

    @Test func whoHasNoAnswerDoesNotCount() throws {
        #expect(
            try combine(.mean, [.numbers([1], columns: 1), nil, .numbers([3], columns: 1)]) == .numbers([2], columns: 1)
        )
        #expect(try combine(.voteByLabel, [nil, .integers([3]), nil]) == .integers([3]))
        #expect(throws: EnsembleError(.noAnswer, "no member has answered")) { try combine(.mean, [nil, nil]) }
        #expect(throws: EnsembleError.self) { try combine(.mean, [.integers([1]), .integers([1, 2])]) }
    }

    @Test func probabilitiesAndScoresAreAveragedTogether() throws {
        let answers: [Answers] = [.numbers([0.25, 0.75], columns: 2), .numbers([1000, 1000], columns: 2)]
        let found = try combine(.voteByProbability([.probabilities, .scores]), answers)
        #expect(found == .numbers([0.375, 0.625], columns: 2))
        // What was fitted to probabilities does not take scores for them.
        #expect(
            throws: EnsembleError(.invalidAnswer(member: 0), "'member 0' answers with probabilities, but not for row 2")
        ) {
            try combine(.voteByProbability([.probabilities]), [.numbers([1, 0, 1, 1], columns: 2)])
        }
        #expect(throws: EnsembleError.self) {
            try combine(.voteByProbability([.scores]), [.numbers([1, 0], columns: 1)])
        }
    }

    @Test func theFormOfScoresIsSeenInAllRows() {
        #expect(Softmax.form([0.5, 0.5, 1, 0], columns: 2) == .probabilities)
        #expect(Softmax.form([0.5, 0.5, 1, 1], columns: 2) == .scores)
        #expect(Softmax.form([Double(Float(0.1)), Double(Float(0.9))], columns: 2) == .probabilities)
        #expect(Softmax.form([1.5, -0.5], columns: 2) == .scores)
        #expect(Softmax.form([.nan, 1], columns: 2) == .scores)
    }

    /// The first column, the second and the first member's, and the difference of the second member's numbers.
    @Test func aLinearCombinationIsWhatItSays() throws {
        let rows: [Double] = [10, 20, .nan, .infinity]
        let answers: [Answers?] = [.integers([7, -7]), .numbers([1, 2, 3, .nan], columns: 2)]
        let combined = try combine(.linear(Samples.linear()), answers, rows: rows)
        // In the second row the means 1 and 2 stand for the columns, and 5 for the last.
        #expect(combined == .numbers([10, 27.5, 0.5, 1, -4.5, 1.5], columns: 3))
        let labels = try combine(.linear(Samples.linear(.texts(["x", "y", "z"]))), answers, rows: rows)
        #expect(labels == .texts(["y", "z"]))
        // The means 3, 4 and 5 of both members stand for them when they have no answer.
        let without = try combine(.linear(Samples.linear()), [.integers([7, -7]), nil], rows: rows)
        #expect(without == .numbers([10, 27.5, 0.5, 1, -4.5, 0.5], columns: 3))
        #expect(throws: EnsembleError.self) { try combine(.linear(Samples.linear()), answers, rows: [1, 2]) }
        #expect(throws: EnsembleError.self) {
            try combine(.linear(Samples.linear()), [.texts(["a", "b"]), answers[1]], rows: rows)
        }
    }

    @Test func oneScoreTellsTwoClassesApart() throws {
        let linear = try LinearCombination(
            columnCount: 0,
            widths: [1],
            means: [0],
            coefficients: [2],
            intercepts: [-1],
            classes: .integers([-1, 1])
        )
        #expect(try combine(.linear(linear), [.numbers([0.4, 0.5, 0.6], columns: 1)]) == .integers([-1, -1, 1]))
    }

    @Test func partsAreAssembledInTheOrderOfTheRows() throws {
        let ensemble = try Samples.ensemble(.selector(Samples.selector()), members: 3, output: .labels)
        let parts = [
            Ensemble.Part(member: 2, rows: [3, 0], answers: .integers([30, 0])),
            Ensemble.Part(member: 0, rows: [1, 2], answers: .integers([10, 20])),
        ]
        #expect(try ensemble.assemble(parts, count: 4) == .integers([0, 10, 20, 30]))
        #expect(throws: EnsembleError(.noAnswer, "no member has answered row 5")) {
            try ensemble.assemble(parts, count: 5)
        }
        #expect(throws: EnsembleError.self) { try ensemble.assemble(parts + [parts[0]], count: 4) }
        let mixed = [parts[0], Ensemble.Part(member: 0, rows: [1, 2], answers: .numbers([0.5, 1], columns: 1))]
        #expect(try ensemble.assemble(mixed, count: 4) == .numbers([0, 0.5, 1, 30], columns: 1))
        for other in [Answers.texts(["a", "b"]), .numbers([1, 2, 3, 4], columns: 2)] {
            #expect(throws: EnsembleError.self) {
                try ensemble.assemble([parts[0], Ensemble.Part(member: 0, rows: [1, 2], answers: other)], count: 4)
            }
        }
    }

    @Test func answersAreReadFromWhatModelsGive() throws {
        let flags = try Tensor(name: "y", datatype: .bool, shape: [3], bytes: [1, 0, 1])
        #expect(try Answers([flags], rowCount: 3) == .integers([1, 0, 1]))
        let column = try Tensor(name: "y", doubles: [1, 2], shape: [2, 1])
        #expect(try Answers([column], rowCount: 2) == .numbers([1, 2], columns: 1))
        #expect(try Answers([Tensor(name: "y", strings: ["a"], shape: [1])], rowCount: 1) == .texts(["a"]))
        for (tensors, rows) in [
            ([column], 3), ([column, flags], 2), ([], 1),
            ([try Tensor(name: "y", doubles: [1, 2], shape: [1, 2, 1])], 1),
            ([try Tensor(name: "y", doubles: [], shape: [2, 0])], 2),
            ([try Tensor(name: "y", doubles: [1], shape: [])], 1),
        ] {
            #expect(throws: AnswerFault.self) { try Answers(tensors, rowCount: rows) }
        }
    }
}
