import ArgumentParser
import Commands
import Documents
import Specifications
import SystemPackage

/// `lw-pack spec FILE`: makes a specification from data.
struct SpecFitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "make",
        abstract: "Make a statistical specification from the rows of a file.",
        discussion: """
            The file is read whole. Columns must be numbers; what is missing becomes its column's mean. Points keep \
            away from rows, so that none of them shows one; --privacy-report says how far. Images are a folder of \
            files, decoded in a sandbox, or an array in .npy of the shape (images, channels, rows, columns): --type image. Texts are lines of a .txt, or the one column \
            of another file, and need an embedder that you trust with them: --type text --embedder E.zip --trust DIGEST.

            Example:
              lw-pack spec X.csv -o stat.json
              lw-pack spec X.csv -o stat.json --points 20 --gamma median --privacy-report
            """
    )

    @Argument(
        help:
            "The rows: .csv, .tsv, .json, .jsonl, .npy, .npz or .parquet, a folder of images or texts, or - for standard input."
    )
    var input: String
    @Option(name: [.short, .long], help: "Where the specification goes, such as my-model/stat.json.")
    var output: String
    @Flag(help: "Do what the Python package does, step by step, for comparison; it is farther from the data.")
    var compatible = false
    @Flag(help: "Say how near the points are to the rows, and what keeping away cost.")
    var privacyReport = false
    @OptionGroup(title: "The rows and the points") var options: SpecificationOptions
    @Flag(help: "Print one JSON object.")
    var json = false
    @OptionGroup var progressOptions: ProgressOptions

    func validate() throws {
        try options.validate(isCompatible: compatible)
        guard !compatible || !privacyReport else {
            throw ValidationError("--compatible has no guard and scales nothing; leave the other option out")
        }
    }

    func run() async throws {
        let data = try options.data(input)
        let (output, reports, isJSON) = (FilePath(output), privacyReport, json)
        guard !data.isFile(output) else {
            throw Failure(.usage, "--output is the input file itself; name another")
        }
        let work = try options.work(isCompatible: compatible)
        let runOptions = options.runOptions(progressOptions.progress)
        try await withInterruption {
            let made = try await work.made(of: data, reports: reports, runOptions)
            if Task.isCancelled { return }
            do throws(SpecificationError) {
                try made.specification.write(to: output)
            } catch {
                throw Failure(error)
            }
            let page = SpecificationPage(made.specification, privacy: made.privacy)
            show(isJSON ? page.object(file: output).json(pretty: true) : page.text(file: output))
        }
    }
}
