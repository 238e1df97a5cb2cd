import Packaging

/// What the manifest, the semantic and the statistical specification say of the same data agrees.
enum ShapesCheck: PackageCheck {
    static let name = CheckName.shapes

    static func finding(_ subject: CheckSubject) -> Finding {
        let problems = subject.problems.filter { $0.rule == .shape }
        let remedy = "let all parts of the package say the same number of columns and values"
        if let text = ProblemText(problems.filter { $0.severity == .error }, remedy: remedy) {
            return .fail(.invalid, text.summary, remedy: text.remedy)
        }
        if let text = ProblemText(problems, remedy: remedy) { return .warning(text.summary, remedy: text.remedy) }
        return .pass("no two parts contradict each other")
    }
}
