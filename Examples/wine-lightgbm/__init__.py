import os

import lightgbm
from learnware.model import BaseModel

HERE = os.path.dirname(os.path.abspath(__file__))


class Model(BaseModel):
    """Tells three cultivars of wine apart by thirteen named measurements."""

    def __init__(self):
        super().__init__(input_shape=(13,), output_shape=(1,))
        self.booster = lightgbm.Booster(model_file=os.path.join(HERE, "model.txt"))

    def predict(self, X):
        # X is a DataFrame; the booster knows the names and the order it was trained with.
        return self.booster.predict(X[self.booster.feature_name()]).argmax(axis=1)
