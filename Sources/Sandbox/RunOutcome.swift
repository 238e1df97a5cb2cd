package import LaunchPlan

/// How a run ended, decided from the supervisor's own records and never from an exit code alone.
public enum RunOutcome: Equatable, Sendable {
    case ok
    /// A step of the set-up was refused; `code` is the kernel's error number.
    case setupFailed(step: String, code: Int32)
    /// A call of the hard list or of another machine's interface, or more denied calls than the budget.
    case violation(kind: String, detail: String)
    /// A deadline of the named phase passed.
    case timeout(phase: String)
    /// `cgroup`: the kernel's counter moved. `resident`: the supervised size was passed.
    case outOfMemory(by: String)
    /// It failed after the kernel refused it new processes or threads.
    case processLimit
    /// It sent more than the protocol's limits take.
    case outputLimit
    case signalled(Int32)
    case exited(Int32)
    /// It said something that the protocol does not allow.
    case protocolError(kind: String)
    /// The launcher ended without a word on the payload.
    case launcherError
    /// The caller wanted out.
    case cancelled

    /// - Parameters:
    ///   - status: what the launcher told.
    ///   - host: why the host ended the run; nil when it ended by itself.
    package init(_ status: RunStatus, host: RunOutcome? = nil) {
        self = Self.decide(status, host: host)
        if status.refusedProcesses > 0 {
            switch self {
            case .exited, .signalled: self = .processLimit
            default: break
            }
        }
    }

    private static func decide(_ status: RunStatus, host: RunOutcome?) -> RunOutcome {
        if let failure = status.failure { return .setupFailed(step: failure.step, code: failure.code) }
        switch status.ending {
        case .violation(let call): return .violation(kind: "syscall", detail: SyscallTable.name(call))
        case .denialBudget(let count): return .violation(kind: "denials", detail: "\(count)")
        case .residentMemory: return .outOfMemory(by: "resident")
        case .timeout: return .timeout(phase: "wall")
        case nil: break
        }
        if status.memoryKills > 0 { return .outOfMemory(by: "cgroup") }
        if let host { return host }
        // Without a listener the kernel ends what the filter forbids, and says no more.
        if status.signal == 31 { return .violation(kind: "syscall", detail: "unnamed") }
        if let signal = status.signal { return .signalled(signal) }
        if let code = status.code { return code == 0 ? .ok : .exited(code) }
        return .launcherError
    }
}

extension RunOutcome: CustomStringConvertible {
    /// The outcome in the words of the reports.
    public var description: String {
        switch self {
        case .ok: "ok"
        case .setupFailed(let step, let code): "setup_failed(\(step), \(code))"
        case .violation(let kind, let detail): "violation(\(kind), \(detail))"
        case .timeout(let phase): "timeout(\(phase))"
        case .outOfMemory(let by): "out_of_memory(\(by))"
        case .processLimit: "process_limit"
        case .outputLimit: "output_limit"
        case .signalled(let number): "signalled(\(number))"
        case .exited(let code): "exited(\(code))"
        case .protocolError(let kind): "protocol_error(\(kind))"
        case .launcherError: "launcher_error"
        case .cancelled: "cancelled"
        }
    }
}
