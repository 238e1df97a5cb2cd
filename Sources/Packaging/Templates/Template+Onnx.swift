extension Template {
    /// An ONNX model on iris, without a line of Python to predict.
    static let onnx = Template(
        name: "onnx",
        summary: "an ONNX model on iris, which needs no code to predict",
        files: [
            .init(
                "learnware.yaml",
                #"""
                # What this package is. 'lw-pack build' checks it; 'lw-pack inspect' shows it.
                name: iris-onnx

                # What the training data looks like, so that others can find the model by theirs. stat_spec.json describes iris:
                # remove these lines and the file, or make a new file, when you train on other data.
                stat_specifications:
                  - module_path: learnware.specification
                    class_name: RKMETableSpecification
                    file_name: stat_spec.json
                    kwargs: {}

                semantic_specification:
                  file_name: semantic_specification.json

                # The model's file is all that is needed: onnxruntime comes with the runner. To pack a model of your own, put it in
                # the place of model.onnx and change what follows, or let 'lw-pack init --from model.onnx' write it.
                sandbox:
                  runtime: onnx
                  entry: model.onnx
                  # What goes in and what comes out. Columns are matched by these names when the data has names too.
                  inputs:
                    - name: X
                      datatype: FP32
                      shape: [-1, 4]        # -1: any number of rows
                      columns: [sepal length (cm), sepal width (cm), petal length (cm), petal width (cm)]
                  outputs:
                    - name: label           # the model's own name for it; its other output is 'probabilities', FP32 [-1, 3]
                      datatype: INT64
                      shape: [-1]

                """#
            ),
            .init("model.onnx", bytes: IrisFiles.onnxModel),
            .init(
                "semantic_specification.json",
                IrisFiles.semantics(
                    name: "Iris species, ONNX",
                    description:
                        "Tells three species of iris apart by the lengths and widths of sepals and petals, with an ONNX model.",
                    library: "Others"
                )
            ),
            .init("stat_spec.json", IrisFiles.statisticalSpecification),
            .init(
                "train.py",
                #"""
                """Trains the model and writes model.onnx beside this file.

                    pip install scikit-learn skl2onnx
                    python train.py

                Neither is needed to predict: onnxruntime comes with the runner.
                """

                import os

                import numpy as np
                from skl2onnx import to_onnx
                from sklearn.datasets import load_iris
                from sklearn.linear_model import LogisticRegression

                HERE = os.path.dirname(os.path.abspath(__file__))

                X, y = load_iris(return_X_y=True)
                X = X.astype(np.float32)
                model = LogisticRegression(max_iter=1000).fit(X, y)
                print(f"accuracy on the training data: {model.score(X, y):.3f}")

                # Without zipmap the probabilities are one matrix. The outputs are called label and probabilities.
                onnx = to_onnx(model, X[:1], options={"zipmap": False}, target_opset=18)
                with open(os.path.join(HERE, "model.onnx"), "wb") as file:
                    file.write(onnx.SerializeToString())

                """#
            ),
        ]
    )
}
