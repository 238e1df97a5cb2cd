import Foundation
import ModelRunner
import Packaging
import Sandbox
import SystemPackage
import Tensors
import TestSupport
import Testing

/// A pool of real models.
@Suite(.serialized) struct PoolTests {
    private let scratch: Scratch
    private let store: Store
    private let resources: Resources

    init() throws {
        scratch = try Scratch()
        store = try TestStore.make(in: scratch)
        resources = try Resources.locate(executable: Checkout.products.appending("lw-run"))
    }

    private func package(_ name: String, _ program: String, kwargs: String = "{}") throws -> Package {
        try scratch.write("\(name)/learnware.yaml", "name: \(name)\nmodel: {class_name: Model, kwargs: \(kwargs)}\n")
        try scratch.write("\(name)/requirements.txt", "numpy\n")
        try scratch.write("\(name)/__init__.py", program)
        return try PackageBuilder.build(scratch.path.appending(name), to: scratch.path.appending(name + ".zip")).package
    }

    /// A model that answers what it drew when it was made, and how often it was asked.
    private static let token = """
        import os
        import time
        import numpy as np
        from learnware.model import BaseModel
        class Model(BaseModel):
            def __init__(self, sleeps=0):
                super().__init__(input_shape=(1,), output_shape=(2,))
                self.token = int.from_bytes(os.urandom(6), "little")
                self.calls = 0
                self.sleeps = sleeps
            def predict(self, X):
                self.calls += 1
                time.sleep(self.sleeps)
                return np.array([[self.token, self.calls]] * len(X), dtype=float)
        """

    private var options: RunOptions {
        var options = RunOptions()
        options.python = "/usr/bin/python3"
        return options
    }

    private func pool(_ change: (inout PoolLimits) -> Void = { _ in }) -> ModelPool {
        var limits = PoolLimits()
        limits.firstPause = 0.01
        limits.longestPause = 0.1
        change(&limits)
        return ModelPool(limits, resources: resources, store: store)
    }

    @Test func aSecondCallFindsTheModelRunningAndAnotherPackageFindsItsOwn() async throws {
        let (first, second) = (try package("a", Self.token), try package("b", Self.token + "\n# another\n"))
        let pool = pool()
        let a = try await pool.predict(first, [[1], [2]], options: options)
        let b = try await pool.predict(second, [[1]], options: options)
        let again = try await pool.predict(first, [[1]], options: options)
        var other = options
        other.callSeconds = 30
        let apart = try await pool.predict(first, [[1]], options: other)
        #expect(a == [[a[0][0], 1], [a[0][0], 1]])
        #expect(again == [[a[0][0], 2]])
        #expect(b[0][0] != a[0][0])
        #expect(apart[0][0] != a[0][0] && apart[0][1] == 1)
        let models = pool.status().models
        #expect(models.map(\.stage) == [.idle, .idle, .idle])
        #expect(models.map(\.digest) == [first.digest, second.digest, first.digest])
        // An interpreter with numpy is not smaller, and not larger.
        #expect(models.allSatisfy { (8 << 20..<512 << 20).contains($0.bytes) }, "\(models)")
        await pool.close()
        #expect(TestStore.leftovers(of: scratch) == [])
    }

    @Test func idleModelsEndInTimeAndNothingIsLeftOfThem() async throws {
        let package = try package("a", Self.token)
        let pool = pool { $0.idleSeconds = 0.2 }
        let first = try await pool.predict(package, [[1]], options: options)
        for _ in 0..<100 where !pool.status().models.isEmpty { try await Task.sleep(for: .milliseconds(50)) }
        #expect(pool.status().models == [])
        #expect(TestStore.leftovers(of: scratch) == [])
        let second = try await pool.predict(package, [[1]], options: options)
        #expect(second[0][0] != first[0][0])
        await pool.close()
    }

    @Test func cancelledCallsAreAnsweredAndLeaveTheOthersAlone() async throws {
        let package = try package("a", Self.token, kwargs: "{sleeps: 20}")
        let (pool, options) = (pool(), options)
        let running = Task { try await pool.predict(package, [[1]], options: options) }
        // The model has its call once nobody waits for one any more.
        for _ in 0..<1000 where pool.status().models.isEmpty || pool.status().waitingCalls > 0 {
            try await Task.sleep(for: .milliseconds(20))
        }
        let waiting = Task { try await pool.predict(package, [[1]], options: options) }
        let patient = Task { try await pool.predict(package, [[1]], options: options) }
        for _ in 0..<100 where pool.status().waitingCalls < 2 { try await Task.sleep(for: .milliseconds(20)) }
        #expect(pool.status().waitingCalls == 2)
        let begin = ContinuousClock.now
        waiting.cancel()
        let queued = await #expect(throws: RunError.self) { try await waiting.value }
        #expect(queued?.phase == .queue && queued?.cause == .cancelled)
        running.cancel()
        let ended = await #expect(throws: RunError.self) { try await running.value }
        #expect(ended?.cause == .cancelled)
        // Before the model would have answered.
        #expect(ContinuousClock.now - begin < .seconds(18))
        // The model that was ended was not that call's own: it gets a new one.
        #expect(try await patient.value[0][1] == 1)
        await pool.close()
        #expect(TestStore.leftovers(of: scratch) == [])
    }

    @Test func closingAnswersEveryCallAndLeavesNothing() async throws {
        let package = try package("a", Self.token, kwargs: "{sleeps: 60}")
        let (pool, options) = (pool(), options)
        let calls = (0..<4).map { _ in Task { try await pool.predict(package, [[1]], options: options) } }
        while pool.status().models.first?.stage != .busy { try await Task.sleep(for: .milliseconds(20)) }
        #expect(!TestStore.leftovers(of: scratch).isEmpty)
        let begin = ContinuousClock.now
        await pool.close()
        #expect(ContinuousClock.now - begin < .seconds(30))
        for call in calls {
            let error = await #expect(throws: RunError.self) { try await call.value }
            #expect(error?.cause == .cancelled)
        }
        #expect(TestStore.leftovers(of: scratch) == [])
        let late = await #expect(throws: RunError.self) { try await pool.predict(package, [[1]], options: options) }
        #expect(late?.message == "the pool of models was closed")
    }

    @Test func aPoolThatIsForgottenEndsItsModels() async throws {
        let package = try package("a", Self.token)
        var pool: ModelPool? = pool()
        _ = try await pool?.predict(package, [[1]], options: options)
        #expect(!TestStore.leftovers(of: scratch).isEmpty)
        pool = nil
        for _ in 0..<100 where !TestStore.leftovers(of: scratch).isEmpty {
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(TestStore.leftovers(of: scratch) == [])
    }

    @Test func theEndOfTheHostIsTheEndOfItsModels() async throws {
        _ = try package("a", Self.token)
        _ = try TestStore.make(in: scratch, at: "cache/learnware")
        let host = try Tool.start(
            "predict-warm",
            [scratch.appending("a.zip"), "pool", "/usr/bin/python3"],
            environment: ["XDG_CACHE_HOME": scratch.appending("cache")]
        )
        let (input, output) = (host.standardInput as? Pipe, host.standardOutput as? Pipe)
        try input?.fileHandleForWriting.write(contentsOf: Data("1 1 1\n".utf8))
        let answer = output?.fileHandleForReading.availableData ?? Data()
        #expect(String(decoding: answer, as: UTF8.self).hasPrefix("{\"microseconds\""))
        #expect(!TestStore.leftovers(of: scratch).isEmpty)
        kill(host.processIdentifier, SIGKILL)
        for _ in 0..<100 where !TestStore.leftovers(of: scratch).isEmpty {
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(TestStore.leftovers(of: scratch) == [])
        #expect(TestStore.controlGroups() == [])
    }

    /// A runner that root starts has another identity, and enters folders that were made under root's umask.
    @Test func aSpareServesUnderAnyUmask() throws {
        _ = try package("a", Self.token)
        _ = try TestStore.make(in: scratch, at: "cache/learnware")
        let tool = Checkout.products.appending("predict-warm").string
        let result = try Tool.run(
            "/bin/sh",
            [
                "-c", "umask 077; exec \"$@\"", "sh", tool, scratch.appending("a.zip"), "pool", "/usr/bin/python3",
            ],
            environment: ["XDG_CACHE_HOME": scratch.appending("cache")],
            input: "prepare\n1 1 1\n"
        )
        #expect(result.status == 0, "\(result.errors)")
        let lines = result.output.split(separator: "\n")
        #expect(
            lines.first == "{\"spares\": 1}" && lines.dropFirst().first?.hasPrefix("{\"microseconds\"") == true,
            "\(result)"
        )
    }

    @Test func aPackageThatDoesNotLoadSaysSoToEveryCall() async throws {
        let package = try package(
            "a",
            Self.token.replacingOccurrences(of: "self.calls = 0", with: "raise KeyError('x')")
        )
        let pool = pool {
            $0.firstPause = 60
            $0.longestPause = 60
        }
        let begin = ContinuousClock.now
        for _ in 0..<3 {
            let error = await #expect(throws: RunError.self) {
                try await pool.predict(package, [[1]], options: options)
            }
            #expect(error?.cause == .loadFailed)
            #expect(error?.message.contains("KeyError") == true)
        }
        #expect(ContinuousClock.now - begin < .seconds(30))
        #expect(pool.status().models == [])
        await pool.close()
        #expect(TestStore.leftovers(of: scratch) == [])
    }

    /// Models that end in every way, callers that change their mind, and places for fewer models than packages.
    @Test(.timeLimit(.minutes(15)))
    func noCallOfModelsThatCrashAtRandomIsLostOrWrong() async throws {
        let calls = Checkout.isSoak ? 1000 : 120
        let source = Checkout.root.appending("Tests/Hostile/crashes-at-random/__init__.py")
        let program = try String(contentsOfFile: source.string, encoding: .utf8)
        let packages = try (1...3).map { factor in
            try package("p\(factor)", program, kwargs: "{factor: \(factor), crashes: 0.15}")
        }
        let (pool, options) = (
            pool {
                $0.models = 2
                $0.turnSeconds = 0.2
            }, options
        )
        let tally = try await withThrowingTaskGroup(of: [String: Int].self) { group in
            for caller in 0..<8 {
                group.addTask {
                    var random = SeededGenerator(seed: UInt64(caller))
                    var tally: [String: Int] = [:]
                    for _ in 0..<calls / 8 {
                        let factor = Int.random(in: 1...3, using: &random)
                        let row = [Double.random(in: 0..<1, using: &random), Double.random(in: 0..<1, using: &random)]
                        let call = Task { try await pool.predict(packages[factor - 1], [row], options: options) }
                        if Int.random(in: 0..<25, using: &random) == 0 {
                            try await Task.sleep(for: .milliseconds(Int.random(in: 0..<20, using: &random)))
                            call.cancel()
                        }
                        switch await call.result {
                        case .success(let answer):
                            let isRight = answer == [[(row[0] + row[1]) * Double(factor)]]
                            tally[isRight ? "right" : "wrong", default: 0] += 1
                        case .failure(let error as RunError):
                            tally["\(error.phase) \(error.cause)", default: 0] += 1
                        case .failure:
                            tally["another error", default: 0] += 1
                        }
                    }
                    return tally
                }
            }
            return try await group.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }
        }
        #expect(tally["wrong"] == nil && tally["another error"] == nil, "\(tally)")
        #expect(tally.values.reduce(0, +) == calls, "\(tally)")
        #expect(tally["right", default: 0] > calls / 2, "\(tally)")
        #expect(tally["predict runnerDied", default: 0] > 0, "\(tally)")
        #expect(pool.status().waitingCalls == 0)
        await pool.close()
        #expect(pool.status().models == [])
        #expect(TestStore.leftovers(of: scratch) == [])
        #expect(TestStore.controlGroups() == [])
    }
}
