import Documents
import Ensembles
import Foundation
import TestSupport
import Testing

/// `ensemble.json`: what is written is read again, and nothing else is.
@Suite struct FileTests {
    @Test func whatIsWrittenIsReadAgain() throws {
        for ensemble in try Samples.all() {
            let bytes = ensemble.jsonBytes()
            #expect(try Ensemble(json: bytes) == ensemble)
            #expect(try Ensemble(json: bytes).jsonBytes() == bytes)
        }
    }

    @Test func numbersAreKeptToTheLastBit() throws {
        let numbers = [0.1, -0.0, 1.0 / 3, Double.leastNonzeroMagnitude, 1e140, Double.pi]
        let linear = try LinearCombination(
            columnCount: 5,
            widths: [1],
            means: numbers,
            coefficients: numbers,
            intercepts: [numbers[2]],
            classes: nil
        )
        let ensemble = try Samples.ensemble(.linear(linear), members: 1)
        guard case .linear(let read) = try Ensemble(json: ensemble.jsonBytes()).combination else {
            Issue.record("another combination")
            return
        }
        #expect(read.means.map(\.bitPattern) == numbers.map(\.bitPattern))
        #expect(read.coefficients.map(\.bitPattern) == numbers.map(\.bitPattern))
    }

    private static let digest = String(repeating: "a", count: 64)

    /// An ensemble with one member, with something put in its map.
    private static func file(_ combination: String, member: String = "", other: String = "") -> String {
        """
        {"schema": "learnware/ensemble/1", "output": "labels", \(other)
         "members": [{"digest": "\(digest)", "name": "m"\(member)}], "combination": {"method": \(combination)}}
        """
    }

    /// A selector for two members with one of its keys changed.
    private static func selector(_ key: String, _ value: String) -> String {
        var parts = [
            "means": "[0]", "factors": "[1]", "gamma": "1", "support_counts": "[1, 0]", "support_vectors": "[[0]]",
            "coefficients": "[[1]]", "intercepts": "[0]",
        ]
        parts[key] = value
        let members = parts.map { "\"\($0.key)\": \($0.value)" }
        return file("\"selector\", " + members.joined(separator: ", "))
    }

    private static let methods =
        "'single', 'mean', 'vote_by_label', 'vote_by_probability', 'selector', 'linear'"

    private static let refusals: [(String, String)] = [
        ("", "the ensemble is not readable JSON: line 1, column 1: the text ends where a value must be"),
        ("[]", "the ensemble is a list, not a map"),
        (#"{"schema": "learnware/ensemble/2"}"#, "'schema' is 'learnware/ensemble/2', not 'learnware/ensemble/1'"),
        (#"{"shema": 1}"#, "'shema' is no key of it; did you mean 'schema'?"),
        (file(#""mean""#), "'mean' answers with numbers, not labels"),
        (file(#""median""#), "'combination.method' is 'median', not one of \(methods)"),
        (file(#""a\u001b[2J""#), "'combination.method' is 'a\\u{1b}[2J', not one of \(methods)"),
        (file(#""vote_by_label", "command": 1"#), "'combination.command' is no key of it"),
        (file(#""vote_by_label""#, other: #""columns": 0,"#), "'columns' is no whole number from 1 to 100000"),
        (
            file(#""single""#, member: #", "version": 0"#),
            "'members[0].version' is no whole number from 1 to 9223372036854775807"
        ),
        (file(#""single""#, member: #", "digest": "b""#), twice),
        (file(#""linear""#), "'combination.means' is missing"),
        (selector("means", "[1e141]"), "'combination.means[0]' is 1e+141, beyond 1e+140"),
        (selector("means", #"["0"]"#), "'combination.means[0]' is a text, not a number"),
        (selector("gamma", "0"), "'combination': gamma must be a number above 0, not 0.0"),
        (selector("support_counts", "[-1, 2]"), "'combination.support_counts[0]' is no whole number from 0 to 4000000"),
        (
            selector("support_vectors", "[[0, 1]]"),
            "'combination.support_vectors[0]' has 2 elements; at most 1 are taken"
        ),
        (selector("support_vectors", "[[]]"), "'combination.support_vectors[0]' has 0 numbers, not 1"),
        (
            selector("coefficients", "[]"),
            """
            'combination': 1 support vectors for 2 members have 1 coefficients, at most 4000000, and 1 intercepts, not 0 \
            and 1
            """
        ),
        (selector("gamma", "1"), "'selector' is for 2 members, but there are 1"),
    ]

    private static let twice =
        "the ensemble is not readable JSON: line 2, column 106: the key 'digest' appears twice"

    @Test(arguments: refusals.indices)
    func whatIsNoEnsembleIsRefused(place: Int) throws {
        let (text, reason) = Self.refusals[place]
        let error = #expect(throws: EnsembleError.self) { try Ensemble(json: Array(text.utf8)) }
        #expect(error?.description == reason)
        #expect(error?.code == .invalidFile)
    }

    @Test func aPackageIsAMemberOnce() throws {
        let twice = try Samples.members(1) + Samples.members(1)
        #expect(throws: EnsembleError(.invalidEnsemble, "a package is a member twice")) {
            try Ensemble(members: twice, combination: .mean)
        }
        #expect(throws: EnsembleError.self) { try Ensemble(members: [], combination: .mean) }
    }

    /// A megabyte that announces a gigabyte of rows is refused before anything of that size is made.
    @Test func announcedSizesAreNotBelieved() throws {
        let rows = [String](repeating: "[]", count: 200_000).joined(separator: ",")
        let text = Self.selector("support_vectors", "[\(rows)]")
        #expect(throws: EnsembleError.self) { try Ensemble(json: Array(text.utf8)) }
        let counts = [String](repeating: "4000000", count: 1000).joined(separator: ",")
        #expect(throws: EnsembleError.self) {
            try Ensemble(json: Array(Self.selector("support_counts", "[\(counts)]").utf8))
        }
    }

    /// Bytes are changed, removed, doubled and moved at random: whatever comes of it is refused or combines.
    @Test func nothingThatIsChangedAtRandomCrashes() throws {
        var generator = SeededGenerator(seed: 8)
        let texts = try Samples.all().map { $0.jsonBytes() }
        var accepted = 0
        for round in 0..<(Checkout.isSoak ? 200_000 : 6000) {
            var bytes = texts[round % texts.count]
            for _ in 0..<Int.random(in: 1...3, using: &generator) { mutate(&bytes, &generator) }
            guard let ensemble = try? Ensemble(json: bytes) else { continue }
            accepted += 1
            try use(ensemble)
        }
        // Mutations of digits and names are ensembles still: the test has looked inside.
        #expect(accepted > 100)
    }

    private func mutate(_ bytes: inout [UInt8], _ generator: inout SeededGenerator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        let end = min(bytes.count, place + Int.random(in: 1...12, using: &generator))
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes[place] = Array("0123456789eE.-+[]{},:\"".utf8).randomElement(using: &generator) ?? 0
        case 2: bytes.removeSubrange(place..<end)
        case 3: bytes.insert(contentsOf: bytes[place..<end], at: place)
        default:
            let part = bytes[place..<end]
            bytes.removeSubrange(place..<end)
            bytes.insert(contentsOf: part, at: Int.random(in: 0...bytes.count, using: &generator))
        }
    }

    /// Answers of every kind are combined by what was read.
    private func use(_ ensemble: Ensemble) throws {
        let kinds: [Answers] = [
            .integers([1, .max]), .texts(["a", "b"]), .numbers([1, .nan], columns: 1),
            .numbers([1, .infinity, 1e308, -1e308], columns: 2),
        ]
        let width = ensemble.columnCount ?? 1
        let rows = [Double](repeating: 1e300, count: 2 * width)
        if case .selector = ensemble.combination {
            let available = [Bool](repeating: true, count: ensemble.members.count)
            let choice = try ensemble.choice(rows, available: available) ?? []
            #expect(choice.allSatisfy { ensemble.members.indices.contains($0) })
            return
        }
        for kind in kinds {
            let answers = [Answers?](repeating: kind, count: ensemble.members.count)
            if let combined = try? ensemble.combine(answers, rows: rows) { #expect(combined.count == 2) }
        }
    }
}
