import os

import joblib
from learnware.model import BaseModel

HERE = os.path.dirname(os.path.abspath(__file__))


class Model(BaseModel):
    """A pipeline with a ColumnTransformer, which picks its columns by name from the DataFrame that it gets."""

    def __init__(self):
        super().__init__(input_shape=None, output_shape=(1,))
        self.model = joblib.load(os.path.join(HERE, "model.joblib"))

    def predict(self, X):
        return self.model.predict(X)
