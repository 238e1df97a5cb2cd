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
            Nothing in the package runs. The folder appears when every file in it is complete, or not at all.

            Example:
              lw-pack unpack my-model.zip -o my-model-copy
            """
    )

    @Argument(help: "The learnware zip.", completion: .file(extensions: ["zip"]))
    var zip: String

    @Option(name: .shortAndLong, help: "The folder to make; it must not exist.", completion: .directory)
    var output: String

    func run() async throws {
        let (zip, output) = (FilePath(zip), FilePath(output))
        guard let name = output.lastComponent?.string else {
            throw Failure(.usage, "'\(Printable(output.string))' cannot be the name of a new folder")
        }
        try await interruptible { () throws(PackageError) in
            let package = try Package.open(zip)
            try package.unpack(into: output.removingLastComponent(), as: name)
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
}
