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
    @Test(arguments: [LaunchPlan.Layer.seccomp, .capabilities, .landlock, .root, .limits])
    func theReceiptSaysThatALayerIsAbsent(layer: LaunchPlan.Layer) throws {
        struct Receipt: Decodable {
            struct Layer: Decodable {
                var name: String
                var state: String
            }
            var layers: [Layer]
        }
        let run = try LayerOff.run(["host-name"], off: [layer])
        let receipt = try JSONDecoder().decode(Receipt.self, from: run.receipt)
        let state = receipt.layers.first { $0.name == layer.rawValue }?.state
        #expect(state == "absent")
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
        Row(attack: "unshare-user", layer: .seccomp),
        Row(attack: "host-name", layer: .namespaces, alsoOff: [.root]),
        Row(attack: "host-processes", layer: .namespaces, alsoOff: [.root]),
        Row(attack: "read-passwd", layer: .root, alsoOff: [.landlock]),
        Row(attack: "list-root", layer: .root, alsoOff: [.landlock]),
        Row(attack: "read-passwd", layer: .landlock, alsoOff: [.root]),
        Row(attack: "bounding-set", layer: .capabilities),
        Row(attack: "mount", layer: .capabilities, alsoOff: [.seccomp, .identity, .landlock]),
        Row(attack: "may-gain-privileges", layer: .noNewPrivileges, alsoOff: [.seccomp, .landlock]),
        Row(attack: "core-dump", layer: .limits),
        Row(attack: "session", layer: .descriptors),
        Row(attack: "kill-init", layer: .landlock, alsoOff: [.seccomp]),
    ]

    static func run(_ words: [String], off layers: [LaunchPlan.Layer]) throws -> Probe.Run {
        try Probe.run(words, as: .tester, launcher: launcher, layers.flatMap { ["--off", $0.rawValue] })
    }
}
