import CLinux
import Glibc
import LaunchPlan

/// The last process before the foreign program: gives everything up, then becomes it.
struct Payload {
    let plan: LaunchPlan
    let filter: [UInt8]
    var reporter: Reporter

    func run() -> Never {
        var reporter = reporter
        do throws(StepError) {
            try prepare(&reporter)
        } catch {
            reporter.failed(error)
        }
        lw_exit(125)
    }

    private func prepare(_ reporter: inout Reporter) throws(StepError) {
        try check(lw_unblock_signals(), "session")
        // A session without a terminal: nothing can be typed into the one that started us.
        guard setsid() >= 0 else { throw StepError("session", -errno) }
        guard chdir(plan.workingDirectory) == 0 else { throw StepError("session", -errno, plan.workingDirectory) }
        for limit in plan.limits {
            try check(lw_set_limit(number(of: limit.resource), limit.value), "limits", limit.resource.rawValue)
        }
        reporter.done("limits")
        // Dropped before this process was made, and read back here, where it counts.
        let remaining = lw_remaining_capability()
        guard remaining == 0 else { throw StepError("capabilities", -EPERM, "capability \(remaining - 1)") }
        reporter.done("capabilities")
        guard lw_has_no_new_privileges() == 1 else { throw StepError("no-new-privileges", -EPERM) }
        reporter.done("no-new-privileges")
        try check(lw_mark_close_on_exec_from(3), "descriptors")
        reporter.done("descriptors")
        guard !filter.isEmpty, filter.count % 8 == 0, filter.count / 8 <= 4096 else {
            throw StepError("seccomp", -EINVAL)
        }
        // Strings for exec are made before the filter: afterwards not even memory may be asked for.
        var program = Program(plan)
        // The last step: a profile that forbids even what follows ends this process, and PID 1 says by which signal.
        let result = filter.withUnsafeBytes { bytes in
            lw_install_filter(bytes.baseAddress, UInt16(filter.count / 8))
        }
        try check(result, "seccomp")
        reporter.done("seccomp")
        throw StepError("execute", program.execute(), plan.command.first ?? "")
    }

    private func number(of resource: LaunchPlan.Resource) -> Int32 {
        let number =
            switch resource {
            case .addressSpace: LW_LIMIT_AS
            case .core: LW_LIMIT_CORE
            case .cpu: LW_LIMIT_CPU
            case .data: LW_LIMIT_DATA
            case .fsize: LW_LIMIT_FSIZE
            case .memlock: LW_LIMIT_MEMLOCK
            case .nofile: LW_LIMIT_NOFILE
            case .nproc: LW_LIMIT_NPROC
            case .stack: LW_LIMIT_STACK
            }
        return Int32(number)
    }
}

/// The foreign program's paths, arguments and environment as C strings.
private struct Program {
    private var candidates: [UnsafeMutablePointer<CChar>?]
    private var arguments: [UnsafeMutablePointer<CChar>?]
    private var environment: [UnsafeMutablePointer<CChar>?]

    init(_ plan: LaunchPlan) {
        let name = plan.command.first ?? ""
        let search = plan.environment.first { $0.name == "PATH" }?.value ?? "/usr/bin:/bin"
        let paths = name.contains("/") ? [name] : search.split(separator: ":").map { "\($0)/\(name)" }
        candidates = paths.map { strdup($0) }
        arguments = plan.command.map { strdup($0) } + [nil]
        environment = plan.environment.map { strdup("\($0.name)=\($0.value)") } + [nil]
    }

    /// Tries each candidate; returns `-errno` of the last when none could be executed.
    mutating func execute() -> Int32 {
        var result = -ENOENT
        for candidate in candidates {
            result = lw_execve(candidate, &arguments, &environment)
            if result != -ENOENT && result != -ENOTDIR { return result }
        }
        return result
    }
}
