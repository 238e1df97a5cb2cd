"""Finds the protocol's own descriptor and writes garbage to it."""
import os

from learnware.model import BaseModel


class Model(BaseModel):
    def __init__(self):
        super().__init__(input_shape=(2,), output_shape=(1,))

    def predict(self, X):
        for descriptor in range(3, 256):
            try:
                os.write(descriptor, b"\x1b[2J this is no JSON\n")
            except OSError:
                pass
        return X.sum(axis=1)
