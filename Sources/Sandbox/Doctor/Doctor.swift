import Glibc
import LaunchPlan
import SandboxPolicy
import SystemPackage

/// Tries every layer for real in throw-away runs, and says what a person can do about those that are missing.
public struct Diagnosis: Equatable, Sendable {
    /// A layer, how it was found, and what would mend it.
    public struct Finding: Equatable, Sendable {
        /// The layer and what was seen of it.
        public var layer: IsolationRecord.Layer
        /// What a person can do; nil when there is nothing to do.
        public var remedy: String?
    }

    /// Something that was tried from inside.
    public struct Trial: Equatable, Sendable {
        /// What was tried.
        public var name: String
        /// Whether the sandbox answered as it must.
        public var isHeld: Bool
        /// What came.
        public var answer: String
    }

    /// What the host says of itself.
    public var host: HostFacts
    /// The level that a run gets here: `full`, or what is missing, such as `no-cgroup`; `none` when nothing starts.
    public var level: String
    /// All layers, in the order of the design.
    public var findings: [Finding]
    /// What a program inside met.
    public var trials: [Trial]
    /// The step that was refused, when no run can start here.
    public var failure: String?

    /// True when a run can start, and everything that it tried was answered as it must be.
    public var isUsable: Bool { failure == nil && trials.allSatisfy(\.isHeld) }

    /// Runs the trials of the profile `strict`.
    ///
    /// - Throws: ``SandboxError`` when the tools' own files are not there.
    public static func examine(resources: Resources) throws(SandboxError) -> Diagnosis {
        let host = HostFacts.read()
        var bench = try TrialBench(resources: resources)
        var first = try bench.run([])
        if first.status.failure?.step == "landlock" {
            // Once more without it, so that the other layers are seen too.
            bench.plan.degradable = [.landlock]
            first = try bench.run([])
        }
        let record = IsolationRecord(plan: bench.plan, status: first.status)
        var trials = first.lines.map { name, answer in Trial(name: name, isHeld: answer == "ok", answer: answer) }
        if first.status.failure == nil {
            trials.append(bench.denialTrial(first.status))
            trials.append(try bench.memoryTrial())
            trials.append(try bench.threadTrial())
        }
        let remedies = Remedies(host: host, failure: first.status.failure, launcher: resources.launcher.string)
        return Diagnosis(
            host: host,
            level: first.status.failure == nil ? record.level : "none",
            findings: record.layers.map { Finding(layer: $0, remedy: remedies.remedy(for: $0)) },
            trials: trials,
            failure: first.status.failure.map {
                SandboxError.setupFailed(step: $0.step, Errno(rawValue: $0.code), subject: $0.subject).description
            }
        )
    }
}

/// Runs our own harmless program behind the profile `strict`.
private struct TrialBench {
    let profile: CompiledProfile
    let launcher: FilePath
    var plan: LaunchPlan

    private static let place = "/lw/self-test"
    private static let memory = 64 << 20
    private static let processes = 16

    init(resources: Resources) throws(SandboxError) {
        profile = try CompiledProfile(named: "strict", resources: resources)
        launcher = resources.launcher
        var grants = RunGrants()
        grants.mounts = [.readOnly(source: resources.selfTest.string, path: Self.place)]
        plan = profile.launchPlan(processors: 1, grants: grants)
    }

    func run(
        _ words: [String],
        change: (inout LaunchPlan) -> Void = { _ in }
    ) throws(SandboxError) -> (status: RunStatus, lines: [(String, String)]) {
        var plan = plan
        plan.command = [Self.place] + words
        change(&plan)
        var process = try SandboxProcess(
            plan: plan,
            filter: profile.filter,
            fallbackFilter: profile.fallbackFilter,
            launcher: launcher,
            errorTailLimit: 4096
        )
        var text: [UInt8] = []
        var outgoing: [ArraySlice<UInt8>] = []
        do throws(PumpError<Never>) {
            _ = try process.pump(&outgoing, until: Deadline(seconds: 20), interrupt: nil) {
                (bytes: ArraySlice<UInt8>) throws(Never) -> Bool in
                text += bytes.prefix(max(0, 65_536 - text.count))
                return false
            }
        } catch {
            guard case .sandbox(let error) = error else { throw .cancelled }
            throw error
        }
        let status = process.end(grace: 1, asks: false)
        var lines: [(String, String)] = []
        for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 1)
            if words.count == 2 { lines.append((String(words[0]), String(words[1]))) }
        }
        return (status, lines)
    }

    /// The refused `socket` must have come to the supervisor by name.
    func denialTrial(_ status: RunStatus) -> Diagnosis.Trial {
        let calls = status.denials.map { SyscallTable.describe($0) }
        let isDegraded = status.layers.contains { $0.layer == .denialReports && $0.state != .active }
        return Diagnosis.Trial(
            name: "denials-by-name",
            isHeld: isDegraded || calls.contains("socket(AF_INET)"),
            answer: calls.isEmpty ? "none was reported" : calls.joined(separator: ", ")
        )
    }

    func memoryTrial() throws(SandboxError) -> Diagnosis.Trial {
        let (status, lines) = try run(["memory", String(4 * Self.memory)]) { plan in
            plan.control.memory = UInt64(Self.memory)
        }
        let outcome = RunOutcome(status)
        let isHeld = if case .outOfMemory = outcome { true } else { false }
        return Diagnosis.Trial(
            name: "memory-limit",
            isHeld: isHeld,
            answer: isHeld ? outcome.description : lines.first?.1 ?? outcome.description
        )
    }

    func threadTrial() throws(SandboxError) -> Diagnosis.Trial {
        let (status, lines) = try run(["threads", String(8 * Self.processes)]) { plan in
            plan.control.processes = Self.processes
            plan.limits.removeAll { $0.resource == .nproc }
            plan.limits.append(LaunchPlan.ResourceLimit(.nproc, UInt64(2 * Self.processes)))
        }
        let started = lines.first.flatMap { Int($0.1) } ?? -1
        return Diagnosis.Trial(
            name: "process-limit",
            isHeld: started >= 0 && started <= 2 * Self.processes,
            answer: "\(started) threads started, \(status.refusedProcesses) refused by the control group"
        )
    }
}
