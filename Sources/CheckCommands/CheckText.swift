import Checking
import Commands
import Documents
import Learnware

/// A report for people at a terminal: one line a check, and below it what to do.
struct CheckText {
    private let report: CheckReport
    private let file: String

    init(_ report: CheckReport, file: String) {
        self.report = report
        self.file = file
    }

    private static let nameWidth = (CheckName.allCases.map(\.rawValue.count).max() ?? 0) + 2
    private static let stateWidth = 9

    var text: String {
        let verdict = Terminal.result(Self.word(report.verdict), colour: Self.colour(report.verdict))
        var lines = ["\(Printable(file, limit: 4096)): \(verdict): \(report.conclusion)"]
        lines += facts.map { "  " + $0 }
        lines.append("")
        lines += checks
        return lines.joined(separator: "\n")
    }

    /// One line a check; checks that one reason kept from being made share theirs.
    private var checks: [String] {
        var lines: [String] = []
        var skipped: (reason: String, checks: [String])?
        func flush() {
            guard let group = skipped else { return }
            lines.append(
                "  " + Terminal.result("skipped", colour: "2") + Self.spaces(Self.stateWidth - 7) + group.reason
                    + ": " + group.checks.joined(separator: ", ")
            )
            skipped = nil
        }
        for result in report.results {
            let finding = result.finding
            guard finding.state == .skipped, finding.remedy == nil else {
                flush()
                lines += self.lines(of: result)
                continue
            }
            if skipped?.reason != finding.summary { flush() }
            skipped = (finding.summary, (skipped?.checks ?? []) + [result.check.rawValue])
        }
        flush()
        return lines
    }

    private var facts: [String] {
        var facts: [String] = []
        if let name = report.name { facts.append("\(Printable(name))") }
        if let digest = report.digest { facts.append("sha256:\(digest)") }
        guard let run = report.run else { return facts }
        facts.append(
            "isolation \(run.isolation), profile \(run.profile) \(run.profileDigest.prefix(12)), seed \(report.options.seed)"
                + ", \(Self.seconds(report.milliseconds))"
        )
        return facts
    }

    private func lines(of result: CheckResult) -> [String] {
        let finding = result.finding
        let state = finding.state.rawValue
        let word = Terminal.result(state, colour: Self.colour(finding.state))
        let indent = String(repeating: " ", count: 2 + Self.stateWidth + Self.nameWidth)
        var lines = [
            "  " + word + Self.spaces(Self.stateWidth - state.count) + result.check.rawValue
                + Self.spaces(Self.nameWidth - result.check.rawValue.count) + finding.summary
        ]
        if let quotation = finding.quotation {
            lines += quotation.split(separator: "\n").map { indent + $0 }
        }
        if let remedy = finding.remedy { lines.append(indent + "→ " + remedy) }
        return lines
    }

    static func word(_ verdict: Verdict) -> String {
        verdict == .unchecked ? "could not be checked" : verdict.rawValue
    }

    static func seconds(_ milliseconds: Double) -> String { "\((milliseconds / 10).rounded() / 100) s" }

    private static func spaces(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }

    private static func colour(_ verdict: Verdict) -> String {
        switch verdict {
        case .usable: "32;1"
        case .unchecked: "33;1"
        case .unusable, .invalid: "31;1"
        }
    }

    private static func colour(_ state: Finding.State) -> String {
        switch state {
        case .pass: "32"
        case .note, .skipped: "2"
        case .warning: "33;1"
        case .fail: "31;1"
        }
    }
}
