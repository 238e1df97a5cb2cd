import ArgumentParser
import Documents
import Foundation
import ModelRunner
import Packaging
import PredictProtocol
import SystemPackage
import Tensors

/// `lw-run predict`.
struct PredictCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict",
        abstract: "Predict with a learnware in its sandbox.",
        discussion: """
            Rows are read and predicted in batches, so a file may be larger than memory. Reads .csv, .tsv, .npy and \
            .json (rows, or texts for a text model); writes the same by the extension of --output.

            EXAMPLE:
              lw-run predict my-model.zip --input X.csv --output y.csv
            """
    )

    @Argument(help: "The learnware's zip.", completion: .file(extensions: ["zip"])) var package: String
    @Option(
        name: [.short, .long],
        help: "The rows to predict: .csv, .tsv, .npy or .json.",
        completion: .file(extensions: ["csv", "tsv", "npy", "json"])
    )
    var input: String
    @Option(
        name: [.short, .long],
        help: "Where the predictions go; standard output, as CSV, when left out.",
        completion: .file()
    )
    var output: String?
    @Option(
        help: "A semantic specification (JSON) for a zip that holds none.",
        completion: .file(extensions: ["json"])
    )
    var semantic: String?
    @Option(help: "The sandbox profile.", completion: .list(["strict"])) var profile = "strict"
    @Option(
        name: .customLong("allow-degraded"),
        help: "Run although this layer of the sandbox is missing here: landlock. Every report then says so.",
        completion: .list(["landlock"])
    )
    var allowDegraded: [String] = []
    @Option(help: "The interpreter: a version such as 3.11, or a path.") var python: String?
    @Flag(help: "Fetch nothing; use only what is in the store.") var offline = false
    @Option(
        help: "Whether the input's first row names the columns: auto, yes or no.",
        completion: .list(["auto", "yes", "no"])
    )
    var header = "auto"
    @Option(help: "Rows for one call of the model.") var batch = 8192
    @Option(help: "Seconds for loading the model.") var loadTimeout: Double?
    @Option(help: "Seconds for one call of the model.") var timeout: Double?
    @Flag(help: "Let NaN and infinities pass in the output.") var allowNan = false
    @Flag(help: "Put ' before text cells that a spreadsheet would run as a formula.") var spreadsheetSafe = false
    @Flag(help: "Print the launch receipt: layers in force and time per step.") var receipt = false
    @Flag(help: "Print one JSON object about the run to standard output; needs --output.") var json = false
    @OptionGroup var progressOptions: ProgressOptions
    @OptionGroup(title: "Limits of the zip") var limitOptions: LimitOptions

    func validate() throws {
        guard batch > 0 else { throw ValidationError("--batch must be at least 1") }
        guard DataOptions.Header(rawValue: header) != nil else {
            throw ValidationError("--header is auto, yes or no")
        }
        guard !json || output != nil else {
            throw ValidationError("--json prints to standard output, so the predictions need --output FILE")
        }
        for layer in allowDegraded where layer != "landlock" {
            throw ValidationError("--allow-degraded: only 'landlock' can be missing; nothing runs without '\(layer)'")
        }
        for seconds in [loadTimeout, timeout] {
            if let seconds, !(seconds > 0 && seconds < 1e6) {
                throw ValidationError("a timeout is a number of seconds")
            }
        }
    }

    func run() async throws {
        try await withInterruption {
            try await predict()
        }
    }

    private func predict() async throws {
        let opened = try openPackage(package, semantic: semantic, limits: limitOptions.limits())
        let job = PredictionJob(
            package: opened,
            input: FilePath(input),
            output: output.map { FilePath($0) },
            header: DataOptions.Header(rawValue: header) ?? .auto,
            batch: batch,
            allowsNaN: allowNan,
            spreadsheetSafe: spreadsheetSafe
        )
        var options = RunOptions()
        options.profile = profile
        options.loadSeconds = loadTimeout
        options.callSeconds = timeout
        options.allowedDegradations = allowDegraded
        options.python = python
        options.isOffline = offline
        options.progress = progressOptions.progress.reporter()
        let result = try await job.run(options)
        if receipt { Tool.write(ReceiptText.human(result.report), to: .standardError) }
        if json { print(ReceiptText.json(result.report, job: job, rows: result.summary.rows).json(pretty: true)) }
        if result.summary.spreadsheet.count > 0, !spreadsheetSafe {
            note([
                "warning: \(result.summary.spreadsheet.count) texts begin like a spreadsheet formula, the first in row "
                    + "\(result.summary.spreadsheet.firstRow ?? 0); --spreadsheet-safe disarms them"
            ])
        }
    }
}

/// Opens a package, with its refusal as the tool reports it.
func openPackage(_ path: String, semantic: String?, limits: ArchiveLimits) throws(Failure) -> Package {
    do throws(PackageError) {
        return try Package.open(FilePath(path), semantic: semantic.map { FilePath($0) }, limits: limits)
    } catch {
        throw Failure(error)
    }
}
