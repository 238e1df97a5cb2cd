import Commands
import Documents
import ModelRunner
import Numerics
import Packaging
import Specifications
import Tensors

/// The rows that are to be answered, all at once.
struct ReuseRows: Sendable {
    let chunk: Chunk
    /// The columns' names; nil where the file has none.
    let names: [String]?
    /// As messages name the file.
    let shown: String

    init(_ input: DataInput, _ parquet: ParquetFiles) async throws(Failure) {
        var options = DataOptions(header: input.header)
        options.selection = input.selection
        let source = try await input.open(options, parquet)
        chunk = try input.all(of: source)
        names = source.columnNames
        shown = input.shown
    }

    /// What is found by: (n × d).
    ///
    /// - Parameters:
    ///   - seed: of the specification.
    ///   - threads: nil for one a core.
    /// - Returns: a specification of the rows, which stays in this process.
    /// - Throws: ``Failure`` when they are no numbers.
    func specification(seed: UInt64, threads: Int?) throws(Failure) -> AnySpecification {
        let matrix: Matrix<Double>
        do throws(TensorError) {
            let values = try chunk.joined().doubles()
            let columns = values.count / max(1, chunk.rowCount)
            matrix = Matrix(unchecked: values, rows: chunk.rowCount, columns: columns)
        } catch {
            throw Failure(
                .input,
                "\(shown): \(error); learnwares are found for rows of numbers",
                hint: "--learnware ID names some for other data"
            )
        }
        var options = RKMETableOptions()
        (options.seed, options.threads) = (seed, threads)
        do throws(SpecificationError) {
            return .table(try RKMETableSpecification(fitting: matrix, options: options))
        } catch {
            throw Failure(.input, "\(shown): \(error)")
        }
    }

    /// How a package is asked for some of the rows.
    ///
    /// - Parameter package: the learnware.
    /// - Returns: the order of the columns that it takes, nil for the file's; or why it cannot be asked.
    func order(for package: PackageInput) -> Result<[Int]?, Mismatch> {
        guard let names, let wanted = package.columns else { return .success(nil) }
        guard names.count == wanted.count else {
            return .failure(
                Mismatch(reason: "it takes \(wanted.count) columns, and there are \(names.count)")
            )
        }
        if names == wanted { return .success(nil) }
        var order: [Int] = []
        for name in wanted {
            guard let place = names.firstIndex(of: name) else {
                return .failure(
                    Mismatch(reason: "it takes a column '\(Printable(name, limit: 60))', which is not there")
                )
            }
            order.append(place)
        }
        return .success(order)
    }

    /// Why a package cannot be asked.
    struct Mismatch: Error {
        let reason: String
    }

    /// The same rows with their columns in another order.
    static func reordered(_ chunk: Chunk, _ order: [Int]) throws(TensorError) -> Chunk {
        let tensor = try chunk.joined()
        let values = try tensor.doubles()
        let width = tensor.rowElementCount
        var moved: [Double] = []
        moved.reserveCapacity(chunk.rowCount * order.count)
        for row in 0..<chunk.rowCount { for place in order { moved.append(values[row * width + place]) } }
        let matrix = try Tensor(name: tensor.name, doubles: moved, shape: [chunk.rowCount, order.count])
        return Chunk(firstRow: chunk.firstRow, rowCount: chunk.rowCount, values: .matrix(matrix))
    }
}
