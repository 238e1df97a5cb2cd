import ArgumentParser
import Documents
import Foundation
import Packaging
import SystemPackage

/// `lw-pack semantic`: writes a semantic specification, from options or by asking.
struct SemanticCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "semantic",
        abstract: "Say for whom and what a model is, in options or by answering questions.",
        discussion: """
            In a terminal, what no option says is asked for. What learnware.yaml in the folder says about the name and
            the columns is taken from there. With --force an existing file is changed where options say so.

            Example:
              lw-pack init my-model --template numpy
              lw-pack semantic my-model --force --license Apache-2.0
            """
    )

    @Argument(help: "The package's folder.")
    var folder = "."

    @OptionGroup var words: SemanticWords

    @OptionGroup var columns: SemanticColumns

    @Option(name: .shortAndLong, help: "The file to write, instead of semantic_specification.json in the folder.")
    var output: String?

    @Flag(help: "Change or replace an existing file.")
    var force = false

    @Flag(help: "Print the specification instead of writing it.")
    var json = false

    func run() async throws {
        let (folder, isForced, isJSON) = (FilePath(folder), force, json)
        let name = "semantic_specification.json"
        let target = output.map { FilePath($0) } ?? (folder == "." ? FilePath(name) : folder.appending(name))
        let (words, columns) = (words, columns)
        try await withInterruption {
            try Self.requireFolder(folder)
            var draft = SemanticDraft()
            try words.apply(to: &draft)
            let existing = try Self.text(of: target)
            if existing != nil, !isForced, !isJSON { throw Self.exists(target) }
            if isForced, let existing { draft.complete(from: Self.draft(changing: existing, in: target)) }
            if let manifest = try Self.text(of: folder.appending("learnware.yaml")) {
                draft.complete(from: SemanticDraft(suggestedBy: manifest))
            }
            try columns.apply(to: &draft)
            if isatty(STDIN_FILENO) == 1 {
                var questions = SemanticQuestions(draft, asksForName: words.name == nil)
                draft = try questions.complete()
            } else {
                try Self.requireAll(draft)
            }
            try Self.finish(draft, target, isForced: isForced, isJSON: isJSON)
        }
    }

    private static func text(of path: FilePath) throws -> [UInt8]? {
        do throws(PackageError) {
            return try TextFile.read(path)
        } catch {
            throw Failure(error)
        }
    }

    /// What an existing file says; nothing, and a remark with the place, for one that is broken.
    ///
    /// Such a file is replaced, as --force says.
    private static func draft(changing text: [UInt8], in target: FilePath) -> SemanticDraft {
        do throws(PackageError) {
            return SemanticDraft(changing: try SemanticSpecification(parsing: text, file: target.string))
        } catch {
            note(["warning: \(error.message); nothing that this file says is used"])
            return SemanticDraft()
        }
    }

    private static func requireFolder(_ folder: FilePath) throws {
        var isFolder: ObjCBool = false
        let isThere = FileManager.default.fileExists(atPath: folder.string, isDirectory: &isFolder)
        guard isThere, isFolder.boolValue else {
            let what =
                isThere
                ? "'\(Printable(folder.string))' is no folder" : "there is no folder '\(Printable(folder.string))'"
            throw Failure(.file, what, hint: "name the package's folder; 'lw-pack init' makes one")
        }
    }

    private static func exists(_ target: FilePath) -> Failure {
        Failure(
            .file,
            "'\(Printable(target.string))' exists already; nothing was written",
            hint: "--force changes it where options say so; --json prints instead of writing"
        )
    }

    private static func requireAll(_ draft: SemanticDraft) throws {
        let missing: [(Bool, String)] = [
            (draft.name == nil, "--name"), (draft.description == nil, "--description"),
            (draft.data == nil, "--data"), (draft.task == nil, "--task"), (draft.library == nil, "--library"),
            (draft.license == nil, "--license"), (draft.scenarios.isEmpty, "--scenario"),
            (draft.needsInput && draft.input?.dimension == nil, "--input-dimension"),
            (draft.needsOutput && draft.output?.dimension == nil, "--output-dimension"),
        ]
        let options = missing.filter(\.0).map(\.1)
        guard !options.isEmpty else { return }
        throw Failure(
            .usage,
            "missing \(options.joined(separator: ", ")); standard input is no terminal, so nothing can be asked"
        )
    }

    /// Checks the whole by the rules that `build` and others check by, and only then writes it.
    private static func finish(_ draft: SemanticDraft, _ target: FilePath, isForced: Bool, isJSON: Bool) throws {
        let document = draft.document
        let problems =
            SemanticRules.problems(in: document, file: target.string)
            + SemanticRules.lengthProblems(in: document, file: target.string)
        let errors = problems.filter { $0.severity == .error }
        if let first = errors.first {
            note(errors.dropFirst().map { "error: " + $0.message })
            throw Failure(.usage, first.message, hint: first.hint)
        }
        let text = document.json(pretty: true)
        guard !isJSON else { return show(text) }
        do throws(PackageError) {
            try TextFile.write(text + "\n", to: target, replacing: isForced)
        } catch {
            throw Failure(error)
        }
        show("wrote \(Printable(target.string))")
    }
}
