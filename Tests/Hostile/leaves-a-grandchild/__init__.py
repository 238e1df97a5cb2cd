"""Tries every way that Python has to leave a process behind, and says what each met."""
import ctypes
import os
import subprocess
import sys

from learnware.model import BaseModel


def attempt(name, action):
    try:
        action()
        return f"{name}: DONE"
    except OSError as error:
        return f"{name}: {error.strerror}"


def raw_clone():
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(56, 17, 0, 0, 0, 0) < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


class Model(BaseModel):
    def __init__(self):
        super().__init__(input_shape=(2,), output_shape=(1,))

    def predict(self, X):
        raise RuntimeError("; ".join([
            attempt("fork", os.fork),
            attempt("spawn", lambda: os.posix_spawn(sys.executable, ["python", "-c", "while True: pass"], {})),
            attempt("subprocess", lambda: subprocess.Popen([sys.executable, "-c", "while True: pass"])),
            attempt("clone", raw_clone),
        ]))
