import Foundation
import Glibc
import LaunchPlan
import SystemPackage
import TestSupport
import Testing

/// Attacks on what a run may take, which go on until they are ended.
enum ResourceAttack: String, CaseIterable {
    case forkBomb = "fork-bomb"
    case threadBomb = "thread-bomb"
    case eatMemory = "eat-memory"
    case eatSharedMemory = "eat-shared-memory"
    case fillTemporary = "fill-tmpfs"
    case gigabyteOfOutput = "gigabyte-of-output"
    case noNewline = "no-newline"
    case ignoreInput = "ignore-stdin"
    case stopItself = "stop-itself"
    case doubleForkOrphan = "double-fork-orphan"
    case closeOutputAndRun = "close-output-and-run"
    case spin = "spin"
    case denialFlood = "denial-flood"
}

/// One at a time: while each runs, the host must answer others.
@Suite(.serialized) struct ResourceAttackTests {
    /// `strict` with little memory and a folder to fill, so that its bounds are met in seconds.
    private static let plans: Result<Scratch, any Error> = Result {
        let scratch = try Scratch(mode: 0o755)
        let strict = Checkout.root.appending("sandbox-profiles/strict.yaml").string
        try FileManager.default.copyItem(atPath: strict, toPath: scratch.appending("strict.yaml"))
        let file = try scratch.write(
            "small.yaml",
            """
            name: small
            about: Little memory, and a folder to fill.
            extends: strict
            scratch: {path: /scratch, size: 8MiB, entries: 64}
            limits: {memory: 256MiB, file-size: 64MiB}

            """
        )
        let result = try Tool.run("lw-run", ["profile", "compile", file, "--output", scratch.path.string])
        try #require(result.status == 0, "\(result.errors)")
        return scratch
    }

    private struct Outcome {
        var attack: ResourceAttack
        var run: Probe.Run
        var slowestAnswer: Double
    }

    /// Runs the attack while a prober outside starts a program again and again.
    private func attack(
        _ attack: ResourceAttack,
        _ words: [String] = [],
        as caller: Caller,
        seconds: Int = 2
    ) throws -> Outcome {
        let plans = try Self.plans.get().path.string
        let host = HostProbe()
        let run = try Probe.run(
            [attack.rawValue] + words,
            as: caller,
            ["--profile", "small", "--plans", plans, "--timeout", String(seconds)]
        )
        return Outcome(attack: attack, run: run, slowestAnswer: host.stop())
    }

    private func expectNothingLeft(_ outcome: Outcome) {
        #expect(outcome.slowestAnswer < 2, "the host took \(outcome.slowestAnswer) s to start a program")
        // Other tests run the probe at the same time, but no two this attack.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        let left = names.filter { name in
            let line = FileManager.default.contents(atPath: "/proc/\(name)/cmdline") ?? Data()
            return Int(name) != nil && line.starts(with: Data("\(Probe.program)\0\(outcome.attack.rawValue)\0".utf8))
        }
        #expect(left == [], "processes of the run")
    }

    @Test(arguments: Caller.available)
    func aForkBombMakesNoProcessAndIsEnded(caller: Caller) throws {
        let outcome = try attack(.forkBomb, as: caller)
        #expect(outcome.run.line?.errno == EPERM)
        #expect(outcome.run.line?.detail == "0")
        #expect(outcome.run.tool.status == 126)
        #expect(try outcome.run.report().outcome == "violation(denials, 1001)")
        expectNothingLeft(outcome)
    }

    /// Between processes and the host stand a control group and a limit; with the filter off, a fork bomb meets them.
    @Test(.enabled(if: LayerOff.isBuilt, "this build has no lw-sandbox-layers-off"))
    func withoutTheFilterAForkBombMeetsTheLimitOfProcesses() throws {
        let run = try LayerOff.run(["fork-bomb"], off: [.seccomp], ["--timeout", "2"])
        #expect(run.tool.status == 124)
        #expect(run.line?.errno == EAGAIN)
        let made = run.tool.output.split(separator: "\n").count
        #expect(made < 137, "\(made) processes said that they were refused")
    }

    @Test(arguments: Caller.available)
    func aThreadBombMeetsItsLimit(caller: Caller) throws {
        let outcome = try attack(.threadBomb, as: caller)
        #expect(outcome.run.line?.errno == EAGAIN)
        let made = outcome.run.line.flatMap { Int($0.detail) } ?? 0
        // 128, and the room that the limit of one user leaves to the control group, which counts.
        #expect(made > 8 && made < 136, "\(made)")
        #expect(outcome.run.tool.status == 124)
        expectNothingLeft(outcome)
    }

    @Test(
        arguments: [ResourceAttack.eatMemory, .eatSharedMemory],
        Caller.available
    )
    func memoryMeetsItsLimit(kind: ResourceAttack, caller: Caller) throws {
        let outcome = try attack(kind, as: caller)
        // Refused by the kernel's limit, or ended by the control group's: in neither case was it had.
        #expect(outcome.run.line?.result != "done", "\(outcome.run.tool.output)")
        if let line = outcome.run.line {
            #expect(line.errno == ENOMEM)
            #expect(Int(line.detail).map { $0 <= 1024 } == true, "\(line.detail) MiB")
        } else {
            let ending = try outcome.run.report().outcome
            #expect(["out_of_memory(cgroup)", "out_of_memory(resident)"].contains(ending))
        }
        expectNothingLeft(outcome)
    }

    @Test(arguments: Caller.available)
    func aFolderInMemoryIsFullAtItsSize(caller: Caller) throws {
        let outcome = try attack(.fillTemporary, ["/scratch"], as: caller)
        let lines = outcome.run.tool.output.split(separator: "\n")
        try #require(lines.count == 2, "\(outcome.run.tool.output) \(outcome.run.tool.errors)")
        let parsed = try lines.map { try JSONDecoder().decode(Probe.Line.self, from: Data($0.utf8)) }
        #expect(parsed.map(\.errno) == [ENOSPC, ENOSPC])
        #expect(Int(parsed[0].detail) == 8 << 20)
        #expect(Int(parsed[1].detail).map { $0 < 64 } == true)
        expectNothingLeft(outcome)
    }

    @Test(
        arguments: [ResourceAttack.ignoreInput, .stopItself, .closeOutputAndRun, .spin],
        Caller.available
    )
    func aRunThatGoesOnIsEndedAtItsDeadline(kind: ResourceAttack, caller: Caller) throws {
        let outcome = try attack(kind, as: caller, seconds: 1)
        #expect(outcome.run.tool.status == 124)
        #expect(try outcome.run.report().outcome == "timeout(wall)")
        #expect(outcome.run.tool.seconds < 4)
        expectNothingLeft(outcome)
    }

    @Test(arguments: Caller.available)
    func anOrphanIsNeverBorn(caller: Caller) throws {
        let outcome = try attack(.doubleForkOrphan, as: caller)
        #expect(outcome.run.line?.errno == EPERM)
        expectNothingLeft(outcome)
    }

    @Test(arguments: Caller.available)
    func tooManyDeniedCallsEndTheRun(caller: Caller) throws {
        let outcome = try attack(.denialFlood, as: caller, seconds: 20)
        #expect(outcome.run.tool.status == 126)
        #expect(outcome.run.tool.seconds < 10)
        let receipt = try outcome.run.report()
        #expect(receipt.outcome == "violation(denials, 1001)")
        #expect(receipt.denials.map(\.call) == ["socket"])
        #expect(receipt.denials.map(\.count) == [1001])
        expectNothingLeft(outcome)
    }

    /// What is printed goes where the caller sent it, as fast as the caller reads.
    @Test(arguments: [(ResourceAttack.gigabyteOfOutput, "1073741824"), (.noNewline, "100000000")], Caller.available)
    func aFloodOfOutputIsTheReadersToBound(kind: (ResourceAttack, String), caller: Caller) throws {
        let launcher = Installed.tool("lw-sandbox", for: caller)
        let command = "\(launcher) --timeout 60 --ro \(Probe.folder) -- \(Probe.program) \(kind.0.rawValue)"
        let host = HostProbe()
        let result = try Tool.run("/bin/sh", ["-c", "\(command) | head -c \(kind.1) | wc -c"], as: caller)
        #expect(result.output.trimmingCharacters(in: .whitespacesAndNewlines) == kind.1)
        #expect(host.stop() < 2)
    }
}

/// Starts a program every 20 milliseconds, as somebody else on the machine would, and keeps the longest time it took.
// SAFETY: `slowest` and `isStopped` are read and written under the lock.
private final class HostProbe: @unchecked Sendable {
    private let lock = NSLock()
    private let done = DispatchSemaphore(value: 0)
    private var slowest = 0.0
    private var isStopped = false

    init() {
        Thread.detachNewThread { [self] in
            while !lock.withLock({ isStopped }) {
                let seconds = (try? Tool.run("/bin/true", []).seconds) ?? .infinity
                lock.withLock { slowest = max(slowest, seconds) }
                usleep(20_000)
            }
            done.signal()
        }
    }

    func stop() -> Double {
        lock.withLock { isStopped = true }
        done.wait()
        return lock.withLock { slowest }
    }
}
