package import Documents

/// What a learnware is for, in the words of its developer.
///
/// Reading is tolerant: missing entries are empty. Whether the values are allowed ones is for the checkers to say.
public struct SemanticSpecification: Sendable {
    /// The kind of data, such as `Table`.
    public let data: [String]
    /// The task, such as `Classification`.
    public let task: [String]
    /// The library that the model needs.
    public let library: [String]
    /// The licence.
    public let license: [String]
    /// What the model may be used for.
    public let scenarios: [String]
    /// The kind of model (version 0.4); nil when the key is missing.
    public let model: [String]?
    /// The learnware's name.
    public let name: String
    /// What it does, as Markdown; foreign text.
    public let description: String
    /// The input's columns, when they are described.
    public let input: Features?
    /// The output's columns or classes, when they are described.
    public let output: Features?
    /// The whole document, with keys that are not used here.
    package let document: Node

    /// The columns of an input or output.
    public struct Features: Sendable {
        /// How many there are.
        public let dimension: Int?
        /// What some of them mean, by their index.
        public let descriptions: [Int: String]
    }
}

extension SemanticSpecification {
    /// Reads the text of a `semantic_specification.json`.
    ///
    /// - Throws: ``PackageError`` with the entry that has the wrong type.
    package init(parsing bytes: [UInt8], file: String) throws(PackageError) {
        let reader = DocumentReader(file: file, rule: .semantic)
        let root: Node
        do {
            root = try JSON.parse(bytes)
        } catch {
            throw reader.fault(error)
        }
        guard root.members != nil else { throw reader.fault("it must hold a map, not \(root.kind)") }
        document = root
        data = try Self.values("Data", root, reader) ?? []
        task = try Self.values("Task", root, reader) ?? []
        library = try Self.values("Library", root, reader) ?? []
        license = try Self.values("License", root, reader) ?? []
        scenarios = try Self.values("Scenario", root, reader) ?? []
        model = try Self.values("Model", root, reader)
        name = try Self.values("Name", root, reader)?.first ?? ""
        description = try Self.values("Description", root, reader)?.first ?? ""
        input = try Self.features("Input", root, reader)
        output = try Self.features("Output", root, reader)
    }

    /// The `Values` of one entry, which may be a list of texts or one text.
    private static func values(_ key: String, _ root: Node, _ reader: DocumentReader) throws(PackageError) -> [String]?
    {
        guard let node = root[key], !node.isNull else { return nil }
        _ = try reader.members(node, key)
        guard let values = node["Values"] else { throw reader.fault("\(key) has no Values") }
        if let text = values.string { return [text] }
        var texts: [String] = []
        for element in try reader.elements(values, key + ".Values") {
            guard let text = try reader.text(element, "an element of \(key).Values") else { continue }
            texts.append(text)
        }
        return texts
    }

    private static func features(_ key: String, _ root: Node, _ reader: DocumentReader) throws(PackageError)
        -> Features?
    {
        guard var node = root[key], !node.isNull else { return nil }
        // The dock's web form sends these two as JSON inside a text.
        if let text = node.string {
            do {
                node = try JSON.parse(text)
            } catch {
                throw reader.fault("\(key) is a text that is not JSON: \(error.reason)")
            }
        }
        guard try !reader.members(node, key).isEmpty else { return nil }
        let dimension = try reader.integer(node["Dimension"], key + ".Dimension", in: 0...(1 << 40))
        var descriptions: [Int: String] = [:]
        for member in try reader.members(node["Description"], key + ".Description") {
            guard let index = Int(member.key), index >= 0 else {
                throw reader.fault("\(key).Description has the key '\(Printable(member.key))', which is no index")
            }
            descriptions[index] = try reader.text(member.value, "\(key).Description.\(index)")
        }
        return Features(dimension: dimension, descriptions: descriptions)
    }
}
