import CLinux
import Glibc
import LaunchPlan

/// The file of `--receipt`: what was set up, how long each step took, how the run ended.
struct Receipt {
    let path: String
    let plan: LaunchPlan
    let options: Options

    /// Runs the command in a child and writes the receipt beside it.
    ///
    /// The launcher itself ends up inside the sandbox's root, with an identity that may write nowhere, so the process
    /// that writes the file is one that never entered it.
    ///
    /// - Returns: the exit code of the tool.
    func write(for run: (_ lifeline: Int32) -> RunStatus) -> Int32 {
        let partial = path + ".partial-\(getpid())-\(UInt32.random(in: .min ... .max))"
        let file = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
        guard file >= 0 else {
            writeAll("error: the receipt '\(path)' cannot be written: \(describe(errno))\n", to: 2)
            return 2
        }
        defer { close(file) }
        // This process holds the lifeline: when it is killed, the run ends.
        var ends: [Int32] = [-1, -1]
        guard lw_pipe(&ends) >= 0 else { return CommandMode.setupFailed }
        let child = lw_fork()
        if child == 0 {
            close(ends[1])
            let status = run(ends[0])
            writeAll(text(of: status), to: file)
            lw_exit(CommandMode.exitCode(of: status, options: options))
        }
        close(ends[0])
        defer { close(ends[1]) }
        var code: Int32 = 0
        var signal: Int32 = 0
        guard child > 0, lw_reap(child, true, &code, &signal) > 0, signal == 0, rename(partial, path) == 0 else {
            unlink(partial)
            return signal == 0 ? CommandMode.setupFailed : 128 + signal
        }
        return code
    }

    private func text(of status: RunStatus) -> String {
        let steps = status.steps.map { "{\"name\": \"\($0.name)\", \"microseconds\": \($0.microseconds)}" }
        return """
            {
              "schema": "learnware/receipt/1",
              "profile": "\(plan.profile)",
              "profile_digest": "\(plan.digest)",
              "namespaces": [\(plan.namespaces.map { "\"\($0.rawValue)\"" }.joined(separator: ", "))],
              "outcome": "\(outcome(of: status))",
              "steps": [
                \(steps.joined(separator: ",\n    "))
              ]
            }

            """
    }

    private func outcome(of status: RunStatus) -> String {
        if status.ending == .timeout { return "timeout" }
        if let failure = status.failure { return "setup_failed(\(failure.step), \(failure.code))" }
        if status.signal == SIGSYS { return "violation" }
        if let signal = status.signal { return "signalled(\(signal))" }
        return "exited(\(status.code ?? -1))"
    }
}
