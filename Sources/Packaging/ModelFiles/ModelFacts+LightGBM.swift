extension ModelFacts {
    /// Facts from a LightGBM text model.
    static func lightgbm(_ model: LightGBMModel) throws(PackageError) -> ModelFacts {
        let isBinary = model.objective == "binary"
        let isClassifier = model.task == .classification
        var facts = ModelFacts(
            title: "Boosted trees of LightGBM" + (model.objective.map { ", \($0)" } ?? ""),
            fileName: "model.txt",
            inputs: [Input(shape: [-1, model.columns])],
            task: model.task,
            classes: isClassifier ? max(2, model.classes) : nil,
            columnCount: model.columns,
            requirements: ["lightgbm==\(PinnedVersions.lightgbm)", "numpy"],
            program: ""
        )
        facts.outputDatatype = isClassifier ? "INT64" : "FP64"
        facts.outputShape = !isClassifier && model.classes > 1 ? [-1, model.classes] : [-1]
        facts.keepColumns(model.names)
        facts.gaps.append(.version(of: "lightgbm", guess: PinnedVersions.lightgbm))
        if model.task == nil { facts.gaps.append(Gap(what: "the task", place: .semantics)) }
        let answer =
            switch (isClassifier, isBinary) {
            case (true, true): "        return (scores > 0.5).astype(int)"
            case (true, false): "        return scores.argmax(axis=1)"
            default: "        return scores"
            }
        let remark =
            switch (isClassifier, isBinary) {
            case (true, true): "        # The probability of class 1; the class is what is returned.\n"
            case (true, false): "        # A probability for each class; the likeliest class is what is returned.\n"
            default: ""
            }
        facts.program = """
            import os

            import lightgbm
            import numpy as np
            from learnware.model import BaseModel

            HERE = os.path.dirname(os.path.abspath(__file__))


            class Model(BaseModel):
                \"""Boosted trees, trained with LightGBM.\"""

                def __init__(self):
                    # The shape of one row, and of one prediction: (1,) for a label or a number.
                    super().__init__(
                        input_shape=(\(model.columns),), output_shape=\(pythonShape(facts.outputShape.dropFirst()))
                    )
                    self.booster = lightgbm.Booster(model_file=os.path.join(HERE, "model.txt"))

                def predict(self, X):
                    # X holds one row for each prediction.
                    scores = self.booster.predict(np.asarray(X, dtype=float))
            \(remark)\(answer)

            """
        return facts
    }
}
