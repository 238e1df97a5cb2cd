import Documents
import Foundation
import SystemPackage
import TestSupport
import Testing

/// Builds that are killed, that meet each other, and that may not fetch.
@Suite(.serialized) struct EnvironmentFaultTests {
    private let workshop: EnvironmentWorkshop
    private let zip: String

    init() throws {
        workshop = try EnvironmentWorkshop()
        // Enough files that every step takes a while.
        let files = Dictionary(
            uniqueKeysWithValues: (0..<150).map {
                ("lwmany/m\($0).py", "x = \($0)\n" + String(repeating: "y = [1]\n", count: 60))
            }
        )
        try Wheel(name: "lwmany", files: files).write(to: workshop.wheels)
        zip = try workshop.pack(["requirements.txt": "lwmany\n"])
    }

    private func start(_ arguments: [String], _ variables: [String: String] = [:]) throws -> Process {
        try Tool.start(
            "lw-run",
            arguments,
            environment: workshop.variables.merging(variables) { _, new in new }
        )
    }

    private var prewarm: [String] { ["env", "prewarm", zip, "--python", "/usr/bin/python3"] }

    private func remove(_ name: String) {
        try? FileManager.default.removeItem(atPath: workshop.store.appending(name).string)
    }

    /// Processes that were started with our store in their variables.
    private func strays() -> [String] {
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return processes.filter { name in
            guard let number = Int32(name), number != getpid(),
                let data = FileManager.default.contents(atPath: "/proc/\(name)/environ")
            else { return false }
            return String(decoding: data, as: UTF8.self).contains(workshop.cache.string)
        }
    }

    @Test func nothingHalfBuiltIsUsedAfterAKillAtAnyMoment() throws {
        var generator = SeededGenerator(seed: 5)
        let clock = ContinuousClock.now
        #expect(try workshop.run(prewarm).status == 0)
        let whole = (ContinuousClock.now - clock) / .milliseconds(1)
        for round in 0..<(Checkout.isSoak ? 200 : 10) {
            // What is there decides which steps there are to be killed in.
            if round % 4 != 3 { remove("environments") }
            if round % 3 == 0 { remove("wheels") }
            if round % 5 == 0 { remove("locks") }
            let process = try start(round % 4 == 3 ? ["env", "gc", "--all"] : prewarm)
            let limit = round % 4 == 3 ? 40 : whole * 1.1
            usleep(UInt32(Double.random(in: 0..<limit, using: &generator) * 1000))
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            let verified = try workshop.run(["env", "verify"])
            #expect(verified.status == 0, "round \(round): \(verified.output) \(verified.errors)")
        }
        let last = try workshop.run(prewarm)
        #expect(last.status == 0, "\(last.errors)")
        #expect(try workshop.run(["env", "verify"]).output.contains("as it was built"))
        let deadline = ContinuousClock.now + .seconds(10)
        while !strays().isEmpty, ContinuousClock.now < deadline { usleep(50_000) }
        #expect(strays().isEmpty)
        guard Checkout.isSoak else { return }
        // Folders of the killed are kept for ten seconds, then the next build removes them.
        sleep(11)
        remove("environments")
        #expect(try workshop.run(prewarm).status == 0)
        let runs = try FileManager.default.contentsOfDirectory(atPath: workshop.store.appending("runs").string)
        #expect(runs.isEmpty, "\(runs)")
    }

    @Test func processesThatBuildTheSameDoItOnce() throws {
        let processes = try (0..<4).map { _ in try start(prewarm) }
        var told = ""
        for process in processes {
            let errors = try (process.standardError as? Pipe)?.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            told += String(decoding: errors, as: UTF8.self)
            #expect(process.terminationStatus == 0, "\(told)")
        }
        #expect(told.components(separatedBy: "byte-compiling").count == 2, "\(told)")
        #expect(workshop.finished.count == 1)
    }

    @Test func offlineAsksNobodyWhateverIsMissing() throws {
        let listener = try Listener()
        let proxies = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"]
        var variables = Dictionary(uniqueKeysWithValues: proxies.map { ($0, listener.url) })
        variables["NO_PROXY"] = ""
        let asking = variables.merging(["PIP_INDEX_URL": listener.url + "/simple", "PIP_NO_INDEX": "0"]) { $1 }
        // Without a lock, with an index that would answer.
        let cold = try workshop.run(prewarm + ["--offline"], environment: asking)
        #expect(cold.status == 6 && cold.errors.contains("--offline forbids asking"), "\(cold.errors)")
        #expect(!listener.wasAsked)

        #expect(try workshop.run(prewarm).status == 0)
        // With a lock and the wheels, but without the environment: built, in a network of its own where root may.
        remove("environments")
        let alone = Checkout.isRoot ? ["/usr/bin/unshare", "--net"] : ["/usr/bin/env"]
        let rebuilt = try Tool.run(
            alone[0],
            alone.dropFirst() + [Checkout.products.appending("lw-run").string] + prewarm + ["--offline"],
            environment: workshop.variables.merging(variables) { $1 }
        )
        #expect(rebuilt.status == 0, "\(rebuilt.errors)")
        // With a lock alone, although the wheels lie in a folder of this machine.
        remove("environments")
        remove("wheels")
        let missing = try workshop.run(prewarm + ["--offline"], environment: variables)
        #expect(missing.status == 6)
        #expect(missing.errors.contains("cannot be fetched, because --offline forbids it"), "\(missing.errors)")
        #expect(missing.errors.contains("lwmany-1.0-1-py3-none-any.whl"))
        #expect(!listener.wasAsked)

        // The same without --offline does ask, so the listener would have noticed.
        remove("locks")
        let process = try start(prewarm, asking)
        let deadline = ContinuousClock.now + .seconds(20)
        var wasAsked = false
        while !wasAsked, ContinuousClock.now < deadline {
            wasAsked = listener.wasAsked
            usleep(20_000)
        }
        kill(process.processIdentifier, SIGINT)
        process.waitUntilExit()
        #expect(wasAsked)
        #expect(process.terminationStatus == 130)
    }
}
