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
            requirements: [
                "# 1.23 and before want to read /proc/cpuinfo, and end in the sandbox.",
                "onnxruntime==\(PinnedVersions.onnxruntime)", "numpy",
            ],
            program: ""
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
        let rows = model.inputs.first?.shape?.first ?? nil
        if let rows, rows > 1 {
            facts.gaps.append(Gap(what: "a way to predict other than \(rows) rows at once", place: .program))
        }
        facts.program = facts.onnxProgram(output: place, isRowByRow: rows == 1)
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
            gaps.append(Gap(what: "what to feed to each input", place: .program))
            return
        }
        for index in inputs.indices { inputs[index].shape = [-1] }
        columnCount = inputs.count
        takesTable = true
        requirements.append("pandas")
    }

    private func onnxProgram(output: Int, isRowByRow: Bool) -> String {
        let rest = inputs[0].shape.dropFirst()
        let inputShape =
            takesTable ? "(\(inputs.count),)" : rest.contains(-1) || rest.isEmpty ? "None" : Self.pythonShape(rest)
        let outputShape =
            self.outputShape.dropFirst().contains(-1) ? "None" : Self.pythonShape(self.outputShape.dropFirst())
        let feed =
            takesTable
            ? "{item.name: X[[item.name]].to_numpy(dtype=TYPES[item.type]) for item in self.inputs}"
            : "{self.inputs[0].name: np.asarray(X, dtype=TYPES[self.inputs[0].type])}"
        let call =
            isRowByRow
            ? """
                    # The model takes one row at a time.
                    rows = [self.run(X[i : i + 1]) for i in range(len(X))]
                    return np.concatenate([np.atleast_1d(row) for row in rows])
            """ : "        return self.run(X)"
        return """
            import os

            import numpy as np
            import onnxruntime
            from learnware.model import BaseModel

            HERE = os.path.dirname(os.path.abspath(__file__))
            TYPES = {
                "tensor(float)": np.float32, "tensor(double)": np.float64, "tensor(float16)": np.float16,
                "tensor(int64)": np.int64, "tensor(int32)": np.int32, "tensor(int16)": np.int16, "tensor(int8)": np.int8,
                "tensor(uint64)": np.uint64, "tensor(uint32)": np.uint32, "tensor(uint16)": np.uint16,
                "tensor(uint8)": np.uint8, "tensor(bool)": np.bool_, "tensor(string)": object,
            }


            class Model(BaseModel):
                \"""An ONNX model, run by onnxruntime.\"""

                def __init__(self):
                    # The shape of one row, and of one prediction: (1,) for a label or a number.
                    super().__init__(input_shape=\(inputShape), output_shape=\(outputShape))
                    options = onnxruntime.SessionOptions()
                    # One thread; more pay off for large models, and want `threads` under `sandbox` in learnware.yaml.
                    options.intra_op_num_threads = 1
                    options.inter_op_num_threads = 1
                    self.session = onnxruntime.InferenceSession(
                        os.path.join(HERE, "model.onnx"), options, providers=["CPUExecutionProvider"]
                    )
                    self.inputs = self.session.get_inputs()
                    self.output = self.session.get_outputs()[\(output)].name

                def run(self, X):
                    feed = \(feed)
                    return self.session.run([self.output], feed)[0]

                def predict(self, X):
                    # X holds one row for each prediction.
            \(call)

            """
    }
}
