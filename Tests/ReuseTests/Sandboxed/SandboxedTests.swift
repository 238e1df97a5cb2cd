import Ensembles
import Learnware
import Numerics
import Reuse
import SystemPackage
import Tensors
import TestSupport
import Testing

/// Reuse of real learnwares in their sandboxes: those that the Python package was measured on, and some with faults.
@Suite(.serialized) struct SandboxedTests {
    private let workshop: Workshop

    init() throws { workshop = try Workshop() }

    private func golden(_ task: String, _ count: Int) throws -> [ReuseMember]? {
        guard let folder = Checkout.golden else {
            #expect(!Checkout.isCI, "the golden learnwares are not beside this checkout")
            return nil
        }
        return try (0..<count).map { try workshop.golden(task, $0, in: folder) }
    }

    private func digits() throws -> (tensor: Tensor, rows: Reuser.Rows) {
        let tensor = try Golden.tensor("labelled/digits/test_rows.npy")
        let count = tensor.shape[0]
        return (tensor, try Reuser.Rows(Chunk(firstRow: 0, rowCount: count, values: .matrix(tensor))))
    }

    @Test func goldenLearnwaresVoteAsInThePackage() async throws {
        guard let members = try golden("A_digits_tasks", 3) else { return }
        let reuser = Reuser(members, options: .init(batch: 100))
        let outcome = try await reuser.averaging(.voteByLabel, rows: digits().rows)
        #expect(outcome.warnings.isEmpty)
        #expect(outcome.answers == .integers(try Golden.tensor("averaging/A_vote_by_label.npy").integers()))
        #expect(outcome.reports.allSatisfy { $0.run?.isolation == "full" })
    }

    @Test func goldenLearnwaresAreSelectedFromWhateverTheOrder() async throws {
        guard let members = try golden("A_digits_tasks", 3) else { return }
        let reuser = Reuser(members, options: .init(batch: 100))
        let (tensor, rows) = try digits()
        let labels = try Golden.tensor("labelled/digits/test_labels.npy").doubles().map { Int64($0) }
        let outcome = try await reuser.jobSelector(rows: rows)
        guard case .integers(let found) = outcome.answers else {
            Issue.record("the members answer with labels")
            return
        }
        #expect(Double(zip(found, labels).count { $0 == $1 }) / Double(labels.count) >= 0.911)
        // The ensemble gives each row its answer wherever it stands.
        var random = SeededRandom(seed: 1)
        let order = random.distinctPlaces(labels.count, below: labels.count)
        let moved = Chunk(firstRow: 0, rowCount: labels.count, values: .matrix(tensor.rows(at: order)))
        let again = try await reuser.apply(outcome.ensemble, to: Reuser.Rows(moved))
        #expect(again.answers == outcome.answers.rows(at: order))
    }

    /// What each of the faulty does, and in which phases it may be caught.
    private static let faults: [(name: String, body: String, phases: Set<PredictorError.Phase>)] = [
        ("hangs", "time.sleep(3600)", [.limits]),
        ("dies on the third batch", "if self.calls == 3: os._exit(0)\nreturn X.sum(axis=1)", [.predict]),
        ("raises on the third batch", "if self.calls == 3: raise ValueError('no')\nreturn X.sum(axis=1)", [.predict]),
        ("widens", "return np.stack([X.sum(axis=1)] * self.calls, axis=1)", [.output]),
        ("answers for other rows", "return X.sum(axis=1)[:-1] if self.calls == 2 else X.sum(axis=1)", [.output]),
        // The sandbox ends it, or its own allocation fails, whichever the host's limits bring first.
        ("takes memory", "return [bytearray(64 << 20) for _ in range(1000)]", [.limits, .predict]),
    ]

    private static let inputs: [[Double]] = (0..<7).map { [Double($0), 0.5] }

    @Test(arguments: faults.indices) func whatIsFaultyIsLeftOutAndTheRestIsRight(place: Int) async throws {
        let fault = Self.faults[place]
        let members = [
            try workshop.member("sums", "return X.sum(axis=1)"),
            try workshop.member("faulty", fault.body, memory: 512 << 20, seconds: 3),
            try workshop.member("doubles", "return 2 * X.sum(axis=1)"),
        ]
        let reuser = Reuser(members, options: .init(width: 3, memory: 4 << 30, batch: 2))
        let outcome = try await reuser.averaging(.mean, rows: rows(Self.inputs))
        #expect(outcome.answers == .numbers(Self.inputs.map { 1.5 * ($0[0] + $0[1]) }, columns: 1))
        #expect(outcome.ensemble.members.map(\.name) == ["sums", "doubles"])
        let error = try #require(outcome.reports[1].failure)
        #expect(fault.phases.contains(error.phase), "\(fault.name): \(error)")
        #expect(outcome.warnings.count == 1)
        #expect(outcome.warnings.first?.hasPrefix("'faulty' is left out: ") == true)
    }

    @Test func aStrictRunSaysWhoFailedAndEndsTheOthers() async throws {
        let members = [
            try workshop.member("hangs", "time.sleep(3600)", seconds: 300),
            try workshop.member("faulty", "raise ValueError('no')"),
        ]
        let reuser = Reuser(members, options: .init(width: 2, isStrict: true))
        let begin = ContinuousClock.now
        let error = await #expect(throws: ReuseError.self) {
            try await reuser.averaging(.mean, rows: rows(Self.inputs))
        }
        #expect(error?.code == .memberFailed)
        #expect(error?.description.hasPrefix("'faulty' failed: ") == true)
        #expect(ContinuousClock.now - begin < .seconds(120))
    }
}
