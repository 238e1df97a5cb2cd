"""The program that runs inside the sandbox: loads one learnware and answers `lw-predict/1` over stdio.

    python -I -S -B -X utf8 /lw/runner/main.py [--runtime python|onnx|parquet|images] [--libraries later|first]
        [--package DIR] [--env DIR]

With `--libraries first` the well-known libraries of the environment are imported before it says that it has started, so
that a host which does not know the package yet can have them ready.

This file is a script, so Python compiles it at every start: it stays small, and everything else lives in
`lw_runner`. `posix` instead of `os`, because `os` alone would delay `started` by some milliseconds.
"""

import faulthandler
import posix
import sys

# Far above what a library opens by itself, and above 3 and 4, which belong to shared memory.
HIGH_DESCRIPTOR = 100


def move_to_high_descriptor(descriptor, target):
    """Duplicates a descriptor to one that child processes do not inherit."""
    try:
        return posix.dup2(descriptor, target, False)
    except OSError:  # the limit of open files is lower than the target
        return posix.dup(descriptor)


def take_protocol_streams():
    """Moves the protocol away from 0 and 1, so that nothing the package prints can damage it."""
    source = move_to_high_descriptor(0, HIGH_DESCRIPTOR)
    sink = move_to_high_descriptor(1, HIGH_DESCRIPTOR + 1)
    null = posix.open("/dev/null", posix.O_RDONLY)
    posix.dup2(null, 0)
    if null > 2:
        posix.close(null)
    posix.dup2(2, 1)
    # sys.stdin and sys.stdout follow: they are bound to the numbers 0 and 1. A line printed before a crash must
    # not be lost in a buffer, and a character that UTF-8 cannot carry must not make print() raise.
    sys.stdout.reconfigure(line_buffering=True, errors="backslashreplace")
    try:
        faulthandler.enable(2)
    except (OSError, RuntimeError, ValueError):
        pass  # only a comfort: a crash then shows no Python stack on stderr
    return source, sink


def parse_arguments(arguments):
    """Returns runtime, libraries, package's and environment's folder; only the trusted host writes this command line."""
    values = {"--runtime": "python", "--libraries": "later", "--package": "/lw/package", "--env": "/lw/env"}
    for option, value in zip(arguments[0::2], arguments[1::2]):
        if option not in values:
            raise SystemExit(f"main.py: unknown option {option}")
        values[option] = value
    if len(arguments) % 2:
        raise SystemExit(f"main.py: {arguments[-1]} has no value")
    return values["--runtime"], values["--libraries"] == "first", values["--package"], values["--env"]


def announce(sink):
    posix.write(sink, b'{"jsonrpc":"2.0","method":"started"}\n')


def run():
    source, sink = take_protocol_streams()
    runtime, libraries_first, package, environment = parse_arguments(sys.argv[1:])
    if not libraries_first:
        announce(sink)
    del sys.argv[1:]  # a package that parses a command line must not meet ours

    # With -I the script's folder is not on sys.path. It is there only for this one import, so that no file
    # of the runner can shadow a module of the package or its environment.
    runner = __file__.rpartition("/")[0] or "."
    sys.path.insert(0, runner)
    from lw_runner import serve

    sys.path.remove(runner)
    before = (lambda: announce(sink)) if libraries_first else None
    serve(source, sink, runtime, package, environment, runner, before)


if __name__ == "__main__":
    run()
