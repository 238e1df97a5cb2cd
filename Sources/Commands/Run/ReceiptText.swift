import Documents
import ModelRunner
import Packaging
import Sandbox
import SystemPackage

/// The launch receipt as text and as JSON.
enum ReceiptText {
    static func human(_ report: RunReport) -> String {
        let isolation = report.isolation
        var lines = [
            "isolation: \(isolation.level), profile \(isolation.profile) \(isolation.profileDigest.prefix(12))"
        ]
        for layer in isolation.layers {
            lines.append("  \(pad(layer.name, 15))\(pad(layer.state.rawValue, 9))\(layer.evidence)")
        }
        // Said where somebody chose otherwise than the package; `--json` has it always.
        if let environment = report.environment,
            environment.isOverridden || !environment.added.isEmpty || !environment.built.isEmpty
        {
            lines.append("python: " + python(environment))
        }
        let denied = report.denials.map { "\($0.description) \($0.count)×" }
        lines.append("denied: " + (denied.isEmpty ? "nothing" : denied.joined(separator: ", ")))
        lines.append("launch: " + report.launchSteps.map { "\($0.name) \(milliseconds($0))" }.joined(separator: " · "))
        lines.append("time:   " + report.phases.map { "\($0.name) \(milliseconds($0))" }.joined(separator: " · "))
        let memory = report.peakMemory.map { ", \($0 >> 20) MiB at most" } ?? ""
        lines.append("calls:  \(report.calls), outcome \(report.outcome)\(memory)")
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
            ("output", job.target.file.map { Node($0.string) } ?? nil),
            ("outcome", Node(report.outcome.description)),
            ("calls", Node(report.calls)),
            ("peak_memory", report.peakMemory.map { Node($0) } ?? nil),
            ("denials", Node(report.denials.map(denial))),
            ("environment", report.environment.map(environment) ?? nil),
            ("milliseconds", times(report.phases)),
            ("launch_milliseconds", times(report.launchSteps)),
            (
                "isolation",
                Node(object: [
                    ("level", Node(report.isolation.level)),
                    ("profile", Node(report.isolation.profile)),
                    ("profile_digest", Node(report.isolation.profileDigest)),
                    ("layers", Node(layers)),
                ])
            ),
        ])
    }

    private static func python(_ environment: EnvironmentRecord) -> String {
        var text = "\(environment.python), \(environment.packages.count) packages"
        if environment.isOverridden, let asked = environment.askedPython {
            text += "; the package asks for Python \(Printable(asked, limit: 40)), --python took another"
        }
        if !environment.added.isEmpty { text += "; added: " + environment.added.joined(separator: ", ") }
        if !environment.built.isEmpty { text += "; built from sources: " + environment.built.joined(separator: ", ") }
        return text
    }

    private static func environment(_ environment: EnvironmentRecord) -> Node {
        Node(object: [
            ("key", Node(environment.key)), ("python", Node(environment.python)),
            ("interpreter", Node(environment.interpreter)),
            ("python_asked", environment.askedPython.map { Node($0) } ?? nil),
            ("python_overridden", Node(environment.isOverridden)),
            ("packages", Node(environment.packages.map { Node($0) })),
            ("added", Node(environment.added.map { Node($0) })),
            ("built", Node(environment.built.map { Node($0) })),
        ])
    }

    static func denial(_ denial: Denial) -> Node {
        Node(object: [
            ("call", Node(denial.call)), ("description", Node(denial.description)), ("count", Node(denial.count)),
        ])
    }

    static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }

    private static func milliseconds(_ phase: RunReport.Phase) -> String {
        let rounded = (phase.milliseconds * 100).rounded() / 100
        return "\(rounded) ms"
    }
}
