extension Template {
    /// A classifier of texts that needs numpy only.
    static let text = Template(
        name: "text",
        summary: "a classifier of texts, which names their language, with numpy only",
        files: [
            .init(
                "learnware.yaml",
                #"""
                # What this package is. 'lw-pack build' checks it; 'lw-pack inspect' shows it.
                name: language-by-trigrams

                model:
                  class_name: Model         # the class in module_path that is made and asked to predict
                  module_path: __init__.py
                  kwargs: {}                # the constructor's keyword arguments

                # What the training data looks like is told by an embedder that you trust with your texts:
                #   lw-pack spec texts.txt --type text --embedder minilm.zip --trust sha256:... -o stat_spec.json
                # Then remove the marks of a comment here.
                # stat_specifications:
                #   - module_path: learnware.specification
                #     class_name: RKMETextSpecification
                #     file_name: stat_spec.json
                #     kwargs: {}

                semantic_specification:
                  file_name: semantic_specification.json

                # What goes in and what comes out.
                sandbox:
                  inputs:
                    - name: X
                      datatype: BYTES
                      shape: [-1]           # -1: any number of texts
                  outputs:
                    - name: y
                      datatype: FP64
                      shape: [-1, 3]        # a probability for each of three classes

                """#
            ),
            .init(
                "__init__.py",
                #"""
                import json
                import os

                import numpy as np
                from learnware.model import BaseModel

                from .features import BUCKETS, features

                HERE = os.path.dirname(os.path.abspath(__file__))


                class Model(BaseModel):
                    """Gives the probabilities of English, French and German for texts, by their groups of three letters.

                    To pack a model of your own: train it in train.py, save it beside this file, load it in __init__, and set the
                    number of classes here and in learnware.yaml. Whatever you import goes into requirements.txt.
                    """

                    def __init__(self):
                        # A text has no shape of its own: what is declared is the row that it becomes, and a probability for each class.
                        super().__init__(input_shape=(BUCKETS,), output_shape=(3,))
                        with open(os.path.join(HERE, "model.json"), encoding="utf-8") as file:
                            saved = json.load(file)
                        self.coef = np.array(saved["coef"])
                        self.intercept = np.array(saved["intercept"])

                    def predict(self, X):
                        # X is a list of texts, one for each prediction.
                        scores = features(X) @ self.coef.T + self.intercept
                        scores = np.exp(scores - scores.max(axis=1, keepdims=True))
                        return scores / scores.sum(axis=1, keepdims=True)

                """#
            ),
            .init(
                "features.py",
                #"""
                """From a text to numbers, for training and for predicting alike."""

                import zlib

                import numpy as np

                BUCKETS = 512


                def features(texts):
                    """How often each group of three letters occurs, as a row of length 1; groups share 128 places by their hash."""
                    rows = np.zeros((len(texts), BUCKETS))
                    for row, text in zip(rows, texts):
                        # Spaces at both ends, so that the beginning and the end of a word count too.
                        padded = " " + " ".join(text.lower().split()) + " "
                        for place in range(len(padded) - 2):
                            row[zlib.crc32(padded[place : place + 3].encode()) % BUCKETS] += 1
                    lengths = np.sqrt((rows * rows).sum(axis=1, keepdims=True))
                    return rows / np.maximum(lengths, 1)

                """#
            ),
            .init("model.json", TextFiles.model),
            .init(
                "requirements.txt",
                #"""
                numpy==2.4.6

                """#
            ),
            .init(
                "semantic_specification.json",
                #"""
                {
                  "Data": {"Type": "Class", "Values": ["Text"]},
                  "Task": {"Type": "Class", "Values": ["Classification"]},
                  "Model": {"Type": "Optional", "Values": ["Others"]},
                  "Library": {"Type": "Class", "Values": ["Others"]},
                  "License": {"Type": "Class", "Values": ["MIT"]},
                  "Scenario": {"Type": "Tag", "Values": ["Others"]},
                  "Name": {"Type": "String", "Values": "Language of a text, trigrams"},
                  "Description": {"Type": "String", "Values": "Gives the probabilities of English, French and German for a text, by how often groups of three letters occur in it."},
                  "Input": {},
                  "Output": {"Dimension": 3, "Description": {"0": "English", "1": "French", "2": "German"}}
                }

                """#
            ),
            .init(
                "train.py",
                #"""
                """Trains the model on a file of texts and writes model.json beside this file.

                    python train.py [texts.txt]

                Each line is a class, counted from 0, a space, and a text of that class.
                """

                import json
                import os
                import sys

                import numpy as np

                HERE = os.path.dirname(os.path.abspath(__file__))
                sys.path.insert(0, HERE)

                from features import features  # noqa: E402

                path = sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, "texts.txt")
                with open(path, encoding="utf-8") as file:
                    rows = [line.rstrip("\n").split(" ", 1) for line in file]
                X, y = features([text for _, text in rows]), np.array([int(label) for label, _ in rows])
                wanted = np.eye(y.max() + 1)[y]

                # Softmax regression by gradient descent, with weights kept small: there are more of them than texts.
                coef, intercept = np.zeros((wanted.shape[1], X.shape[1])), np.zeros(wanted.shape[1])
                for _ in range(2000):
                    scores = X @ coef.T + intercept
                    scores = np.exp(scores - scores.max(axis=1, keepdims=True))
                    error = scores / scores.sum(axis=1, keepdims=True) - wanted
                    coef -= 2 * (error.T @ X / len(X) + 3e-4 * coef)
                    intercept -= 2 * error.mean(axis=0)

                accuracy = ((X @ coef.T + intercept).argmax(axis=1) == y).mean()
                print(f"accuracy on the training data: {accuracy:.3f}")
                with open(os.path.join(HERE, "model.json"), "w", encoding="utf-8") as file:
                    json.dump({"coef": coef.round(2).tolist(), "intercept": intercept.round(2).tolist()}, file)
                    file.write("\n")

                """#
            ),
            .init("texts.txt", TextFiles.texts),
        ]
    )
}
