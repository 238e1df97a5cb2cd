import os

import joblib
from learnware.model import BaseModel

HERE = os.path.dirname(os.path.abspath(__file__))


class Model(BaseModel):
    """Reads a handwritten digit from the 64 pixels of its image."""

    def __init__(self):
        super().__init__(input_shape=(64,), output_shape=(1,))
        # A pickle: loading it may run anything, which is why it is loaded in the sandbox and nowhere else.
        self.pipeline = joblib.load(os.path.join(HERE, "model.joblib"))

    def predict(self, X):
        return self.pipeline.predict(X)
