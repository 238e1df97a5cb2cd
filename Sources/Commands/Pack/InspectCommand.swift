import ArgumentParser
import Documents
import Packaging
import SystemPackage

/// `lw-pack inspect`: says what a learnware zip is, without running it.
struct InspectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Check a learnware zip and show what it is; nothing in it runs.",
        discussion: """
            Example:
              lw-pack inspect my-model.zip
              lw-pack inspect my-model.zip --json
            """
    )

    @Argument(help: "The learnware zip.", completion: .file(extensions: ["zip"]))
    var zip: String

    @Option(
        help: "A JSON file with the semantic specification, for a zip that has none.",
        completion: .file(extensions: ["json"])
    )
    var semantic: String?

    @Flag(help: "Print one JSON object.")
    var json = false

    @OptionGroup var progressOptions: ProgressOptions

    @OptionGroup(title: "Limits") var limitOptions: LimitOptions

    func run() async throws {
        let (zip, semantic, isJSON) = (zip, semantic, json)
        let (limits, progress) = (try limitOptions.limits(), progressOptions.progress)
        try await interruptible(json: isJSON) { () throws(PackageError) in
            let package = try progress.showing { report throws(PackageError) in
                let semantic = semantic.map { FilePath($0) }
                return try Package.open(FilePath(zip), semantic: semantic, limits: limits, progress: report)
            }
            let inspection = try Inspection(of: package)
            show(isJSON ? inspection.object.json(pretty: true) : inspection.page)
        }
    }
}
