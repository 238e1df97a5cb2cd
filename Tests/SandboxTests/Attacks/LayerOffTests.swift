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

    /// A layer that is off is never reported as on.
    @Test(arguments: [LaunchPlan.Layer.seccomp, .capabilities, .landlock, .limits, .descriptors, .cgroup])
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
