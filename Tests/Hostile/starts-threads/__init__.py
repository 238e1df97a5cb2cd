"""Starts threads that never end, until one is refused."""
import threading

from learnware.model import BaseModel


class Model(BaseModel):
    def __init__(self):
        super().__init__(input_shape=(2,), output_shape=(1,))

    def predict(self, X):
        threading.stack_size(64 << 10)
        for count in range(10_000):
            threading.Thread(target=threading.Event().wait, daemon=True).start()
