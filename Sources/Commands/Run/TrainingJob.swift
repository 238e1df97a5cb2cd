import Documents
import LaunchPlan
import ModelRunner
import Packaging
import SystemPackage
import Tensors

/// One `fit` or `finetune` over a data file: the changed model becomes a new package.
struct TrainingJob: Sendable {
    enum Method: String, Sendable {
        case fit
        case finetune
    }

    /// Where the values to learn come from.
    enum Target: Sendable {
        case file(DataInput)
        /// A column of the input, or an array of a `.npz`.
        case column(String)
    }

    struct Summary: Sendable {
        var rows: Int
        var report: RunReport
        var package: Package
    }

    let package: Package
    let method: Method
    let input: DataInput
    let target: Target
    let forcesTable: Bool
    let output: FilePath

    func run(_ options: RunOptions) async throws(Failure) -> Summary {
        // What the user can mend at once is found before an environment is built.
        let parquet = try ParquetFiles.making(options)
        let read: Result<([Tensor], rows: Int), Failure> = await withTaskCancellationHandler {
            do throws(Failure) {
                return .success(try await tensors(parquet))
            } catch {
                return .failure(error)
            }
        } onCancel: {
            parquet.cancel()
        }
        let (inputs, rows) = try read.get()
        let isTable = accepted.isTable
        let method = method
        let result: RunResult<[UInt8]>
        do throws(RunError) {
            result = try await withModel(package, options: options) { model throws(RunError) in
                switch method {
                case .fit: try await model.fit(inputs, isTable: isTable)
                case .finetune: try await model.finetune(inputs, isTable: isTable)
                }
                return try await model.export()
            }
        } catch {
            throw Failure(error)
        }
        let trained = TrainedPackage(parent: package, method: method.rawValue, rows: rows, state: result.value)
        return Summary(rows: rows, report: result.report, package: try await trained.write(to: output))
    }

    private var accepted: PackageInput { PackageInput(package, forcesTable: forcesTable) }

    /// The request's tensors, the last of which is `y`, and the number of rows.
    private func tensors(_ parquet: ParquetFiles) async throws(Failure) -> ([Tensor], rows: Int) {
        let (chunk, target, named) = try await read(parquet)
        var labels = target
        guard chunk.rowCount == labels.values.rowCount else {
            let count = labels.values.rowCount ?? 0
            var failure = Failure(.input, "\(input.shown) has \(chunk.rowCount) rows, but \(named) has \(count)")
            if abs(count - chunk.rowCount) == 1 {
                failure.hint = "--header says whether the first row names the columns"
            }
            throw failure
        }
        if let row = labels.firstMissing ?? labels.values.firstNonFinite()?.row {
            throw Failure(.input, "\(named) lacks a value in row \(row + 1); a model cannot learn from that")
        }
        labels.values.name = "y"
        do throws(TensorError) {
            let features = try accepted.tensors(of: chunk)
            guard !features.contains(where: { $0.name == "y" }) else {
                throw TensorError(.takenName, name: "y")
            }
            return (features + [labels.values], chunk.rowCount)
        } catch {
            throw Failure(.input, "\(input.shown): \(error)")
        }
    }

    /// All rows, the values to learn, and what those are called in errors.
    private func read(_ parquet: ParquetFiles) async throws(Failure) -> (Chunk, labels: Column, named: String) {
        var options = accepted.options(header: input.header, selection: input.selection)
        switch target {
        case .file(let file):
            let source = try await input.open(options, parquet)
            let labels = DataInput(
                file.path.string,
                format: file.format,
                header: file.header == .auto && source.columnNames != nil ? .yes : file.header,
                limits: input.limits
            )
            return (try input.all(of: source), try await labels.oneColumn(parquet), labels.shown)
        case .column(let name):
            let named = "the column '\(Printable(name, limit: 60))' of \(input.shown)"
            if input.knownFormat == .npz {
                let rows = try input.all(of: try await input.open(options, parquet))
                return (rows, try await array(name, parquet), named)
            }
            guard [.csv, .tsv, .json, .jsonl, .parquet].contains(input.knownFormat ?? .csv) else {
                throw Failure(.input, "\(input.shown) has no columns with names; say --target FILE")
            }
            options.target = name
            if options.form != .table {
                // A column of texts may be what is to be learned; all others are what they were.
                options.defaultType = options.form == .texts ? .text : .number(.fp64)
                options.form = .table
            }
            var chunk = try input.all(of: try await input.open(options, parquet))
            guard case .columns(var columns) = chunk.values, let labels = columns.popLast(), !columns.isEmpty else {
                throw Failure(.input, "\(input.shown) has no column but '\(Printable(name, limit: 60))'")
            }
            chunk.values = accepted.takesTexts ? .texts(columns[0].values) : .columns(columns)
            return (chunk, labels, named)
        }
    }

    /// One array of a `.npz`.
    private func array(_ name: String, _ parquet: ParquetFiles) async throws(Failure) -> Column {
        var options = DataOptions()
        options.selection = [name]
        switch try input.all(of: try await input.open(options, parquet)).values {
        case .columns(let columns): return columns[0]
        case .matrix(let tensor), .texts(let tensor): return Column(tensor)
        }
    }
}
