import ArgumentParser
import Documents
import Sandbox

/// `lw-run doctor`.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Try every layer of the sandbox on this machine, and say what would mend the missing ones.",
        discussion: """
            Each layer is tried for real in throw-away runs of a harmless program. Ends with 0 when learnwares can be \
            run here, with 24 when not.

            EXAMPLE:
              lw-run doctor
            """
    )

    @Flag(help: "Print one JSON object.") var json = false

    func run() async throws {
        let diagnosis: Diagnosis
        do throws(SandboxError) {
            diagnosis = try Diagnosis.examine(resources: Resources.locate())
        } catch {
            throw Failure(.internalFault, error.description, hint: error.hint)
        }
        print(json ? DoctorText.json(diagnosis).json(pretty: true) : DoctorText.human(diagnosis))
        if let failure = diagnosis.failure {
            throw Failure(.isolationUnavailable, "nothing can be run here: \(failure)")
        }
        if let trial = diagnosis.trials.first(where: { !$0.isHeld }) {
            throw Failure(.isolationUnavailable, "the sandbox does not hold here: \(trial.name): \(trial.answer)")
        }
    }
}

/// A diagnosis as text and as JSON.
enum DoctorText {
    static func human(_ diagnosis: Diagnosis) -> String {
        let host = diagnosis.host
        var facts = ["Linux \(host.kernel)", host.isRoot ? "root" : "ordinary user"]
        facts.append(host.landlock.map { "Landlock \($0)" } ?? "no Landlock")
        facts.append("control groups: \(host.controlGroups)")
        if let container = host.container { facts.append("inside \(container)") }
        var lines = [facts.joined(separator: " · "), ""]
        for finding in diagnosis.findings {
            let layer = finding.layer
            lines.append(
                "  \(ReceiptText.pad(layer.name, 16))\(ReceiptText.pad(layer.state.rawValue, 10))\(Printable(layer.evidence))"
            )
            if let remedy = finding.remedy {
                lines.append("  \(ReceiptText.pad("", 16))\(ReceiptText.pad("", 10))→ \(remedy)")
            }
        }
        if !diagnosis.trials.isEmpty {
            lines += ["", "What a program inside meets:"]
            for trial in diagnosis.trials {
                let answer = trial.answer == "ok" ? "refused, as it must be" : Printable(trial.answer).description
                lines.append(
                    "  \(ReceiptText.pad(trial.name, 16))\(ReceiptText.pad(trial.isHeld ? "held" : "BROKEN", 10))\(answer)"
                )
            }
        }
        lines += ["", "level: \(diagnosis.level)"]
        return lines.joined(separator: "\n")
    }

    static func json(_ diagnosis: Diagnosis) -> Node {
        let host = diagnosis.host
        return Node(object: [
            ("schema", "learnware/doctor/1"),
            ("level", Node(diagnosis.level)),
            ("usable", Node(diagnosis.isUsable)),
            ("failure", diagnosis.failure.map { Node($0) } ?? nil),
            (
                "host",
                Node(object: [
                    ("kernel", Node(host.kernel)),
                    ("landlock", host.landlock.map { Node($0) } ?? nil),
                    ("root", Node(host.isRoot)),
                    ("container", host.container.map { Node($0) } ?? nil),
                    ("filtered", Node(host.isFiltered)),
                    ("control_groups", Node(host.controlGroups)),
                ])
            ),
            (
                "layers",
                Node(
                    diagnosis.findings.map { finding in
                        Node(object: [
                            ("name", Node(finding.layer.name)),
                            ("state", Node(finding.layer.state.rawValue)),
                            ("evidence", Node(finding.layer.evidence)),
                            ("remedy", finding.remedy.map { Node($0) } ?? nil),
                        ])
                    }
                )
            ),
            (
                "trials",
                Node(
                    diagnosis.trials.map { trial in
                        Node(object: [
                            ("name", Node(trial.name)), ("held", Node(trial.isHeld)), ("answer", Node(trial.answer)),
                        ])
                    }
                )
            ),
        ])
    }
}
