"""Tries every call that takes a path, with the longest and oddest one that there is."""
import ctypes

import numpy as np
from learnware.model import BaseModel

# x86-64: creat, rename, mkdir, rmdir, link, unlink, symlink, chmod, chown, lchown, truncate, mknod, utime, utimes,
# chroot, setxattr and its kin, and then the same relative to a folder.
FIRST = [
    85, 82, 83, 84, 86, 87, 90, 92, 94, 76, 133, 132, 235, 161, 188, 189, 191, 192, 194, 195, 197, 198, 163, 167, 168,
    240, 241, 166,
]
SECOND = [88, 258, 259, 260, 261, 263, 264, 265, 268, 280, 316, 254, 322, 452, 303, 179]


class Model(BaseModel):
    def __init__(self):
        super().__init__(input_shape=(2,), output_shape=(1,))

    def predict(self, X):
        syscall = ctypes.CDLL(None).syscall
        path = b"\xff" * 4000
        for number in FIRST:
            syscall(number, path, 0, 0, 0, 0, 0)
        for number in SECOND:
            syscall(number, -1, path, 0, 0, 0, 0)
        return np.zeros((len(X), 1))
