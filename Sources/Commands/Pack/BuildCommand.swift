import ArgumentParser
import Documents
import Packaging
import SystemPackage

/// `lw-pack build`: makes a learnware zip of a folder.
struct BuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build",
        abstract: "Check a folder and pack it as a learnware zip.",
        discussion: """
            The same files give the same bytes on every machine. Left out are
            __pycache__, .git, *.pyc, symbolic links, sockets, editors' files, and what
            .lwignore names in the syntax of .gitignore. An existing zip is replaced
            only when the new one is complete.

            Example:
              lw-pack init my-model --template numpy
              lw-pack build my-model -o my-model.zip
            """
    )

    @Argument(help: "The folder with learnware.yaml at its top.", completion: .directory)
    var folder: String

    @Option(name: .shortAndLong, help: "The zip to write.", completion: .file(extensions: ["zip"]))
    var output: String

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        let (folder, output) = (folder, output)
        let isJSON = json
        try await interruptible { () throws(PackageError) in
            let report = try PackageBuilder.build(FilePath(folder), to: FilePath(output))
            if isJSON {
                show(Self.object(report, output).json(pretty: true))
            } else {
                Self.present(report, output)
            }
        }
    }

    private static func present(_ report: PackageBuilder.Report, _ output: String) {
        let shown = report.leftOut.prefix(20)
        note(shown.map { "left out: \(Printable($0.name)) (\($0.reason))" })
        if shown.count < report.leftOut.count {
            note(["left out: \(report.leftOut.count - shown.count) more; --json lists them all"])
        }
        note(report.warnings.map { "warning: \($0)" })
        let package = report.package
        let unpacked = package.entries.reduce(0) { $0 + $1.size }
        show(
            """
            \(Printable(output))
              content  sha256:\(package.digest)
              size     \(sizeText(package.archiveSize)), \(sizeText(unpacked)) unpacked
              files    \(package.entries.count)
            next: lw-run predict \(shellWord(output)) --input X.csv
            """
        )
    }

    private static func object(_ report: PackageBuilder.Report, _ output: String) -> Node {
        [
            "schema": "learnware/build/1",
            "output": Node(output),
            "digest": Node("sha256:" + report.package.digest),
            "size": Node(report.package.archiveSize),
            "files": Node(report.package.entries.count),
            "left_out": Node(report.leftOut.map { ["name": Node($0.name), "reason": Node($0.reason)] }),
            "warnings": Node(report.warnings.map { Node($0) }),
        ]
    }
}
