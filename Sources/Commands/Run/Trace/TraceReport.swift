import Documents
import LaunchPlan
import ModelRunner
import Packaging
import Sandbox
import SandboxPolicy
import SystemPackage

/// What a traced run showed, and what a second one changed.
struct TraceReport {
    let job: PredictionJob
    let traced: PredictionJob.Attempt
    let proposal: Proposal
    /// The proposal as a profile; nil when there is nothing to propose.
    let text: String?
    var saved: FilePath?
    /// The run with the additions.
    var granted: PredictionJob.Attempt?

    /// True when there may have been kinds of denied calls for which the supervisor had no more room.
    var isCutShort: Bool {
        let calls = traced.denials.map(\.record)
        let uses = Dictionary(grouping: calls) { $0.number }.values.map(\.count).max() ?? 0
        return calls.count >= DeniedCall.mostKept || uses >= DeniedCall.mostUses
    }

    // MARK: - What changed

    /// A denied call of both runs, or of one.
    struct Change {
        enum Fate: String {
            /// The first run was denied it, the second one was not.
            case gone
            case stillDenied = "still_denied"
            /// The second run did not try it, and would have been denied it.
            case notTried = "not_tried"
            /// The first run did not try it.
            case new
        }

        var fate: Fate
        var description: String
        var count: Int
    }

    /// What became of each denied call in the second run.
    var changes: [Change] {
        guard let granted else { return [] }
        let again = Proposal(
            granted.denials.map(\.record),
            extending: proposal.parent,
            names: SyscallTable.byNumber,
            architecture: SyscallTable.architecture
        ).findings
        var changes = proposal.findings.map { finding in
            let same = again.first { finding.isSameUse(as: $0) }
            return Change(
                fate: same != nil ? .stillDenied : finding.addition == nil ? .notTried : .gone,
                description: finding.description,
                count: same?.call.count ?? 0
            )
        }
        for finding in again where !proposal.findings.contains(where: { $0.isSameUse(as: finding) }) {
            changes.append(Change(fate: .new, description: finding.description, count: finding.call.count))
        }
        return changes
    }

    // MARK: - For people

    /// The report as text of our own words, numbers and printable characters.
    var page: String {
        var lines = ["traced under the rules of strict: what is denied there was denied, and none of it let through"]
        lines.append("ended: \(ending(of: traced))")
        lines += deniedLines
        let additions = proposal.additions
        if additions.isEmpty {
            lines += ["", "nothing to propose: no call was denied that a person may grant"]
        } else {
            lines += ["", "what strict lacks, and a person may grant"] + additions.map { "  " + $0.line }
            if proposal.needsScratch {
                lines.append(
                    "strict has nowhere to write to, so files still cannot be changed; profile scratch has /tmp"
                )
            }
        }
        if let text {
            let hint = saved == nil ? "; --save FILE.yaml writes it" : ""
            lines +=
                ["", "as a profile\(hint)", ""]
                + text.split(separator: "\n", omittingEmptySubsequences: false).map {
                    $0.isEmpty ? "" : "  " + $0
                }
        }
        if let saved { lines.append("saved: \(Printable(saved.string, limit: 4096))") }
        if granted != nil { lines += grantedLines } else if text != nil { lines.append("nothing was granted") }
        lines.append("predictions: \(predictions)")
        return lines.joined(separator: "\n")
    }

    private var deniedLines: [String] {
        guard !proposal.findings.isEmpty else { return ["denied: nothing"] }
        let width = min(48, proposal.findings.map(\.description.count).max() ?? 0) + 2
        var lines = ["denied"]
        for finding in proposal.findings {
            let verdict = finding.refusal.map { "never granted: \($0.words)" } ?? "may be granted"
            lines.append(
                "  " + ReceiptText.pad(finding.description, width) + ReceiptText.pad("\(finding.call.count)×", 8)
                    + verdict
            )
        }
        if isCutShort { lines.append("  there may have been others: not all kinds were kept apart") }
        return lines
    }

    private var grantedLines: [String] {
        guard let granted else { return [] }
        var lines = ["ran again with these additions", "ended: \(ending(of: granted))"]
        for change in changes {
            switch change.fate {
            case .gone: lines.append("  gone          \(change.description)")
            case .stillDenied: lines.append("  still denied  \(change.description) \(change.count)×")
            case .notTried: lines.append("  not tried     \(change.description)")
            case .new: lines.append("  newly denied  \(change.description) \(change.count)×")
            }
        }
        return lines
    }

    private func ending(of attempt: PredictionJob.Attempt) -> String {
        switch attempt.result {
        case .success(let summary): "\(attempt.outcome), \(summary.rows) rows predicted"
        case .failure: [attempt.outcome.description, Self.error(of: attempt)].compactMap { $0 }.joined(separator: ": ")
        }
    }

    /// What went wrong, in words that show no path from outside; nil when the outcome says it all.
    private static func error(of attempt: PredictionJob.Attempt) -> String? {
        guard case .failure(let failure) = attempt.result else { return nil }
        // The message of a violation quotes whatever path the call was after.
        if case .violation = attempt.outcome { return nil }
        return failure.message
    }

    /// How the tool ends after a second run that made no predictions.
    var failure: Failure? {
        guard let granted, case .failure(let failure) = granted.result else { return nil }
        guard Self.error(of: granted) == nil else { return failure }
        return Failure(failure.status, "the run with the additions ended as \(granted.outcome)", hint: failure.hint)
    }

    /// The run whose predictions there are; nil when neither made any.
    private var predicting: (attempt: PredictionJob.Attempt, summary: PredictionJob.Summary)? {
        for attempt in [granted, traced].compactMap({ $0 }) {
            if case .success(let summary) = attempt.result { return (attempt, summary) }
        }
        return nil
    }

    private var predictions: String {
        guard let predicting else { return "none" }
        let run = isOfGrantedRun ? "the run with the additions" : "the traced run"
        guard let file = job.target.file else { return "made by \(run), and not kept; --output FILE keeps them" }
        return "\(Printable(file.string, limit: 4096)), \(predicting.summary.rows) rows of \(run)"
    }

    private var isOfGrantedRun: Bool {
        if case .success = granted?.result { true } else { false }
    }

    // MARK: - For programs

    var object: Node {
        Node(object: [
            ("schema", "learnware/trace/1"),
            ("package", Node("sha256:" + job.package.digest)),
            ("traced", object(of: traced)),
            ("denials", Node(proposal.findings.map(Self.object))),
            ("all_kinds_kept", Node(!isCutShort)),
            ("additions", Node(proposal.additions.map { Node($0.line) })),
            ("profile", text.map { Node($0) } ?? nil),
            ("saved", saved.map { Node($0.string) } ?? nil),
            ("granted", granted.map { object(of: $0) } ?? nil),
            (
                "changes",
                Node(
                    changes.map {
                        ["change": Node($0.fate.rawValue), "call": Node($0.description), "count": Node($0.count)]
                    }
                )
            ),
            ("output", predicting == nil ? nil : job.target.file.map { Node($0.string) } ?? nil),
            (
                "output_of",
                predicting == nil || job.target.file == nil ? nil : Node(isOfGrantedRun ? "granted" : "traced")
            ),
        ])
    }

    private static func object(_ finding: Proposal.Finding) -> Node {
        Node(object: [
            ("call", Node(SyscallTable.name(finding.call))),
            ("description", Node(finding.description)),
            ("count", Node(finding.call.count)),
            ("addition", finding.addition.map { Node($0.line) } ?? nil),
            ("never_granted", finding.refusal.map { Node($0.rawValue) } ?? nil),
        ])
    }

    private func object(of attempt: PredictionJob.Attempt) -> Node {
        var members: [(String, Node)] = [("outcome", Node(attempt.outcome.description))]
        switch attempt.result {
        case .success(let summary): members += [("rows", Node(summary.rows)), ("error", nil)]
        case .failure: members += [("rows", nil), ("error", Self.error(of: attempt).map { Node($0) } ?? nil)]
        }
        let isolation = attempt.report?.isolation
        members.append(("profile_digest", isolation.map { Node($0.profileDigest) } ?? nil))
        return Node(object: members)
    }
}
