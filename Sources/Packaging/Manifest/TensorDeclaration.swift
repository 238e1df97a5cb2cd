package import Documents

/// One declared tensor, in the words of the Open Inference Protocol.
public struct TensorDeclaration: Sendable {
    /// The tensor's name.
    public let name: String
    /// One of ``datatypes``.
    public let datatype: String
    /// The lengths of the dimensions; -1 where any length will do.
    public let shape: [Int]
    /// How the contents are to be read, such as `pd` or `str`.
    public let contentType: String?
    /// The names of the columns, when the last dimension has names.
    public let columns: [String]
    /// The protocol's free parameters; a map or null.
    package let parameters: Node

    /// The datatypes of the Open Inference Protocol.
    public static let datatypes = [
        "BOOL", "UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16", "INT32", "INT64", "FP16", "FP32", "FP64",
        "BYTES",
    ]
}

extension TensorDeclaration {
    static let keys = ["name", "datatype", "shape", "content_type", "columns", "parameters"]

    static func list(
        _ node: Node?,
        _ key: String,
        _ reader: DocumentReader
    ) throws(PackageError) -> [TensorDeclaration] {
        var tensors: [TensorDeclaration] = []
        var names = Set<String>()
        for element in try reader.elements(node, key) {
            let tensor = try TensorDeclaration(reading: element, key, reader)
            guard names.insert(tensor.name).inserted else {
                throw reader.fault("\(key) has two tensors '\(Printable(tensor.name))'", at: element.position)
            }
            tensors.append(tensor)
        }
        return tensors
    }

    init(reading node: Node, _ key: String, _ reader: DocumentReader) throws(PackageError) {
        let members = try reader.members(node, "an entry of \(key)")
        try reader.validateKeys(of: members, in: "an entry of \(key)", known: Self.keys)
        guard let name = try reader.label(node["name"], key + ".name"), !name.isEmpty, name.utf8.count <= 256 else {
            throw reader.fault("an entry of \(key) needs a name of at most 256 bytes", at: node.position)
        }
        self.name = name
        datatype = try Self.datatype(of: node, key, reader)
        shape = try Self.shape(of: node, key, reader)
        columns = try Self.columns(node["columns"], key, reader)
        if let width = shape.last, shape.count > 1, width >= 0, !columns.isEmpty, width != columns.count {
            throw reader.fault(
                "\(key): '\(Printable(name))' has \(columns.count) columns, but its shape says \(width)",
                at: node["columns"]?.position
            )
        }
        parameters = Node(.object(try reader.members(node["parameters"], key + ".parameters")))
        let inner = try reader.text(parameters["content_type"], key + ".parameters.content_type")
        contentType = try reader.text(node["content_type"], key + ".content_type") ?? inner
    }

    static func datatype(
        of tensor: Node,
        _ key: String,
        _ reader: DocumentReader
    ) throws(PackageError) -> String {
        guard let name = try reader.text(tensor["datatype"], key + ".datatype") else {
            throw reader.fault("an entry of \(key) needs a datatype, such as FP64", at: tensor.position)
        }
        if datatypes.contains(name) { return name }
        let near = nearest(to: name, among: datatypes)
        throw reader.fault(
            "there is no datatype '\(Printable(name))'" + (near.map { "; did you mean \($0)?" } ?? ""),
            at: tensor["datatype"]?.position,
            hint: "datatypes: " + datatypes.joined(separator: " ")
        )
    }

    static func shape(
        of tensor: Node,
        _ key: String,
        _ reader: DocumentReader
    ) throws(PackageError) -> [Int] {
        guard let node = tensor["shape"], !node.isNull else {
            throw reader.fault("an entry of \(key) needs a shape, such as [-1, 4]", at: tensor.position)
        }
        var shape: [Int] = []
        for element in try reader.elements(node, key + ".shape") {
            guard let length = try reader.integer(element, key + ".shape", in: -1...(1 << 40)) else {
                throw reader.wrongKind(element, key + ".shape", "whole numbers")
            }
            shape.append(length)
        }
        guard !shape.isEmpty, shape.count <= 8 else {
            throw reader.fault("\(key).shape must have 1 to 8 dimensions", at: node.position)
        }
        return shape
    }

    static func columns(
        _ node: Node?,
        _ key: String,
        _ reader: DocumentReader
    ) throws(PackageError) -> [String] {
        var columns: [String] = []
        var seen = Set<String>()
        for element in try reader.elements(node, key + ".columns") {
            guard let column = try reader.label(element, key + ".columns"), seen.insert(column).inserted else {
                throw reader.fault("\(key).columns must be different names", at: element.position)
            }
            columns.append(column)
        }
        return columns
    }
}
