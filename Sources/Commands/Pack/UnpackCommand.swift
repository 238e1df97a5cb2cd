import ArgumentParser
import Documents
import Packaging
import SystemPackage

/// `lw-pack unpack`: writes the files of a learnware zip into a new folder.
struct UnpackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unpack",
        abstract: "Check a learnware zip and write its files into a new folder.",
        discussion: """
            Nothing in the package runs. The folder appears when every file in it has been checked and is complete, or \
            not at all. docs/archive-rules.md says what a zip must keep to be accepted.

            Example:
              lw-pack unpack my-model.zip -o my-model-copy
            """
    )

    @Argument(help: "The learnware zip.", completion: .file(extensions: ["zip"]))
    var zip: String

    @Option(name: .shortAndLong, help: "The folder to make; it must not exist.", completion: .directory)
    var output: String

    @Flag(help: "Print one JSON object.")
    var json = false

    @OptionGroup var progressOptions: ProgressOptions

    @OptionGroup(title: "Limits") var limitOptions: LimitOptions

    func run() async throws {
        let (zip, output, isJSON) = (FilePath(zip), FilePath(output), json)
        let (limits, progress) = (try limitOptions.limits(), progressOptions.progress)
        guard let name = output.lastComponent?.string else {
            throw Failure(.usage, "'\(Printable(output.string))' cannot be the name of a new folder")
        }
        try await interruptible(json: isJSON) { () throws(PackageError) in
            let parent = output.removingLastComponent()
            let package = try progress.showing { report throws(PackageError) in
                try Package.unpack(zip, into: parent, as: name, limits: limits, progress: report)
            }
            guard !isJSON else { return show(Self.object(package, output.string).json(pretty: true)) }
            note(package.warnings.map { "warning: \($0)" })
            show(
                """
                \(Printable(output.string))
                  content  sha256:\(package.digest)
                  files    \(package.entries.count)
                """
            )
        }
    }

    private static func object(_ package: Package, _ output: String) -> Node {
        [
            "schema": "learnware/unpack/1",
            "output": Node(output),
            "digest": Node("sha256:" + package.digest),
            "files": Node(package.entries.count),
            "warnings": Node(package.warnings.map { Node($0) }),
        ]
    }
}
