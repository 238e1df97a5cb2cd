import Foundation
import Glibc
import SandboxPolicy
import SystemPackage
import TestSupport
import Testing

/// Every attack of `lw-probe`, tried for real in `strict` as it ships.
@Suite struct AttackTests {
    @Test(
        arguments: Attack.all,
        Caller.available
    )
    func itFails(attack: Attack, caller: Caller) throws {
        let run = try Probe.run(attack, as: caller)
        let expected: Int32
        switch attack.stop {
        case .ended:
            #expect(run.tool.status == 126, "\(run.tool.output) \(run.tool.errors)")
            #expect(run.line == nil, "\(run.tool.output)")
            return
        case .refused: expected = EPERM
        case .absent: expected = ENOSYS
        case .meets(let error, by: _): expected = error
        }
        let line = try #require(run.line, "\(run.tool.status) \(run.tool.errors)")
        #expect(run.tool.status == 0, "\(run.tool.errors)")
        #expect(line.result == "errno", "\(line.detail)")
        #expect(line.errno == expected, "\(line.detail)")
    }

    @Test(
        arguments: Attack.all,
        Caller.available
    )
    func itIsReportedByName(attack: Attack, caller: Caller) throws {
        let receipt = try Probe.run(attack, as: caller).report()
        let names = receipt.denials.map(\.call)
        switch attack.stop {
        case .refused(let call):
            // Some need another call first, which is refused too.
            #expect(names.last == call, "\(names)")
            #expect(receipt.outcome == "ok")
        case .ended(let call):
            #expect(names.last == call)
            #expect(receipt.outcome == "violation(\(call))")
        case .absent, .meets:
            #expect(names == [])
            #expect(receipt.outcome == "ok")
        }
    }

    /// A table that forgot an attack would pass every other test.
    @Test func theTableNamesEveryAttackOfTheProbe() throws {
        let lines = try Tool.run("lw-probe", ["list"]).output.split(separator: "\n")
        let named = lines.compactMap { $0.split(separator: " ").first.map(String.init) }
        let tabled = Attack.all.map(\.name) + ResourceAttack.allCases.map(\.rawValue) + ["read"]
        #expect(Set(named) == Set(tabled))
        #expect(named.count == tabled.count)
    }

    /// The table and the profile are written apart, so that neither changes alone.
    @Test(arguments: Attack.all)
    func theTableSaysWhatTheProfileSays(attack: Attack) throws {
        let rules = try StrictRules().rules
        switch attack.stop {
        case .ended(let call) where call.contains(" "): #expect(rules.fate(of: call) == nil)
        case .ended(let call): #expect(rules.fate(of: call) == .violation)
        case .absent(let call): #expect(rules.fate(of: call) == .absent)
        case .refused(let call):
            switch rules.fate(of: call) {
            case .soft(.notPermitted), .arguments(_), nil: break
            case let other: Issue.record("\(call) is \(other.map(\.description) ?? "unnamed")")
            }
        case .meets: break
        }
    }

    @Test(arguments: Caller.available)
    func noSecretOfTheHostCanBeReadByItsPath(caller: Caller) throws {
        let scratch = try Scratch(mode: 0o755)
        let secret = try scratch.write("secret", "the host's")
        let run = try Probe.run(["read", secret], as: caller)
        #expect(run.line?.errno == ENOENT)
        // The same path, once it is given.
        let given = try Probe.run(["read", secret], as: caller, ["--ro", scratch.path.string])
        #expect(given.line?.result == "done")
    }

    @Test(arguments: Caller.available)
    func aDescriptorThatTheCallerLeftOpenIsClosed(caller: Caller) throws {
        let scratch = try Scratch(mode: 0o755)
        let secret = try scratch.write("secret", "the host's")
        let launcher = Installed.tool("lw-sandbox", for: caller)
        let command = "\(launcher) --ro \(Probe.folder) -- \(Probe.program) descriptors"
        let result = try Tool.run(
            "/bin/bash",
            ["-c", "exec 3<\(secret) 9<\(secret) 200<\(secret); \(command)"],
            as: caller
        )
        #expect(result.output.contains("\"errno\": 9"), "\(result.output) \(result.errors)")
    }

    @Test(.enabled(if: Checkout.isRoot), arguments: Caller.available)
    func aProgramThatIsSetUserIDToRootStaysWhoeverStartsIt(caller: Caller) throws {
        let scratch = try Scratch(mode: 0o755)
        let copy = scratch.appending("set-user-id")
        try FileManager.default.copyItem(atPath: Probe.program, toPath: copy)
        chmod(copy, 0o6755)
        let run = try Probe.run(["execute-set-user-id", copy], as: caller, ["--ro", scratch.path.string])
        #expect(run.line?.errno == EPERM, "\(run.tool.output)")
        #expect(run.line?.detail == "uid 1000 euid 1000 gid 1000 egid 1000 groups", "\(run.tool.output)")
    }

    /// Standard input is a terminal, as it is for a person.
    @Test(arguments: ["tiocsti", "tiocsti-high-bits", "tioclinux", "tioclinux-high-bits", "tiocsctty"])
    func nothingIsTypedForThePersonAtTheTerminal(attack: String) throws {
        let transcript = try Terminal.run(
            "lw-sandbox",
            ["--ro", Probe.folder.string, "--", Probe.program, attack],
            in: "/",
            answers: []
        )
        #expect(transcript.shown.contains("\"errno\": 1,"), "\(transcript.shown)")
        #expect(transcript.status == 0)
    }

    @Test func theVictimIsAsItWas() throws {
        for attack in Attack.all where attack.target == .victim {
            if case .ended = attack.stop { continue }
            _ = try Probe.run(attack, as: .tester)
        }
        var status = stat()
        #expect(stat(Probe.victim, &status) == 0)
        #expect(status.st_mode & 0o7777 == 0o666)
        #expect(try String(contentsOfFile: Probe.victim, encoding: .utf8) == "victim\n")
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: Probe.folder.string).sorted() == ["lw-probe", "victim"]
        )
    }

    /// What was verified is written by two processes; the payload may be gone before either has written.
    @Test(arguments: Caller.available)
    func aRunThatEndsAtOnceReportsTheSameLayersEachTime(caller: Caller) throws {
        let reported = try (0..<40).map { _ in
            Set(try Probe.run(["host-name"], as: caller).report().layers.map(\.name))
        }
        #expect(Set(reported).count == 1, "\(Set(reported))")
        #expect(reported.first?.contains("supervision") == true)
        #expect(reported.first?.contains("cgroup") == true)
    }

    @Test func outsideASandboxTheProbeDoesNothing() throws {
        let result = try Tool.run("lw-probe", ["sync"])
        #expect(result.status == 2)
        #expect(result.output == "")
    }
}
