extension Template {
    /// A logistic regression of scikit-learn on iris, without a pickle.
    static let sklearn = Template(
        name: "sklearn",
        summary: "a logistic regression of scikit-learn on iris, without a pickle",
        files: [
            .init(
                "learnware.yaml",
                IrisFiles.manifest(name: "iris-logistic-regression", output: "INT64", shape: "[-1]")
            ),
            .init(
                "__init__.py",
                #"""
                import json
                import os

                import numpy as np
                from learnware.model import BaseModel
                from sklearn.linear_model import LogisticRegression

                HERE = os.path.dirname(os.path.abspath(__file__))


                class Model(BaseModel):
                    """Tells three species of iris apart by four lengths in centimetres.

                    To pack a model of your own: train it in train.py, save it beside this file, load it in __init__, and set the
                    shapes here and in learnware.yaml. Whatever you import goes into requirements.txt.
                    """

                    def __init__(self):
                        # The shape of one row, and of one prediction: (1,) for a label.
                        super().__init__(input_shape=(4,), output_shape=(1,))
                        with open(os.path.join(HERE, "model.json"), encoding="utf-8") as file:
                            saved = json.load(file)
                        # A fitted model put together from plain numbers. A pickle works too (joblib.load), but it breaks when the
                        # library's version changes, and nobody can read what is in it.
                        self.model = LogisticRegression()
                        self.model.classes_ = np.array(saved["classes"])
                        self.model.coef_ = np.array(saved["coef"])
                        self.model.intercept_ = np.array(saved["intercept"])
                        self.model.n_features_in_ = self.model.coef_.shape[1]

                    def predict(self, X):
                        # X holds one row for each prediction.
                        return self.model.predict(np.asarray(X, dtype=float))

                """#
            ),
            .init("model.json", IrisFiles.model),
            .init(
                "requirements.txt",
                #"""
                scikit-learn==1.6.1
                numpy==2.4.6

                """#
            ),
            .init(
                "semantic_specification.json",
                IrisFiles.semantics(
                    name: "Iris species, logistic regression",
                    description:
                        "Tells three species of iris apart by the lengths and widths of sepals and petals, with a logistic regression of scikit-learn.",
                    library: "Scikit-learn"
                )
            ),
            .init("stat_spec.json", IrisFiles.statisticalSpecification),
            .init(
                "train.py",
                #"""
                """Trains the model and writes model.json beside this file. Run it with the versions in requirements.txt."""

                import json
                import os

                from sklearn.datasets import load_iris
                from sklearn.linear_model import LogisticRegression

                HERE = os.path.dirname(os.path.abspath(__file__))

                X, y = load_iris(return_X_y=True)
                model = LogisticRegression(max_iter=1000).fit(X, y)
                print(f"accuracy on the training data: {model.score(X, y):.3f}")

                with open(os.path.join(HERE, "model.json"), "w", encoding="utf-8") as file:
                    saved = {
                        "classes": model.classes_.tolist(),
                        "coef": model.coef_.tolist(),
                        "intercept": model.intercept_.tolist(),
                    }
                    json.dump(saved, file, indent=2)
                    file.write("\n")

                """#
            ),
        ]
    )
}
