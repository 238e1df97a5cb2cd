"""Tries to leave something for the next run, and says what it met."""
import os

from learnware.model import BaseModel

PATHS = ["/x", "/tmp/x", "/dev/shm/x", "/lw/package/x", "/lw/package/__init__.py", "/lw/env/site-packages/x.pth",
         "/lw/runner/main.py", "/usr/lib/x"]


class Model(BaseModel):
    def __init__(self):
        super().__init__(input_shape=(2,), output_shape=(1,))

    def predict(self, X):
        met = []
        for path in PATHS:
            try:
                os.close(os.open(path, os.O_WRONLY | os.O_CREAT))
                met.append(f"{path}: WROTE")
            except OSError as error:
                met.append(f"{path}: {error.strerror}")
        raise RuntimeError("; ".join(met))
