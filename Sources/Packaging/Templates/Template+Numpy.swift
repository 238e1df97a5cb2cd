extension Template {
    /// A softmax regression on iris that needs numpy only.
    static let numpy = Template(
        name: "numpy",
        summary: "a softmax regression on iris that needs numpy only",
        files: [
            .init("learnware.yaml", IrisFiles.manifest(name: "iris-softmax", output: "FP64", shape: "[-1, 3]")),
            .init(
                "__init__.py",
                #"""
                import json
                import os

                import numpy as np
                from learnware.model import BaseModel

                HERE = os.path.dirname(os.path.abspath(__file__))


                class Model(BaseModel):
                    """Gives the probabilities of three species of iris, from four lengths in centimetres.

                    To pack a model of your own: save its numbers beside this file, load them in __init__, compute with them in
                    predict, and set the shapes here and in learnware.yaml.
                    """

                    def __init__(self):
                        # The shape of one row, and of one prediction: a probability for each of three classes.
                        super().__init__(input_shape=(4,), output_shape=(3,))
                        with open(os.path.join(HERE, "model.json"), encoding="utf-8") as file:
                            saved = json.load(file)
                        self.coef = np.array(saved["coef"])
                        self.intercept = np.array(saved["intercept"])

                    def predict(self, X):
                        # X holds one row for each prediction.
                        scores = np.asarray(X, dtype=float) @ self.coef.T + self.intercept
                        scores = np.exp(scores - scores.max(axis=1, keepdims=True))
                        return scores / scores.sum(axis=1, keepdims=True)

                """#
            ),
            .init("model.json", IrisFiles.model),
            .init(
                "requirements.txt",
                #"""
                numpy==2.4.6

                """#
            ),
            .init(
                "semantic_specification.json",
                IrisFiles.semantics(
                    name: "Iris species, numpy softmax",
                    description:
                        "Gives the probabilities of three species of iris by the lengths and widths of sepals and petals, with nothing but numpy.",
                    library: "Others"
                )
            ),
            .init("stat_spec.json", IrisFiles.statisticalSpecification),
            .init(
                "train.py",
                #"""
                """Trains the model on a CSV file and writes model.json beside this file.

                    python train.py data.csv

                The file's first row is a header, its last column the class, counted from 0.
                """

                import json
                import os
                import sys

                import numpy as np

                HERE = os.path.dirname(os.path.abspath(__file__))

                table = np.loadtxt(sys.argv[1], delimiter=",", skiprows=1)
                X, y = table[:, :-1], table[:, -1].astype(int)
                wanted = np.eye(y.max() + 1)[y]

                # Gradient descent on standardised columns, turned back into the original units at the end.
                mean, scale = X.mean(axis=0), X.std(axis=0)
                Z = (X - mean) / scale
                coef, intercept = np.zeros((wanted.shape[1], X.shape[1])), np.zeros(wanted.shape[1])
                for _ in range(2000):
                    scores = Z @ coef.T + intercept
                    scores = np.exp(scores - scores.max(axis=1, keepdims=True))
                    error = scores / scores.sum(axis=1, keepdims=True) - wanted
                    coef -= 0.5 * (error.T @ Z / len(Z) + 1e-3 * coef)
                    intercept -= 0.5 * error.mean(axis=0)
                coef = coef / scale
                intercept = intercept - coef @ mean

                accuracy = ((X @ coef.T + intercept).argmax(axis=1) == y).mean()
                print(f"accuracy on the training data: {accuracy:.3f}")
                with open(os.path.join(HERE, "model.json"), "w", encoding="utf-8") as file:
                    saved = {"classes": list(range(len(intercept))), "coef": coef.tolist(), "intercept": intercept.tolist()}
                    json.dump(saved, file, indent=2)
                    file.write("\n")

                """#
            ),
        ]
    )
}
