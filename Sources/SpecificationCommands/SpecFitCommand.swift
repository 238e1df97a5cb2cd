import ArgumentParser
import Commands
import Documents
import ModelRunner
import Numerics
import Specifications
import SystemPackage
import Tensors

/// `lw-pack spec FILE`: makes a specification from data.
struct SpecFitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "make",
        abstract: "Make a statistical specification from the rows of a file.",
        discussion: """
            The file is read whole. Columns must be numbers; what is missing becomes its column's mean. Points keep
            away from rows, so that none of them shows one; --privacy-report says how far.

            Example:
              lw-pack spec X.csv -o my-model/stat.json
              lw-pack spec X.npy -o my-model/stat.json --points 50 --gamma median --privacy-report
            """
    )

    @Argument(help: "The rows: .csv, .tsv, .json, .jsonl, .npy, .npz or .parquet, or - for standard input.")
    var input: String
    @Option(help: "What is specified: table.", completion: .list(["table"]))
    var type = "table"
    @Option(name: [.short, .long], help: "Where the specification goes, such as my-model/stat.json.")
    var output: String
    @Option(help: "What the input is, whatever its name: csv, tsv, json, jsonl, npy, npz or parquet. Standard input is csv.")
    var inputFormat: String?
    @Option(help: "Whether the input's first row names the columns: auto, yes or no.")
    var header = "auto"
    @Option(
        help: ArgumentHelp("The columns that the model takes, in its order; of a .npz, the array.", valueName: "a,b,c")
    )
    var columns: String?
    @Option(help: "How many points stand for the rows.")
    var points = 100
    @Option(
        help: ArgumentHelp(
            "The kernel's gamma: a number, or 'median' to choose it from the rows. Only specifications of one gamma can "
                + "be compared, and the market's is 0.1.",
            valueName: "gamma"
        )
    )
    var gamma = "0.1"
    @Flag(help: "Give each column mean 0 and standard deviation 1 first. Only what was scaled alike can be compared.")
    var standardize = false
    @Flag(help: "Do what the Python package does, step by step, for comparison; it is farther from the data.")
    var compatible = false
    @Flag(help: "Let points come as near to rows as they fit best; the file says so.")
    var noGuard = false
    @Flag(help: "Say how near the points are to the rows, and what keeping away cost.")
    var privacyReport = false
    @Option(help: "Chooses among equal starts: the same seed makes the same file.")
    var seed: UInt64 = 0
    @Option(help: "How many threads share the work; the file does not depend on it. (default: one a core)")
    var threads: Int?
    @Flag(help: "Print one JSON object.")
    var json = false
    @OptionGroup var progressOptions: ProgressOptions

    func validate() throws {
        _ = try DataFormat(option: inputFormat, named: "--input-format")
        guard type == "table" else {
            throw ValidationError("--type is table; '\(Printable(type))' is not made here yet")
        }
        guard DataOptions.Header(rawValue: header) != nil else {
            throw ValidationError("--header is auto, yes or no")
        }
        guard points > 0, points <= 4096 else { throw ValidationError("--points is 1 to 4096") }
        guard threads.map({ $0 > 0 }) ?? true else { throw ValidationError("--threads is at least 1") }
        _ = try parsedGamma()
        guard !compatible || !(privacyReport || noGuard || standardize) else {
            throw ValidationError("--compatible has no guard and scales nothing; leave the other option out")
        }
    }

    private func parsedGamma() throws -> RKMETableOptions.Gamma {
        if gamma == "median" { return .median }
        guard let number = Double(gamma), number > 0, number.isFinite else {
            throw ValidationError("--gamma is a number above 0, or 'median'")
        }
        return .fixed(number)
    }

    func run() async throws {
        var options = RKMETableOptions()
        options.method = compatible ? .compatible : .best
        options.gamma = try parsedGamma()
        options.scaling = standardize ? .ownColumns : .none
        options.pointCount = points
        options.guardsPrivacy = !noGuard
        options.seed = seed
        options.threads = threads
        let data = DataInput(
            input,
            format: try DataFormat(option: inputFormat, named: "--input-format"),
            header: DataOptions.Header(rawValue: header) ?? .auto,
            selection: columns?.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        )
        let (output, reports, isJSON) = (FilePath(output), privacyReport, json)
        let report = progressOptions.progress.reporter()
        guard !data.isFile(output) else {
            throw Failure(.usage, "--output is the input file itself; name another")
        }
        try await withInterruption { [options] in
            let rows = try await SpecificationRows(data, report)
            if rows.matrix.elements.count > 1_000_000 {
                let size = "\(rows.matrix.rows) rows of \(rows.matrix.columns) numbers"
                report("\(options.pointCount) points are fitted to \(size)")
            }
            do throws(SpecificationError) {
                let fit = try RKMETableFit(rows.matrix, sampleShape: rows.sampleShape, options: options)
                let privacy = reports ? try fit.privacyReport() : nil
                if Task.isCancelled { return }
                try fit.specification.write(to: output)
                let page = SpecificationPage(fit.specification, privacy: privacy)
                show(isJSON ? page.object(file: output).json(pretty: true) : page.text(file: output))
            } catch {
                throw Failure(error, data: data.shown)
            }
        }
    }
}

/// The rows of a file as one matrix.
struct SpecificationRows {
    let matrix: Matrix<Double>
    /// The shape of one row where it is not a list of numbers.
    let sampleShape: [Int]?

    /// - Throws: ``Failure`` that names the place of what is wrong.
    init(_ data: DataInput, _ report: @escaping @Sendable (String) -> Void) async throws(Failure) {
        var options = DataOptions(header: data.header)
        options.selection = data.selection
        // Cells may be missing.
        options.form = .table
        var runOptions = RunOptions()
        runOptions.progress = report
        let source = try await data.open(options, ParquetFiles.making(runOptions))
        var elements: [Double] = []
        var rows = 0
        var shape: [Int]?
        do {
            while let chunk = try source.next(maximumRows: 65_536) {
                let tensor = try chunk.joined()
                guard tensor.datatype != .bytes else {
                    throw Failure(
                        .input,
                        "\(data.shown) holds texts; a table's specification needs rows of numbers"
                    )
                }
                elements += try tensor.doubles()
                rows += chunk.rowCount
                shape = tensor.shape.count > 2 ? Array(tensor.shape.dropFirst()) : nil
            }
            guard rows > 0 else { throw Failure(.input, "\(data.shown) has no rows") }
            matrix = try Matrix(rows: rows, columns: elements.count / rows, elements: elements)
            sampleShape = shape
        } catch let failure as Failure {
            throw failure
        } catch let error as DataError {
            throw data.failure(error, reading: .table)
        } catch let error as TensorError {
            throw Failure(
                .input,
                "\(data.shown): column '\(Printable(error.name))' does not hold numbers",
                hint: "a specification needs numbers; --columns a,b,c leaves a column out"
            )
        } catch {
            throw Failure(.input, "\(data.shown): \(error)")
        }
    }
}

extension Failure {
    init(_ error: SpecificationError, data: String) {
        switch error.code {
        case .invalidData, .invalidFile: self.init(.input, "\(data): \(error)")
        case .invalidOption: self.init(.usage, "\(error)")
        default: self.init(error)
        }
    }

    init(_ error: SpecificationError) {
        switch error.code {
        case .inputOutput: self.init(.file, "\(error)")
        case .numerics: self.init(.internalFault, "\(error)")
        case .invalidOption: self.init(.usage, "\(error)")
        default: self.init(.input, "\(error)")
        }
    }
}

/// Reads a table's specification.
///
/// - Throws: ``Failure`` that names the file.
func read(_ file: String) throws(Failure) -> RKMETableSpecification {
    do throws(SpecificationError) {
        return try RKMETableSpecification(contentsOf: FilePath(file))
    } catch {
        throw Failure(error, data: Printable(file).description)
    }
}
