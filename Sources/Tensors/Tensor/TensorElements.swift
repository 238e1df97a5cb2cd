/// The elements of a tensor, as little-endian bytes or, where these are the same, as numbers.
///
/// A matrix that a caller gets as numbers is read into their memory at once: to copy 80 MB again takes longer than to
/// predict them.
package enum TensorElements: Sendable {
    case bytes([UInt8])
    /// Of `FP64`, on a machine on which a number's bytes are the protocol's.
    case doubles([Double])

    /// How many bytes they take.
    var byteCount: Int {
        switch self {
        case .bytes(let bytes): bytes.count
        case .doubles(let values): values.count * MemoryLayout<Double>.stride
        }
    }

    func withUnsafeBytes<Value>(_ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        switch self {
        case .bytes(let bytes): bytes.withUnsafeBytes(body)
        case .doubles(let values): values.withUnsafeBytes(body)
        }
    }
}

extension TensorElements: Equatable {
    package static func == (left: TensorElements, right: TensorElements) -> Bool {
        left.withUnsafeBytes { left in right.withUnsafeBytes { right in left.elementsEqual(right) } }
    }
}
