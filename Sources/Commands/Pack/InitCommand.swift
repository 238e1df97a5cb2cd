import ArgumentParser
import Documents
import Packaging
import Sandbox
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

    @Argument(help: "The folder, new or empty.", completion: .directory)
    var folder: String

    @Option(
        help: "What to begin with: \(Template.all.map(\.name).joined(separator: ", ")).",
        completion: .list(Template.all.map(\.name))
    )
    var template = "sklearn"

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        guard let template = Template.all.first(where: { $0.name == self.template }) else {
            throw Failure(
                .usage,
                "there is no template '\(Printable(self.template))'",
                hint: "templates: " + Template.all.map(\.name).joined(separator: ", ")
            )
        }
        let folder = FilePath(folder)
        let shipped = template.isCopied ? try shippedTemplates() : nil
        try await interruptible { () throws(PackageError) in try template.write(to: folder, copyingFrom: shipped) }
        present(template.fileNames, in: folder)
    }

    /// The folder of templates that came with the tools.
    private func shippedTemplates() throws(Failure) -> FilePath {
        do throws(SandboxError) {
            return try Resources.locate().templates
        } catch {
            throw Failure(.file, error.description)
        }
    }

    private func present(_ files: [String], in folder: FilePath) {
        let zip = (folder.lastComponent?.string ?? "learnware") + ".zip"
        if json {
            let object: Node = [
                "schema": "learnware/init/1",
                "folder": Node(folder.string),
                "files": Node(files.map { Node($0) }),
            ]
            show(object.json(pretty: true))
            return
        }
        let lines =
            files.map { "wrote \(Printable(folder.appending($0).string))" }
            + ["next: lw-pack build \(shellWord(folder.string)) -o \(shellWord(zip))"]
        show(lines.joined(separator: "\n"))
    }
}
