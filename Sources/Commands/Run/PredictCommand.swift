import ArgumentParser
import Documents
import Foundation
import ModelRunner
import SystemPackage
import Tensors

/// `lw-run predict`.
struct PredictCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict",
        abstract: "Predict with a learnware in its sandbox.",
        discussion: """
            Rows are read and predicted in batches, in their order, so a file may be larger than memory. Columns are \
            matched by name when the package and the file both name them, by position otherwise. What is written goes \
            by the extension of --output, or by --output-format.

            EXAMPLE:
              lw-run predict my-model.zip --input X.csv --output y.csv
              lw-run predict my-model.zip --input - --input-format jsonl --output-format jsonl < X.jsonl
            """
    )

    @OptionGroup var common: RunnerOptions
    @Option(
        name: [.short, .long],
        help: "Where the predictions go; standard output, as CSV, when left out.",
        completion: .file()
    )
    var output: String?
    @Option(
        help: "What is written, whatever the output's name: csv, tsv, json, jsonl, npy, npz or parquet.",
        completion: .list(["csv", "tsv", "json", "jsonl", "npy", "npz", "parquet"])
    )
    var outputFormat: String?
    @Option(
        help: "The sandbox profile: strict, scratch, fit, or a file of yours such as ./mine.yaml.",
        completion: .file(extensions: ["yaml"])
    )
    var profile = "strict"
    @Flag(help: "Print the launch receipt: layers in force and time per step.") var receipt = false
    @Flag(help: "Print one JSON object about the run to standard output; needs --output.") var json = false

    func validate() throws {
        guard try DataFormat(option: outputFormat, named: "--output-format") != .txt else {
            throw ValidationError("--output-format is one of csv, tsv, json, jsonl, npy, npz, parquet")
        }
        guard !json || output != nil else {
            throw ValidationError("--json prints to standard output, so the predictions need --output FILE")
        }
    }

    func run() async throws {
        try await withInterruption {
            try await predict()
        }
    }

    private func predict() async throws {
        var job = try common.job(to: output.map { .file(FilePath($0)) } ?? .standardOutput)
        job.outputFormat = try DataFormat(option: outputFormat, named: "--output-format")
        let options = try common.runOptions(profile: profile)
        if let file = options.profileFile, access(file.string, R_OK) != 0 {
            let code = Errno(rawValue: errno)
            throw Failure(.file, "\(Printable(profile, limit: 4096)): \(code)")
        }
        let result = try await job.run(options)
        if receipt { Tool.write(ReceiptText.human(result.report), to: .standardError) }
        if json { print(ReceiptText.json(result.report, job: job, rows: result.summary.rows).json(pretty: true)) }
        common.noteSpreadsheet(result.summary)
    }
}
