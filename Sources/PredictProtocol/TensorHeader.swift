import Documents
import Tensors

/// Tensors on the wire: a JSON header each, and their bytes behind the line in the same order.
package enum TensorHeader {
    /// The header of a tensor whose bytes follow the line, or lie in the memory file from `offset` on.
    static func encode(_ tensor: Tensor, offset: Int? = nil) -> Node {
        var more: [(String, Node)] = []
        if tensor.datatype == .bytes { more.append(("content_type", Node((tensor.content ?? .text).word))) }
        if case .category(let categories?) = tensor.content {
            more.append(("categories", Node(categories.map { Node($0) })))
        }
        if let column = tensor.validFor { more.append(("valid_for", Node(column))) }
        return encode(
            tensor.name,
            tensor.datatype,
            tensor.shape,
            byteCount: tensor.bytes.count,
            offset: offset,
            more: more
        )
    }

    static func encode(
        _ name: String,
        _ datatype: Datatype,
        _ shape: [Int],
        byteCount: Int,
        offset: Int?,
        more: [(String, Node)] = []
    ) -> Node {
        var parameters: [(String, Node)] = [("binary_data_size", Node(byteCount))]
        if let offset {
            parameters = [("shared_memory_offset", Node(offset)), ("shared_memory_size", Node(byteCount))]
        }
        parameters += more
        return Node(object: [
            ("name", Node(name)),
            ("datatype", Node(datatype.rawValue)),
            ("shape", Node(shape.map { Node($0) })),
            ("parameters", Node(object: parameters)),
        ])
    }

    /// The tensors of a reply.
    ///
    /// - Parameters:
    ///   - outputs: the `outputs` member.
    ///   - blob: all bytes behind the line; they must be used up exactly.
    ///   - shared: copies bytes out of the runner's memory file; nil when it may not be used.
    ///   - allowance: bytes that all tensors in the memory file may have together.
    ///   - limits: bounds on their number and names.
    /// - Returns: the tensors, in the order of the headers.
    /// - Throws: ``ProtocolError`` for the first that does not fit.
    static func decode(
        _ outputs: Node?,
        blob: [UInt8],
        shared: Session.SharedReader? = nil,
        allowance: Int = .max,
        limits: ProtocolLimits
    ) throws(ProtocolError) -> [Tensor] {
        guard let headers = outputs?.array, !headers.isEmpty else { throw .badTensor("a reply without output tensors") }
        guard headers.count <= limits.tensors else { throw .badTensor("\(headers.count) tensors in one reply") }
        let left = min(limits.shared, allowance)
        var source = TensorSource(rest: blob[...], shared: shared, sharedLeft: left, size: limits.shared)
        var names = Set<[UInt8]>()
        var tensors: [Tensor] = []
        for header in headers {
            for tensor in try decode(header, from: &source, limits: limits) {
                guard headers.count == 1 || names.insert(Array(tensor.name.utf8)).inserted else {
                    throw .badTensor("two tensors named '\(Printable(tensor.name))'")
                }
                tensors.append(tensor)
            }
        }
        guard source.rest.isEmpty else {
            throw .badTensor("\(source.rest.count) bytes behind the line belong to no tensor")
        }
        if tensors.count == 1, tensors[0].validFor == nil { return tensors }
        do throws(TensorError) {
            _ = try Column.columns(of: tensors)
        } catch {
            throw .badTensor("\(error)")
        }
        return tensors
    }

    /// The tensor of a header; with its companion when its values are JSON and some of them `null`.
    private static func decode(
        _ header: Node,
        from source: inout TensorSource,
        limits: ProtocolLimits
    ) throws(ProtocolError) -> [Tensor] {
        guard let name = header["name"]?.string, name.utf8.count <= limits.name, !name.isEmpty else {
            throw .badTensor("a tensor without a name, or with one of more than \(limits.name) bytes")
        }
        var shown: Printable { Printable(name, limit: 60) }
        guard let datatype = header["datatype"]?.string.flatMap(Datatype.init(rawValue:)) else {
            throw .badTensor("tensor '\(shown)' has no datatype of the protocol")
        }
        guard let dimensions = header["shape"]?.array, dimensions.count <= 32 else {
            throw .badTensor("tensor '\(shown)' has no shape, or more than 32 dimensions")
        }
        let shape = dimensions.compactMap { $0.integer }.filter { $0 >= 0 }
        guard shape.count == dimensions.count else { throw .badTensor("tensor '\(shown)' has an impossible shape") }
        if let parameters = header["parameters"], parameters.members == nil, !parameters.isNull {
            throw .badTensor("tensor '\(shown)' has \(parameters.kind) for parameters, where an object must be")
        }
        do {
            if let elements = try source.elements(of: header, datatype) {
                var tensor = try Tensor(name: name, datatype: datatype, shape: shape, elements: elements)
                // Only a hint for formats that know times: nothing here relies on it.
                if datatype == .bytes, TensorContent(header["parameters"]) == .datetime { tensor.content = .datetime }
                if let target = header["parameters"]?["valid_for"] {
                    guard let column = target.string, column.utf8.count <= limits.name else {
                        throw ProtocolError.badTensor("tensor '\(shown)' is valid for no column that could be one")
                    }
                    tensor.validFor = column
                }
                return [tensor]
            }
            guard header["parameters"]?["valid_for"] == nil else {
                throw ProtocolError.badTensor("tensor '\(shown)' marks missing values, which JSON does with null")
            }
            guard let data = header["data"] else {
                throw ProtocolError.badTensor("tensor '\(shown)' has neither data nor binary_data_size")
            }
            return try Column(json: data, name: name, datatype: datatype, shape: shape).tensors
        } catch let error as ProtocolError {
            throw error
        } catch {
            throw .badTensor("\(error)")
        }
    }
}
