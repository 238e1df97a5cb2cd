import json
import os

import pandas


def answer(X, fares, age):
    """A column for each of two questions; the index is another than that of X."""
    frame = X.sort_values("fare", kind="stable")
    fare = frame["fare"].fillna(frame["children"].map(fares))
    older = frame["age"].fillna(age) - age
    result = pandas.DataFrame({"fare": fare / 2, "older": older})
    return result.sort_index()


try:
    from learnware.model import BaseModel
except ImportError:  # the training script takes only `answer`
    BaseModel = object


class Model(BaseModel):
    def __init__(self):
        super().__init__(input_shape=(3,), output_shape=(2,))
        with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "model.json"), encoding="utf-8") as file:
            saved = json.load(file)
        self.fares = {float(children): fare for children, fare in saved["fares"].items()}
        self.age = saved["age"]

    def predict(self, X):
        return answer(X, self.fares, self.age)
