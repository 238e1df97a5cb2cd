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
    let input: FilePath
    let target: Target
    let header: DataOptions.Header
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
        if let output = target.file, let from = try? input.stat(), let to = try? output.stat(),
            from.deviceID == to.deviceID,
            from.inode == to.inode
        {
            throw Failure(.usage, "--output is the input file itself; name another")
        }
        // What the user can mend at once is found before an environment is built.
        let source = try open()
        let sink = try create(for: source)
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

    private var declaration: TensorDeclaration? { package.manifest.sandbox.inputs.first }

    /// True when the package takes a table: one tensor for each named column.
    private var isTable: Bool {
        package.manifest.sandbox.inputs.count > 1 || declaration?.contentType == "pd"
    }

    /// The names of the columns that the package declares, in its order.
    private var columns: [String]? {
        let inputs = package.manifest.sandbox.inputs
        if inputs.count > 1 { return inputs.map(\.name) }
        guard let declaration, !declaration.columns.isEmpty else { return nil }
        return declaration.columns
    }

    /// True when the package takes a list of texts, which only JSON can hold: a cell of a table is a number.
    private var takesTexts: Bool {
        guard !isTable else { return false }
        if let declaration { return declaration.datatype == "BYTES" && declaration.shape.count == 1 }
        return package.semantic?.data == ["Text"]
    }

    private func open() throws(Failure) -> any RowSource {
        if takesTexts, let format = try? DataFormat(of: input), format != .json {
            throw Failure(
                .input,
                "\(Printable(input.string)) holds rows of numbers; a text model takes texts: .json with [\"a\", \"b\"]"
            )
        }
        do throws(DataError) {
            return try DataFile.open(
                input,
                options: DataOptions(header: header, expectedColumns: columns, expectedCount: width)
            )
        } catch {
            throw Failure(error)
        }
    }

    /// The number of columns that the package declares before it is run; nil when it does not say.
    private var width: Int? {
        if let columns { return columns.count }
        if package.semantic?.data.first.map({ $0 != "Table" }) == true { return nil }
        if let shape = declaration?.shape, shape.count == 2, shape[1] > 0 { return shape[1] }
        let shape = package.manifest.model.kwargs["input_shape"]?.array ?? []
        guard shape.count == 1, let width = shape[0].integer, width > 0 else { return nil }
        return width
    }

    private func create(for source: any RowSource) throws(Failure) -> any RowSink {
        let options = OutputOptions(header: source.columnNames != nil, spreadsheetSafe: spreadsheetSafe)
        do throws(DataError) {
            switch target {
            case .file(let output): return try DataFile.create(output, options: options)
            case .standardOutput: return try DataFile.create(FileDescriptor.standardOutput, options: options)
            case .nowhere: return DroppingSink()
            }
        } catch {
            throw Failure(error)
        }
    }

    private func predict(
        _ model: RunningModel,
        _ source: any RowSource,
        _ sink: any RowSink
    ) async throws(Failure) -> Summary {
        try checkWidth(of: source, against: model)
        var rows = 0
        do {
            while let chunk = try source.next(maximumRows: batch) {
                try Task.checkCancellation()
                let outputs = try await model.predict(try tensors(of: chunk), isTable: isTable, allowsNaN: allowsNaN)
                try sink.write(try joined(outputs, rows: chunk.rowCount))
                rows += chunk.rowCount
            }
            try Task.checkCancellation()
            try sink.finish()
        } catch let error as DataError {
            throw Failure(error)
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
        guard !isTable, model.metadata.inputs.count == 1, let signature = model.metadata.inputs.first,
            signature.shape.count == 2, let count = source.columnCount, signature.shape[1] > 0,
            signature.shape[1] != count, package.semantic?.input?.dimension != count,
            !package.statisticalSpecifications.contains(where: { $0.pointShape == [count] })
        else { return }
        throw Failure(
            .input,
            "\(Printable(input.string)) has \(count) columns, but the model takes \(signature.shape[1])"
        )
    }

    private func tensors(of chunk: Chunk) throws -> [Tensor] {
        if case .columns(let columns) = chunk.values, isTable { return columns }
        var tensor = try chunk.joined()
        guard isTable, let columns else {
            tensor.name = declaration?.name ?? "X"
            return [tensor]
        }
        let values = try tensor.doubles()
        return try columns.enumerated().map { place, name in
            let column = stride(from: place, to: values.count, by: columns.count).map { values[$0] }
            return try Tensor(name: name, doubles: column, shape: [chunk.rowCount])
        }
    }

    /// A prediction is one tensor; named columns of numbers are put side by side.
    private func joined(_ outputs: [Tensor], rows: Int) throws -> Tensor {
        if outputs.count == 1 { return outputs[0] }
        return try Chunk(firstRow: 0, rowCount: rows, values: .columns(outputs)).joined()
    }
}

/// Takes predictions that nobody asked to keep.
private final class DroppingSink: RowSink {
    let spreadsheetWarnings = SpreadsheetWarnings()

    func write(_ output: Tensor) throws(DataError) {}
    func finish() throws(DataError) {}
    func cancel() {}
}
