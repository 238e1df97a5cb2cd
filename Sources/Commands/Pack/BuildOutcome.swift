import Documents
import Packaging
import SystemPackage

/// What `lw-pack build` found and did, gathered before anything is printed.
struct BuildOutcome: Sendable {
    private let folder: FilePath
    private let output: FilePath?
    private let isDryRun: Bool
    private let draft: PackageBuilder.Draft
    /// Nil when nothing was written.
    private let package: Package?

    init(
        folder: FilePath,
        output: FilePath?,
        isDryRun: Bool,
        limits: ArchiveLimits,
        progress: ProgressStyle
    ) throws(PackageError) {
        self.folder = folder
        self.output = output
        self.isDryRun = isDryRun
        draft = try PackageBuilder.examine(folder, for: output, limits: limits)
        if let output, !isDryRun, draft.validation.errors.isEmpty {
            let draft = draft
            package = try progress.showing { report throws(PackageError) in
                try PackageBuilder.build(draft, to: output, progress: report).package
            }
        } else {
            package = nil
        }
    }

    var isRefused: Bool { !draft.validation.errors.isEmpty }

    func present(asJSON isJSON: Bool) {
        if isJSON { return show(object.json(pretty: true)) }
        let shown = draft.leftOut.prefix(20)
        note(shown.map { "left out: \(Printable($0.name)) (\($0.reason))" })
        if shown.count < draft.leftOut.count {
            note(["left out: \(draft.leftOut.count - shown.count) more; --json lists them all"])
        }
        note(ProblemText.lines(draft.validation.problems))
        if let package, let output {
            show(page(package, output))
        } else if isRefused {
            note([ProblemText.counts(draft.validation) + "; nothing was written"])
        } else {
            let counts = draft.validation.warnings.isEmpty ? "no problems" : ProblemText.counts(draft.validation)
            show("\(Printable(folder.string)): \(counts) in \(counted(draft.fileCount, "file")); nothing was written")
        }
    }

    private func page(_ package: Package, _ output: FilePath) -> String {
        let unpacked = package.entries.reduce(0) { $0 + $1.size }
        return """
            \(Printable(output.string))
              content  sha256:\(package.digest)
              size     \(sizeText(package.archiveSize)), \(sizeText(unpacked)) unpacked
              files    \(package.entries.count)
            next: lw-run predict \(shellWord(output.string)) --input X.csv
            """
    }

    /// One object for programs, whether a zip was written or not.
    private var object: Node {
        [
            "schema": "learnware/build/1",
            "output": package == nil ? nil : output.map { Node($0.string) } ?? nil,
            "written": Node(package != nil),
            "digest": package.map { Node("sha256:" + $0.digest) } ?? nil,
            "size": package.map { Node($0.archiveSize) } ?? nil,
            "files": Node(draft.fileCount),
            "left_out": Node(draft.leftOut.map { ["name": Node($0.name), "reason": Node($0.reason)] }),
            "problems": Node(draft.validation.problems.map(ProblemText.object)),
            "warnings": Node(draft.validation.warnings.map { Node($0.sentence) }),
        ]
    }
}

/// Problems as people and programs read them.
enum ProblemText {
    /// Each on a line as compilers write it, with its hint below.
    static func lines(_ problems: [Problem]) -> [String] {
        problems.flatMap { problem in
            [problem.description] + (problem.hint.map { ["  hint: " + $0] } ?? [])
        }
    }

    /// Such as "2 errors, 1 warning".
    static func counts(_ validation: Validation) -> String {
        let counts = [(validation.errors.count, "error"), (validation.warnings.count, "warning")]
        return counts.filter { $0.0 > 0 }.map { counted($0.0, $0.1) }.joined(separator: ", ")
    }

    static func object(_ problem: Problem) -> Node {
        [
            "severity": Node(problem.severity.rawValue),
            "rule": Node(problem.rule.rawValue),
            "file": problem.file.map { Node($0) } ?? nil,
            "line": problem.line.map { Node($0) } ?? nil,
            "column": problem.column.map { Node($0) } ?? nil,
            "message": Node(problem.message),
            "hint": problem.hint.map { Node($0) } ?? nil,
        ]
    }
}
