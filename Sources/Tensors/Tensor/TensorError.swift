internal import Documents

/// Why values do not form a tensor, or a tensor does not hold what was asked of it.
package struct TensorError: Error, Equatable, CustomStringConvertible {
    /// What kind of fault it is, with its facts.
    package enum Reason: Equatable, Sendable {
        /// The shape has a negative extent, too many axes, or more elements than can be counted.
        case invalidShape([Int])
        /// The number of bytes does not follow from datatype and shape.
        case wrongByteCount(expected: Int, found: Int)
        /// The number of elements does not follow from the shape.
        case wrongElementCount(expected: Int, found: Int)
        /// A `BYTES` element, counted from 0, reaches past the end, or bytes are left after the last one.
        case brokenElement(index: Int)
        /// A `BOOL` element, counted from 0, is neither 0 nor 1.
        case invalidBoolean(index: Int, value: UInt8)
        /// A text, counted from 0, is not UTF-8.
        case invalidText(index: Int)
        /// The element, counted from 0, is not a value of the datatype.
        case invalidValue(index: Int, found: String, datatype: Datatype)
        /// The tensor's datatype does not have what was asked for.
        case wrongDatatype(found: Datatype, wanted: String)
        /// The lists of a JSON text do not have the declared shape.
        case wrongNesting(shape: [Int])
        /// Tensors that shall be joined differ in datatype or in the shape of a row.
        case unequalParts
        /// The tensor marks missing values, but not those of another tensor of its shape, or not as `BOOL`.
        case badCompanion
        /// A column has the name that the values to learn have.
        case takenName
        /// There is nothing to join, or the tensor has no rows.
        case noRows
    }

    /// The tensor's name, as its maker gave it.
    package var name: String
    package var reason: Reason

    package init(_ reason: Reason, name: String) {
        self.name = name
        self.reason = reason
    }

    package var description: String {
        "tensor '\(Printable(name, limit: 60))' \(reason.clause)"
    }
}

extension TensorError.Reason {
    fileprivate var clause: String {
        switch self {
        case .invalidShape(let shape):
            "has the shape \(shape), which is not one that can be read"
        case .wrongByteCount(let expected, let found):
            "has \(found) bytes, but its datatype and shape ask for \(expected)"
        case .wrongElementCount(let expected, let found):
            "has \(found) elements, but its shape asks for \(expected)"
        case .brokenElement(let index):
            "has a length in its BYTES data that does not fit, at element \(index)"
        case .invalidBoolean(let index, let value):
            "has the byte \(value) at element \(index), but a BOOL is 0 or 1"
        case .invalidText(let index):
            "has a text that is not valid UTF-8, at element \(index)"
        case .invalidValue(let index, let found, let datatype):
            "has \(found) at element \(index), which is no value of \(datatype.rawValue)"
        case .wrongDatatype(let found, let wanted):
            "holds \(found.rawValue), not \(wanted)"
        case .wrongNesting(let shape):
            "has lists that do not form the shape \(shape)"
        case .unequalParts:
            "has parts of different datatypes or row shapes"
        case .badCompanion:
            "does not mark the missing values of exactly one other tensor of its shape"
        case .takenName:
            "has the name that the protocol gives to the values to learn; rename the column"
        case .noRows:
            "has no rows"
        }
    }
}
