import ArgumentParser
import Commands
import Documents
import Ensembles
import Foundation
import Learnware
import Market
import ModelRunner
import Packaging
import Reuse
import SystemPackage
import Tensors

/// `lw-dock reuse`: predicts the user's own rows by learnwares of a market.
struct ReuseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reuse",
        abstract: "Predict your own rows by learnwares of a market, each in its sandbox.",
        discussion: """
            Learnwares are found for the rows, which stay here, unless --learnware names some. 'job-selector' lets for \
            each row the learnware answer whose data were most like it; 'mean' and the votes ask all of them; 'top-1' \
            asks the best alone. With some labelled rows 'auto' tries what applies, and says what won by how much; \
            docs/reuse.md says how each works.

            Example:
              lw-dock reuse --market my-market --data X.csv --output y.csv
              lw-dock reuse --market my-market --data X.csv --method top-1
            """
    )

    @Option(
        help: ArgumentHelp(
            "Your rows: .csv, .tsv, .json, .jsonl, .npy, .npz or .parquet, or - for standard input.",
            valueName: "file"
        ),
        completion: .file()
    )
    var data: String
    @Option(help: "How their answers become one. (default: job-selector; with --labelled, auto)")
    var method: ReuseMethodOption?
    @OptionGroup(title: "Labelled rows") var labelled: LabelledOptions
    @Option(help: ArgumentHelp("A learnware to reuse, as 'list' shows it; may be repeated.", valueName: "id"))
    var learnware: [String] = []
    @Option(help: ArgumentHelp("The most learnwares that are looked for.", valueName: "n")) var limit = 5
    @Option(
        name: [.short, .long],
        help: "Where the predictions go; standard output, as CSV, when left out.",
        completion: .file()
    )
    var output: String?
    @Option(
        help: "What the data are, whatever the name: csv, tsv, json, jsonl, npy, npz or parquet.",
        completion: .list(DataFormat.allCases.map(\.rawValue))
    )
    var inputFormat: String?
    @Option(
        help: "Whether the first row names the columns: auto, yes or no.",
        completion: .list(["auto", "yes", "no"])
    )
    var header = "auto"
    @Option(help: ArgumentHelp("The columns of the data to use, in their order.", valueName: "a,b,c"))
    var columns: String?
    @Flag(help: "End when a learnware fails, instead of going on without it.") var strict = false
    @Flag(help: "Combine as the Python package does.") var compatible = false
    @OptionGroup var marketOptions: MarketOptions
    @OptionGroup(title: "The runs") var side: SideBySideOptions
    @OptionGroup(title: "Each run") var run: ModelRunOptions
    @OptionGroup var progressOptions: ProgressOptions
    @Flag(help: "Print one JSON object about what was done; needs --output.") var json = false

    func validate() throws {
        guard (1...SearchWork.most).contains(limit) else {
            throw ValidationError("--limit must lie between 1 and \(SearchWork.most)")
        }
        guard DataOptions.Header(rawValue: header) != nil else {
            throw ValidationError("--header is auto, yes or no")
        }
        guard !json || output != nil else {
            throw ValidationError("--json prints to standard output, so the predictions need --output FILE")
        }
        guard !chosenMethod.needsLabels || labelled.labelled != nil else {
            throw ValidationError("--method \(chosenMethod.rawValue) learns from labelled rows: --labelled FILE")
        }
        guard !compatible || chosenMethod == .voteByProbability else {
            throw ValidationError("--compatible is for --method vote-by-probability")
        }
        guard chosenMethod.needsLabels || labelled.labelled == nil else {
            throw ValidationError("--method \(chosenMethod.rawValue) takes no labelled rows")
        }
        _ = try DataFormat(option: inputFormat, named: "--input-format")
    }

    private var chosenMethod: ReuseMethodOption { method ?? (labelled.labelled == nil ? .jobSelector : .auto) }

    func run() async throws {
        try await withInterruption { try await reuse() }
    }

    private func reuse() async throws {
        let market = try marketOptions.open()
        let runOptions = try run.options(progress: progressOptions)
        let parquet = try ParquetFiles.making(runOptions)
        try await withTaskCancellationHandler {
            let rows = try await ReuseRows(input(), parquet)
            if let output, try input().isFile(FilePath(output)) {
                throw Failure(.usage, "--output is the input file itself; name another")
            }
            let sink = try await parquet.sink(
                output.map { FilePath($0) },
                format: nil,
                OutputOptions(header: rows.names != nil)
            )
            do {
                let chosen = try ReuseChoice(
                    market,
                    ids: learnware,
                    rows: rows,
                    limit: chosenMethod == .top1 ? 1 : limit,
                    side
                )
                let members = try chosen.members(rows, run: side.eachRun(runOptions))
                let reuser = Reuser(
                    members,
                    options: side.runner(isStrict: strict, progress: runOptions.progress),
                    seed: side.seed,
                    threads: side.threads
                )
                let examples = try await labelled.rows(like: rows, isRegression: chosen.isRegression, parquet)
                let (outcome, choice) = try await answer(reuser, rows, examples)
                try sink.write(outcome.answers.tensor())
                try sink.finish()
                let page = ReusePage(outcome, chosen, method: chosenMethod.rawValue, seed: side.seed, choice)
                if json { show(page.object.json(pretty: true)) } else { note(page.lines) }
            } catch {
                sink.cancel()
                throw error
            }
        } onCancel: {
            parquet.cancel()
        }
    }

    private func input() throws -> DataInput {
        DataInput(
            data,
            format: try DataFormat(option: inputFormat, named: "--input-format"),
            header: DataOptions.Header(rawValue: header) ?? .auto,
            selection: columns?.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        )
    }

    private func answer(
        _ reuser: Reuser,
        _ data: ReuseRows,
        _ examples: LabelledRows?
    ) async throws(Failure) -> (Reuser.Outcome, MethodChoice?) {
        do throws(ReuseError) {
            let rows = try Reuser.Rows(data.chunk)
            if let examples {
                guard let method = chosenMethod.labelled else {
                    let choice = try await reuser.auto(examples: examples, rows: rows)
                    return (choice.outcome, choice)
                }
                return (try await reuser.labelled(method, examples: examples, rows: rows), nil)
            }
            switch chosenMethod {
            case .mean: return (try await reuser.averaging(.mean, rows: rows), nil)
            case .voteByLabel: return (try await reuser.averaging(.voteByLabel, rows: rows), nil)
            case .voteByProbability:
                return (try await reuser.averaging(.voteByProbability, rows: rows, isCompatible: compatible), nil)
            case .jobSelector: return (try await reuser.jobSelector(rows: rows), nil)
            default: return (try await reuser.single(rows: rows), nil)
            }
        } catch {
            throw Failure(error)
        }
    }
}

/// How many run at a time, and within what.
struct SideBySideOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Learnwares that run at a time.", valueName: "n")) var atOnce = 2
    @Option(help: ArgumentHelp("Megabytes of memory for all that run at a time.", valueName: "MiB")) var memory = 8192
    @Option(help: "Rows for one call of a model.") var batch = 8192
    @Option(help: ArgumentHelp("What everything random comes from.", valueName: "n")) var seed: UInt64 = 0
    @Option(help: "How many threads share the arithmetic; answers do not depend on it. (default: one a core)")
    var threads: Int?

    func validate() throws {
        guard (1...64).contains(atOnce) else { throw ValidationError("--at-once must lie between 1 and 64") }
        guard (64...(1 << 24)).contains(memory) else { throw ValidationError("--memory is at least 64 MiB") }
        guard batch > 0 else { throw ValidationError("--batch must be at least 1") }
        guard threads.map({ $0 > 0 }) ?? true else { throw ValidationError("--threads is at least 1") }
    }

    /// Each may take its part, so that all that run at a time stay within the whole.
    func eachRun(_ options: RunOptions) -> RunOptions {
        var options = options
        options.memory = (memory << 20) / atOnce
        // More would only be in each other's way: a library's idle threads wait for work in a loop.
        options.threads = max(1, ProcessInfo.processInfo.activeProcessorCount / atOnce)
        return options
    }

    func runner(isStrict: Bool, progress: @escaping @Sendable (String) -> Void) -> MemberRunner.Options {
        MemberRunner.Options(
            width: atOnce,
            memory: memory << 20,
            batch: batch,
            isStrict: isStrict,
            progress: progress
        )
    }
}

extension Failure {
    init(_ error: ReuseError) {
        let status: ExitStatus =
            switch error.code {
            case .invalidRequest: .usage
            case .invalidRows: .input
            case .memberFailed:
                switch error.cause?.phase {
                case .environment: .environment
                case .load: .load
                case .input: .input
                case .predict: .modelRaised
                case .output, nil: .outputInvalid
                case .limits: .limit
                case .violation: .violation
                case .host: .isolationUnavailable
                case .cancelled: .interrupted
                }
            case .numerics: .internalFault
            case .cancelled: .interrupted
            }
        self.init(status, error.description, hint: error.hint, quotation: error.cause?.quotation)
    }
}
