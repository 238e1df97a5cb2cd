import os

import xgboost
from learnware.model import BaseModel

HERE = os.path.dirname(os.path.abspath(__file__))


class Model(BaseModel):
    def __init__(self):
        super().__init__(input_shape=(10,), output_shape=(1,))
        self.model = xgboost.XGBRegressor()
        self.model.load_model(os.path.join(HERE, "model.ubj"))

    def predict(self, X):
        return self.model.predict(X)
