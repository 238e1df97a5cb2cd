"""One run of a command, and what many of them come to."""

import ctypes
import os
import resource  # noqa: F401  os.wait4 imports it, which an ordinary user may not be able to
import statistics
import sys
import tempfile
import time

FILTER_DESCRIPTOR = 9
SET_CHILD_SUBREAPER = 36


class Refused(Exception):
    """A command that ended with an error; the text is what it said."""


class Said:
    """A file for what a command writes, which nobody reads unless it fails."""

    def __init__(self):
        self.file = tempfile.TemporaryFile()

    def text(self):
        self.file.seek(0)
        lines = [line.strip() for line in self.file.read().decode(errors="replace").splitlines() if line.strip()]
        self.file.seek(0)
        self.file.truncate()
        return lines[0] if lines else "without a word"


SAID = Said()


def spawn(command, filter_file):
    """Starts a command as our library does: posix_spawn, which copies no page table."""
    said = SAID.file.fileno()
    # One open file each: bwrap reads its filter from where the last reader left off.
    actions = [(os.POSIX_SPAWN_OPEN, FILTER_DESCRIPTOR, str(filter_file), os.O_RDONLY, 0)]
    # A file of ours as standard input, too: crun gives the caller's to the user of its container, were it /dev/null.
    actions += [(os.POSIX_SPAWN_DUP2, said, number) for number in (0, 1, 2)]
    return os.posix_spawn(command[0], command, os.environ, file_actions=actions)


def adopt_orphans():
    """Makes this process the parent of what a launcher leaves: bwrap does not wait for its PID 1."""
    if ctypes.CDLL(None, use_errno=True).prctl(SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        stop(f"prctl: {os.strerror(ctypes.get_errno())}")


def reap_orphans():
    """Waits until nothing of a run is left; their CPU seconds."""
    seconds = 0.0
    while True:
        try:
            _, _, usage = os.wait4(-1, 0)
        except ChildProcessError:
            return seconds
        seconds += usage.ru_utime + usage.ru_stime


def run(command, filter_file, start=spawn):
    """Milliseconds of one run: until its first process ended, until nothing was left of it, and on the CPU in all."""
    begin = time.perf_counter()
    _, status, usage = os.wait4(start(command, filter_file), 0)
    wall = time.perf_counter() - begin
    cpu = usage.ru_utime + usage.ru_stime + reap_orphans()
    gone = time.perf_counter() - begin
    if status != 0:
        raise Refused(f"{SAID.text()} (status {os.waitstatus_to_exitcode(status)})")
    return wall * 1000, gone * 1000, cpu * 1000


def run_together(command, filter_file, count):
    """Wall milliseconds until `count` runs that were started one after the other have all ended."""
    begin = time.perf_counter()
    left = {spawn(command, filter_file) for _ in range(count)}
    while left:
        process, status = os.waitpid(-1, 0)
        if process in left and status != 0:
            raise Refused(f"{SAID.text()} (status {os.waitstatus_to_exitcode(status)}, {count} at once)")
        left.discard(process)
    wall = time.perf_counter() - begin
    reap_orphans()
    return wall * 1000


def turns(measures, rounds, warm_up=0):
    """Calls each measure in every turn, so that what else the machine does meets all; name -> figures.

    Every turn begins with another one: which of them follows a slow one should not matter.
    """
    figures = {name: [] for name in measures}
    names = list(measures)
    for turn in range(warm_up + rounds):
        begin = turn % len(names)
        for name in names[begin:] + names[:begin]:
            figure = measures[name]()
            if turn >= warm_up:
                figures[name].append(figure)
    return figures


def summary(figures):
    """Minimum, median, and what 95 % stay within."""
    ordered = sorted(figures)
    within = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    return {"minimum": ordered[0], "median": statistics.median(ordered), "within95": within, "turns": len(ordered)}


def ratios(ours, theirs):
    """Ours by theirs, of the minima and of the medians; below 1 is faster than theirs."""
    return {key: ours[key] / theirs[key] for key in ("minimum", "median")}


def aim(what, figure, bound, unit="", *, minima):
    """Prints whether an aim is met, which is all that comes of it, and the same of the minima."""
    verdict = "met" if figure <= bound else "missed"
    print(f"  aim: {what} at most {bound:g}{unit}: {figure:.3f}{unit}, {verdict} (minima: {minima:.3f}{unit})")
    return {"aim": what, "bound": bound, "figure": figure, "of_minima": minima, "met": figure <= bound}


def stop(message):
    sys.exit(f"Benchmarks/launch: {message}")
