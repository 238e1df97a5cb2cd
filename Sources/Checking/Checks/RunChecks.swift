import Documents
import Learnware

/// How long the model takes from the start of its process until it is loaded.
enum StartTimeCheck: RunCheck {
    static let name = CheckName.startTime

    static func finding(_ report: PredictorReport) -> Finding {
        guard let milliseconds = report.startMilliseconds else { return .skipped("it was never loaded") }
        return .note(
            "\(short(milliseconds)) ms, of which \(short(report.milliseconds(of: "load") ?? 0)) for loading",
            facts: [("milliseconds", Node(milliseconds))]
        )
    }
}

/// The most memory that the run used.
enum MemoryCheck: RunCheck {
    static let name = CheckName.memory

    static func finding(_ report: PredictorReport) -> Finding {
        guard let bytes = report.peakMemory else { return .skipped("nothing counts it on this host") }
        return .note("\(short(Double(bytes) / 1_048_576)) MiB", facts: [("bytes", Node(bytes))])
    }
}

/// The run had as many threads and processes as it wanted.
enum ProcessesCheck: RunCheck {
    static let name = CheckName.processes

    static func finding(_ report: PredictorReport) -> Finding {
        guard report.refusedProcesses > 0 else { return .pass("none was refused") }
        return .warning(
            "\(counted(report.refusedProcesses, "new thread or process")) refused by profile '\(report.profile)'",
            remedy: "let the model start fewer threads, such as with n_jobs=1",
            facts: [("refused", Node(report.refusedProcesses))]
        )
    }
}

/// What the run tried and was refused: it works without.
enum DenialsCheck: RunCheck {
    static let name = CheckName.denials
    private static let most = 5

    static func finding(_ report: PredictorReport) -> Finding {
        guard !report.denials.isEmpty else { return .pass("none was refused") }
        return .warning(
            "profile '\(report.profile)' refused it \(text(report.denials))",
            remedy: "leave out what a model does not need to predict; 'lw-run trace' shows all of it",
            facts: [
                (
                    "denials",
                    Node(
                        report.denials.map {
                            Node(object: [("description", Node($0.description)), ("count", Node($0.count))])
                        }
                    )
                )
            ]
        )
    }

    /// The most frequent ones; they are printable already.
    static func text(_ denials: [PredictorReport.Denial]) -> String {
        let shown = denials.sorted { ($1.count, $0.description) < ($0.count, $1.description) }.prefix(most)
        let calls = shown.map { $0.description + ($0.count > 1 ? " \($0.count) times" : "") }
        let more = denials.count > most ? ", and \(denials.count - most) more kinds" : ""
        return calls.joined(separator: ", ") + more
    }
}
