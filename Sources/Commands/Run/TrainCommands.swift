import ArgumentParser
import Documents
import Foundation
import ModelRunner
import Packaging
import Sandbox
import SystemPackage
import Tensors

/// `lw-run fit`.
struct FitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fit",
        abstract: "Fit a learnware anew in its sandbox, and save it as a new one.",
        discussion: """
            The model's fit(X, y) gets all rows at once. The new zip holds the old one's files unchanged, and beside \
            them what the model made of itself, _lw_state.bin, which only the runner in the sandbox ever reads. Its \
            statistical specification still describes the data of the old one.

            EXAMPLE:
              lw-run fit my-model.zip --input X.csv --target y.csv --save new.zip
              lw-run fit my-model.zip --input data.csv --target-column price --save new.zip
            """
    )

    @OptionGroup var options: TrainOptions

    func run() async throws { try await options.run(.fit) }
}

/// `lw-run finetune`.
struct FinetuneCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "finetune",
        abstract: "Train a learnware further in its sandbox, and save it as a new one.",
        discussion: """
            As 'lw-run fit', with the model's finetune(X, y).

            EXAMPLE:
              lw-run finetune my-model.zip --input X.npy --target y.npy --save new.zip
            """
    )

    @OptionGroup var options: TrainOptions

    func run() async throws { try await options.run(.finetune) }
}

/// What both ask.
struct TrainOptions: ParsableArguments {
    @OptionGroup var common: RunnerOptions
    @Option(help: "The values to learn, one for each row: a file of one column.", completion: .file()) var target:
        String?
    @Option(help: "The column of the input that holds them; of a .npz, the array.") var targetColumn: String?
    @Option(help: "What --target is, whatever its name.") var targetFormat: String?
    @Option(help: "The new learnware, FILE.zip.", completion: .file(extensions: ["zip"])) var save: String
    @Option(
        help: "The sandbox profile: fit, scratch, strict, or a file of yours such as ./mine.yaml.",
        completion: .file(extensions: ["yaml"])
    )
    var profile = "fit"
    @Flag(help: "Print the launch receipt: layers in force and time per step.") var receipt = false
    @Flag(help: "Print one JSON object about the run to standard output.") var json = false

    func validate() throws {
        guard (target == nil) != (targetColumn == nil) else {
            throw ValidationError("say what is to be learned: --target FILE or --target-column NAME")
        }
        guard save.hasSuffix(".zip") else { throw ValidationError("--save: a learnware's file ends in .zip") }
        guard target != "-" || common.input != "-" else {
            throw ValidationError("standard input can be the input or the target, not both")
        }
        _ = try DataFormat(option: targetFormat, named: "--target-format")
    }

    func run(_ method: TrainingJob.Method) async throws {
        try await withInterruption {
            try await train(method)
        }
    }

    private func train(_ method: TrainingJob.Method) async throws {
        let format = try DataFormat(option: targetFormat, named: "--target-format")
        let input = try common.dataInput()
        let learned: TrainingJob.Target =
            if let targetColumn {
                .column(targetColumn)
            } else {
                .file(DataInput(target ?? "", format: format, header: input.header, limits: input.limits))
            }
        let job = TrainingJob(
            package: try openPackage(
                common.package,
                semantic: common.semantic,
                limits: try common.limitOptions.limits()
            ),
            method: method,
            input: input,
            target: learned,
            forcesTable: common.table,
            output: FilePath(save)
        )
        let summary = try await job.run(try common.runOptions(profile: profile))
        if receipt { Tool.write(ReceiptText.human(summary.report), to: .standardError) }
        if json {
            print(
                Node(object: [
                    ("schema", "learnware/train/1"), ("method", Node(method.rawValue)),
                    ("parent", Node("sha256:" + job.package.digest)),
                    ("package", Node("sha256:" + summary.package.digest)), ("rows", Node(summary.rows)),
                    ("output", Node(save)), ("outcome", Node(summary.report.outcome.description)),
                ]).json(pretty: true)
            )
        }
    }
}
