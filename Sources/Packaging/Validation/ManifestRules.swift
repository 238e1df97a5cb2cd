import Documents

/// What a `learnware.yaml` says as far as it can be read, and everything that is wrong with it.
struct ManifestFindings {
    var runtime = SandboxSettings.Runtime.python
    var className: Located<String>?
    var modulePath: Located<String>?
    var entry: Located<String>?
    var weightsPath: Located<String>?
    var requiredIDs: [String]?
    var semanticFile: Located<String>?
    var specifications: [Specification] = []
    var inputs: [Tensor] = []
    var outputs: [Tensor] = []
    var inputShape: Located<[Int]>?
    var outputShape: Located<[Int]>?
    /// True when a document was there to be read.
    var isReadable = false

    /// A value and where it stands; nil where the value is a default.
    struct Located<Value> {
        var value: Value
        var position: SourcePosition?
    }

    struct Specification {
        var className: String?
        var fileName: Located<String>
    }

    struct Tensor {
        var declaration: TensorDeclaration
        var position: SourcePosition?
        var datatypePosition: SourcePosition?
        var columnsPosition: SourcePosition?
    }
}

/// The rules of `learnware.yaml`, each checked wherever it can be; the fields are read as opening a package reads them.
struct ManifestRules {
    static let topKeys = ["name", "id", "model", "stat_specifications", "semantic_specification", "sandbox"]
    static let modelKeys = ["class_name", "module_path", "kwargs", "weights_file_path", "required_learnware_ids"]
    static let specificationKeys = ["module_path", "class_name", "file_name", "kwargs"]

    private(set) var findings = ManifestFindings()
    private var list: ProblemList
    var problems: [Problem] { list.problems }

    init(_ bytes: [UInt8], file: String) {
        list = ProblemList(file: file, rule: .manifest)
        let root: Node
        do {
            root = try YAML.parse(bytes)
        } catch {
            list.error(error.reason, at: error.position)
            return
        }
        guard root.members != nil || root.isNull else {
            list.error("it must hold a map of keys and values, not \(root.kind)", at: root)
            return
        }
        findings.isReadable = true
        list.keys(of: root, in: "", known: Self.topKeys)
        _ = list.attempt { (reader) throws(PackageError) in try reader.label(root["name"], "name") }
        _ = list.attempt { (reader) throws(PackageError) in try reader.label(root["id"], "id") }
        checkModel(root["model"])
        checkSpecifications(root["stat_specifications"])
        checkSemantic(root["semantic_specification"])
        checkSandbox(root["sandbox"])
    }

    /// True when the node is a map or absent; anything else is noted.
    private mutating func isMap(_ node: Node?, _ key: String) -> Bool {
        list.attempt { (reader) throws(PackageError) in try reader.members(node, key) } != nil
    }

    private mutating func checkModel(_ node: Node?) {
        guard isMap(node, "model") else { return }
        list.keys(of: node, in: "model", known: Self.modelKeys)
        findings.className = list.attempt { (reader) throws(PackageError) in
            try Manifest.Model.className(node?["class_name"], reader)
        }.map { .init(value: $0, position: node?["class_name"]?.position) }
        findings.modulePath = list.attempt { (reader) throws(PackageError) in
            try Manifest.Model.modulePath(node?["module_path"], reader)
        }.map { .init(value: $0, position: node?["module_path"]?.position) }
        let weights = list.attempt { (reader) throws(PackageError) in
            try reader.text(node?["weights_file_path"], "model.weights_file_path")
        }
        if let weights {
            findings.weightsPath = .init(value: weights ?? "weights", position: node?["weights_file_path"]?.position)
        }
        findings.requiredIDs = list.attempt { (reader) throws(PackageError) in
            try Manifest.Model.requiredIDs(node?["required_learnware_ids"], reader)
        }
        checkKwargs(node?["kwargs"])
    }

    private mutating func checkKwargs(_ node: Node?) {
        let kwargs = list.attempt { (reader) throws(PackageError) in try readKwargs(node, "model.kwargs", reader) }
        guard let kwargs else { return }
        if let tuple = Self.firstTuple(in: kwargs) {
            list.warning(
                "model.kwargs holds a !!python/tuple, which Beimingwu and the Python client refuse to read",
                at: tuple,
                hint: "write a list, such as [4], and let the class make its tuple"
            )
        }
        findings.inputShape = shape(kwargs, "input_shape")
        findings.outputShape = shape(kwargs, "output_shape")
    }

    private static func firstTuple(in node: Node) -> Node? {
        switch node.value {
        case .array(let elements): node.isTuple ? node : elements.lazy.compactMap(firstTuple).first
        case .object(let members): members.lazy.compactMap { firstTuple(in: $0.value) }.first
        default: nil
        }
    }

    /// A shape among the arguments; a tuple in Python's spelling is a text to YAML, and no shape.
    private mutating func shape(_ kwargs: Node, _ key: String) -> ManifestFindings.Located<[Int]>? {
        guard let node = kwargs[key] else { return nil }
        if let text = node.string, text.hasPrefix("("), text.hasSuffix(")") {
            let numbers = text.dropFirst().dropLast().split(separator: ",").map { $0.filter { $0 != " " } }
            list.error(
                "model.kwargs.\(key) is the text '\(Printable(text))', because YAML knows no tuples",
                at: node,
                hint: "write [\(Printable(numbers.joined(separator: ", ")))]"
            )
        }
        guard let elements = node.array, !elements.isEmpty else { return nil }
        let lengths = elements.compactMap(\.integer)
        guard lengths.count == elements.count else { return nil }
        return .init(value: lengths, position: node.position)
    }

    private mutating func checkSpecifications(_ node: Node?) {
        let key = "stat_specifications"
        let entries = list.attempt { (reader) throws(PackageError) in try reader.elements(node, key) }
        for (index, entry) in (entries ?? []).enumerated() {
            let isAllowed: Void? = list.attempt { (reader) throws(PackageError) in
                try Manifest.StatisticalReference.checkCount(index + 1, at: entry.position, reader)
            }
            guard isAllowed != nil else { break }
            guard entry.members != nil else {
                list.error("an entry of \(key) must be a map, not \(entry.kind)", at: entry)
                continue
            }
            list.keys(of: entry, in: "an entry of \(key)", known: Self.specificationKeys)
            let className = list.attempt { (reader) throws(PackageError) in
                try reader.text(entry["class_name"], key + ".class_name")
            }
            let fileName = list.attempt { (reader) throws(PackageError) in
                try reader.fileName(entry["file_name"], key + ".file_name")
            }
            _ = list.attempt { (reader) throws(PackageError) in
                try reader.text(entry["module_path"], key + ".module_path")
            }
            _ = list.attempt { (reader) throws(PackageError) in
                try readKwargs(entry["kwargs"], key + ".kwargs", reader)
            }
            if case .some(.none) = className { list.error("an entry of \(key) has no class_name", at: entry) }
            if case .some(.none) = fileName { list.error("an entry of \(key) has no file_name", at: entry) }
            for missing in ["module_path", "kwargs"] where entry[missing] == nil {
                list.warning("an entry of \(key) has no \(missing), which the Python package needs", at: entry)
            }
            if let name = fileName ?? nil {
                let position = entry["file_name"]?.position
                let others = findings.specifications.map(\.fileName.value)
                let isNew: Void? = list.attempt { (reader) throws(PackageError) in
                    try Manifest.StatisticalReference.checkIsNew(name, among: others, at: position, reader)
                }
                guard isNew != nil else { continue }
                let located = ManifestFindings.Located(value: name, position: position)
                findings.specifications.append(.init(className: className ?? nil, fileName: located))
            }
        }
    }

    private mutating func checkSemantic(_ node: Node?) {
        guard isMap(node, "semantic_specification") else { return }
        list.keys(of: node, in: "semantic_specification", known: ["file_name"])
        let name = list.attempt { (reader) throws(PackageError) in
            try reader.fileName(node?["file_name"], "semantic_specification.file_name")
        }
        if let name = name ?? nil {
            findings.semanticFile = .init(value: name, position: node?["file_name"]?.position)
        }
    }
}

extension ManifestRules {
    private mutating func checkSandbox(_ node: Node?) {
        guard isMap(node, "sandbox"), let node, !node.isNull else { return }
        list.keys(of: node, in: "sandbox", known: SandboxSettings.keys, isOurs: true)
        let runtime = list.attempt { (reader) throws(PackageError) in
            try SandboxSettings.runtime(node["runtime"], reader)
        }
        findings.runtime = runtime ?? .python
        let entry = list.attempt { (reader) throws(PackageError) in
            try reader.fileName(node["entry"], "sandbox.entry")
        }
        if let entry = entry ?? nil {
            findings.entry = .init(value: entry, position: node["entry"]?.position)
        } else if case .some(.none) = entry, let reason = SandboxSettings.entryIsMissing(for: findings.runtime) {
            list.error(reason, at: node)
        }
        _ = list.attempt { (reader) throws(PackageError) in try SandboxSettings.profile(node["profile"], reader) }
        _ = list.attempt { (reader) throws(PackageError) in try SandboxSettings.memory(node["memory"], reader) }
        _ = list.attempt { (reader) throws(PackageError) in try SandboxSettings.seconds(node["time"], reader) }
        _ = list.attempt { (reader) throws(PackageError) in
            try reader.integer(node["threads"], "sandbox.threads", in: 1...1024)
        }
        findings.inputs = tensors(node["inputs"], "sandbox.inputs")
        findings.outputs = tensors(node["outputs"], "sandbox.outputs")
    }

    private mutating func tensors(_ node: Node?, _ key: String) -> [ManifestFindings.Tensor] {
        var tensors: [ManifestFindings.Tensor] = []
        var names = Set<String>()
        let entries = list.attempt { (reader) throws(PackageError) in try reader.elements(node, key) }
        for entry in entries ?? [] {
            guard entry.members != nil else {
                list.error("an entry of \(key) must be a map, not \(entry.kind)", at: entry)
                continue
            }
            guard let tensor = tensor(entry, key) else { continue }
            if !names.insert(tensor.declaration.name).inserted {
                list.error("\(key) has two tensors '\(Printable(tensor.declaration.name))'", at: entry)
            }
            tensors.append(tensor)
        }
        return tensors
    }

    /// Each field by itself first, so that one fault does not hide another; then all of them together.
    private mutating func tensor(_ entry: Node, _ key: String) -> ManifestFindings.Tensor? {
        let before = list.problems.count
        list.keys(of: entry, in: "an entry of \(key)", known: TensorDeclaration.keys, isOurs: true)
        _ = list.attempt { (reader) throws(PackageError) in
            try TensorDeclaration.datatype(of: entry, key, reader)
        }
        _ = list.attempt { (reader) throws(PackageError) in try TensorDeclaration.shape(of: entry, key, reader) }
        _ = list.attempt { (reader) throws(PackageError) in
            try TensorDeclaration.columns(entry["columns"], key, reader)
        }
        guard list.problems.count == before else { return nil }
        let declaration = list.attempt { (reader) throws(PackageError) in
            try TensorDeclaration(reading: entry, key, reader)
        }
        return declaration.map {
            .init(
                declaration: $0,
                position: entry["shape"]?.position ?? entry.position,
                datatypePosition: entry["datatype"]?.position,
                columnsPosition: entry["columns"]?.position
            )
        }
    }
}
