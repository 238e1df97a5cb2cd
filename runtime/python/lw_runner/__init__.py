"""The runner of Python learnwares.

    channel    lines and blobs over two descriptors
    session    which method may be called when, and what it answers
    onnx       the same for an ONNX model, for which no code of a package is needed
    external   weights that such a model keeps in files beside its own
    parquet    no model at all: Parquet files, read here and in parquet_columns, made in parquet_writer
    pictures   nor here: files of images, decoded
    loader     import path, module, class, constructor
    inputs     tensors of a request → what the model gets
    state      a model that has learned → bytes, and back
    outputs    what the model returned → tensors of a reply
    libraries  well-known libraries, imported before there is a package
    shared     large tensors in memory that the host shares
    datatypes  the Open Inference Protocol's datatypes
    errors     error codes and the one exception that becomes an error reply
    describe   any exception → bounded, valid text

Only the standard library, and little of it: start-up time is paid on every run. What the package's code could
replace later (`json`, `os`, `sys.stdout`) is bound when these modules are imported, before any of that code runs.
"""

import os
import sys

from .channel import Channel
from .session import Session

_exit = os._exit
_stdout, _stderr = sys.stdout, sys.stderr


def serve(source, sink, runtime, package, environment, runner, announce=None):
    """Answers requests until the input ends or `shutdown`, then ends the process.

    With `announce`, libraries are imported first, and it is called when they are.
    """
    kind = Session
    if runtime == "onnx":
        from .onnx import OnnxSession as kind
    elif runtime == "parquet":
        from .parquet import ParquetSession as kind
    elif runtime == "images":
        from .pictures import PictureSession as kind
    session = kind(Channel(source, sink), *map(os.path.abspath, (package, environment, runner)))
    if announce is not None:
        from .libraries import import_known

        import_known()
        announce()
    status = session.run()
    for stream in (_stdout, _stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            pass  # closed by the package
    # Not sys.exit: exit handlers and threads that the package left behind must not delay the end.
    _exit(status)
