import ArgumentParser
import Documents
import ModelRunner
package import Packaging
import SystemPackage
import Tensors

/// What every command asks that runs a package over a data file.
struct RunnerOptions: ParsableArguments {
    @Argument(help: "The learnware's zip.", completion: .file(extensions: ["zip"])) var package: String
    @Option(
        name: [.short, .long],
        help: """
            The rows: a file, a folder of images or of .txt files, or - for standard input. Files: .csv, .tsv, .json, \
            .jsonl, .npy, .npz, .parquet, .txt (a text on each line).
            """,
        completion: .file(extensions: ["csv", "tsv", "json", "jsonl", "npy", "npz", "parquet", "txt"])
    )
    var input: String
    @Option(
        help:
            "What the input is, whatever its name: csv, tsv, json, jsonl, npy, npz, txt or parquet. Standard input is csv.",
        completion: .list(DataFormat.allCases.map(\.rawValue))
    )
    var inputFormat: String?
    @Option(
        help: ArgumentHelp(
            "The columns of the input to use, in the model's order; of a .npz, the array.",
            valueName: "a,b,c"
        )
    )
    var columns: String?
    @Flag(help: "The model takes a pandas table: columns of numbers, texts, booleans, with their names.")
    var table = false
    @Option(
        help: "A semantic specification (JSON) for a zip that holds none.",
        completion: .file(extensions: ["json"])
    )
    var semantic: String?
    @OptionGroup(title: "The environment") var environmentOptions: EnvironmentOptions
    @Option(
        help: "Whether the input's first row names the columns: auto, yes or no.",
        completion: .list(["auto", "yes", "no"])
    )
    var header = "auto"
    @Option(help: "Rows for one call of the model.") var batch = 8192
    @OptionGroup var sandboxOptions: SandboxOptions
    @Flag(help: "Let NaN and infinities pass in the output.") var allowNan = false
    @Flag(help: "Put ' before text cells that a spreadsheet would run as a formula.") var spreadsheetSafe = false
    @OptionGroup var progressOptions: ProgressOptions
    @OptionGroup(title: "Limits of the zip") var limitOptions: LimitOptions

    func validate() throws {
        guard batch > 0 else { throw ValidationError("--batch must be at least 1") }
        _ = try DataFormat(option: inputFormat, named: "--input-format")
        let names = selection ?? []
        guard Set(names).count == names.count, !names.contains("") else {
            throw ValidationError("--columns names each column once: a,b,c")
        }
        guard DataOptions.Header(rawValue: header) != nil else {
            throw ValidationError("--header is auto, yes or no")
        }
    }

    /// Opens the package.
    ///
    /// - Parameter target: where the predictions go.
    /// - Returns: the prediction that was asked for.
    /// - Throws: ``Failure`` for a package that is refused.
    func job(to target: PredictionJob.Target) throws -> PredictionJob {
        PredictionJob(
            package: try openPackage(package, semantic: semantic, limits: limitOptions.limits()),
            input: try dataInput(),
            forcesTable: table,
            target: target,
            batch: batch,
            allowsNaN: allowNan,
            spreadsheetSafe: spreadsheetSafe
        )
    }

    /// The rows that were named.
    func dataInput() throws -> DataInput {
        DataInput(
            input,
            format: try DataFormat(option: inputFormat, named: "--input-format"),
            header: DataOptions.Header(rawValue: header) ?? .auto,
            selection: selection,
            limits: try limitOptions.limits()
        )
    }

    private var selection: [String]? {
        columns.map { text in text.split(separator: ",", omittingEmptySubsequences: false).map { String($0) } }
    }

    /// What the person decided about the run.
    func runOptions(profile: String) throws -> RunOptions {
        try sandboxOptions.runOptions(profile: profile, environmentOptions, progressOptions)
    }

    /// Warns of cells that a spreadsheet would run.
    func noteSpreadsheet(_ summary: PredictionJob.Summary) {
        guard summary.spreadsheet.count > 0, !spreadsheetSafe else { return }
        note([
            "warning: \(summary.spreadsheet.count) texts begin like a spreadsheet formula, the first in row "
                + "\(summary.spreadsheet.firstRow ?? 0); --spreadsheet-safe disarms them"
        ])
    }
}

extension DataFormat {
    /// The format that an option names.
    package init?(option word: String?, named option: String) throws {
        guard let word else { return nil }
        guard let format = DataFormat(word: word) else {
            throw ValidationError("\(option) is one of " + Self.allCases.map(\.rawValue).joined(separator: ", "))
        }
        self = format
    }
}

/// Opens a package, with its refusal as the tool reports it.
package func openPackage(_ path: String, semantic: String?, limits: ArchiveLimits) throws(Failure) -> Package {
    do throws(PackageError) {
        return try Package.open(FilePath(path), semantic: semantic.map { FilePath($0) }, limits: limits)
    } catch {
        throw Failure(error)
    }
}
