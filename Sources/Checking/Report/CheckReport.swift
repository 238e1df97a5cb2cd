package import Documents
package import Learnware

/// Everything that was found about one learnware.
package struct CheckReport: Sendable {
    /// The learnware's own name: foreign text.
    package var name: String?
    /// The digest of the zip's contents; nil for a zip that was refused.
    package var digest: String?
    /// In the order in which they were made.
    package var results: [CheckResult]
    /// The run in which the model was asked; nil when there was none.
    package var run: PredictorReport?
    package var options: CheckOptions
    package var milliseconds: Double

    /// The worst of what the findings make of the learnware.
    package var verdict: Verdict {
        let worst = results.map(\.finding.verdict).max() ?? .usable
        let isDisputed = options.isStrict && results.contains { $0.finding.state == .warning }
        return isDisputed ? max(worst, .unusable) : worst
    }

    package subscript(check: CheckName) -> Finding? { results.first { $0.check == check }?.finding }

    /// The verdict in one sentence.
    package var conclusion: String {
        let failed = results.filter { $0.finding.state == .fail }.map(\.check.rawValue)
        let warned = results.filter { $0.finding.state == .warning }.map(\.check.rawValue)
        switch verdict {
        case .usable:
            let scope =
                options.selection == nil ? "every required check passed" : "the checks that were asked for passed"
            return warned.isEmpty ? scope : scope + "; to look at: " + warned.joined(separator: ", ")
        case .unchecked: return "this host did not let it be told"
        case .unusable where failed.isEmpty: return "strict, and to look at: " + warned.joined(separator: ", ")
        case .unusable, .invalid: return "failed: " + failed.joined(separator: ", ")
        }
    }

    /// One object for programs.
    package var object: Node {
        Node(object: [
            ("schema", "learnware/check-report/1"),
            ("verdict", Node(verdict.rawValue)),
            ("conclusion", Node(conclusion)),
            ("name", name.map { Node($0) } ?? nil),
            ("package", digest.map { Node("sha256:" + $0) } ?? nil),
            ("strict", Node(options.isStrict)),
            ("seed", Node(String(options.seed))),
            ("milliseconds", Node(milliseconds)),
            ("checks", Node(results.map(Self.object))),
            ("run", run.map(Self.object) ?? nil),
        ])
    }

    private static func object(_ result: CheckResult) -> Node {
        let finding = result.finding
        return Node(object: [
            ("check", Node(result.check.rawValue)),
            ("state", Node(finding.state.rawValue)),
            ("required", Node(result.check.isRequired)),
            ("verdict", Node(finding.verdict.rawValue)),
            ("summary", Node(finding.summary)),
            ("remedy", finding.remedy.map { Node($0) } ?? nil),
            ("quotation", finding.quotation.map { Node($0) } ?? nil),
            ("milliseconds", Node(result.milliseconds)),
            ("facts", Node(object: finding.facts.map { ($0.name, $0.value) })),
        ])
    }

    private static func object(_ run: PredictorReport) -> Node {
        Node(object: [
            ("isolation", Node(run.isolation)),
            ("profile", Node(run.profile)),
            ("profile_digest", Node(run.profileDigest)),
            ("environment", run.environment.map { Node($0) } ?? nil),
            ("outcome", Node(run.outcome)),
            ("peak_memory", run.peakMemory.map { Node($0) } ?? nil),
            ("refused_processes", Node(run.refusedProcesses)),
            (
                "denials",
                Node(
                    run.denials.map {
                        Node(object: [("description", Node($0.description)), ("count", Node($0.count))])
                    }
                )
            ),
            ("milliseconds", Node(object: run.phases.map { ($0.name, Node($0.milliseconds)) })),
        ])
    }
}
