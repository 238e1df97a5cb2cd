"""Writes a reply of its own to the protocol's descriptor, so that two replies come to one request."""
import os

from learnware.model import BaseModel

REPLY = (
    b'{"jsonrpc":"2.0","id":%d,"result":{"outputs":[{"name":"y","datatype":"FP64","shape":[2],"data":[0,0]}]}}\n'
)


class Model(BaseModel):
    def __init__(self):
        super().__init__(input_shape=(2,), output_shape=(1,))
        self.calls = 1

    def predict(self, X):
        self.calls += 1
        for descriptor in range(3, 256):
            try:
                os.write(descriptor, REPLY % self.calls)
            except OSError:
                pass
        return X.sum(axis=1)
