import json
import os

import numpy as np
from learnware.model import BaseModel

HERE = os.path.dirname(os.path.abspath(__file__))


class Model(BaseModel):
    """Tells two handwritten digits apart by 64 pixels; of the other digits it knows nothing."""

    def __init__(self):
        super().__init__(input_shape=(64,), output_shape=(1,))
        with open(os.path.join(HERE, "model.json"), encoding="utf-8") as file:
            saved = json.load(file)
        self.digits = np.array(saved["digits"])
        self.weights, self.intercept = np.array(saved["weights"]), saved["intercept"]

    def predict(self, X):
        second = np.asarray(X, dtype=float) @ self.weights + self.intercept > 0
        return self.digits[second.astype(int)]
