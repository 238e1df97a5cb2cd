"""Closes every descriptor and keeps running."""
import os
import time

from learnware.model import BaseModel


class Model(BaseModel):
    def __init__(self):
        super().__init__(input_shape=(2,), output_shape=(1,))

    def predict(self, X):
        os.closerange(0, 256)
        time.sleep(3600)
