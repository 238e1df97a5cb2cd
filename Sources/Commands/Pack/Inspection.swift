import Documents
import Packaging

/// Everything that `inspect` shows of a package, gathered before anything is printed.
struct Inspection: Sendable {
    let package: Package
    let fileDigest: String
    let statistical: [StatisticalSummary]
    let lineage: LineageFinding
    /// What the model file says of itself, where it is one that can be read without running it.
    let model: ModelTensors?

    /// What a package says was done to the ones before it.
    enum LineageFinding: Sendable {
        case none
        case steps([Lineage.Step])
        /// There is an account, and it cannot be read.
        case unreadable
    }

    init(of package: Package) throws(PackageError) {
        self.package = package
        fileDigest = try package.fileDigest()
        statistical = package.statisticalSpecifications
        do throws(PackageError) {
            lineage = try package.lineage.map { .steps($0.steps) } ?? .none
        } catch {
            lineage = .unreadable
        }
        model = package.modelTensors
    }

    /// The learnware's name: the one that people search for, else the one in `learnware.yaml`.
    var name: String? {
        package.semantic.map(\.name).flatMap { $0.isEmpty ? nil : $0 } ?? package.manifest.name
    }

    var unpackedSize: Int {
        package.entries.reduce(0) { $0 + $1.size }
    }
}

extension Inspection {
    /// One object for programs.
    var object: Node {
        let manifest = package.manifest
        return [
            "schema": "learnware/inspect/1",
            "name": name.map { Node($0) } ?? nil,
            "id": manifest.id.map { Node($0) } ?? nil,
            "digest": Node("sha256:" + package.digest),
            "file_digest": Node("sha256:" + fileDigest),
            "size": Node(package.archiveSize),
            "unpacked_size": Node(unpackedSize),
            "runtime": Node(manifest.sandbox.runtime.rawValue),
            "model": [
                "class_name": Node(manifest.model.className),
                "module_path": Node(manifest.model.modulePath),
                "kwargs": manifest.model.kwargs,
                "tuple_paths": Node(manifest.model.tuplePaths.map { Node($0) }),
            ],
            "sandbox": settings,
            "input": Self.object(package.declaredInput),
            "output": Self.object(package.declaredOutput),
            "model_file": modelFile,
            "lineage": lineageSteps,
            "environment": environment,
            "statistical_specifications": Node(statistical.map(Self.object)),
            "semantic_specification": package.semantic?.document ?? nil,
            "files": Node(package.entries.map(Self.object)),
            "warnings": Node(package.warnings.map { Node($0) }),
        ]
    }

    private var settings: Node {
        let sandbox = package.manifest.sandbox
        return [
            "entry": sandbox.entry.map { Node($0) } ?? nil,
            "profile": sandbox.profile.map { Node($0) } ?? nil,
            "memory": sandbox.memoryBytes.map { Node($0) } ?? nil,
            "time": sandbox.seconds.map { Node($0) } ?? nil,
            "threads": sandbox.threads.map { Node($0) } ?? nil,
        ]
    }

    private var lineageSteps: Node {
        guard case .steps(let steps) = lineage else { return nil }
        return Node(steps.map(\.node))
    }

    private var modelFile: Node {
        guard let model else { return nil }
        return [
            "inputs": Node(model.inputs.map(Self.object)), "outputs": Node(model.outputs.map(Self.object)),
            "undeclared_outputs": Node(model.undeclaredOutputs.map { Node($0.name) }),
        ]
    }

    private static func object(_ value: ModelTensors.Value) -> Node {
        [
            "name": Node(value.name), "datatype": value.datatype.map { Node($0) } ?? nil,
            "shape": value.shape.map { Node($0.map { Node($0) }) } ?? nil,
        ]
    }

    private static func object(_ declared: DeclaredTensors) -> Node {
        switch declared {
        case .tensors(let tensors): ["source": "sandbox", "tensors": Node(tensors.map(object))]
        case .sample(let shape): ["source": "kwargs", "sample_shape": Node(shape.map { Node($0) })]
        case .features(let features):
            ["source": "semantic_specification", "dimension": features.dimension.map { Node($0) } ?? nil]
        case .unknown: nil
        }
    }

    private static func object(_ tensor: TensorDeclaration) -> Node {
        [
            "name": Node(tensor.name),
            "datatype": Node(tensor.datatype),
            "shape": Node(tensor.shape.map { Node($0) }),
            "content_type": tensor.contentType.map { Node($0) } ?? nil,
            "columns": Node(tensor.columns.map { Node($0) }),
        ]
    }

    private var environment: Node {
        let source = package.environment
        let list = source.requirements
        var conda: [Node] = []
        if case .conda(let environment) = source {
            conda = environment.dependencies.map { item in
                [
                    "name": Node(item.name), "version": Node(item.version), "role": Node(item.role.rawValue),
                    "line": Node(item.line),
                ]
            }
        }
        return [
            "file": source.fileName.isEmpty ? nil : Node(source.fileName),
            "python": source.pythonSpecifier.map { Node($0) } ?? nil,
            "requirements": Node(list.lines.map { Node($0.canonicalText) }),
            "refused": Node(
                list.refused.map {
                    ["line": Node($0.line), "text": Node($0.text), "reason": Node($0.reason)]
                }
            ),
            "skips_learnware": Node(list.skipsLearnware),
            "conda": Node(conda),
        ]
    }

    private static func object(_ summary: StatisticalSummary) -> Node {
        [
            "file": Node(summary.fileName),
            "type": Node(summary.type),
            "points": summary.pointCount.map { Node($0) } ?? nil,
            "point_shape": Node(summary.pointShape.map { Node($0) }),
            "gamma": summary.gamma.map { Node($0) } ?? nil,
            "num_points": summary.sampleCount.map { Node($0) } ?? nil,
            "problem": summary.problem.map { Node($0) } ?? nil,
        ]
    }

    private static func object(_ entry: Package.Entry) -> Node {
        [
            "name": Node(entry.name), "size": Node(entry.size), "mode": Node(String(entry.mode, radix: 8)),
            "sha256": Node(entry.digest),
        ]
    }
}
