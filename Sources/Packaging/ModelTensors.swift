import Documents

/// The inputs and outputs of a model file that says what they are.
package struct ModelTensors: Sendable {
    package struct Value: Sendable {
        package var name: String
        /// Nil for what is no tensor.
        package var datatype: String?
        /// -1 where any length will do; nil when the file does not say.
        package var shape: [Int]?
    }

    package var inputs: [Value]
    package var outputs: [Value]
    /// The place of the output that is the prediction when none is declared.
    package var usualOutput: Int
    /// The outputs that are no prediction: not declared, or with none declared all but the usual one.
    package var undeclaredOutputs: [Value]

    init(_ model: OnnxModel, declared: [String]) {
        inputs = model.inputs.map { Value($0) }
        outputs = model.outputs.map { Value($0) }
        // As the runner chooses.
        let usual = model.outputs.firstIndex { $0.datatype != nil && $0.shape?.isEmpty != true } ?? 0
        usualOutput = usual
        let known = Set(model.outputs.map(\.name))
        let named = Set(declared).intersection(known)
        let values = outputs.enumerated()
        undeclaredOutputs = values.filter { named.isEmpty ? $0 != usual : !named.contains($1.name) }.map(\.element)
    }
}

extension ModelTensors.Value {
    init(_ value: OnnxModel.Value) {
        self.init(name: value.name, datatype: value.datatype, shape: value.shape.map { $0.map { $0 ?? -1 } })
    }
}

extension Package {
    /// What the model file of the package says of itself; nil when the package has none that says anything.
    package var modelTensors: ModelTensors? {
        let settings = manifest.sandbox
        guard settings.runtime == .onnx, let entry = settings.entry,
            let bytes = try? read(entry, limit: ModelTensors.largestFile),
            let model = try? OnnxModel(ByteStream(bytes, name: entry))
        else { return nil }
        return ModelTensors(model, declared: settings.outputs.map(\.name))
    }
}

extension ModelTensors {
    /// Bytes of a model file that is looked at: it is read as a whole.
    fileprivate static let largestFile = 512 << 20
}
