extension Template {
    /// Boosted trees of LightGBM on iris, as text.
    static let lightgbm = Template(
        name: "lightgbm",
        summary: "boosted trees of LightGBM on iris, without a pickle",
        files: [
            .init("learnware.yaml", IrisFiles.manifest(name: "iris-boosted-trees", output: "INT64", shape: "[-1]")),
            .init(
                "__init__.py",
                #"""
                import os

                import lightgbm
                import numpy as np
                from learnware.model import BaseModel

                HERE = os.path.dirname(os.path.abspath(__file__))


                class Model(BaseModel):
                    """Tells three species of iris apart by four lengths in centimetres.

                    To pack a model of your own: put its model.txt (booster.save_model) in the place of this one, and set the
                    shapes here and in learnware.yaml. Whatever you import goes into requirements.txt.
                    """

                    def __init__(self):
                        # The shape of one row, and of one prediction: (1,) for a label.
                        super().__init__(input_shape=(4,), output_shape=(1,))
                        self.booster = lightgbm.Booster(model_file=os.path.join(HERE, "model.txt"))

                    def predict(self, X):
                        # X holds one row for each prediction. The booster gives a probability for each class; for a
                        # regression, its answer is the prediction itself.
                        return self.booster.predict(np.asarray(X, dtype=float)).argmax(axis=1)

                """#
            ),
            .init("model.txt", IrisFiles.boostedTrees),
            .init(
                "requirements.txt",
                #"""
                lightgbm==4.6.0
                numpy==2.4.6

                """#
            ),
            .init(
                "semantic_specification.json",
                IrisFiles.semantics(
                    name: "Iris species, boosted trees",
                    description:
                        "Tells three species of iris apart by the lengths and widths of sepals and petals, with boosted trees of LightGBM.",
                    library: "Others"
                )
            ),
            .init("stat_spec.json", IrisFiles.statisticalSpecification),
            .init(
                "train.py",
                #"""
                """Trains the model and writes model.txt beside this file. Run it with the versions in requirements.txt.

                scikit-learn gives the data here, and is not needed to predict.
                """

                import os

                import lightgbm
                from sklearn.datasets import load_iris

                HERE = os.path.dirname(os.path.abspath(__file__))

                X, y = load_iris(return_X_y=True)
                names = ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"]
                settings = {
                    "objective": "multiclass",
                    "num_class": 3,
                    "num_leaves": 4,
                    "min_data_in_leaf": 5,
                    "learning_rate": 0.5,
                    # One thread and one way of counting, so that the same data always gives the same model.
                    "deterministic": True,
                    "force_row_wise": True,
                    "num_threads": 1,
                    "seed": 7,
                    "verbose": -1,
                }
                booster = lightgbm.train(settings, lightgbm.Dataset(X, y, feature_name=names), num_boost_round=4)
                print(f"accuracy on the training data: {(booster.predict(X).argmax(axis=1) == y).mean():.3f}")

                # Text, which anybody can read; a pickle breaks when a library's version changes.
                booster.save_model(os.path.join(HERE, "model.txt"))

                """#
            ),
        ]
    )
}
