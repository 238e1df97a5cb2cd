import Documents
package import Tensors

/// What a runner says of its model after loading it: foreign text throughout.
package struct Metadata: Equatable, Sendable {
    package var name: String
    package var platform: String
    package var runtime: String
    package var loadMilliseconds: Int
    package var extensions: [String]
    package var inputs: [Signature]
    package var outputs: [Signature]

    /// A declared tensor; -1 stands for a dimension of any length.
    package struct Signature: Equatable, Sendable {
        package var name: String
        package var datatype: String
        package var shape: [Int]
        /// How its elements are to be read, where the runner says that.
        package var content: TensorContent?
    }

    init(_ result: Node, shown: String, limits: ProtocolLimits) throws(ProtocolError) {
        guard result.members != nil else { throw .notAMessage(reason: "metadata that is no object", shown: shown) }
        name = result["name"]?.string ?? ""
        platform = result["platform"]?.string ?? ""
        runtime = result["runtime"]?.string ?? ""
        loadMilliseconds = max(0, result["load_ms"]?.number.flatMap { Int(exactly: $0.rounded()) } ?? 0)
        extensions = (result["extensions"]?.array ?? []).compactMap(\.string)
        inputs = try Self.signatures(result["inputs"], shown, limits)
        outputs = try Self.signatures(result["outputs"], shown, limits)
    }

    private static func signatures(
        _ node: Node?,
        _ shown: String,
        _ limits: ProtocolLimits
    ) throws(ProtocolError) -> [Signature] {
        guard let node, !node.isNull else { return [] }
        guard let elements = node.array, elements.count <= limits.tensors else {
            throw .notAMessage(reason: "metadata whose tensors are no list", shown: shown)
        }
        var signatures: [Signature] = []
        for element in elements {
            guard let name = element["name"]?.string, name.utf8.count <= limits.name,
                let datatype = element["datatype"]?.string,
                let shape = element["shape"]?.array?.compactMap(\.integer), shape.count <= 32
            else { throw .notAMessage(reason: "metadata with a tensor that is not described", shown: shown) }
            let content = TensorContent(element["parameters"])
            signatures.append(Signature(name: name, datatype: datatype, shape: shape, content: content))
        }
        return signatures
    }
}

extension TensorContent {
    /// What a tensor's parameters say of its elements; nil when they say nothing that is known here.
    init?(_ parameters: Node?) {
        switch parameters?["content_type"]?.string {
        case "str": self = .text
        case "datetime": self = .datetime
        case "category": self = .category(parameters?["categories"]?.array?.compactMap(\.string))
        default: return nil
        }
    }
}
