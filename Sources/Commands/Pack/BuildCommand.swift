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
            Everything that can be checked without running the model is checked, and all problems are listed at once; \
            with an error among them nothing is written. The same files give the same bytes on every machine. Left out \
            are __pycache__, .git, *.pyc, symbolic links, sockets, editors' files, and what .lwignore names in the \
            syntax of .gitignore. An existing zip is replaced only when the new one is complete.

            Example:
              lw-pack init my-model --template numpy
              lw-pack build my-model --dry-run
              lw-pack build my-model -o my-model.zip
            """
    )

    @Argument(help: "The folder with learnware.yaml at its top.", completion: .directory)
    var folder: String

    @Option(name: .shortAndLong, help: "The zip to write.", completion: .file(extensions: ["zip"]))
    var output: String?

    @Flag(help: "Check only; write nothing.")
    var dryRun = false

    @Flag(help: "Print one JSON object.")
    var json = false

    @OptionGroup var progressOptions: ProgressOptions

    @OptionGroup(title: "Limits") var limitOptions: LimitOptions

    func validate() throws {
        if output == nil, !dryRun {
            throw ValidationError("Missing '--output ZIP', the zip to write; '--dry-run' checks without writing.")
        }
    }

    func run() async throws {
        let (folder, output, isDryRun, isJSON) = (folder, output.map { FilePath($0) }, dryRun, json)
        let (limits, progress) = (try limitOptions.limits(), progressOptions.progress)
        try await withInterruption {
            let outcome: BuildOutcome
            do throws(PackageError) {
                outcome = try BuildOutcome(
                    folder: FilePath(folder),
                    output: output,
                    isDryRun: isDryRun,
                    limits: limits,
                    progress: progress
                )
            } catch {
                throw Failure(error, json: isJSON)
            }
            outcome.present(asJSON: isJSON)
            // The problems are the message, so nothing is left to say.
            if outcome.isRefused { throw ExitCode(ExitStatus.packageRefused.rawValue) }
        }
    }
}
