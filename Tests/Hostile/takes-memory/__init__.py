"""Asks for more memory than a run may have."""
from learnware.model import BaseModel


class Model(BaseModel):
    def __init__(self):
        super().__init__(input_shape=(2,), output_shape=(1,))

    def predict(self, X):
        blocks = []
        while True:
            blocks.append(bytearray(256 << 20))
