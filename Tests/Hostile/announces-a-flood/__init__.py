"""Writes a whole reply of its own, and announces four gigabytes behind it."""
import os

from learnware.model import BaseModel

REPLY = (
    b'{"jsonrpc":"2.0","id":2,"binary_size":4294967296,"result":{"outputs":['
    b'{"name":"y","datatype":"UINT8","shape":[2,2147483648],"parameters":{"binary_data_size":4294967296}}]}}\n'
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
