import CLinux
import Glibc
import LaunchPlan

/// A person started us: `lw-sandbox --profile strict -- COMMAND…`.
enum CommandMode {
    static let deadlinePassed: Int32 = 124
    static let setupFailed: Int32 = 125
    static let violation: Int32 = 126

    static func run(_ words: [String]) -> Int32 {
        let options: Options
        do throws(UsageError) {
            options = try Options(words)
        } catch {
            writeAll("error: \(error.message)\nSee 'lw-sandbox --help'.\n", to: 2)
            return 2
        }
        switch options.request {
        case .help:
            writeAll(Options.help, to: 1)
            return 0
        case .version:
            writeAll("lw-sandbox \(toolVersion)\n", to: 1)
            return 0
        case .run:
            return launch(options)
        }
    }

    private static func launch(_ options: Options) -> Int32 {
        let compiled: CompiledProfile
        do throws(ResourceError) {
            compiled = try CompiledProfile(named: options.profile, folder: options.plans)
        } catch {
            writeAll("error: \(error.message)\n", to: 2)
            return setupFailed
        }
        var plan = compiled.plan
        plan.mounts += systemMounts() + options.readOnly.map { .readOnly(source: $0, path: $0) }
        plan.command = options.command
        // Its standard output may be a file of the caller's, and it can open no other to write to.
        plan.limits.removeAll { $0.resource == .fsize && $0.value == 0 }
        let run = { supervise(plan, filter: compiled.filter, options: options, lifeline: $0) }
        guard let receipt = options.receipt else { return exitCode(of: run(-1), options: options) }
        return Receipt(path: receipt, plan: plan, options: options).write(for: run)
    }

    /// The host's programs and libraries, as they are: folders bound read-only, links repeated.
    private static func systemMounts() -> [LaunchPlan.Mount] {
        var mounts: [LaunchPlan.Mount] = [.readOnly(source: "/usr", path: "/usr")]
        for path in ["/bin", "/lib", "/lib32", "/lib64", "/libx32"] {
            var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
            let length = readlink(path, &buffer, buffer.count - 1)
            if length > 0 {
                let target = String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
                mounts.append(.link(path: path, target: target))
            } else if access(path, F_OK) == 0 {
                mounts.append(.readOnly(source: path, path: path))
            }
        }
        return mounts
    }

    private static func supervise(
        _ plan: LaunchPlan,
        filter: [UInt8],
        options: Options,
        lifeline: Int32
    ) -> RunStatus {
        let streams = StandardStreams()
        if let folder = streams.folder {
            return RunStatus(failure: StepError("descriptors", -EISDIR, "descriptor \(folder)"))
        }
        defer { streams.restore() }
        var ends: [Int32] = [-1, -1]
        guard lw_pipe(&ends) >= 0 else { return RunStatus(failure: StepError("supervision", -errno)) }
        var launcher = Launcher(
            plan: plan,
            filter: filter,
            lifeline: lifeline,
            givesUpStandardStreams: false,
            reporter: Reporter(descriptor: ends[1])
        )
        var timedOut = false
        do throws(StepError) {
            let (initializer, owner) = try launcher.start()
            timedOut = !wait(for: initializer, seconds: options.seconds ?? plan.wallSeconds)
            close(owner)
            var code: Int32 = 0
            var signal: Int32 = 0
            _ = lw_reap(initializer, true, &code, &signal)
        } catch {
            launcher.reporter.failed(error)
        }
        close(ends[1])
        var status = RunStatus(text: String(decoding: readFile(ends[0], limit: 1 << 20) ?? [], as: UTF8.self))
        if timedOut { status.ending = .timeout }
        return status
    }

    /// Waits until the process ends; false when the deadline passed first.
    private static func wait(for process: pid_t, seconds: Int?) -> Bool {
        let descriptor = lw_pidfd_open(process)
        guard descriptor >= 0 else { return true }
        defer { close(descriptor) }
        let end = seconds.map { lw_monotonic_microseconds() + Int64($0) * 1_000_000 }
        while true {
            var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let left = end.map { max(0, ($0 - lw_monotonic_microseconds() + 999) / 1000) }
            let ready = poll(&watched, 1, left.map { Int32(clamping: $0) } ?? -1)
            if ready > 0 { return true }
            if ready == 0, let end, lw_monotonic_microseconds() >= end { return false }
        }
    }

    static func exitCode(of status: RunStatus, options: Options) -> Int32 {
        if status.ending == .timeout {
            writeAll("error: the command ran past its deadline and was ended\n", to: 2)
            return deadlinePassed
        }
        if let failure = status.failure {
            writeAll("error: \(failureSentence(failure))\n", to: 2)
            return setupFailed
        }
        if status.signal == SIGSYS {
            writeAll("error: the command made a system call that profile '\(options.profile)' forbids\n", to: 2)
            return violation
        }
        if let signal = status.signal { return 128 + signal }
        return status.code ?? setupFailed
    }

    private static func failureSentence(_ failure: StepError) -> String {
        switch failure.step {
        case "execute" where failure.code == ENOENT:
            "there is no program '\(failure.subject)' in the sandbox; it sees /usr and what --ro names"
        default:
            "set-up step '\(failure.step)' failed: \(describe(failure.code))"
                + (failure.subject.isEmpty ? "" : " (\(failure.subject))")
        }
    }
}
