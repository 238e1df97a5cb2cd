import Documents

extension ModelFacts {
    /// Facts from an ONNX model.
    static func onnx(_ model: OnnxModel) throws(PackageError) -> ModelFacts {
        let place = model.outputs.firstIndex { $0.datatype != nil } ?? 0
        let output = model.outputs[place]
        let isPlain = model.producer.map { isShownAsItIs($0) } ?? false
        let producer = isPlain ? model.producer.map { ", made by \($0)" } ?? "" : ""
        var facts = ModelFacts(
            title: "ONNX model" + (model.opset.map { " of operator set \($0)" } ?? "") + producer,
            fileName: "model.onnx",
            inputs: model.inputs.map { input($0) },
            runtime: .onnx
        )
        facts.readOutput(output, of: model)
        if facts.inputs.isEmpty {
            facts.inputs = [Input(shape: [-1, -1])]
            facts.gaps.append(Gap(what: "the input", place: .input))
        } else if facts.inputs.count == 1 {
            facts.inputs[0].name = "X"
            let shape = facts.inputs[0].shape
            facts.columnCount = shape.count == 2 && shape[1] > 0 ? shape[1] : nil
            if shape.count == 2, shape[1] < 1 {
                facts.gaps.append(Gap(what: "the number of columns", place: .input))
            }
        } else {
            facts.readColumns(of: model)
        }
        for file in model.externalFiles.prefix(8) {
            facts.gaps.append(
                Gap(
                    what: "weights that lie in another file; copy '\(Printable(file, limit: 100))' to beside",
                    place: .model,
                    isFound: true
                )
            )
        }
        return facts
    }

    private static func input(_ value: OnnxModel.Value) -> Input {
        var shape = (value.shape ?? [nil, nil]).prefix(8).map { $0 ?? -1 }
        if shape.isEmpty { shape = [-1] }
        shape[0] = -1
        return Input(name: value.name, datatype: value.datatype ?? "FP32", shape: Array(shape))
    }

    private mutating func readOutput(_ output: OnnxModel.Value, of model: OnnxModel) {
        outputDatatype = output.datatype ?? "FP32"
        var shape = (output.shape ?? [nil]).prefix(8).map { $0 ?? -1 }
        if shape.isEmpty { shape = [-1] }
        shape[0] = -1
        outputShape = Array(shape)
        let isLabel = ["INT64", "INT32", "BYTES", "BOOL"].contains(outputDatatype) && outputShape.count == 1
        if isLabel {
            task = .classification
            // skl2onnx gives the labels first, and then the probabilities of all classes.
            classes = model.outputs.lazy.compactMap { $0.shape }.first { $0.count == 2 }?.last ?? nil
            if classes == nil { gaps.append(Gap(what: "the number of classes", place: .semantics)) }
        } else {
            gaps.append(Gap(what: "the task", place: .semantics))
        }
        if output.datatype == nil { gaps.append(Gap(what: "the datatype of the output", place: .output)) }
    }

    /// Several inputs are the columns of a table, as skl2onnx writes them for a DataFrame.
    private mutating func readColumns(of model: OnnxModel) {
        let isTable = inputs.allSatisfy { isShownAsItIs($0.name) && ($0.shape.count == 1 || $0.shape == [-1, 1]) }
        guard isTable, Set(inputs.map(\.name)).count == inputs.count else {
            inputs = [Input(shape: [-1, -1])]
            gaps.append(Gap(what: "one table that all of its inputs are columns of", place: .input))
            return
        }
        for index in inputs.indices { inputs[index].shape = [-1] }
        columnCount = inputs.count
        takesTable = true
    }
}
