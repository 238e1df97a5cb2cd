import Documents
import Packaging

/// The zip is open, so it holds a learnware; what `lw-pack build` would refuse or remark all the same.
enum StructureCheck: PackageCheck {
    static let name = CheckName.structure
    /// The rules that have a check of their own.
    private static let others: Set<PackageError.Rule> = [.semantic, .statistical, .shape]

    static func finding(_ subject: CheckSubject) -> Finding {
        let own = subject.problems.filter { !others.contains($0.rule) }
        let package = subject.package
        let errors = own.filter { $0.severity == .error }
        // The Python package would not see these, so they decide nothing.
        if let text = ProblemText(errors, remedy: "mend what 'lw-pack build' refuses, and build the zip again") {
            return .warning(text.summary, remedy: text.remedy)
        }
        let bytes = package.entries.reduce(0) { $0 + $1.size }
        let facts: [(name: String, value: Node)] = [("files", Node(package.entries.count)), ("bytes", Node(bytes))]
        guard let text = ProblemText(own, remedy: "") else {
            return .pass("\(counted(package.entries.count, "file")), \(bytes) bytes unpacked", facts: facts)
        }
        return .note(text.summary, facts: facts)
    }

    /// A zip that could not be opened.
    static func refusal(_ error: PackageError) -> Finding {
        let rule = PackageError.Rule.archive.contains(error.rule) ? " (rule \(error.rule.rawValue))" : ""
        return .fail(
            .invalid,
            error.message + rule,
            remedy: error.hint ?? "build the zip with 'lw-pack build', which says what to mend",
            facts: [("rule", Node(error.rule.rawValue)), ("offset", error.offset.map { Node($0) } ?? nil)]
        )
    }
}
