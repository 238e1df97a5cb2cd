"""Answers truly, or ends in one of the ways in which a model can end; which, it decides anew each time."""
import os
import random
import threading
import time

import numpy as np
from learnware.model import BaseModel

CHANCE = random.SystemRandom()


def end_in_some_way():
    way = CHANCE.randrange(7)
    if way == 0:
        os._exit(0)
    if way == 1:
        os._exit(3)
    if way == 2:
        os.abort()
    if way == 3:
        raise RuntimeError("not today")
    if way == 4:
        # Soon after the answer, while nobody asks for anything.
        threading.Timer(0.002, os._exit, [4]).start()
        return
    for descriptor in range(3, 12):
        try:
            os.write(descriptor, b'{"jsonrpc":"2.0","id":1,"result":{}}\n') if way == 5 else os.close(descriptor)
        except OSError:
            pass


class Model(BaseModel):
    def __init__(self, factor, crashes):
        super().__init__(input_shape=(2,), output_shape=(1,))
        self.factor = factor
        self.crashes = crashes
        if CHANCE.random() < crashes / 4:
            end_in_some_way()

    def predict(self, X):
        if CHANCE.random() < self.crashes:
            end_in_some_way()
        return X.sum(axis=1) * self.factor
