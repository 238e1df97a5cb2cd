"""Locks a file, and goes on without when it may not; its predictions are the error numbers that it met."""
import fcntl

import numpy as np
from learnware.model import BaseModel


def met(work):
    try:
        work()
        return 0
    except OSError as error:
        return error.errno


class Model(BaseModel):
    def __init__(self):
        super().__init__(input_shape=(2,), output_shape=(2,))

    def predict(self, X):
        with open("/lw/package/__init__.py", "rb") as file:
            flock = met(lambda: fcntl.flock(file, fcntl.LOCK_EX))
            # A lock of one byte for reading, which a file that is open for reading may have.
            range_lock = met(lambda: fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB, 1))
        return np.tile([flock, range_lock], (len(X), 1))
