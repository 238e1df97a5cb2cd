import ArgumentParser
import Commands
import Documents
import Ensembles
import ModelRunner
import Reuse
import Tensors

/// How learnwares are reused, as a person names it.
enum ReuseMethodOption: String, ExpressibleByArgument, CaseIterable {
    case top1 = "top-1"
    case mean
    case voteByLabel = "vote-by-label"
    case voteByProbability = "vote-by-probability"
    case jobSelector = "job-selector"
    case bestSingle = "best-single"
    case pruning
    case featureAugmentation = "feature-augmentation"
    case auto

    var needsLabels: Bool { self == .auto || labelled != nil }

    /// The method that learns from labels; nil where none does, and for the one that chooses among them.
    var labelled: ReuseMethod? {
        switch self {
        case .bestSingle: .bestSingle
        case .pruning: .pruning
        case .featureAugmentation: .augmentation
        default: nil
        }
    }
}

/// Rows of the user's own whose answer is known.
struct LabelledOptions: ParsableArguments {
    @Option(help: "Rows whose answers are known, with the columns of --data.", completion: .file())
    var labelled: String?
    @Option(help: "Their answers, one for each row: a file of one column.", completion: .file())
    var target: String?
    @Option(help: "The column of --labelled that holds them.")
    var targetColumn: String?

    func validate() throws {
        guard labelled != nil || (target == nil && targetColumn == nil) else {
            throw ValidationError("--target and --target-column are of --labelled FILE")
        }
        guard labelled == nil || (target == nil) != (targetColumn == nil) else {
            throw ValidationError(
                "say what the answers of the labelled rows are: --target FILE or --target-column NAME"
            )
        }
    }

    /// Reads them.
    ///
    /// - Parameters:
    ///   - rows: the data, whose columns they have.
    ///   - isRegression: true when whole numbers are numbers too, and no labels.
    ///   - parquet: opens what is read in a sandbox.
    /// - Returns: nil when none were named.
    /// - Throws: ``Failure`` that names the place of what is wrong.
    func rows(
        like rows: ReuseRows,
        isRegression: Bool,
        _ parquet: ParquetFiles
    ) async throws(Failure) -> LabelledRows? {
        guard let labelled else { return nil }
        let input = DataInput(labelled, format: nil)
        let (chunk, names, answers) = try await read(input, parquet)
        if let names, let wanted = rows.names, names != wanted {
            throw Failure(
                .input,
                "\(input.shown) has other columns than \(rows.shown), or in another order",
                hint: "give both files the same columns in the same order"
            )
        }
        guard try width(chunk, input) == width(rows.chunk, input) else {
            throw Failure(.input, "\(input.shown) has not as many columns as \(rows.shown)")
        }
        let targets = try targets(answers, isRegression)
        do throws(ReuseError) {
            return try LabelledRows(Reuser.Rows(chunk), targets: targets)
        } catch {
            throw Failure(error)
        }
    }

    private func width(_ chunk: Chunk, _ input: DataInput) throws(Failure) -> Int {
        do throws(TensorError) {
            return try chunk.joined().rowElementCount
        } catch {
            throw Failure(.input, "\(input.shown): \(error)")
        }
    }

    private func read(
        _ input: DataInput,
        _ parquet: ParquetFiles
    ) async throws(Failure) -> (Chunk, names: [String]?, Column) {
        var options = DataOptions(header: input.header)
        guard let name = targetColumn else {
            let source = try await input.open(options, parquet)
            let answers = DataInput(target ?? "", format: nil, header: source.columnNames == nil ? .auto : .yes)
            return (try input.all(of: source), source.columnNames, try await answers.oneColumn(parquet))
        }
        (options.form, options.target, options.defaultType) = (.table, name, .number(.fp64))
        let source = try await input.open(options, parquet)
        var chunk = try input.all(of: source)
        guard case .columns(var columns) = chunk.values, let answers = columns.popLast(), !columns.isEmpty else {
            throw Failure(.input, "\(input.shown) has no column but '\(Printable(name, limit: 60))'")
        }
        chunk.values = .columns(columns)
        return (chunk, columns.map(\.name), answers)
    }

    private func targets(_ column: Column, _ isRegression: Bool) throws(Failure) -> LabelledRows.Targets {
        let shown =
            targetColumn.map { "the column '\(Printable($0, limit: 60))'" } ?? Printable(target ?? "").description
        if let row = column.firstMissing ?? column.values.firstNonFinite()?.row {
            throw Failure(.input, "\(shown) lacks a value in row \(row + 1)")
        }
        do throws(TensorError) {
            if column.values.datatype == .bytes { return .labels(.texts(try column.values.strings())) }
            let numbers = try column.values.doubles()
            let areWhole = numbers.allSatisfy { $0 == $0.rounded() && $0.magnitude <= 0x1p53 }
            guard areWhole, !isRegression else { return .numbers(numbers) }
            return .labels(.integers(numbers.map { Int64($0) }))
        } catch {
            throw Failure(.input, "\(shown): \(error)")
        }
    }
}
