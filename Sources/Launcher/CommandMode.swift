import CLinux
import CPosix
import LaunchPlan

/// A person started us: `lw-sandbox --profile strict -- COMMAND…`.
enum CommandMode {
    static let deadlinePassed: Int32 = 124
    static let setupFailed: Int32 = 125
    static let violation: Int32 = 126
    static let interrupted: Int32 = 130

    static func run(_ words: [String], obeysOff: Bool) -> Int32 {
        let options: Options
        do throws(UsageError) {
            options = try Options(words, knowsOff: obeysOff)
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
            return launch(options, obeysOff: obeysOff)
        }
    }

    private static func launch(_ options: Options, obeysOff: Bool) -> Int32 {
        let compiled: CompiledProfile
        do throws(ResourceError) {
            compiled = try CompiledProfile(named: options.profile, folder: options.plans)
        } catch {
            writeAll("error: \(error.message)\n", to: 2)
            return setupFailed
        }
        guard let path = options.receipt else {
            return finish(supervise(compiled, options, obeysOff).status, compiled, options)
        }
        guard let receipt = ReceiptFile(path: path) else {
            writeAll("error: the receipt '\(path)' cannot be written: \(describe(errno))\n", to: 2)
            return 2
        }
        let (status, plan) = supervise(compiled, options, obeysOff)
        guard receipt.write(Receipt(plan: plan, status: status, names: compiled.callNames()).json) else {
            writeAll("error: the receipt '\(path)' cannot be written: \(describe(errno))\n", to: 2)
            return setupFailed
        }
        return finish(status, compiled, options)
    }

    /// What the command line says beside the profile.
    private static func add(_ options: Options, _ system: [LaunchPlan.Mount], to plan: inout LaunchPlan) {
        plan.mounts += system
        plan.mounts += options.readOnly.map { .readOnly(source: $0, path: $0) }
        plan.command = options.command
        plan.workingDirectory = options.workingDirectory ?? plan.workingDirectory
        // A second variable of one name would not be the one that programs find.
        plan.environment.removeAll { own in options.environment.contains { $0.name == own.name } }
        plan.environment += options.environment
        plan.degradable = options.degradable
        plan.off = options.off
        // Its standard output may be a file of the caller's, and it can open no other to write to.
        plan.limits.removeAll { $0.resource == .fsize && $0.value == 0 }
    }

    /// The host's programs and libraries, as they are: folders bound read-only, links repeated.
    private static func systemMounts() -> [LaunchPlan.Mount] {
        var mounts: [LaunchPlan.Mount] = [.readOnly(source: "/usr", path: "/usr")]
        for path in ["/bin", "/lib", "/lib32", "/lib64", "/libx32"] {
            if let target = readLink(path) {
                mounts.append(.link(path: path, target: target))
            } else if access(path, F_OK) == 0 {
                mounts.append(.readOnly(source: path, path: path))
            }
        }
        return mounts
    }

    /// Runs the profile; no status when a person interrupted it, no plan when there was none to run.
    private static func supervise(
        _ compiled: CompiledProfile,
        _ options: Options,
        _ obeysOff: Bool
    ) -> (status: RunStatus?, plan: LaunchPlan?) {
        let streams = StandardStreams()
        if let folder = streams.folder {
            return (RunStatus(failure: StepError("descriptors", -EISDIR, "descriptor \(folder)")), nil)
        }
        defer { streams.restore() }
        var ends: [Int32] = [-1, -1]
        guard lw_pipe(&ends) >= 0, lw_set_nonblocking(ends[0]) >= 0 else {
            return (RunStatus(failure: StepError("supervision", -errno)), nil)
        }
        let interruption = lw_signal_descriptor_for_ends()
        defer { close(interruption) }
        let system = systemMounts()
        let source = LaunchSource(
            planText: compiled.planText,
            filter: compiled.filter,
            fallbackFilter: compiled.fallbackFilter,
            status: ends[1],
            lifeline: -1,
            givesUpStandardStreams: false,
            obeysOff: obeysOff,
            additions: { add(options, system, to: &$0) }
        )
        var supervisor = Supervisor(
            source: source,
            seconds: options.seconds,
            interruption: interruption,
            reader: ends[0],
            reporter: Reporter(descriptor: ends[1])
        )
        let isUninterrupted = supervisor.run()
        close(ends[1])
        defer { close(ends[0]) }
        let plan = supervisor.launch?.plan
        guard isUninterrupted else { return (nil, plan) }
        supervisor.readReport()
        return (supervisor.status, plan)
    }

    /// Says what a person must know, and finds the exit code.
    private static func finish(_ status: RunStatus?, _ compiled: CompiledProfile, _ options: Options) -> Int32 {
        guard let status else { return interrupted }
        for layer in status.layers where layer.state == .absent {
            writeAll("warning: the layer '\(layer.layer.rawValue)' is absent: \(layer.evidence)\n", to: 2)
        }
        if !status.denials.isEmpty, status.ending != nil || options.isVerbose {
            let names = compiled.callNames()
            for call in status.denials {
                writeAll("note: denied \(CallText.describe(call, names: names)), \(call.count)×\n", to: 2)
            }
        }
        if let ending = status.ending {
            writeAll("error: \(sentence(for: ending, compiled, options))\n", to: 2)
            return ending == .timeout ? deadlinePassed : violation
        }
        if let failure = status.failure {
            writeAll("error: \(sentence(for: failure, compiled, options))\n", to: 2)
            return setupFailed
        }
        if status.memoryKills > 0 {
            writeAll("error: the command used more memory than its profile allows and was ended\n", to: 2)
            return 128 + SIGKILL
        }
        if status.signal == SIGSYS {
            writeAll("error: the command made a system call that profile '\(options.profile)' forbids\n", to: 2)
            return violation
        }
        if let signal = status.signal { return 128 + signal }
        if let code = status.code { return code }
        writeAll("error: the run was ended from outside, and nothing is known of its end\n", to: 2)
        return setupFailed
    }

    private static func sentence(
        for ending: RunStatus.Ending,
        _ compiled: CompiledProfile,
        _ options: Options
    ) -> String {
        switch ending {
        case .violation(let call):
            "the command made a system call that profile '\(options.profile)' forbids: "
                + CallText.describe(call, names: compiled.callNames())
        case .denialBudget(let count):
            "the command was ended after \(count) system calls that profile '\(options.profile)' denies"
        case .timeout: "the command ran past its deadline and was ended"
        case .residentMemory(let bytes):
            "the command used \(bytes >> 20) MiB, more than its profile allows, and was ended"
        }
    }

    private static func sentence(
        for failure: StepError,
        _ compiled: CompiledProfile,
        _ options: Options
    ) -> String {
        switch failure.step {
        case "plan" where failure.code == EINVAL:
            "\(compiled.folder)/\(options.profile).plan, \(failure.subject)"
        case "execute" where failure.code == ENOENT:
            "there is no program '\(failure.subject)' in the sandbox; it sees /usr and what --ro names"
        case "landlock" where failure.code == ENOSYS || failure.code == EOPNOTSUPP:
            "this kernel has no Landlock; '--allow-degraded landlock' runs without it"
        default:
            "set-up step '\(failure.step)' failed: \(describe(failure.code))"
                + (failure.subject.isEmpty ? "" : " (\(failure.subject))")
                + "; 'lw-run doctor' says what would mend it"
        }
    }
}
