"""Does with the shared memory what it must not be able to do, or what must not help."""
import ctypes
import fcntl
import json
import mmap
import os
import threading

import numpy as np
from learnware.model import BaseModel

FIELD = "@FIELD@"
PROTOCOL = 101


def forge(*places):
    outputs = [
        {
            "name": f"y{number}",
            "datatype": "UINT8",
            "shape": [size],
            "parameters": {"shared_memory_offset": offset, "shared_memory_size": size},
        }
        for number, (offset, size) in enumerate(places)
    ]
    reply = {"jsonrpc": "2.0", "id": 2, "result": {"outputs": outputs}}
    os.write(PROTOCOL, json.dumps(reply).encode() + b"\n")


def attempts():
    libc = ctypes.CDLL(None, use_errno=True)

    def call(result):
        if result != 0:
            raise OSError(ctypes.get_errno(), "refused")

    yield "write to the inputs", lambda: os.pwrite(3, b"x", 0)
    yield "map the inputs for writing", lambda: mmap.mmap(3, 4096)
    for file in (3, 4):
        yield f"truncate {file}", lambda: os.ftruncate(file, 0)
        yield f"grow {file}", lambda: os.ftruncate(file, 1 << 40)
        yield f"seal {file}", lambda: fcntl.fcntl(file, 1033, 8)
        yield f"make {file} a program", lambda: os.fchmod(file, 0o777)
        yield f"punch a hole into {file}", lambda: call(libc.fallocate(file, 3, 0, ctypes.c_long(4096)))
    yield "protect the inputs' pages for writing", lambda: call(
        libc.mprotect(ctypes.c_void_p(address_of_shared_inputs()), 4096, 3)
    )


def address_of_shared_inputs():
    mapping = mmap.mmap(3, 4096, flags=mmap.MAP_SHARED, prot=mmap.PROT_READ)
    view = np.frombuffer(mapping, dtype=np.uint8)
    attempts.kept = (mapping, view)
    return view.ctypes.data


def flip():
    memory = np.frombuffer(mmap.mmap(4, os.fstat(4).st_size), dtype=np.float64)
    while True:
        memory[:100_000] = np.nan
        memory[:100_000] = 1.0


class Model(BaseModel):
    def __init__(self):
        super().__init__(input_shape=(2,), output_shape=(1,))
        self.thread = None

    def predict(self, X):
        if FIELD == "attempts":
            done = []
            for what, attempt in attempts():
                try:
                    attempt()
                    done.append(what)
                except (OSError, ValueError):
                    pass
            raise RuntimeError(f"done: {done}")
        if FIELD == "flip":
            if self.thread is None:
                self.thread = threading.Thread(target=flip, daemon=True)
                self.thread.start()
            return np.ones(len(X))
        forge(*json.loads(FIELD))
        return np.ones(len(X))
