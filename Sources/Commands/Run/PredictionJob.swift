import Documents
import ModelRunner
import Packaging
import PredictProtocol
import Sandbox
import SystemPackage
import Tensors

/// One prediction over a data file: rows in, predictions out, in batches and in order.
struct PredictionJob: Sendable {
    struct Summary: Sendable {
        var rows: Int
        var spreadsheet: SpreadsheetWarnings
    }

    /// Where predictions go.
    enum Target: Sendable {
        case file(FilePath)
        case standardOutput
        /// They are checked like others, and dropped.
        case nowhere

        var file: FilePath? {
            if case .file(let path) = self { path } else { nil }
        }
    }

    /// A run that took place, however it ended.
    struct Attempt: Sendable {
        var result: Result<Summary, Failure>
        var outcome: RunOutcome
        /// What it was refused.
        var denials: [Denial]
        /// Nil when it ended before its model was loaded.
        var report: RunReport?
    }

    let package: Package
    let input: DataInput
    let forcesTable: Bool
    let target: Target
    /// What is written; nil to go by the target's extension.
    var outputFormat: DataFormat?
    let batch: Int
    let allowsNaN: Bool
    let spreadsheetSafe: Bool

    func run(_ options: RunOptions) async throws(Failure) -> (summary: Summary, report: RunReport) {
        let attempt = try await attempt(options)
        let summary: Summary
        switch attempt.result {
        case .success(let made): summary = made
        case .failure(var failure):
            if failure.status == .modelRaised, failure.hint == nil { failure.hint = attempt.report?.refusals }
            throw failure
        }
        guard let report = attempt.report else { throw Failure(.internalFault, "a run has no report") }
        return (summary, report)
    }

    /// Runs the model over all rows.
    ///
    /// - Throws: ``Failure`` when there was no run, or it was interrupted.
    func attempt(_ options: RunOptions) async throws(Failure) -> Attempt {
        let parquet = try ParquetFiles.making(options)
        let result: Result<Attempt, Failure> = await withTaskCancellationHandler {
            do throws(Failure) {
                return .success(try await attempt(options, parquet))
            } catch {
                return .failure(error)
            }
        } onCancel: {
            parquet.cancel()
        }
        return try result.get()
    }

    private func attempt(_ options: RunOptions, _ parquet: ParquetFiles) async throws(Failure) -> Attempt {
        if let output = target.file, input.isFile(output) {
            throw Failure(.usage, "--output is the input file itself; name another")
        }
        // What the user can mend at once is found before an environment is built.
        let accepted = accepted
        let source = try await input.open(
            accepted.options(header: input.header, selection: input.selection),
            parquet
        )
        guard !accepted.takesTexts || source.columnCount == nil else {
            throw Failure(
                .input,
                "\(input.shown) holds rows of numbers; a text model takes texts: a .txt or .json file, or a folder"
            )
        }
        let sink = try await create(for: source, parquet)
        let result: RunResult<Result<Summary, Failure>>
        do throws(RunError) {
            result = try await withModel(package, options: options) { model in
                do throws(Failure) {
                    return .success(try await predict(model, source, sink))
                } catch {
                    return .failure(error)
                }
            }
        } catch {
            sink.cancel()
            guard let outcome = error.outcome, error.cause != .cancelled else { throw Failure(error) }
            return Attempt(result: .failure(Failure(error)), outcome: outcome, denials: error.denials)
        }
        if case .failure(let failure) = result.value {
            sink.cancel()
            if failure.status == .interrupted { throw failure }
        }
        let report = result.report
        return Attempt(result: result.value, outcome: report.outcome, denials: report.denials, report: report)
    }

    private var accepted: PackageInput { PackageInput(package, forcesTable: forcesTable) }

    private func create(
        for source: any RowSource,
        _ parquet: ParquetFiles
    ) async throws(Failure) -> any RowSink {
        let options = OutputOptions(header: source.columnNames != nil, spreadsheetSafe: spreadsheetSafe)
        if case .nowhere = target { return DroppingSink() }
        return try await parquet.sink(target.file, format: outputFormat, options)
    }

    private func predict(
        _ model: RunningModel,
        _ source: any RowSource,
        _ sink: any RowSink
    ) async throws(Failure) -> Summary {
        let accepted = accepted
        if !accepted.isTable { try checkWidth(of: source, against: model) }
        var rows = 0
        do {
            while let chunk = try source.next(maximumRows: batch) {
                try Task.checkCancellation()
                let outputs = try await model.predict(
                    try accepted.tensors(of: chunk),
                    isTable: accepted.isTable,
                    allowsNaN: allowsNaN
                )
                let columns = try Column.columns(of: outputs)
                // One output is the prediction itself, whatever its name; several are a table.
                if columns.count == 1 { try sink.write(columns[0]) } else { try sink.write(table: columns) }
                rows += chunk.rowCount
            }
            try Task.checkCancellation()
            try sink.finish()
        } catch let error as DataError {
            throw input.failure(error, reading: accepted.options(header: .auto, selection: nil).form)
        } catch let error as TensorError {
            throw Failure(.input, "\(input.shown): \(error)")
        } catch var error as RunError {
            if error.cause == .modelRaised || error.cause == .inputRefused || error.cause == .outputInvalid, rows > 0 {
                error.message += " (in the batch that begins at row \(rows + 1))"
            }
            throw Failure(error)
        } catch is CancellationError {
            throw Failure(.interrupted, "interrupted")
        } catch {
            throw Failure(.internalFault, "\(error)")
        }
        return Summary(rows: rows, spreadsheet: sink.spreadsheetWarnings)
    }

    /// The runner knows the model's shape; a file that cannot fit it is refused by its columns, not by a traceback.
    ///
    /// Not where the package says of its data what the file is: then the model is wrong about itself, and may predict.
    private func checkWidth(of source: any RowSource, against model: RunningModel) throws(Failure) {
        guard model.metadata.inputs.count == 1, let signature = model.metadata.inputs.first,
            signature.shape.count == 2, let count = source.columnCount, signature.shape[1] > 0,
            signature.shape[1] != count, package.semantic?.input?.dimension != count,
            !package.statisticalSpecifications.contains(where: { $0.pointShape == [count] })
        else { return }
        throw Failure(
            .input,
            "\(input.shown) has \(count) columns, but the model takes \(signature.shape[1])"
        )
    }
}

/// Takes predictions that nobody asked to keep.
private final class DroppingSink: RowSink {
    let spreadsheetWarnings = SpreadsheetWarnings()

    func write(_ output: Column) throws(DataError) {}
    func write(table columns: [Column]) throws(DataError) {}
    func finish() throws(DataError) {}
    func cancel() {}
}
