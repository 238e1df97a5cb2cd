package import Documents

/// A semantic specification that is being written.
package struct SemanticDraft: Sendable {
    package var data: String?
    package var task: String?
    package var model: String?
    package var library: String?
    package var license: String?
    package var scenarios: [String] = []
    package var name: String?
    package var description: String?
    package var input: Features?
    package var output: Features?

    /// The columns of an input, or the columns or classes of an output.
    package struct Features: Hashable, Sendable {
        package var dimension: Int?
        package var descriptions: [Int: String]

        package init(dimension: Int? = nil, descriptions: [Int: String] = [:]) {
            self.dimension = dimension
            self.descriptions = descriptions
        }

        /// One column for each name.
        package init(names: [String]) {
            dimension = names.count
            descriptions = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($0.offset, $0.element) })
        }
    }

    package init() {}

    /// True when the input's columns must be described.
    package var needsInput: Bool { data == "Table" }
    /// True when the output must be described.
    package var needsOutput: Bool { task == "Classification" || task == "Regression" }

    /// The document, with its keys in the order in which the Python package's builder writes them.
    package var document: Node {
        func entry(_ type: String, _ values: [String]) -> Node {
            ["Type": Node(type), "Values": Node(values.map { Node($0) })]
        }
        func text(_ text: String?) -> Node { ["Type": "String", "Values": Node(text ?? "")] }
        var members: [(String, Node)] = [
            ("Data", entry("Class", [data].compactMap(\.self))),
            ("Task", entry("Class", [task].compactMap(\.self))),
            ("Model", entry("Optional", [model ?? "Others"])),
            ("Library", entry("Class", [library].compactMap(\.self))),
            ("License", entry("Class", [license].compactMap(\.self))),
            ("Scenario", entry("Tag", scenarios)),
            ("Name", text(name)),
            ("Description", text(description)),
        ]
        if needsInput { members.append(("Input", Self.node(input))) }
        if needsOutput { members.append(("Output", Self.node(output))) }
        return Node(object: members)
    }

    private static func node(_ features: Features?) -> Node {
        let descriptions = (features?.descriptions ?? [:]).sorted { $0.key < $1.key }
        return [
            "Dimension": features?.dimension.map { Node($0) } ?? nil,
            "Description": Node(object: descriptions.map { (String($0.key), Node($0.value)) }),
        ]
    }
}

extension SemanticDraft {
    /// Takes over what a package's folder says already; what cannot be read there is left to the questions.
    ///
    /// - Parameter text: the bytes of `learnware.yaml`.
    package init(suggestedBy text: [UInt8]) {
        self.init()
        guard let manifest = try? Manifest(parsing: text) else { return }
        name = manifest.name
        input = Self.features(manifest.sandbox.inputs, argument: manifest.model.kwargs["input_shape"])
        output = Self.features(manifest.sandbox.outputs, argument: manifest.model.kwargs["output_shape"])
        // A column of labels says nothing about how many classes there are.
        if output?.dimension == 1 { output = nil }
    }

    /// What a finished specification says, to be changed; the input and output only as far as they are used.
    package init(changing specification: SemanticSpecification) {
        self.init()
        func given(_ text: String) -> String? { text.isEmpty ? nil : text }
        (data, task) = (specification.data.first, specification.task.first)
        (library, license) = (specification.library.first, specification.license.first)
        (model, scenarios) = (specification.model?.first, specification.scenarios)
        (name, description) = (given(specification.name), given(specification.description))
        input = specification.input.map { Features(dimension: $0.dimension, descriptions: $0.descriptions) }
        output = specification.output.map { Features(dimension: $0.dimension, descriptions: $0.descriptions) }
    }

    /// Takes what is missing here from another draft.
    package mutating func complete(from other: SemanticDraft) {
        (data, task) = (data ?? other.data, task ?? other.task)
        (library, license) = (library ?? other.library, license ?? other.license)
        (model, scenarios) = (model ?? other.model, scenarios.isEmpty ? other.scenarios : scenarios)
        (name, description) = (name ?? other.name, description ?? other.description)
        (input, output) = (input ?? other.input, output ?? other.output)
    }

    private static func features(_ tensors: [TensorDeclaration], argument: Node?) -> Features? {
        if tensors.count == 1, let tensor = tensors.first {
            if !tensor.columns.isEmpty { return Features(names: tensor.columns) }
            if tensor.shape.count == 2, tensor.shape[1] > 0 { return Features(dimension: tensor.shape[1]) }
        }
        if let shape = argument?.array, shape.count == 1, let length = shape[0].integer, length > 0 {
            return Features(dimension: length)
        }
        return nil
    }
}
