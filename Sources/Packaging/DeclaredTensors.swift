import Documents

/// What a package says about the tensors that go in or come out, in the most exact words that it has.
public enum DeclaredTensors: Sendable {
    /// Named tensors, from `sandbox.inputs` or `sandbox.outputs`.
    case tensors([TensorDeclaration])
    /// The shape of one row, from the model's `input_shape` or `output_shape` argument.
    case sample([Int])
    /// A number of columns or classes, from the semantic specification.
    case features(SemanticSpecification.Features)
    /// Nothing: the shapes are known only when the model runs.
    case unknown
}

extension Package {
    /// What the package says about the data that `predict` takes.
    public var declaredInput: DeclaredTensors {
        declared(manifest.sandbox.inputs, argument: "input_shape", semantic?.input)
    }

    /// What the package says about the data that `predict` returns.
    public var declaredOutput: DeclaredTensors {
        declared(manifest.sandbox.outputs, argument: "output_shape", semantic?.output)
    }

    private func declared(
        _ tensors: [TensorDeclaration],
        argument: String,
        _ features: SemanticSpecification.Features?
    ) -> DeclaredTensors {
        if !tensors.isEmpty { return .tensors(tensors) }
        if let elements = manifest.model.kwargs[argument]?.array, !elements.isEmpty {
            let shape = elements.compactMap(\.integer)
            if shape.count == elements.count { return .sample(shape) }
        }
        return features.map { .features($0) } ?? .unknown
    }
}
