package import Documents

/// What `learnware.yaml` says.
public struct Manifest: Sendable {
    /// The learnware's name, when it gives one.
    public let name: String?
    /// The identifier that a market gave it.
    public let id: String?
    /// The class to make and what to make it with.
    public let model: Model
    /// The statistical specifications that the package carries.
    public let statisticalSpecifications: [StatisticalReference]
    /// The file with the semantic specification, when it names one.
    public let semanticFileName: String?
    /// What the package asks of the sandbox.
    public let sandbox: SandboxSettings
    /// Remarks on what was read, one sentence each.
    package let warnings: [String]
    /// The whole document, with the keys that are not used here.
    package let document: Node

    /// The class of the model.
    public struct Model: Sendable {
        /// The name of the class.
        public let className: String
        /// A `.py` file inside the package, or the name of an installed module.
        public let modulePath: String
        /// The constructor's keyword arguments; always a map.
        package let kwargs: Node
        /// JSON pointers, relative to `kwargs`, of the lists that were tuples in the YAML.
        public let tuplePaths: [String]
        /// Where version 0.4 of the Python package looks for weights.
        public let weightsFilePath: String?
        /// Learnwares that this one builds on (version 0.4).
        public let requiredLearnwareIDs: [String]

        /// True when the module is a file of the package.
        public var isFile: Bool { modulePath.hasSuffix(".py") }
    }

    /// One entry of `stat_specifications`.
    public struct StatisticalReference: Sendable {
        /// The Python module that defines the class.
        public let modulePath: String
        /// The class, such as `RKMETableSpecification`.
        public let className: String
        /// The file inside the package.
        public let fileName: String
        /// The constructor's keyword arguments; always a map.
        package let kwargs: Node
    }

    /// Files without which the model cannot be loaded.
    package var requiredFiles: [String] {
        switch sandbox.runtime {
        case .python: model.isFile ? [model.modulePath] : []
        case .executable, .onnx: sandbox.entry.map { [$0] } ?? []
        }
    }
}
