import Commands
import Documents
import ModelRunner
import Numerics
import Specifications
import SystemPackage
import Tensors

/// The rows of a file as one matrix.
struct SpecificationRows {
    let matrix: Matrix<Double>
    /// The shape of one row where it is not a list of numbers.
    let sampleShape: [Int]?

    /// - Parameters:
    ///   - data: the file.
    ///   - areArrays: whether a row may have several axes; cells of texts are never missing then.
    ///   - runOptions: how what reads it in a sandbox is run.
    /// - Throws: ``Failure`` that names the place of what is wrong.
    init(
        _ data: DataInput,
        areArrays: Bool,
        _ runOptions: RunOptions
    ) async throws(Failure) {
        var options = DataOptions(header: data.header)
        options.selection = data.selection
        options.form = areArrays ? .matrix : .table
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
                        "\(data.shown) holds texts; a specification needs rows of numbers"
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
            throw data.failure(error, reading: options.form)
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

extension AnySpecification {
    /// Reads a specification, whatever its type, from a file that the user named.
    init(named file: String) throws(Failure) {
        do throws(SpecificationError) {
            try self.init(contentsOf: FilePath(file))
        } catch {
            throw Failure(error, data: Printable(file).description)
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
        case .cancelled: self.init(.interrupted, "\(error)")
        case .numerics: self.init(.internalFault, "\(error)")
        case .invalidOption: self.init(.usage, "\(error)")
        default: self.init(.input, "\(error)")
        }
    }
}
