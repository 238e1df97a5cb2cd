import CLinux
import CPosix
import LaunchPlan

/// The last process before the foreign program: gives everything up, then becomes it.
struct Payload {
    let launch: Launch
    let landlock: Landlock
    var reporter: Reporter
    /// The descriptor on which denied calls arrive, which PID 1 hands on; -1 when the kernel has none.
    private(set) var listener: Int32 = -1
    private var filterMicroseconds: Int64 = -1

    init(launch: Launch, landlock: Landlock, reporter: Reporter) {
        self.launch = launch
        self.landlock = landlock
        self.reporter = reporter
    }

    private var plan: LaunchPlan { launch.plan }

    mutating func run() -> Never {
        do throws(StepError) {
            try prepare()
        } catch {
            reporter.failed(error)
        }
        lw_exit(125)
    }

    private mutating func prepare() throws(StepError) {
        try check(lw_unblock_signals(), "session")
        // A session without a terminal: nothing can be typed into the one that started us.
        guard setsid() >= 0 else { throw StepError("session", -errno) }
        guard chdir(plan.workingDirectory) == 0 else { throw StepError("session", -errno, plan.workingDirectory) }
        try setLimits()
        try verifyPrivileges()
        try landlock.enforce(reporter)
        reporter.done("landlock")
        if !launch.isOff(.descriptors) {
            try check(lw_mark_close_on_exec_from(3), "descriptors")
            for file in launch.source.sharedMemory { try check(lw_keep_on_exec(file), "descriptors") }
            let kept = launch.source.sharedMemory.isEmpty ? "0, 1 and 2 only" : "0 to 2, and 3 and 4 for tensors, only"
            reporter.found(.descriptors, .active, "\(kept); own session without a terminal")
        }
        reporter.done("descriptors")
        // Strings for exec are made before the filter: afterwards not even memory may be asked for.
        let program = Program(plan)
        try installFilter()
        throw StepError("execute", program.execute(), plan.command.first ?? "")
    }

    private mutating func setLimits() throws(StepError) {
        guard !launch.isOff(.limits) else { return }
        for limit in plan.limits {
            try check(lw_set_limit(number(of: limit.resource), limit.value), "limits", limit.resource.rawValue)
        }
        let names = joinWords(plan.limits.map { $0.resource.rawValue })
        reporter.found(.limits, .active, "soft and hard: \(names)")
        reporter.done("limits")
    }

    /// Given up before this process was made, and read back here, where it counts.
    private mutating func verifyPrivileges() throws(StepError) {
        if !launch.isOff(.capabilities) {
            let remaining = lw_remaining_capability()
            guard remaining == 0 else { throw StepError("capabilities", -EPERM, "capability \(remaining - 1)") }
            reporter.found(.capabilities, .active, "all sets read back empty, securebits locked")
        }
        reporter.done("capabilities")
        if !launch.isOff(.noNewPrivileges) {
            guard lw_has_no_new_privileges() == 1 else { throw StepError("no-new-privileges", -EPERM) }
            reporter.found(.noNewPrivileges, .active, "read back as 1")
        }
        reporter.done("no-new-privileges")
    }

    /// The last step: between it and the program stand only calls that every profile must allow, and no report.
    private mutating func installFilter() throws(StepError) {
        guard !launch.isOff(.seccomp) else { return }
        let begin = lw_monotonic_microseconds()
        listener = launch.isOff(.denialReports) ? -EINVAL : install(launch.source.filter, lw_install_listening_filter)
        if listener < 0 {
            // Too old a kernel, or one where an outer sandbox listens already. Stricter, and it cannot say which call.
            try check(install(launch.source.fallbackFilter, lw_install_filter), "seccomp")
        }
        filterMicroseconds = lw_monotonic_microseconds() - begin
    }

    /// What PID 1 tells of the filter once this process has become the program.
    func report(to reporter: Reporter) {
        guard !launch.isOff(.seccomp), filterMicroseconds >= 0 else { return }
        let count = (listener >= 0 ? launch.source.filter : launch.source.fallbackFilter).count / 8
        reporter.found(.seccomp, .active, "\(count) proved instructions, installed last")
        if listener >= 0 {
            reporter.found(.denialReports, .active, "each denied call comes to the supervisor")
        } else {
            let reason = describe(-listener)
            reporter.found(.denialReports, .degraded, "no listener (\(reason)); a call that no rule names ends the run")
        }
        reporter.took("seccomp", filterMicroseconds)
    }

    private func install(_ filter: [UInt8], _ call: (UnsafeRawPointer?, UInt16) -> Int32) -> Int32 {
        filter.withUnsafeBytes { call($0.baseAddress, UInt16(filter.count / 8)) }
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
    private let candidates: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let environment: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

    init(_ plan: LaunchPlan) {
        let name = plan.command.first ?? ""
        var paths = [name]
        if !name.utf8.contains(UInt8(ascii: "/")) {
            let search = plan.environment.first { $0.name == "PATH" }?.value ?? "/usr/bin:/bin"
            paths = search.utf8.split(separator: UInt8(ascii: ":")).map { "\(Substring($0))/\(name)" }
        }
        candidates = Self.vector(paths.count) { paths[$0] }
        arguments = Self.vector(plan.command.count) { plan.command[$0] }
        environment = Self.vector(plan.environment.count) { place in
            "\(plan.environment[place].name)=\(plan.environment[place].value)"
        }
    }

    /// C strings with a null behind the last; never freed, for this process becomes another program or ends.
    private static func vector(
        _ count: Int,
        _ text: (Int) -> String
    ) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> {
        let vector = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: count + 1)
        for place in 0..<count { (vector + place).initialize(to: strdup(text(place))) }
        (vector + count).initialize(to: nil)
        return vector
    }

    /// Tries each candidate; returns `-errno` of the last when none could be executed.
    func execute() -> Int32 {
        var result = -ENOENT
        var next = candidates
        while let candidate = next.pointee {
            result = lw_execve(candidate, arguments, environment)
            if result != -ENOENT && result != -ENOTDIR { return result }
            next += 1
        }
        return result
    }
}
