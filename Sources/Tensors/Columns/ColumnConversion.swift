/// From what a file's column holds to what a model is to get.
struct ColumnConversion {
    let name: String
    let from: ColumnType
    let to: ColumnType

    enum Fault: Error {
        /// The column is not what it was said to be.
        case astray
        /// A value, of the row counted from 0, does not fit.
        case cell(Int, ColumnBuilder.Refusal)
    }

    /// - Throws: ``Fault``.
    func apply(to column: Column) throws(Fault) -> Column {
        guard column.values.datatype == from.datatype else { throw .astray }
        do throws(TensorError) {
            if from == to, !needsLook { return try named(column.values, column.validity) }
            if from.isNumeric, to == .number(.fp64) {
                return Column(try Tensor(name: name, doubles: column.doubles(), shape: column.values.shape))
            }
        } catch {
            throw .astray
        }
        return try built(from: column)
    }

    /// Whether values of the type may be none of it although the bytes of the tensor are right.
    private var needsLook: Bool {
        switch to {
        case .number, .integer, .boolean: false
        case .text, .datetime, .category: true
        }
    }

    private func named(_ values: Tensor, _ validity: [UInt8]?) throws(TensorError) -> Column {
        var values = values
        values.name = name
        values.content = to.content
        guard let validity else { return Column(values) }
        return try Column(values, validity: validity)
    }

    private func built(from column: Column) throws(Fault) -> Column {
        var builder = ColumnBuilder(name: name, type: to)
        let cells: TypedCells
        do throws(TensorError) {
            cells = try TypedCells(column)
        } catch {
            throw .astray
        }
        for row in 0..<column.values.elementCount {
            do throws(ColumnBuilder.Refusal) {
                try builder.append(cells[row])
            } catch {
                throw .cell(row, error)
            }
        }
        do throws(TensorError) {
            return try builder.column()
        } catch {
            throw .astray
        }
    }
}

/// The values of a column as cells.
private struct TypedCells {
    private enum Values {
        case booleans([Int64])
        case integers([Int64])
        case numbers([Double])
        case texts([String])
    }

    private let values: Values
    private let validity: [UInt8]?

    init(_ column: Column) throws(TensorError) {
        validity = column.validity
        let tensor = column.values
        switch tensor.datatype {
        case .bool: values = .booleans(try tensor.integers())
        case .bytes: values = .texts(try tensor.strings())
        case .fp16, .fp32, .fp64: values = .numbers(try tensor.doubles())
        // What is beyond Int64 no other type can hold exactly, and a builder refuses what it cannot.
        case .uint64:
            if let integers = try? tensor.integers() {
                values = .integers(integers)
            } else {
                values = .numbers(try tensor.doubles())
            }
        default: values = .integers(try tensor.integers())
        }
    }

    subscript(row: Int) -> Cell {
        if let validity, validity[row] == 0 { return .missing }
        switch values {
        case .booleans(let values): return .boolean(values[row] != 0)
        case .integers(let values): return .integer(Int(values[row]))
        case .numbers(let values): return values[row].isNaN ? .missing : .number(values[row])
        case .texts(let values): return .text(values[row])
        }
    }
}

extension Column {
    /// One column of the rows of several.
    static func concatenating(_ parts: [Column]) throws(TensorError) -> Column {
        let values = try Tensor.concatenating(parts.map(\.values))
        guard parts.contains(where: { $0.validity != nil }) else { return Column(values) }
        let validity = parts.flatMap { $0.validity ?? [UInt8](repeating: 1, count: $0.values.elementCount) }
        return try Column(values, validity: validity)
    }
}
