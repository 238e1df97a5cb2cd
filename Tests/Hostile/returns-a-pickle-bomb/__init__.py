"""Returns an object whose pickle would run code where it is read."""
import os

from learnware.model import BaseModel


class Bomb:
    def __reduce__(self):
        return os.system, ("touch /tmp/lw-pickle-bomb",)


class Model(BaseModel):
    def __init__(self):
        super().__init__(input_shape=(2,), output_shape=(1,))

    def predict(self, X):
        return Bomb()
