"""Makes a system call that no model needs."""
import ctypes

from learnware.model import BaseModel


class Model(BaseModel):
    def __init__(self):
        super().__init__(input_shape=(2,), output_shape=(1,))

    def predict(self, X):
        ctypes.CDLL(None).syscall(101, 0, 0, 0, 0)
