import ArgumentParser
import Documents
import Packaging
import SystemPackage

/// `lw-pack init`: writes a folder to begin with.
struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write a folder that is a working learnware, to change into your own.",
        discussion: """
            Templates:
            \(Template.all.map { "  \($0.name): \($0.summary)" }.joined(separator: "\n"))

            Example:
              lw-pack init my-model --template sklearn
              lw-pack build my-model -o my-model.zip
            """
    )

    @Argument(help: "The folder, new or empty.")
    var folder: String

    @Option(help: "What to begin with: \(Template.all.map(\.name).joined(separator: " or ")).")
    var template = "sklearn"

    func run() async throws {
        guard let template = Template.all.first(where: { $0.name == self.template }) else {
            throw Failure(
                .usage,
                "there is no template '\(Printable(self.template))'",
                hint: "templates: " + Template.all.map(\.name).joined(separator: ", ")
            )
        }
        let folder = folder
        try await interruptible { () throws(PackageError) in try template.write(to: FilePath(folder)) }
        let name = FilePath(folder).lastComponent?.string ?? "learnware"
        let lines =
            template.fileNames.map { "wrote \(Printable(FilePath(folder).appending($0).string))" }
            + ["next: lw-pack build \(shellWord(folder)) -o \(shellWord(name + ".zip"))"]
        show(lines.joined(separator: "\n"))
    }
}
