"""Tries a lock, a socket, a folder, a mount and ptrace; its predictions are the error numbers that it met."""
import ctypes
import fcntl
import os
import socket

import numpy as np
from learnware.model import BaseModel

libc = ctypes.CDLL(None, use_errno=True)


def met(work):
    try:
        work()
        return 0
    except OSError as error:
        return error.errno


def raw(*arguments):
    if libc.syscall(*arguments) == -1:
        raise OSError(ctypes.get_errno(), "refused")


class Model(BaseModel):
    def __init__(self):
        super().__init__(input_shape=(2,), output_shape=(5,))

    def predict(self, X):
        with open("/lw/package/__init__.py", "rb") as file:
            lock = met(lambda: fcntl.flock(file, fcntl.LOCK_SH))
        tried = [
            lock,
            met(lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM)),
            met(lambda: os.setrlimit(0, (1, 1)) if hasattr(os, "setrlimit") else raw(160, 0, ctypes.c_char_p(b"\0" * 16))),
            met(lambda: raw(165, b"none", b"/lw/package", b"tmpfs", 0, 0)),
            met(lambda: raw(101, 0, 0, 0, 0)),
        ]
        return np.tile(tried, (len(X), 1))
