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

            With --from, the folder is made around a model file: a pickle of
            scikit-learn (.joblib, .pkl), an ONNX model (.onnx) or a LightGBM text
            model (.txt). What the file says about itself is read; nothing of it runs.

            Example:
              lw-pack init my-model --template lightgbm
              lw-pack build my-model -o my-model.zip
              lw-pack init my-trees --from my-model/model.txt
            """
    )

    @Argument(help: "The folder, new or empty.", completion: .directory)
    var folder: String

    @Option(
        help: "What to begin with: \(Template.all.map(\.name).joined(separator: ", ")). (default: sklearn)",
        completion: .list(Template.all.map(\.name))
    )
    var template: String?

    @Option(
        name: .customLong("from"),
        help: ArgumentHelp("A model file to make the folder around: .joblib, .pkl, .onnx or .txt.", valueName: "file"),
        completion: .file(extensions: ModelFolder.extensions)
    )
    var model: String?

    @OptionGroup var progressOptions: ProgressOptions

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        guard template == nil || model == nil else {
            throw ValidationError("--template and --from are two ways to begin; give one of them")
        }
    }

    func run() async throws {
        let folder = FilePath(folder)
        if let model {
            try await write(from: FilePath(model), to: folder)
        } else {
            try await write(template ?? "sklearn", to: folder)
        }
    }

    private func write(_ name: String, to folder: FilePath) async throws {
        guard let template = Template.all.first(where: { $0.name == name }) else {
            throw Failure(
                .usage,
                "there is no template '\(Printable(name))'",
                hint: "templates: " + Template.all.map(\.name).joined(separator: ", ")
            )
        }
        let shipped = template.isCopied ? try shippedTemplates() : nil
        try await interruptible { () throws(PackageError) in try template.write(to: folder, copyingFrom: shipped) }
        present(template.fileNames, in: folder)
    }

    private func write(from model: FilePath, to folder: FilePath) async throws {
        let command = self
        try await interruptible { () throws(PackageError) in
            let made = try ModelFolder(from: model, named: folderName(folder))
            try command.progressOptions.progress.showing { report throws(PackageError) in
                try made.write(to: folder, progress: report)
            }
            command.present(made.fileNames, in: folder, model: made)
        }
    }

    /// The folder of templates that came with the tools.
    private func shippedTemplates() throws(Failure) -> FilePath {
        do throws(SandboxError) {
            return try Resources.locate().templates
        } catch {
            throw Failure(.file, error.description)
        }
    }

    private func present(_ files: [String], in folder: FilePath, model: ModelFolder? = nil) {
        let zip = folderName(folder) + ".zip"
        if json {
            let object: Node = [
                "schema": "learnware/init/1",
                "folder": Node(folder.string),
                "files": Node(files.map { Node($0) }),
                "model": model.map { Node($0.title) } ?? nil,
                "not_found": Node((model?.gaps ?? []).map { Node($0) }),
            ]
            show(object.json(pretty: true))
            return
        }
        note((model?.gaps ?? []).map { "warning: \($0)" })
        let lines =
            (model.map { ["read \($0.title)"] } ?? [])
            + files.map { "wrote \(Printable(folder.appending($0).string))" }
            + ["next: lw-pack build \(shellWord(folder.string)) -o \(shellWord(zip))"]
        show(lines.joined(separator: "\n"))
    }
}
