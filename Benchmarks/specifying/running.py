"""Ours in a process of its own, and numpy's in another, each with its time and its peak memory."""

import json
import os
import statistics
import subprocess
import sys

from launching.commands import ROOT


def program():
    path = ROOT / ".build/release/specify"
    if not path.exists():
        sys.exit(f"{path} is not there; make build makes it")
    return path


def ours(*words):
    """What the program answered, and its peak memory in MiB."""
    process = subprocess.Popen([program()], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    process.stdin.write(" ".join(str(word) for word in words) + "\n")
    process.stdin.close()
    answer = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"specify ended with {process.returncode} ({answer.strip()})")
    return json.loads(answer), usage.ru_maxrss / 1024


def in_child(work):
    """What a function gives in a process of its own, and that one's peak memory in MiB."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        with os.fdopen(writer, "w") as stream:
            json.dump(work(), stream)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as stream:
        text = stream.read()
    _, status, usage = os.wait4(child, 0)
    if status != 0:
        sys.exit("the numpy program failed")
    return json.loads(text), usage.ru_maxrss / 1024


def write_numbers(path, count, scale):
    import numpy as np

    (scale * np.random.default_rng(7).standard_normal(count)).tofile(path)


def show(name, times, memory, extra=""):
    print(f"  {name:<11} min {min(times):10.1f} ms  median {statistics.median(times):10.1f} ms  {memory:6.0f} MiB{extra}")
