import Documents

/// What the `sandbox` map of `learnware.yaml` asks for; a request, which the runner may refuse or lower.
public struct SandboxSettings: Sendable {
    /// What runs the model.
    public enum Runtime: String, CaseIterable, Sendable {
        /// A Python class, which the Python runner loads.
        case python
        /// A program that speaks the protocol itself.
        case executable
        /// An ONNX model, which our runner loads; no code of the package is needed.
        case onnx

        /// What ``SandboxSettings/entry`` names; nil where it names nothing.
        var entryKind: String? {
            switch self {
            case .python: nil
            case .executable: "program"
            case .onnx: "model file"
            }
        }
    }

    /// What runs the model.
    public var runtime = Runtime.python
    /// The program to start, or the model file to load, where the runtime is one that needs it.
    public var entry: String?
    /// The name of the profile that the package is made for.
    public var profile: String?
    /// The most memory in bytes.
    public var memoryBytes: Int?
    /// The most wall-clock seconds.
    public var seconds: Double?
    /// The threads that the model may use.
    public var threads: Int?
    /// The tensors that `predict` takes; empty when they are known only when run.
    public var inputs: [TensorDeclaration] = []
    /// The tensors that `predict` returns; empty when they are known only when run.
    public var outputs: [TensorDeclaration] = []
}

extension SandboxSettings {
    static let keys = [
        "runtime", "entry", "profile", "memory", "time", "threads", "inputs", "outputs",
    ]
    /// Runtimes that later versions will have.
    private static let plannedRuntimes = ["ensemble"]

    init(reading node: Node?, _ reader: DocumentReader) throws(PackageError) {
        let members = try reader.members(node, "sandbox")
        try reader.validateKeys(of: members, in: "sandbox", known: Self.keys)
        guard let node, !node.isNull else { return }
        runtime = try Self.runtime(node["runtime"], reader)
        entry = try reader.fileName(node["entry"], "sandbox.entry")
        if entry == nil, let reason = Self.entryIsMissing(for: runtime) {
            throw reader.fault(reason, at: node.position)
        }
        profile = try Self.profile(node["profile"], reader)
        memoryBytes = try Self.memory(node["memory"], reader)
        seconds = try Self.seconds(node["time"], reader)
        threads = try reader.integer(node["threads"], "sandbox.threads", in: 1...1024)
        inputs = try TensorDeclaration.list(node["inputs"], "sandbox.inputs", reader)
        outputs = try TensorDeclaration.list(node["outputs"], "sandbox.outputs", reader)
    }

    static func runtime(_ node: Node?, _ reader: DocumentReader) throws(PackageError) -> Runtime {
        guard let name = try reader.text(node, "sandbox.runtime") else { return .python }
        if let runtime = Runtime(rawValue: name) { return runtime }
        if plannedRuntimes.contains(name) {
            throw PackageError(
                .runtimeUnsupported,
                "\(Printable(reader.file)): the runtime '\(name)' is not supported by this version",
                entry: reader.file,
                hint: "supported: " + Runtime.allCases.map(\.rawValue).joined(separator: ", "),
                at: node?.position
            )
        }
        let known = Runtime.allCases.map(\.rawValue)
        let near = nearest(to: name, among: known)
        throw reader.fault(
            "there is no runtime '\(Printable(name))'" + (near.map { "; did you mean '\($0)'?" } ?? ""),
            at: node?.position,
            hint: "supported: " + known.joined(separator: ", ")
        )
    }

    /// What is wrong with a map that has no `entry`; nil where it needs none.
    static func entryIsMissing(for runtime: Runtime) -> String? {
        runtime.entryKind.map { "sandbox.entry must name the \($0), because the runtime is \(runtime.rawValue)" }
    }

    static func profile(_ node: Node?, _ reader: DocumentReader) throws(PackageError) -> String? {
        guard let name = try reader.text(node, "sandbox.profile") else { return nil }
        let isPlain = name.utf8.allSatisfy { byte in
            byte >= 0x61 && byte <= 0x7A || byte >= 0x30 && byte <= 0x39 || byte == UInt8(ascii: "-")
        }
        guard isPlain, !name.isEmpty, name.utf8.count <= 64 else {
            throw reader.fault(
                "sandbox.profile is '\(Printable(name))'; a profile's name has small letters, digits and '-'",
                at: node?.position
            )
        }
        return name
    }

    static func seconds(_ node: Node?, _ reader: DocumentReader) throws(PackageError) -> Double? {
        guard let node, !node.isNull else { return nil }
        guard let seconds = node.number, seconds > 0, seconds <= 86_400 else {
            throw reader.fault("sandbox.time must be seconds, from above 0 to 86400", at: node.position)
        }
        return seconds
    }

    static func memory(_ node: Node?, _ reader: DocumentReader) throws(PackageError) -> Int? {
        guard let node, !node.isNull else { return nil }
        let bytes = node.integer ?? node.string.flatMap(byteCount)
        guard let bytes, bytes >= 16 << 20, bytes <= 16 << 40 else {
            throw reader.fault(
                "sandbox.memory must be a size such as 512MiB or 2GiB, from 16MiB to 16TiB",
                at: node.position
            )
        }
        return bytes
    }

    /// The bytes that a text such as `2GiB`, `512 MiB` or `1500MB` means.
    private static func byteCount(_ text: String) -> Int? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let units = [
            "B": 1, "KB": 1000, "MB": 1_000_000, "GB": 1_000_000_000, "TB": 1_000_000_000_000,
            "KIB": 1 << 10, "MIB": 1 << 20, "GIB": 1 << 30, "TIB": 1 << 40,
        ]
        let unit = text[digits.endIndex...].drop { $0 == " " }.uppercased()
        guard let count = Int(digits), let factor = units[unit] else { return nil }
        let (bytes, overflows) = count.multipliedReportingOverflow(by: factor)
        return overflows ? nil : bytes
    }
}
