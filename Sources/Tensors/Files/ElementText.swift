/// The elements of a tensor, each to be written as text.
enum ElementText {
    case booleans([Bool])
    case integers([Int64])
    case unsigned([UInt64])
    case halfs([Float16])
    case floats([Float])
    case doubles([Double])
    case texts([String])

    init(_ tensor: Tensor) throws(TensorError) {
        switch tensor.datatype {
        case .bool: self = .booleans(tensor.values(UInt8.self) { $0 != 0 })
        case .uint64: self = .unsigned(tensor.values(UInt64.self) { $0 })
        case .fp16: self = .halfs(tensor.values(UInt16.self) { Float16(bitPattern: $0) })
        case .fp32: self = .floats(tensor.values(UInt32.self) { Float(bitPattern: $0) })
        case .fp64: self = .doubles(try tensor.doubles())
        case .bytes: self = .texts(try tensor.strings())
        case .uint8, .uint16, .uint32, .int8, .int16, .int32, .int64: self = .integers(try tensor.integers())
        }
    }

    /// What an element says, before a format gives it a form.
    enum Value {
        /// A boolean or a finite number, in the shortest text that reads back the same.
        case plain(String)
        case text(String)
        case missing
        case infinity(isNegative: Bool)
    }

    subscript(index: Int) -> Value {
        switch self {
        case .booleans(let values): .plain(values[index] ? "true" : "false")
        case .integers(let values): .plain(String(values[index]))
        case .unsigned(let values): .plain(String(values[index]))
        case .halfs(let values): Self.number(values[index])
        case .floats(let values): Self.number(values[index])
        case .doubles(let values): Self.number(values[index])
        case .texts(let values): .text(values[index])
        }
    }

    private static func number(_ value: some BinaryFloatingPoint & CustomStringConvertible) -> Value {
        if value.isFinite { return .plain(value.description) }
        return value.isNaN ? .missing : .infinity(isNegative: value < 0)
    }
}
