"""Raises, with words that would clear a terminal."""
from learnware.model import BaseModel


class Model(BaseModel):
    def __init__(self):
        super().__init__(input_shape=(2,), output_shape=(1,))

    def predict(self, X):
        raise ValueError("\x1b[2J\x1b[31mall is well\u202e")
