"""A model that answers over pipes, and the call of it: the same program inside the sandbox and outside."""

import os
import random
import shutil
import struct
import subprocess
import sys
import time
from array import array
from pathlib import Path

from .measuring import stop

ROWS, COLUMNS, CLASSES = 1000, 20, 5
CALLS_A_START = 50
LENGTH = struct.Struct("<I")
# A frame is four bytes of length and the content: rows of float64 in, a class for each as int64 out.
MODEL = f"""
import sys
import numpy
weights = numpy.random.default_rng(1).normal(size=({COLUMNS}, {CLASSES}))
read, write = sys.stdin.buffer.read, sys.stdout.buffer.write
while len(head := read(4)) == 4:
    rows = numpy.frombuffer(read(int.from_bytes(head, "little")), dtype="<f8").reshape(-1, {COLUMNS})
    answer = (rows @ weights).argmax(axis=1).astype("<i8").tobytes()
    write(len(answer).to_bytes(4, "little") + answer)
    sys.stdout.buffer.flush()
"""
FACTS = """
import sys, numpy
print(sys.executable, sys.base_prefix, sys.prefix, numpy.__path__[0], numpy.__version__, sep="\\n")
"""
# What the profile sets inside.
ENVIRONMENT = {"HOME": "/nonexistent", "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "OMP_NUM_THREADS": "1",
               "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


class Interpreter:
    """A Python that has numpy, and the folders that it reads."""

    def __init__(self, program):
        facts = subprocess.run([program, "-c", FACTS], capture_output=True, text=True, check=True).stdout.splitlines()
        # What lies on PATH may be a shim; this is the interpreter itself.
        self.program, base, prefix, numpy, self.version = facts
        parents = {Path(folder).resolve() for folder in (base, prefix, Path(numpy).parent)}
        # What lies in another of them, or in the /usr that everything sees, is there already.
        known = parents | {Path("/usr")}
        own = parents - {Path("/usr")}
        self.folders = [str(folder) for folder in sorted(own) if known.isdisjoint(folder.parents)]


def find_interpreter(wanted):
    """The first that has numpy, or None; only the wanted one when there is one."""
    candidates = [wanted] if wanted else [sys.executable, "/usr/bin/python3", shutil.which("python3")]
    for candidate in candidates:
        try:
            return Interpreter(candidate)
        except (OSError, TypeError, subprocess.CalledProcessError):
            continue
    return None


class Model:
    """One running model."""

    def __init__(self, command):
        # A session of its own, as inside: some kernels share processors out by session.
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=ENVIRONMENT,
                                        start_new_session=True)  # fmt: skip

    def call(self, frame):
        """Microseconds of one call, and the answer."""
        begin = time.perf_counter()
        self.process.stdin.write(frame)
        self.process.stdin.flush()
        head = self.process.stdout.read(LENGTH.size)
        answer = self.process.stdout.read(LENGTH.unpack(head)[0]) if len(head) == LENGTH.size else b""
        duration = time.perf_counter() - begin
        if len(answer) != ROWS * 8:
            stop(f"the model gave {len(answer)} bytes for {ROWS} rows")
        return duration * 1e6, answer

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def request():
    chance = random.Random(3)
    rows = array("d", (chance.gauss(0, 1) for _ in range(ROWS * COLUMNS)))
    if sys.byteorder != "little":
        rows.byteswap()
    return LENGTH.pack(len(rows) * rows.itemsize) + rows.tobytes()


def compare(commands, rounds, warm_up):
    """Microseconds of each call of each model, turn by turn, of models that are started anew now and then.

    Two processes of the very same program differ by more than 5 %, by where their memory happens to lie.
    """
    figures = {name: [] for name in commands}
    frame = request()
    for start in range(0, rounds, CALLS_A_START):
        calls = min(CALLS_A_START, rounds - start)
        for name, durations in compare_once(commands, frame, calls, warm_up).items():
            figures[name] += durations
    return figures


def compare_once(commands, frame, rounds, warm_up):
    """The same of one start of each; all must give the same answers."""
    models = {name: Model(command) for name, command in commands.items()}
    names = list(models)
    figures = {name: [] for name in names}
    try:
        for turn in range(warm_up + rounds):
            answers = set()
            begin = turn % len(names)
            for name in names[begin:] + names[:begin]:
                duration, answer = models[name].call(frame)
                answers.add(answer)
                if turn >= warm_up:
                    figures[name].append(duration)
            if len(answers) != 1:
                stop("the model answers differently inside the sandbox")
    finally:
        for model in models.values():
            model.end()
    return figures
