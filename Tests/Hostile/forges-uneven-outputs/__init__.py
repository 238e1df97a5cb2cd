"""Writes a whole reply of its own, whose outputs cannot stand side by side."""
import os

from learnware.model import BaseModel

REPLY = (
    b'{"jsonrpc":"2.0","id":2,"result":{"outputs":['
    b'{"name":"a","datatype":"INT64","shape":[2],"data":[1,2]},'
    b'{"name":"b","datatype":"INT64","shape":[2,3],"data":[1,2,3,4,5,6]}]}}\n'
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
