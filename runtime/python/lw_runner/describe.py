"""Turns any exception into bounded, valid text.

The exception was made by a stranger's code: its text may raise, hold characters that UTF-8 cannot carry, or be
endless; its traceback may hold a thousand frames.
"""

import importlib
import sys

from .errors import clean_text

SENTENCE_LIMIT = 400
DETAIL_LIMIT = 4096
TRACEBACK_LIMIT = 16384
SOURCE_LINE_LIMIT = 200
FRAMES_EACH_END = 10
CAUSE_LIMIT = 5

# The name under which the loader imports the package's module.
PACKAGE_MODULE = "lw_package"


class Describer:
    """Knows whose frame is whose: the package's, the environment's, ours or the import system's."""

    def __init__(self, package, environment, runner):
        self._package = package.rstrip("/") + "/"
        self._environment = environment.rstrip("/") + "/site-packages/"
        # The shim counts as a frame of interest: BaseModel.predict raising tells which method is missing.
        runner = runner.rstrip("/") + "/lw_runner/"
        self._left_out = (runner, "<frozen importlib", importlib.__file__)

    def data(self, error):
        """The members of an error reply's `data`."""
        data = {
            "type": type_name(error),
            "detail": text_of(error, DETAIL_LIMIT),
            "traceback": self.traceback(error),
        }
        module = missing_module(error)
        if module:
            data["module"] = module
        return data

    def traceback(self, error):
        """Frames as lines of text: the package's own first, then the rest; causes after what they caused."""
        lines = []
        for cause in causes(error):
            if lines:
                lines.append(f"because of {one_line(cause)}")
            own, others = [], []
            for frame in self._frames(cause):
                (own if frame[0] else others).append(frame[1])
            lines += shortened(own) + shortened(others)
        return bounded(lines)

    def _frames(self, error):
        if isinstance(error, SyntaxError) and isinstance(error.filename, str):
            yield self._frame(error.filename, error.lineno, "<module>")
        step = error.__traceback__
        while step is not None:
            code = step.tb_frame.f_code
            filename = code.co_filename
            if not filename.startswith(self._left_out):
                yield self._frame(filename, step.tb_lineno, code.co_name)
            step = step.tb_next

    def _frame(self, filename, number, function):
        own = filename.startswith(self._package)
        shown = filename
        for root in (self._package, self._environment):
            if filename.startswith(root):
                shown = filename[len(root) :]
        # The source line is looked up later, and only for frames that are shown.
        return own, (filename, shown, number, function)


def shortened(frames):
    """The lines of the outermost and innermost frames; a deep recursion would fill the reply with one line."""
    left_out = len(frames) - 2 * FRAMES_EACH_END
    if left_out <= 0:
        return [frame_text(frame) for frame in frames]
    first = [frame_text(frame) for frame in frames[:FRAMES_EACH_END]]
    last = [frame_text(frame) for frame in frames[-FRAMES_EACH_END:]]
    return first + [f"({left_out} more calls)"] + last


def frame_text(frame):
    filename, shown, number, function = frame
    try:
        import linecache  # only when something failed

        source = linecache.getline(filename, number).strip()
    except Exception:
        source = ""
    text = f"{shown}:{number} in {function}"
    if source:
        text += ": " + source[:SOURCE_LINE_LIMIT]
    return clean_text(text, 4 * SOURCE_LINE_LIMIT)


def bounded(lines):
    kept, room = [], TRACEBACK_LIMIT
    for line in lines:
        room -= len(line)
        if room < 0:
            return kept + ["(shortened)"]
        kept.append(line)
    return kept


def causes(error):
    """The exception and what it names as its cause, at most a few."""
    chain = []
    while error is not None and len(chain) < CAUSE_LIMIT and all(error is not seen for seen in chain):
        chain.append(error)
        if error.__cause__ is not None:
            error = error.__cause__
        else:
            error = None if error.__suppress_context__ else error.__context__
    return chain


def missing_module(error):
    """The name of the module that could not be found, or None."""
    for cause in causes(error):
        if isinstance(cause, ModuleNotFoundError) and isinstance(cause.name, str):
            name = cause.name
            if name.startswith(PACKAGE_MODULE + "."):
                name = name[len(PACKAGE_MODULE) :]  # ".util": a file that the package itself lacks
            return clean_text(name, SOURCE_LINE_LIMIT)
    return None


def type_name(error):
    try:
        return clean_text(type(error).__name__, SOURCE_LINE_LIMIT)
    except BaseException:  # a metaclass can do anything
        return "Exception"


def text_of(error, limit):
    try:
        return clean_text(str(error), limit)
    except BaseException as failure:
        return f"(its text could not be made: {type_name(failure)})"


def one_line(error):
    """`ValueError: the text` on one line."""
    text = " ".join(text_of(error, SENTENCE_LIMIT).split())
    return f"{type_name(error)}: {text}" if text else type_name(error)


def sentence(action, error):
    """One sentence: what was going on, and what was raised."""
    if isinstance(error, SystemExit):
        return f"{action} tried to end the process ({one_line(error)})"
    return f"{action} raised {one_line(error)}"


def report_on_stderr(error):
    """For faults of the runner itself."""
    sys.__excepthook__(type(error), error, error.__traceback__)
