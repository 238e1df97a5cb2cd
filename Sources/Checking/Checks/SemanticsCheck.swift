import Packaging

/// The rules of the Python package's `EasySemanticChecker`, which `Packaging` holds.
enum SemanticsCheck: PackageCheck {
    static let name = CheckName.semantics

    static func finding(_ subject: CheckSubject) -> Finding {
        guard let semantic = subject.package.semantic else {
            return .fail(
                .invalid,
                "there is no semantic specification",
                remedy: "name one with --semantic FILE, or let 'lw-pack semantic' make one for the zip"
            )
        }
        // Lengths are what one market asks for, and no rule of the checker.
        let all = subject.problems.filter { $0.rule == .semantic }
        let lengths = Set(SemanticRules.lengthProblems(in: semantic.document, file: "").map(\.message))
        let errors = all.filter { $0.severity == .error && !lengths.contains($0.message) }
        if let text = ProblemText(errors, remedy: "'lw-pack semantic' makes one that is complete") {
            return .fail(.invalid, text.summary, remedy: text.remedy)
        }
        let warnings = all.filter { $0.severity == .warning }
        if let text = ProblemText(warnings, remedy: "'lw-pack semantic' makes one that is complete") {
            return .warning(text.summary, remedy: text.remedy)
        }
        if let text = ProblemText(all, remedy: "") { return .note(text.summary) }
        let words = [semantic.data, semantic.task].compactMap(\.first).joined(separator: ", ")
        return .pass(words)
    }
}
