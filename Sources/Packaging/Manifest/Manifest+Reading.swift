import Documents

extension Manifest {
    /// Reads the text of a `learnware.yaml`, in either dialect.
    ///
    /// Unknown keys are kept and ignored, as the Python package does, except inside `sandbox`, which is ours.
    ///
    /// - Throws: ``PackageError`` with file, line and column.
    package init(parsing bytes: [UInt8], file: String = PackageDescription.manifestName) throws(PackageError) {
        let reader = DocumentReader(file: file, rule: .manifest)
        let root: Node
        do {
            root = try YAML.parse(bytes)
        } catch {
            throw reader.fault(error)
        }
        guard root.members != nil || root.isNull else { throw reader.fault("it must hold a map of keys and values") }
        var warnings: [String] = []
        document = root
        name = try reader.label(root["name"], "name")
        id = try reader.label(root["id"], "id")
        model = try Model(reading: root["model"], reader)
        var specifications: [StatisticalReference] = []
        for node in try reader.elements(root["stat_specifications"], "stat_specifications") {
            try StatisticalReference.checkCount(specifications.count + 1, at: node.position, reader)
            let specification = try StatisticalReference(reading: node, reader, &warnings)
            try StatisticalReference.checkIsNew(
                specification.fileName,
                among: specifications.map(\.fileName),
                at: node["file_name"]?.position,
                reader
            )
            specifications.append(specification)
        }
        statisticalSpecifications = specifications
        _ = try reader.members(root["semantic_specification"], "semantic_specification")
        semanticFileName = try reader.fileName(
            root["semantic_specification"]?["file_name"],
            "semantic_specification.file_name"
        )
        sandbox = try SandboxSettings(reading: root["sandbox"], reader)
        self.warnings = warnings
    }
}

extension Manifest.Model {
    fileprivate init(reading node: Node?, _ reader: DocumentReader) throws(PackageError) {
        _ = try reader.members(node, "model")
        className = try Self.className(node?["class_name"], reader)
        modulePath = try Self.modulePath(node?["module_path"], reader)
        kwargs = try readKwargs(node?["kwargs"], "model.kwargs", reader)
        var paths: [String] = []
        collectTuples(in: kwargs, at: "", into: &paths)
        tuplePaths = paths
        weightsFilePath = try reader.text(node?["weights_file_path"], "model.weights_file_path")
        requiredLearnwareIDs = try Self.requiredIDs(node?["required_learnware_ids"], reader)
    }

    static func className(_ node: Node?, _ reader: DocumentReader) throws(PackageError) -> String {
        let name = try reader.text(node, "model.class_name") ?? "Model"
        guard isIdentifier(name) else {
            throw reader.fault(
                "model.class_name is '\(Printable(name))'; it must be the name of a class",
                at: node?.position
            )
        }
        return name
    }

    static func requiredIDs(_ node: Node?, _ reader: DocumentReader) throws(PackageError) -> [String] {
        var ids: [String] = []
        for element in try reader.elements(node, "model.required_learnware_ids") {
            guard let id = try reader.label(element, "model.required_learnware_ids") else { continue }
            ids.append(id)
        }
        return ids
    }

    /// A file of the package, or the dotted name of a module that the environment brings.
    static func modulePath(_ node: Node?, _ reader: DocumentReader) throws(PackageError) -> String {
        guard let path = try reader.text(node, "model.module_path") else { return "__init__.py" }
        if path.hasSuffix(".py") {
            return try reader.fileName(node, "model.module_path") ?? path
        }
        guard !path.isEmpty, path.split(separator: ".", omittingEmptySubsequences: false).allSatisfy(isIdentifier)
        else {
            throw reader.fault(
                "model.module_path is '\(Printable(path))'; it must be a .py file inside the package or a module's name",
                at: node?.position
            )
        }
        return path
    }
}

extension Manifest.StatisticalReference {
    /// The most specifications of one learnware; each is a file of up to a million numbers.
    static let countLimit = 16

    static func checkCount(_ count: Int, at position: SourcePosition?, _ reader: DocumentReader) throws(PackageError) {
        guard count <= countLimit else {
            throw reader.fault("stat_specifications has more than \(countLimit) entries", at: position)
        }
    }

    static func checkIsNew(
        _ name: String,
        among others: [String],
        at position: SourcePosition?,
        _ reader: DocumentReader
    ) throws(PackageError) {
        guard !others.contains(name) else {
            throw reader.fault(
                "stat_specifications names '\(Printable(name))' twice",
                at: position,
                hint: "give each specification a file of its own"
            )
        }
    }

    fileprivate init(
        reading node: Node,
        _ reader: DocumentReader,
        _ warnings: inout [String]
    ) throws(PackageError) {
        let key = "stat_specifications"
        guard node.members != nil else { throw reader.wrongKind(node, "an entry of \(key)", "a map") }
        guard let className = try reader.text(node["class_name"], key + ".class_name") else {
            throw reader.fault("an entry of \(key) has no class_name", at: node.position)
        }
        guard let fileName = try reader.fileName(node["file_name"], key + ".file_name") else {
            throw reader.fault("an entry of \(key) has no file_name", at: node.position)
        }
        self.className = className
        self.fileName = fileName
        modulePath = try reader.text(node["module_path"], key + ".module_path") ?? "learnware.specification"
        kwargs = try readKwargs(node["kwargs"], key + ".kwargs", reader)
        for missing in ["module_path", "kwargs"] where node[missing] == nil {
            warnings.append("\(reader.file): an entry of \(key) has no \(missing), which the Python package needs")
        }
    }
}

private func isIdentifier(_ text: some StringProtocol) -> Bool {
    guard let first = text.unicodeScalars.first, first == "_" || first.properties.isXIDStart else { return false }
    return text.unicodeScalars.allSatisfy(\.properties.isXIDContinue)
}

/// Keyword arguments, which travel to the runner as JSON.
func readKwargs(_ node: Node?, _ key: String, _ reader: DocumentReader) throws(PackageError) -> Node {
    let members = try reader.members(node, key)
    let kwargs = Node(.object(members), at: node?.position)
    for member in members where !isIdentifier(member.key) {
        throw reader.fault(
            "\(key) has the key '\(Printable(member.key))', which cannot be the name of an argument",
            at: member.position
        )
    }
    if let node = firstNonFinite(in: kwargs) {
        throw reader.fault("\(key) holds an infinity or NaN, which cannot be passed on", at: node.position)
    }
    return kwargs
}

private func firstNonFinite(in node: Node) -> Node? {
    switch node.value {
    // Spelt out, because nil alone would be a node that holds null.
    case .number(let number): number.isFinite ? Node?.none : node
    case .array(let elements): elements.lazy.compactMap(firstNonFinite).first
    case .object(let members): members.lazy.compactMap { firstNonFinite(in: $0.value) }.first
    default: nil
    }
}

/// Collects the JSON pointers (RFC 6901) of all tuples.
private func collectTuples(in node: Node, at pointer: String, into paths: inout [String]) {
    switch node.value {
    case .array(let elements):
        if node.isTuple { paths.append(pointer) }
        for (index, element) in elements.enumerated() {
            collectTuples(in: element, at: "\(pointer)/\(index)", into: &paths)
        }
    case .object(let members):
        for member in members {
            var path = pointer + "/"
            for scalar in member.key.unicodeScalars {
                switch scalar {
                case "~": path += "~0"
                case "/": path += "~1"
                default: path.unicodeScalars.append(scalar)
                }
            }
            collectTuples(in: member.value, at: path, into: &paths)
        }
    default: break
    }
}
