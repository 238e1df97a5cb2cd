/// A named array of the Open Inference Protocol: datatype, shape, and the elements as bytes.
///
/// The bytes are little-endian and row-major, as in the protocol's binary extension. An element of `BYTES` is a
/// `UInt32` length and as many bytes. Whoever holds a tensor knows that its bytes fit datatype and shape: nothing
/// else can be made.
package struct Tensor: Equatable, Sendable {
    /// The most axes that a tensor may have; numpy's own bound.
    package static let maximumRank = 64
    private static let largestElementSize = 8

    package var name: String
    package let datatype: Datatype
    package let shape: [Int]
    let elements: TensorElements
    /// The product of the shape.
    package let elementCount: Int
    /// What the elements mean beyond their datatype; nil where that says it all.
    package var content: TensorContent?
    /// The tensor whose elements this one calls present (1) or missing (0); nil for a tensor of its own.
    package var validFor: String?

    /// Takes elements from outside and checks every one of them that has a form.
    ///
    /// - Parameters:
    ///   - name: the tensor's name.
    ///   - datatype: the type of an element.
    ///   - shape: the extents, the slowest axis first; empty for a single value.
    ///   - bytes: the elements.
    /// - Throws: ``TensorError`` when the bytes are not what datatype and shape ask for, a `BOOL` is neither 0 nor
    ///   1, or the lengths of `BYTES` do not walk exactly through the bytes.
    /// - Complexity: O(1) for numbers, O(n) in the number of bytes for `BOOL` and `BYTES`.
    package init(name: String, datatype: Datatype, shape: [Int], bytes: [UInt8]) throws(TensorError) {
        try self.init(name: name, datatype: datatype, shape: shape, elements: .bytes(bytes))
    }

    /// The same of elements in either form.
    package init(
        name: String,
        datatype: Datatype,
        shape: [Int],
        elements: TensorElements
    ) throws(TensorError) {
        guard let elementCount = Self.elementCount(of: shape) else {
            throw TensorError(.invalidShape(shape), name: name)
        }
        if case .doubles = elements { precondition(datatype == .fp64 && 1.littleEndian == 1) }
        self.name = name
        self.datatype = datatype
        self.shape = shape
        self.elementCount = elementCount
        self.elements = elements
        if let size = datatype.size {
            guard elements.byteCount == elementCount * size else {
                throw TensorError(.wrongByteCount(expected: elementCount * size, found: elements.byteCount), name: name)
            }
        }
        guard case .bytes(let bytes) = elements else { return }
        switch datatype {
        case .bytes:
            _ = try byteElements(count: elementCount)
        case .bool:
            if let index = bytes.firstIndex(where: { $0 > 1 }) {
                throw TensorError(.invalidBoolean(index: index, value: bytes[index]), name: name)
            }
        default:
            break
        }
    }

    /// Takes elements that this module itself has laid out.
    init(unchecked name: String, datatype: Datatype, shape: [Int], elementCount: Int, bytes: [UInt8]) {
        self.name = name
        self.datatype = datatype
        self.shape = shape
        self.elementCount = elementCount
        elements = .bytes(bytes)
    }

    /// The product of the extents, or nil when an extent is negative or the elements cannot be counted.
    ///
    /// An extent of 0 does not excuse the others: row sizes are computed from them, and must not overflow either.
    static func elementCount(of shape: [Int]) -> Int? {
        guard shape.count <= maximumRank else { return nil }
        var product = 1
        for extent in shape {
            let (next, overflow) = product.multipliedReportingOverflow(by: max(extent, 1))
            guard extent >= 0, !overflow else { return nil }
            product = next
        }
        guard product <= Int.max / largestElementSize else { return nil }
        return shape.contains(0) ? 0 : product
    }

    /// The elements as little-endian bytes.
    package var bytes: [UInt8] {
        switch elements {
        case .bytes(let bytes): bytes
        case .doubles(let values): Self.layOut(values) { $0.bitPattern }
        }
    }

    /// The extent of the first axis, or nil for a single value.
    package var rowCount: Int? { shape.first }

    /// The elements of one row: the product of all extents but the first.
    package var rowElementCount: Int { shape.dropFirst().reduce(1, *) }
}
