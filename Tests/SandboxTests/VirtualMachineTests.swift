import Foundation
import SystemPackage
import TestSupport
import Testing

/// What `Tests/VirtualMachine/run` tells of a machine that has version 2 of control groups alone.
@Suite("On a machine with version 2 of control groups", .enabled(if: Machine.canBeMade, "needs x86-64 and apt-get"))
struct VirtualMachineTests {
    /// Whom the service manager, or nobody, gave a place for groups of their own with every controller.
    private static let served = ["root", "service", "delegated"]
    private static let limit = 64 << 20

    // One machine for all of it: it takes a minute or two to run. Only `make soak` fetches and starts it.
    @Test("the launcher bounds memory, processes and processor time, counts, reports, and leaves nothing")
    func everything() throws {
        guard Checkout.isSoak else { return }
        let machine = try Machine()
        #expect(machine.cases.first { $0.name == "machine" }?.swap ?? 0 > 0, "nothing to swap to proves nothing")
        try checkBounds(machine)
        try checkMemory(machine)
        try checkProcesses(machine)
        try checkProcessor(machine)
        try checkRemoval(machine)
        try checkWithoutDelegation(machine)
        try checkReports(machine)
    }

    private func checkBounds(_ machine: Machine) throws {
        for caller in Self.served {
            let run = try machine.run("ordinary", caller)
            #expect(run.exit == 0 && run.receipt?.outcome == "ok", "\(caller): \(run)")
            #expect(try run.layer("cgroup").state == "active", "\(caller): \(run)")
            let bounds = try machine.run("bounds", caller)
            #expect(bounds.memory == "\(Self.limit)" && bounds.swapping == "0", "\(caller): \(bounds)")
            #expect(bounds.endsTogether == "1" && bounds.processes == "16", "\(caller): \(bounds)")
            // PID 1 and the payload; the supervisor stays outside.
            #expect(bounds.members == 2, "\(caller): \(bounds)")
        }
        // Beside the process's own group and not in it, where the kernel would enable no controller.
        let places = ["root": "", "service": "/system.slice", "delegated": "/user.slice/app"]
        for (caller, place) in places {
            let group = try machine.run("bounds", caller).group ?? ""
            #expect(group.hasPrefix("/sys/fs/cgroup\(place)/lw-"), "\(caller): \(group)")
        }
        for caller in ["root", "delegated"] { #expect(try machine.run("code", caller).receipt?.outcome == "exited(7)") }
    }

    private func checkMemory(_ machine: Machine) throws {
        for caller in Self.served {
            let run = try machine.run("memory", caller)
            #expect(run.receipt?.outcome == "out_of_memory(cgroup)" && run.exit == 137, "\(caller): \(run)")
            #expect(run.receipt?.peak == Self.limit, "\(caller): \(run)")
            // The probe would hold what it touched for five seconds.
            #expect(run.milliseconds < 5000 && run.output.isEmpty, "\(caller): \(run)")
        }
    }

    private func checkProcesses(_ machine: Machine) throws {
        for caller in Self.served {
            let run = try machine.run("processes", caller)
            // Sixteen, less PID 1 and the thread that starts the others; 11 is EAGAIN.
            #expect(run.output.hasPrefix("started 14 refusal 11"), "\(caller): \(run)")
            #expect(run.receipt?.refused == 26, "\(caller): \(run)")
        }
    }

    private func checkProcessor(_ machine: Machine) throws {
        for caller in ["root", "delegated"] {
            let run = try machine.run("cpu", caller)
            #expect(run.quota == "50000 100000" && run.exit == 0, "\(caller): \(run)")
            #expect(run.milliseconds >= 3500 && run.throttled ?? 0 > 0, "\(caller): \(run)")
        }
        // One controller that is not delegated takes none of the others along.
        let lean = try machine.run("cpu", "lean")
        let layer = try lean.layer("cgroup")
        #expect(layer.state == "degraded" && layer.evidence.contains("subtree_control lacks cpu"), "\(lean)")
        #expect(layer.evidence.contains("in force: memory \(Self.limit), pids 16"), "\(lean)")
        #expect(lean.memory == "\(Self.limit)" && lean.processes == "16", "\(lean)")
    }

    private func checkRemoval(_ machine: Machine) throws {
        for run in machine.cases where run.name != "machine" && run.name != "boot" {
            #expect(run.left == 0, "\(run)")
        }
        for caller in Self.served {
            // A launcher that is killed takes its run along, and the next one removes the empty group.
            let run = try machine.run("killed", caller)
            #expect(run.leftByKilled == 1 && run.alive == 0 && run.exit == 0, "\(caller): \(run)")
            // Even when that was left by a process of the same number.
            let recycled = try machine.run("recycled", caller)
            #expect(recycled.exit == 0, "\(caller): \(recycled)")
            #expect(try recycled.layer("cgroup").state == "active", "\(caller): \(recycled)")
        }
    }

    private func checkWithoutDelegation(_ machine: Machine) throws {
        let reasons = ["undelegated": "memory: ", "sealed": "birth into the group: Permission denied"]
        for (caller, reason) in reasons {
            let run = try machine.run("ordinary", caller)
            let layer = try run.layer("cgroup")
            #expect(run.receipt?.outcome == "ok" && layer.state == "degraded", "\(caller): \(run)")
            #expect(
                layer.evidence.hasPrefix(reason) && layer.evidence.contains("the resident size"),
                "\(caller): \(run)"
            )
            #expect(!layer.evidence.contains("in force"), "\(caller): \(run)")
            let memory = try machine.run("memory", caller)
            #expect(memory.receipt?.outcome == "out_of_memory(resident)" && memory.exit == 126, "\(caller): \(memory)")
            #expect(memory.milliseconds < 5000, "\(caller): \(memory)")
            #expect(memory.receipt?.peak ?? 0 > Self.limit, "\(caller): \(memory)")
        }
    }

    private func checkReports(_ machine: Machine) throws {
        for caller in ["root", "delegated"] {
            let run = try machine.run("denied", caller)
            #expect(try run.layer("landlock").evidence.hasPrefix("version \(machine.landlock)"), "\(caller): \(run)")
            #expect(try run.layer("denial_reports").state == "active", "\(caller): \(run)")
            // 1 is EPERM: the calls were answered and the run went on.
            #expect(run.output.hasPrefix("unlink 1 socket 1") && run.exit == 0, "\(caller): \(run)")
            let denials = try #require(run.receipt?.denials)
            #expect(
                denials.map(\.call) == ["unlink", "socket"] && denials.map(\.count) == [3, 1],
                "\(caller): \(run)"
            )
            #expect(denials.first?.text == "/no/such/file", "\(caller): \(run)")
            let violation = try machine.run("violation", caller)
            #expect(
                violation.receipt?.outcome == "violation(ptrace)" && violation.exit == 126,
                "\(caller): \(violation)"
            )
        }
    }
}

/// The lines that one boot told.
private struct Machine {
    let cases: [Case]

    /// The kernel is a package for this architecture, and the host's own apt-get fetches it.
    static var canBeMade: Bool {
        #if arch(x86_64)
        FileManager.default.isExecutableFile(atPath: "/usr/bin/apt-get")
        #else
        false
        #endif
    }

    init() throws {
        let result = try Tool.run(Checkout.root.appending("Tests/VirtualMachine/run").string, [])
        try #require(result.status == 0, "\(result.errors)")
        cases = try result.output.split(separator: "\n").map { line in
            try JSONDecoder().decode(Case.self, from: Data(line.utf8))
        }
        try #require(cases.last?.name == "end", "the cases did not come to their end: \(result.output)")
    }

    /// The version of Landlock that the kernel has.
    ///
    /// Debian 12 boots Linux 6.1, which has 2; Debian 13 boots 6.12, which has 6.
    var landlock: Int {
        let kernel = cases.first { $0.name == "machine" }?.kernel ?? ""
        return kernel.hasPrefix("6.1.") ? 2 : 6
    }

    func run(_ name: String, _ caller: String) throws -> Case {
        try #require(cases.first { $0.name == name && $0.caller == caller }, "no case \(name) of \(caller)")
    }
}

private struct Case: Decodable {
    struct Layer: Decodable {
        let name, state, evidence: String
    }

    struct Denial: Decodable {
        let call: String
        let count: Int
        let text: String?
    }

    struct Receipt: Decodable {
        let outcome: String
        let peak: Int?
        let refused: Int
        let layers: [Layer]
        let denials: [Denial]

        enum CodingKeys: String, CodingKey {
            case outcome, layers, denials
            case peak = "peak_memory"
            case refused = "refused_processes"
        }
    }

    let name, caller: String
    let kernel: String?
    let swap: Int?
    private let status, took: Int?
    private let said: String?
    let left, leftByKilled, alive, members, throttled: Int?
    let memory, swapping, endsTogether, processes, quota, group: String?
    let receipt: Receipt?

    var exit: Int { status ?? -1 }
    var milliseconds: Int { took ?? .max }
    var output: String { said ?? "" }

    func layer(_ name: String) throws -> Layer {
        try #require(receipt?.layers.first { $0.name == name }, "no layer \(name): \(self)")
    }

    enum CodingKeys: String, CodingKey {
        case caller, kernel, swap, left, alive, members, throttled, group, receipt
        case name = "case"
        case status = "exit"
        case took = "milliseconds"
        case said = "output"
        case leftByKilled = "left_by_killed"
        case memory = "memory.max"
        case swapping = "memory.swap.max"
        case endsTogether = "memory.oom.group"
        case processes = "pids.max"
        case quota = "cpu.max"
    }
}
