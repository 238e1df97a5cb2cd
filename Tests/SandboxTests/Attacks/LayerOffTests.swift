import Foundation
import Glibc
import LaunchPlan
import SystemPackage
import TestSupport
import Testing

/// What each layer is for: with it off, what it stopped is done, or meets the layer behind it.
///
/// `lw-sandbox-layers-off` is the launcher built to obey `--off LAYER`; it is never installed, and runs only the probe.
@Suite(.enabled(if: LayerOff.isBuilt, "this build has no lw-sandbox-layers-off")) struct LayerOffTests {
    /// The filter's attacks, with the filter off.
    @Test(arguments: Attack.all.filter { $0.below != nil })
    func withoutTheFilterTheNextLayerAnswers(attack: Attack) throws {
        let run = try LayerOff.run(
            [attack.name, attack.target == .probe ? Probe.program : Probe.victim],
            off: [.seccomp]
        )
        let line = try #require(run.line, "\(run.tool.status) \(run.tool.errors)")
        switch attack.below {
        case .done: #expect(line.result == "done", "\(line.errno)")
        case .meets(let error, by: _):
            #expect(line.result == "errno")
            #expect(line.errno == error, "\(line.detail)")
        case .kernel, nil: break
        }
    }

    /// Attacks that one layer alone stops: with it on they fail, with it off they are done.
    @Test(arguments: LayerOff.rows)
    func withoutItsLayerTheAttackIsDone(row: LayerOff.Row) throws {
        let on = try LayerOff.run([row.attack, Probe.victim], off: row.alsoOff)
        #expect(on.line?.result == "errno", "\(on.tool.output) \(on.tool.errors)")
        let off = try LayerOff.run([row.attack, Probe.victim], off: row.alsoOff + [row.layer])
        #expect(off.line?.result == "done", "\(off.tool.output) \(off.tool.errors)")
    }

    /// Root's run takes an id that owns nothing.
    ///
    /// Without it, it reads root's files wherever it sees any; what it does not see is kept by its root still.
    @Test(.enabled(if: Checkout.isRoot))
    func withoutItsOwnIdentityARunOfRootsReadsWhatOnlyRootMay() throws {
        let scratch = try Scratch(mode: 0o755)
        let secret = scratch.appending("secret")
        try Data("secret\n".utf8).write(to: URL(fileURLWithPath: secret))
        chmod(secret, 0o600)
        func error(reading path: String, off layers: [LaunchPlan.Layer]) throws -> Int32? {
            let run = try LayerOff.run(["read", path], off: layers, ["--ro", scratch.path.string])
            let line = try #require(run.line, "\(run.tool.errors)")
            return line.result == "done" ? nil : line.errno
        }
        #expect(try error(reading: secret, off: []) == EACCES)
        #expect(try error(reading: secret, off: [.identity]) == nil)
        #expect(try error(reading: "/etc/shadow", off: [.identity]) == ENOENT)
    }

    /// The kernel ends PID 1 with its supervisor.
    ///
    /// Without that, PID 1 sees that the other end of its socket is gone.
    @Test(arguments: [[], [LaunchPlan.Layer.supervision]])
    func withoutTheKernelsSignalTheEndOfTheSocketEndsTheRun(off layers: [LaunchPlan.Layer]) throws {
        let mark = "lw-mark-\(UInt64.random(in: 0 ... .max))"
        let options = ["--profile", "strict", "--ro", Probe.folder.string] + layers.flatMap { ["--off", $0.rawValue] }
        let process = try Tool.start(LayerOff.launcher, options + ["--", Probe.program, "spin", mark])
        func isRunning() -> Bool {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
            return names.contains { name in
                let line = FileManager.default.contents(atPath: "/proc/\(name)/cmdline") ?? Data()
                return Int(name) != nil && line.starts(with: Data(Probe.program.utf8)) && line.contains(Data(mark.utf8))
            }
        }
        for _ in 0..<200 where !isRunning() { usleep(20_000) }
        #expect(isRunning())
        kill(process.processIdentifier, SIGKILL)
        let start = ContinuousClock.now
        while isRunning(), ContinuousClock.now - start < .seconds(5) { usleep(5000) }
        #expect(ContinuousClock.now - start < .seconds(2))
    }

    /// A layer that is off is never reported as on.
    @Test(
        arguments: [
            LaunchPlan.Layer.seccomp, .capabilities, .landlock, .limits, .descriptors, .cgroup, .namespaces, .identity,
            .supervision,
        ]
    )
    func theReceiptDoesNotCallALayerActiveThatIsOff(layer: LaunchPlan.Layer) throws {
        func states(off layers: [LaunchPlan.Layer]) throws -> [String: String] {
            let receipt = try LayerOff.run(["host-name"], off: layers).report()
            return Dictionary(receipt.layers.map { ($0.name, $0.state) }) { first, _ in first }
        }
        #expect(try states(off: [])[layer.rawValue] != nil)
        #expect(try states(off: [layer])[layer.rawValue] != "active")
    }

    /// The launcher that ships knows no such option.
    @Test func theShippedLauncherLeavesNothingOut() throws {
        let result = try Tool.run("lw-sandbox", ["--off", "seccomp", "--", "/bin/true"])
        #expect(result.status == 2)
        #expect(result.errors.contains("unknown option '--off'"), "\(result.errors)")
    }
}

enum LayerOff {
    static let launcher = "lw-sandbox-layers-off"

    static var isBuilt: Bool {
        FileManager.default.fileExists(atPath: Checkout.products.appending(launcher).string)
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var attack: String
        var layer: LaunchPlan.Layer
        /// Layers that stop it too, and are off in both runs.
        var alsoOff: [LaunchPlan.Layer] = []

        var testDescription: String { "\(attack) without \(layer.rawValue)" }
    }

    static let rows = [
        Row(attack: "socket-families", layer: .seccomp),
        Row(attack: "clone-user", layer: .seccomp),
        // Landlock stands behind the read-only root, and the root before it.
        Row(attack: "write-folder", layer: .root, alsoOff: [.landlock]),
        Row(attack: "write-folder", layer: .landlock, alsoOff: [.root]),
        Row(attack: "kill-init", layer: .landlock, alsoOff: [.seccomp]),
        Row(attack: "mq-open", layer: .landlock, alsoOff: [.seccomp]),
        Row(attack: "bounding-set", layer: .capabilities),
        // Without this layer the kernel lets nobody without capabilities have the other two.
        Row(attack: "may-gain-privileges", layer: .noNewPrivileges, alsoOff: [.seccomp, .landlock]),
        Row(attack: "host-name", layer: .namespaces),
        Row(attack: "connect-loopback", layer: .namespaces, alsoOff: [.seccomp]),
        Row(attack: "core-dump", layer: .limits),
        Row(attack: "mlockall", layer: .limits, alsoOff: [.seccomp]),
        Row(attack: "descriptors", layer: .descriptors),
    ]

    static func run(
        _ words: [String],
        off layers: [LaunchPlan.Layer],
        _ options: [String] = []
    ) throws -> Probe.Run {
        try Probe.run(words, as: .tester, launcher: launcher, layers.flatMap { ["--off", $0.rawValue] } + options)
    }
}
