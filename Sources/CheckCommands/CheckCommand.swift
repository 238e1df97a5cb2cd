import ArgumentParser
import Checking
import Commands
import Documents
import Foundation
import Learnware
import ModelRunner
import Packaging
import SystemPackage
import Tensors

/// `lw-pack check`: says whether a learnware is usable, by running it in its sandbox.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say whether a learnware is usable, by running it in its sandbox.",
        discussion: """
            The checks are those of the Python package, and more, which decide only with --strict. Ends with 0 for a \
            usable learnware, 10 for an unusable one, 11 for one that is invalid, and 12 when this host could not tell.

            Example:
              lw-pack check my-model.zip
              lw-pack check my-model.zip --only semantics,shapes --json
              lw-pack check my-model.zip --html report.html
            """
    )

    @Argument(help: "The learnware zip.", completion: .file(extensions: ["zip"]))
    var zip: String
    @OptionGroup var scope: CheckScopeOptions
    @Flag(help: "Print one JSON object.") var json = false
    @Option(
        help: "Write the report as a page that needs nothing but itself, too.",
        completion: .file(extensions: ["html"])
    )
    var html: String?
    @OptionGroup(title: "The run") var run: ModelRunOptions
    @OptionGroup var progressOptions: ProgressOptions
    @OptionGroup(title: "Limits of the zip") var limitOptions: LimitOptions

    func run() async throws {
        let command = self
        try await withInterruption { try await command.check() }
    }

    private func check() async throws {
        let limits = try limitOptions.limits()
        let runOptions = try run.options(progress: progressOptions)
        let report = progressOptions.progress.reporter()
        let checker = Checker(try scope.options(), progress: report)
        let made = try await makeReport(checker, runOptions, limits)
        if let html { try write(CheckHTML(made, file: zip).page, to: html) }
        show(json ? made.object.json(pretty: true) : CheckText(made, file: zip).text)
        let status: ExitStatus =
            switch made.verdict {
            case .usable: .done
            case .unusable: .unusable
            case .invalid: .invalid
            case .unchecked: .unchecked
            }
        // The report has said everything.
        if status != .done { throw ExitCode(status.rawValue) }
    }

    private func makeReport(
        _ checker: Checker,
        _ runOptions: RunOptions,
        _ limits: ArchiveLimits
    ) async throws -> CheckReport {
        let package: Package
        do throws(PackageError) {
            package = try Package.open(FilePath(zip), semantic: scope.semantic.map { FilePath($0) }, limits: limits)
        } catch {
            // A file that cannot be read, or an interruption, says nothing of any learnware.
            guard !error.isFileFault, error.rule != .interrupted else { throw Failure(error) }
            return checker.refused(error)
        }
        do throws(PredictorError) {
            return try await checker.check(package, provider: SandboxedPredictors(package, runOptions))
        } catch {
            throw Failure(.interrupted, "interrupted; nothing was written")
        }
    }

    private func write(_ text: String, to path: String) throws {
        do throws(DataError) {
            let file = try OutputFile(replacing: FilePath(path))
            try file.write(Array(text.utf8))
            try file.finish()
        } catch {
            throw Failure(error)
        }
    }
}
