import CLinux
import CPosix
import LaunchPlan

/// What one run did, as JSON: what was set up and seen, how long it took, what was denied, how it ended.
struct Receipt {
    /// Nil when it could not be read.
    let plan: LaunchPlan?
    /// Nil when a person interrupted the run.
    let status: RunStatus?
    let names: [UInt32: String]

    var json: String {
        let status = status ?? RunStatus()
        let steps = status.steps.map { "{\"name\": \(quote($0.name)), \"microseconds\": \($0.microseconds)}" }
        let layers = status.layers.map {
            "{\"name\": \(quote($0.layer.rawValue)), \"state\": \(quote($0.state.rawValue)), "
                + "\"evidence\": \(quote($0.evidence))}"
        }
        return """
            {
              "schema": "learnware/receipt/2",
              "profile": \(plan.map { quote($0.profile) } ?? "null"),
              "profile_digest": \(plan.map { quote($0.digest) } ?? "null"),
              "namespaces": [\((plan?.namespaces ?? []).map { quote($0.rawValue) }.joined(separator: ", "))],
              "outcome": \(quote(outcome)),
              "peak_memory": \(status.peakMemory.map { "\($0)" } ?? "null"),
              "refused_processes": \(status.refusedProcesses),
              "layers": \(list(layers)),
              "denials": \(list(status.denials.map(denial))),
              "steps": \(list(steps))
            }

            """
    }

    private var outcome: String {
        guard let status else { return "interrupted" }
        switch status.ending {
        case .violation(let call): return "violation(\(CallText.name(call, names: names)))"
        case .denialBudget(let count): return "violation(denials, \(count))"
        case .timeout: return "timeout(wall)"
        case .residentMemory: return "out_of_memory(resident)"
        case nil: break
        }
        if let failure = status.failure { return "setup_failed(\(failure.step), \(failure.code))" }
        if status.memoryKills > 0 { return "out_of_memory(cgroup)" }
        if status.signal == SIGSYS { return "violation(unnamed)" }
        if let signal = status.signal { return "signalled(\(signal))" }
        if status.code == 0 { return "ok" }
        return status.code.map { "exited(\($0))" } ?? "launcher_error"
    }

    private func denial(_ call: DeniedCall) -> String {
        let arguments = call.arguments.map { quote("0x" + String($0, radix: 16)) }.joined(separator: ", ")
        let text = call.text.map { quote($0.value) } ?? "null"
        return "{\"call\": \(quote(CallText.name(call, names: names))), \"number\": \(call.number), "
            + "\"architecture\": \(quote("0x" + String(call.architecture, radix: 16))), \"count\": \(call.count), "
            + "\"arguments\": [\(arguments)], \"text\": \(text)}"
    }

    private func list(_ elements: [String]) -> String {
        elements.isEmpty ? "[]" : "[\n    " + elements.joined(separator: ",\n    ") + "\n  ]"
    }

    private func quote(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case _ where scalar.value >= 0x20 && scalar.value < 0x7F: quoted.unicodeScalars.append(scalar)
            default:
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16)
                    quoted += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
                }
            }
        }
        return quoted + "\""
    }
}

/// A file that appears whole or not at all.
struct ReceiptFile {
    private let path: String
    private let partial: String
    private let descriptor: Int32

    /// Nil, with `errno` set, when it cannot be made.
    init?(path: String) {
        self.path = path
        // The last step gives a new file this name: a device or a link of the system's would be gone.
        if !lw_is_regular_or_missing(path) {
            errno = ENOTSUP
            return nil
        }
        partial = path + ".partial-\(getpid())-\(lw_random())"
        descriptor = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
        if descriptor < 0 { return nil }
    }

    /// Writes all of it and gives it its name; false, with `errno` set and nothing left, when it cannot.
    func write(_ text: String) -> Bool {
        let isWritten = writeAll(text, to: descriptor)
        close(descriptor)
        if isWritten, rename(partial, path) == 0 { return true }
        unlink(partial)
        return false
    }
}
