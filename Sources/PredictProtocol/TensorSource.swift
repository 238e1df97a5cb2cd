import Documents
import Tensors

/// Where the bytes of a reply's tensors are: behind its line, or in the runner's memory file.
struct TensorSource {
    /// What stands behind the line and belongs to no tensor yet.
    var rest: ArraySlice<UInt8>
    let shared: Session.SharedReader?
    /// Bytes that may still be copied out of the memory file, so that no byte is copied for many tensors.
    var sharedLeft: Int
    /// The size of the memory file.
    let size: Int

    /// The elements that a tensor's header speaks of; nil when it has no bytes and they stand in the line.
    mutating func elements(of header: Node, _ datatype: Datatype) throws(ProtocolError) -> TensorElements? {
        let parameters = header["parameters"]
        let behind = parameters?["binary_data_size"]
        let offset = parameters?["shared_memory_offset"]
        let count = parameters?["shared_memory_size"]
        if behind == nil, offset == nil, count == nil { return nil }
        guard header["data"] == nil else { throw .badTensor("a tensor with both bytes and data") }
        if let behind {
            guard offset == nil, count == nil else { throw .badTensor("a tensor with bytes in two places") }
            return .bytes(try takeBytes(behind))
        }
        return try copy(offset?.integer, count?.integer, datatype)
    }

    private mutating func takeBytes(_ size: Node) throws(ProtocolError) -> [UInt8] {
        guard let count = size.integer, count >= 0, count <= rest.count else {
            throw .badTensor("a binary_data_size that does not fit the bytes behind the line")
        }
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    private mutating func copy(
        _ offset: Int?,
        _ count: Int?,
        _ datatype: Datatype
    ) throws(ProtocolError) -> TensorElements {
        guard let shared else { throw .badTensor("a tensor in shared memory, which is not in use") }
        guard let offset, let count, offset >= 0, count >= 0, offset <= size, count <= size - offset else {
            throw .badTensor("a tensor that does not lie in the \(size) bytes of shared memory")
        }
        guard count <= sharedLeft else { throw .badTensor("more bytes of shared memory than the answer may have") }
        sharedLeft -= count
        return try shared(offset, count, datatype)
    }
}
