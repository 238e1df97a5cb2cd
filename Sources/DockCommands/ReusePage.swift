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

    init(_ outcome: Reuser.Outcome, _ choice: ReuseChoice, method: String, seed: UInt64) {
        (self.outcome, self.choice, self.method, self.seed) = (outcome, choice, method, seed)
    }

    private func weight(of report: MemberReport) -> Double? {
        choice.chosen.first { $0.id == report.identity.identifier }?.weight
    }

    /// One line each for the whole, the learnwares and what went wrong.
    var lines: [String] {
        var lines = outcome.warnings.map { "warning: " + $0 }
        lines.append("\(outcome.answers.count) rows by \(method)")
        for report in outcome.reports where report.failure == nil {
            let weight = weight(of: report).map { String(format: "weight %.3f  ", $0) } ?? ""
            let rows = outcome.choice == nil ? "" : "\(report.rows) rows  "
            let name = Printable(report.identity.name, limit: 60)
            lines.append("  \(report.identity.identifier ?? "")  \(weight)\(rows)\(name)")
        }
        return lines
    }

    var object: Node {
        let members = outcome.reports.map { report in
            Node(object: [
                ("id", Node(report.identity.identifier ?? "")), ("name", Node(report.identity.name)),
                ("digest", Node("sha256:" + report.identity.digest)), ("version", Node(report.identity.version ?? 0)),
                ("weight", weight(of: report).map { Node($0) } ?? nil), ("rows", Node(report.rows)),
                ("failure", report.failure.map { Node($0.message) } ?? nil),
                ("isolation", report.run.map { Node($0.isolation) } ?? nil),
            ])
        }
        return Node(object: [
            ("schema", "learnware/reuse/1"), ("method", Node(method)), ("rows", Node(outcome.answers.count)),
            ("seed", Node(Int(clamping: seed))), ("members", Node(members)),
        ])
    }
}
