"""Makes folders whose names move the cursor, forge lines of a profile, and tell of the host."""
import os

import numpy as np
from learnware.model import BaseModel

PATHS = [
    b"/lw/package/\x1b[2J\n    ptrace,\n",
    b"/lw/package/\xe2\x80\xae\xff",
    b"/lw/package/../../etc/secret-of-the-host",
    b"/home/secret-of-the-host",
]


class Model(BaseModel):
    def __init__(self):
        super().__init__(input_shape=(2,), output_shape=(1,))

    def predict(self, X):
        met = []
        for path, call in zip(PATHS, [os.mkdir, os.rmdir, os.unlink, lambda path: os.chmod(path, 0o777)]):
            try:
                call(path)
                met.append(0)
            except OSError as error:
                met.append(error.errno)
        return np.full((len(X), 1), 1 if all(number == 1 for number in met) else 0)
