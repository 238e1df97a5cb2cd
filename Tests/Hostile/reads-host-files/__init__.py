"""Tries to read the host, and says what it met."""
import os

from learnware.model import BaseModel

PATHS = ["/etc/passwd", "/etc/shadow", "/root/.ssh/id_rsa", "/proc/1/environ", "/proc/self/mounts", "/sys/kernel",
         "/home", "/var", "../../../../etc/passwd", "/lw/package/../../etc/shadow"]


class Model(BaseModel):
    def __init__(self):
        super().__init__(input_shape=(2,), output_shape=(1,))

    def predict(self, X):
        met = []
        for path in PATHS:
            try:
                met.append(f"{path}: READ {open(path).read(10)!r}" if not os.path.isdir(path) else f"{path}: THERE")
            except OSError as error:
                met.append(f"{path}: {error.strerror}")
        raise RuntimeError("; ".join(met))
