import Foundation
import ModelRunner
import Packaging
import Sandbox
import SystemPackage
import TestSupport
import Testing

/// Runners that wait, with their libraries imported, for a package that nobody knows yet.
@Suite(.serialized) struct SpareTests {
    private let scratch: Scratch
    private let store: Store
    private let resources: Resources

    init() throws {
        scratch = try Scratch()
        store = try TestStore.make(in: scratch)
        resources = try Resources.locate(executable: Checkout.products.appending("lw-run"))
    }

    /// A model that answers, in this order, whether its libraries were there before it imported them, how many files its
    /// folder has, whether it can write there, and whether anything beside it is new in `/lw`.
    private static let witness = """
        import os
        import sys
        ready = float("numpy" in sys.modules)
        import numpy as np
        from learnware.model import BaseModel
        class Model(BaseModel):
            def __init__(self):
                super().__init__(input_shape=(1,), output_shape=(4,))
            def predict(self, X):
                here = os.path.dirname(__file__)
                assert here == os.getcwd() == "/lw/package", (here, os.getcwd())
                try:
                    open(os.path.join(here, "written"), "w")
                    writes = 1.0
                except OSError:
                    writes = 0.0
                strange = set(os.listdir("/lw")) - {"package", "env", "runner", "python"}
                return np.array([[ready, len(os.listdir(here)), writes, len(strange)]] * len(X))
        """

    private func package(_ name: String, requirements: String = "numpy\n", manifest: String = "") throws -> Package {
        try scratch.write("\(name)/learnware.yaml", "name: \(name)\nmodel: {class_name: Model}\n\(manifest)")
        try scratch.write("\(name)/requirements.txt", requirements)
        try scratch.write("\(name)/__init__.py", Self.witness)
        try scratch.write("\(name)/data/\(name).txt", "text")
        return try PackageBuilder.build(scratch.path.appending(name), to: scratch.path.appending(name + ".zip")).package
    }

    private var options: RunOptions {
        var options = RunOptions()
        options.python = "/usr/bin/python3"
        return options
    }

    private func pool(_ change: (inout PoolLimits) -> Void = { _ in }) -> ModelPool {
        var limits = PoolLimits()
        change(&limits)
        return ModelPool(limits, resources: resources, store: store)
    }

    private func waitForSpares(_ count: Int, in pool: ModelPool) async throws {
        for _ in 0..<500 where pool.status().spares != count { try await Task.sleep(for: .milliseconds(20)) }
        #expect(pool.status().spares == count)
    }

    @Test func aPackageThatNobodyKnewFindsItsLibrariesImported() async throws {
        let (known, unknown) = (try package("known"), try package("unknown"))
        let pool = pool()
        try await pool.prepare(known, options: options)
        #expect(pool.status().spares == 1)
        #expect(pool.status().models == [])
        let served = try await pool.predict(unknown, [[1], [2]], options: options)
        // Its own four files and folders, as when it starts cold.
        #expect(served == [[1, 4, 0, 0], [1, 4, 0, 0]])
        #expect(pool.status().spares == 0)
        let cold = try await pool.predict(known, [[1]], options: options)
        #expect(cold == [[0, 4, 0, 0]])
        // Two packages of one environment: a third is to be expected.
        try await waitForSpares(1, in: pool)
        let third = try await pool.predict(try package("third"), [[1]], options: options)
        #expect(third == [[1, 4, 0, 0]])
        await pool.close()
        #expect(TestStore.leftovers(of: scratch) == [])
        #expect(TestStore.controlGroups() == [])
    }

    @Test func aRunnerServesOnlyWhoWouldHaveStartedTheSame() async throws {
        let plain = try package("plain")
        let frugal = try package("frugal", manifest: "sandbox: {memory: 1GiB}\n")
        let other = try package("other", requirements: "numpy\nsix\n")
        let pool = pool { $0.spares = 4 }
        try await pool.prepare(plain, options: options)
        #expect(try await pool.predict(frugal, [[1]], options: options)[0][0] == 0)
        #expect(try await pool.predict(other, [[1]], options: options)[0][0] == 0)
        var scratchOptions = options
        scratchOptions.profile = "scratch"
        #expect(try await pool.predict(plain, [[1]], options: scratchOptions)[0][0] == 0)
        #expect(pool.status().spares == 1)
        #expect(try await pool.predict(plain, [[1]], options: options)[0][0] == 1)
        await pool.close()
        #expect(TestStore.leftovers(of: scratch) == [])
    }

    @Test func aRunnerThatWasKilledIsNoLoss() async throws {
        let package = try package("a")
        let pool = pool()
        try await pool.prepare(package, options: options)
        let processes = TestStore.leftovers(of: scratch).compactMap { left in
            left.hasPrefix("process ") ? pid_t(left.dropFirst("process ".count)) : nil
        }
        #expect(!processes.isEmpty)
        for process in processes { kill(process, SIGKILL) }
        let answer = try await pool.predict(package, [[1]], options: options)
        #expect(answer == [[0, 4, 0, 0]])
        await pool.close()
        #expect(TestStore.leftovers(of: scratch) == [])
    }

    @Test func sparesGoWhenTheyAreIdleAndWhenMemoryIsShort() async throws {
        let package = try package("a")
        let hasty = pool { $0.idleSeconds = 0.2 }
        try await hasty.prepare(package, options: options)
        try await waitForSpares(0, in: hasty)
        await hasty.close()
        #expect(TestStore.leftovers(of: scratch) == [])
        // Less than one interpreter: what runs for a call stays, what waits does not.
        let small = pool { $0.memory = 8 << 20 }
        try await small.prepare(package, options: options)
        let held = Task { [options] in try await small.predict(package, [[1]], options: options) }
        _ = try await held.value
        try await waitForSpares(0, in: small)
        await small.close()
        let none = pool { $0.spares = 0 }
        try await none.prepare(package, options: options)
        #expect(none.status().spares == 0)
        await none.close()
        #expect(TestStore.leftovers(of: scratch) == [])
    }

    @Test func aPackageThatFailsInASpareRunnerSaysWhatItWouldSayCold() async throws {
        let good = try package("good")
        try scratch.write("bad/learnware.yaml", "name: bad\nmodel: {class_name: Model}\n")
        try scratch.write("bad/requirements.txt", "numpy\n")
        try scratch.write("bad/__init__.py", "import numpy\nraise ValueError('no weights')\n")
        let bad = try PackageBuilder.build(scratch.path.appending("bad"), to: scratch.path.appending("bad.zip")).package
        let pool = pool()
        let cold = await #expect(throws: RunError.self) { try await pool.predict(bad, [[1]], options: options) }
        try await Task.sleep(for: .milliseconds(100))
        try await pool.prepare(good, options: options)
        let spare = await #expect(throws: RunError.self) { try await pool.predict(bad, [[1]], options: options) }
        #expect(pool.status().spares == 0)
        #expect(cold?.phase == .load)
        #expect(spare?.phase == cold?.phase && spare?.cause == cold?.cause && spare?.message == cold?.message)
        await pool.close()
        #expect(TestStore.leftovers(of: scratch) == [])
    }
}
