import Documents
import Ensembles
import Foundation
import Learnware
import Reuse

/// What reuse did, for people and for programs.
struct ReusePage {
    private let outcome: Reuser.Outcome
    private let choice: ReuseChoice
    private let method: String
    private let seed: UInt64
    /// How methods compare, where several were tried.
    private let tried: MethodChoice?

    init(_ outcome: Reuser.Outcome, _ choice: ReuseChoice, method: String, seed: UInt64, _ tried: MethodChoice?) {
        (self.outcome, self.choice, self.method, self.seed, self.tried) = (outcome, choice, method, seed, tried)
    }

    private func weight(of report: MemberReport) -> Double? {
        choice.chosen.first { $0.id == report.identity.identifier }?.weight
    }

    /// How many rows one answers, alone or with others; nil for one that the method does without.
    private func rows(of report: MemberReport) -> Int? {
        guard let place = outcome.ensemble.members.firstIndex(of: report.identity) else { return nil }
        return outcome.choice.map { choice in choice.count { $0 == place } } ?? outcome.answers.count
    }

    /// One line each for the whole, the learnwares and what went wrong.
    var lines: [String] {
        var lines = outcome.warnings.map { "warning: " + $0 }
        lines.append("\(outcome.answers.count) rows by \(tried?.method.rawValue ?? method)")
        lines += trials
        for report in outcome.reports where report.failure == nil {
            let weight = weight(of: report).map { String(format: "weight %.3f  ", $0) } ?? ""
            let count = rows(of: report)
            let part = outcome.choice == nil ? "" : "\(count ?? 0) rows  "
            let name = Printable(report.identity.name, limit: 60)
            let use = count == nil ? "  (not used)" : ""
            lines.append("  \(report.identity.identifier ?? "")  \(weight)\(part)\(name)\(use)")
        }
        return lines
    }

    /// What each method reached on labelled rows that it had not learnt from.
    private var trials: [String] {
        guard let tried else { return [] }
        var lines: [String] = []
        for trial in tried.trials + [tried.alone] {
            let name = trial.method?.rawValue ?? "your rows alone"
            let word = "  " + name.padding(toLength: max(22, name.count), withPad: " ", startingAt: 0)
            guard let estimate = trial.estimate else {
                lines.append(word + "does not apply: " + (trial.reason ?? ""))
                continue
            }
            let measure = estimate.measure == .accuracy ? "accuracy" : "RMSE"
            lines.append(word + String(format: "\(measure) %.3f ± %.3f", estimate.value, estimate.standardError))
        }
        if let next = tried.runnerUp {
            let advantage = next.advantage
            let text = String(format: "by %.3f ± %.3f", advantage.difference, advantage.standardError)
            lines.append(
                advantage.difference > 0
                    ? "  better than \(next.method.rawValue) \(text), on rows that neither had learnt from"
                    : "  no better than \(next.method.rawValue), which is tried after it"
            )
        }
        return lines
    }

    var object: Node {
        let members = outcome.reports.map { report in
            Node(object: [
                ("id", Node(report.identity.identifier ?? "")), ("name", Node(report.identity.name)),
                ("digest", Node("sha256:" + report.identity.digest)), ("version", Node(report.identity.version ?? 0)),
                ("weight", weight(of: report).map { Node($0) } ?? nil), ("rows", Node(rows(of: report) ?? 0)),
                ("failure", report.failure.map { Node($0.message) } ?? nil),
                ("isolation", report.run.map { Node($0.isolation) } ?? nil),
            ])
        }
        return Node(object: [
            ("schema", "learnware/reuse/1"), ("method", Node(method)), ("rows", Node(outcome.answers.count)),
            ("seed", Node(Int(clamping: seed))), ("members", Node(members)),
            ("chosen", tried.map { Node($0.method.rawValue) } ?? nil),
            ("trials", Node((tried.map { $0.trials + [$0.alone] } ?? []).map(object))),
        ])
    }

    private func object(_ trial: MethodTrial) -> Node {
        Node(object: [
            ("method", trial.method.map { Node($0.rawValue) } ?? nil),
            ("measure", trial.estimate.map { Node($0.measure == .accuracy ? "accuracy" : "rmse") } ?? nil),
            ("value", trial.estimate.map { Node($0.value) } ?? nil),
            ("standard_error", trial.estimate.map { Node($0.standardError) } ?? nil),
            ("reason", trial.reason.map { Node($0) } ?? nil),
        ])
    }
}
