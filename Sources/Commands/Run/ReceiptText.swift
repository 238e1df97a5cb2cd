import Documents
import ModelRunner
import Packaging
import SystemPackage

/// The launch receipt as text and as JSON.
enum ReceiptText {
    static func human(_ report: RunReport) -> String {
        var lines = ["isolation: profile \(report.isolation.profile) \(report.isolation.profileDigest.prefix(12))"]
        for layer in report.isolation.layers {
            lines.append("  \(pad(layer.name, 15))\(pad(layer.state.rawValue, 8))\(layer.evidence)")
        }
        lines.append("launch: " + report.launchSteps.map { "\($0.name) \(milliseconds($0))" }.joined(separator: " · "))
        lines.append("time:   " + report.phases.map { "\($0.name) \(milliseconds($0))" }.joined(separator: " · "))
        lines.append("calls:  \(report.calls), outcome \(report.outcome)")
        return lines.joined(separator: "\n")
    }

    static func json(_ report: RunReport, job: PredictionJob, rows: Int) -> Node {
        let layers = report.isolation.layers.map { layer in
            Node(object: [
                ("name", Node(layer.name)), ("state", Node(layer.state.rawValue)), ("evidence", Node(layer.evidence)),
            ])
        }
        func times(_ phases: [RunReport.Phase]) -> Node {
            Node(object: phases.map { ($0.name, Node($0.milliseconds)) })
        }
        return Node(object: [
            ("schema", "learnware/predict/1"),
            ("package", Node("sha256:" + job.package.digest)),
            ("rows", Node(rows)),
            ("output", job.output.map { Node($0.string) } ?? nil),
            ("outcome", Node(report.outcome.description)),
            ("calls", Node(report.calls)),
            ("milliseconds", times(report.phases)),
            ("launch_milliseconds", times(report.launchSteps)),
            (
                "isolation",
                Node(object: [
                    ("profile", Node(report.isolation.profile)),
                    ("profile_digest", Node(report.isolation.profileDigest)),
                    ("layers", Node(layers)),
                ])
            ),
        ])
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }

    private static func milliseconds(_ phase: RunReport.Phase) -> String {
        let rounded = (phase.milliseconds * 100).rounded() / 100
        return "\(rounded) ms"
    }
}
