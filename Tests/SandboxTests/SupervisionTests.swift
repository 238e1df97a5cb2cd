import Foundation
import LaunchPlan
import Sandbox
import SandboxPolicy
import SystemPackage
import TestSupport
import Testing

/// The host's side of one run.
@Suite struct SupervisionTests {
    private func process(_ program: String) throws -> SandboxProcess {
        let resources = try Resources.locate(executable: Checkout.products.appending("lw-run"))
        let profile = try CompiledProfile(named: "strict", resources: resources)
        var grants = RunGrants()
        grants.mounts = [.readOnly(source: "/usr", path: "/usr"), .link(path: "/lib", target: "usr/lib")]
        grants.mounts += [.link(path: "/lib64", target: "usr/lib64"), .link(path: "/bin", target: "usr/bin")]
        grants.command = ["/usr/bin/python3", "-I", "-S", "-u", "-c", program]
        let plan = profile.launchPlan(processors: 1, grants: grants)
        return try SandboxProcess(
            plan: plan,
            filter: profile.filter,
            fallbackFilter: profile.fallbackFilter,
            launcher: resources.launcher,
            errorTailLimit: 4096
        )
    }

    private func output(_ process: inout SandboxProcess, input: String = "", seconds: Double = 10) throws -> String {
        var text: [UInt8] = []
        var outgoing = [Array(input.utf8)[...]]
        let end = try process.pump(&outgoing, until: Deadline(seconds: seconds), interrupt: nil, closingInput: true) {
            (bytes: ArraySlice<UInt8>) throws(Never) -> Bool in
            text += bytes
            return false
        }
        #expect(end == .outputClosed)
        return String(decoding: text, as: UTF8.self)
    }

    @Test func bytesGoBothWaysAndTheEndIsReported() throws {
        var process = try process("import sys; print(len(sys.stdin.buffer.read()))")
        let text = try output(&process, input: String(repeating: "x", count: 3_000_000))
        #expect(text == "3000000\n")
        let status = process.end(grace: 1)
        #expect(status.code == 0)
        #expect(status.steps.map(\.name).contains("seccomp"))
    }

    @Test func aFloodOfErrorsIsKeptToItsNewestBytes() throws {
        var process = try process("import sys; sys.stderr.write('x' * 2000000 + 'the end'); print('done')")
        #expect(try output(&process) == "done\n")
        _ = process.end(grace: 1)
        #expect(process.errorTail.text.utf8.count == 4096)
        #expect(process.errorTail.text.hasSuffix("the end"))
        #expect(process.errorTail.total == 2_000_007)
    }

    @Test func aFloodOfOutputDoesNotOutrunTheDeadline() throws {
        var process = try process("while True: print('x' * 100000)")
        var outgoing: [ArraySlice<UInt8>] = []
        let start = ContinuousClock.now
        #expect(throws: PumpError<Never>.self) {
            try process.pump(&outgoing, until: Deadline(seconds: 0.5), interrupt: nil) {
                (_: ArraySlice<UInt8>) throws(Never) -> Bool in false
            }
        }
        #expect(ContinuousClock.now - start < .seconds(3))
        _ = process.end(grace: 0)
    }

    @Test func aSignalIsToldFromAnExit() throws {
        var killed = try process("import os; os.abort()")
        _ = try output(&killed)
        #expect(killed.end(grace: 1).signal == SIGABRT)
        var forbidden = try process("import ctypes; ctypes.CDLL(None).syscall(165, 0, 0, 0, 0, 0)")
        _ = try output(&forbidden)
        let status = forbidden.end(grace: 1)
        guard case .violation(let call) = status.ending else {
            Issue.record("\(status)")
            return
        }
        #expect(SyscallTable.describe(call) == "mount")
        #expect(RunOutcome(status) == .violation(kind: "syscall", detail: "mount"))
    }

    @Test func aPayloadThatStopsListeningIsEnded() throws {
        var process = try process(
            "import signal, time; signal.signal(15, lambda *_: None); print('up', flush=True); time.sleep(99)"
        )
        var outgoing: [ArraySlice<UInt8>] = []
        _ = try process.pump(&outgoing, until: Deadline(seconds: 10), interrupt: nil) {
            (_: ArraySlice<UInt8>) throws(Never) -> Bool in true
        }
        let start = ContinuousClock.now
        let status = process.end(grace: 0.2)
        #expect(ContinuousClock.now - start < .seconds(3))
        #expect(status.code == nil && status.signal == nil)
    }

    @Test func aMissingProgramIsAFailedStepWithItsErrno() throws {
        let resources = try Resources.locate(executable: Checkout.products.appending("lw-run"))
        let profile = try CompiledProfile(named: "strict", resources: resources)
        var grants = RunGrants()
        grants.command = ["/nothing"]
        let plan = profile.launchPlan(processors: 1, grants: grants)
        var process = try SandboxProcess(
            plan: plan,
            filter: profile.filter,
            fallbackFilter: profile.fallbackFilter,
            launcher: resources.launcher,
            errorTailLimit: 10
        )
        _ = try output(&process)
        #expect(process.end(grace: 1).failure == StepError("execute", -ENOENT, "/nothing"))
    }

    @Test func theShippedLauncherRefusesAPlanThatLeavesALayerOut() throws {
        let resources = try Resources.locate(executable: Checkout.products.appending("lw-run"))
        let profile = try CompiledProfile(named: "strict", resources: resources)
        var plan = profile.launchPlan(processors: 1, grants: RunGrants())
        plan.command = ["/nothing"]
        plan.off = [.landlock]
        var process = try SandboxProcess(
            plan: plan,
            filter: profile.filter,
            fallbackFilter: profile.fallbackFilter,
            launcher: resources.launcher,
            errorTailLimit: 10
        )
        _ = try output(&process)
        let status = process.end(grace: 1)
        #expect(status.failure == StepError("plan", -EPERM, "layers left out"))
        #expect(status.layers.isEmpty)
    }

    @Test func aProfileNewerThanItsFilterIsRefused() throws {
        let scratch = try Scratch()
        for (folder, name) in [
            ("sandbox-profiles", "strict.yaml"), (".build/plans", "strict.bpf"), (".build/plans", "strict.kill.bpf"),
            (".build/plans", "strict.proof"),
        ] {
            try FileManager.default.copyItem(
                atPath: Checkout.root.appending(folder).appending(name).string,
                toPath: scratch.appending(name)
            )
        }
        let own = Resources(
            profiles: scratch.path,
            plans: scratch.path,
            pythonRunner: scratch.path,
            environments: scratch.path,
            launcher: scratch.path,
            selfTest: scratch.path,
            templates: scratch.path,
            uv: nil
        )
        #expect(throws: Never.self) { try CompiledProfile(named: "strict", resources: own) }
        let yaml = try String(contentsOfFile: scratch.appending("strict.yaml"), encoding: .utf8)
        try scratch.write("strict.yaml", yaml + "# changed\n")
        #expect(throws: SandboxError.self) { try CompiledProfile(named: "strict", resources: own) }
    }
}
