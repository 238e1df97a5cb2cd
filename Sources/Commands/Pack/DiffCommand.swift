import ArgumentParser
import Documents
import Packaging
import SystemPackage

/// `lw-pack diff`: says what changed between two learnware zips.
struct DiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Say what changed from one learnware zip to another; nothing in them runs.",
        discussion: """
            Example:
              lw-pack init my-model --template numpy
              lw-pack build my-model -o my-model.zip
              lw-pack init your-model --template sklearn
              lw-pack build your-model -o your-model.zip
              lw-pack diff my-model.zip your-model.zip
            """
    )

    @Argument(help: "The older zip.")
    var old: String

    @Argument(help: "The newer zip.")
    var new: String

    @Flag(help: "End with 1 when they differ.")
    var exitCode = false

    @Flag(help: "Print one JSON object.")
    var json = false

    @OptionGroup var progressOptions: ProgressOptions

    @OptionGroup(title: "Limits of each zip") var limitOptions: LimitOptions

    func run() async throws {
        let (limits, progress) = (try limitOptions.limits(), progressOptions.progress)
        let (old, new, isJSON, tells) = (old, new, json, exitCode)
        try await withInterruption {
            let difference: PackageDiff
            do throws(PackageError) {
                difference = try progress.showing { report throws(PackageError) in
                    PackageDiff(
                        from: try Package.open(FilePath(old), limits: limits, progress: report),
                        to: try Package.open(FilePath(new), limits: limits, progress: report)
                    )
                }
            } catch {
                throw Failure(error, json: isJSON)
            }
            show(isJSON ? DiffText.object(difference).json(pretty: true) : DiffText.page(difference))
            if tells, !difference.isEmpty { throw ExitCode(ExitStatus.differs.rawValue) }
        }
    }
}
