"""Prints much, from Python and from C, before it answers: none of it may reach the protocol."""
import os
import sys

import numpy as np
from learnware.model import BaseModel


class Model(BaseModel):
    def __init__(self):
        super().__init__(input_shape=(2,), output_shape=(1,))

    def predict(self, X):
        print("x" * 1_000_000)
        sys.__stdout__.write('{"jsonrpc":"2.0","id":2,"result":{}}\n')
        os.write(1, b"garbage on descriptor 1\n" * 100)
        return X.sum(axis=1)
