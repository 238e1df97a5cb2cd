"""Byte-compiles the files of an environment, inside the sandbox; never imports or runs one of them.

    python -I -S -B -X utf8 /lw/runner/compile.py ROOT < names

`names` are paths relative to ROOT, separated by NUL. Prints one line, {"compiled":n,"skipped":m}. A file is
skipped when it does not compile, is missing, is no `.py`, or when a link would lead the result out of its folder.
Anything else that fails (a full disk, a read-only root) ends with a message and status 1.

UNCHECKED_HASH: the store compares files itself, so Python need not look at sources again on every import, and
the result does not depend on times of modification.
"""

import os
import py_compile
import sys
import warnings


def is_plain_source(root, name):
    """Whether the name is a regular `.py` file in the root, reached without `..` and without a link."""
    if not name.endswith(".py") or name.startswith("/") or ".." in name.split("/"):
        return False
    path = os.path.join(root, name)
    cache = os.path.join(os.path.dirname(path), "__pycache__")
    return all(os.path.realpath(p) == os.path.normpath(p) for p in (path, cache)) and os.path.isfile(path)


def compile_file(path):
    """Returns whether the file was compiled."""
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    try:
        return py_compile.compile(path, quiet=2, invalidation_mode=mode, optimize=-1) is not None
    except (FileExistsError, NotADirectoryError, IsADirectoryError):
        return False  # the place of the result is a link, a file where its folder must be, or no regular file
    except (ValueError, RecursionError, MemoryError):
        return False  # nested without end, to harm the compiler


def main():
    root = os.path.realpath(sys.argv[1])
    warnings.simplefilter("ignore")  # a SyntaxWarning is the author's affair
    compiled = skipped = 0
    for name in filter(None, sys.stdin.buffer.read().split(b"\0")):
        name = os.fsdecode(name)
        if is_plain_source(root, name) and compile_file(os.path.join(root, name)):
            compiled += 1
        else:
            skipped += 1
    print(f'{{"compiled":{compiled},"skipped":{skipped}}}')


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        sys.exit(f"compile.py: {error}")
