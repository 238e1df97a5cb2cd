import os

import lightgbm
from learnware.model import BaseModel

HERE = os.path.dirname(os.path.abspath(__file__))


class Model(BaseModel):
    def __init__(self):
        super().__init__(input_shape=(13,), output_shape=(3,))
        self.booster = lightgbm.Booster(model_file=os.path.join(HERE, "model.txt"))

    def predict(self, X):
        return self.booster.predict(X)
