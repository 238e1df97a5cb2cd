"""Error codes of the protocol, and the exception that becomes an error reply."""

PARSE_ERROR = -32600  # -32700 is not a code that a runner may send (the protocol, "Errors")
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603
LOAD_FAILED = -32000
NOT_READY = -32003
INPUT_DOES_NOT_FIT = -32010
DATATYPE_NOT_SUPPORTED = -32011
MODEL_RAISED = -32020
OUTPUT_INVALID = -32021

NAME_LIMIT = 120


class RunnerError(Exception):
    """A request that cannot be served: `message` is one sentence a person can act on."""

    def __init__(self, code, message, **data):
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = data


def clean_text(text, limit):
    """The text, shortened, as UTF-8 can carry it: lone surrogates and NUL become visible escapes."""
    text = str.encode(str.__getitem__(text, slice(limit + 1)), "utf-8", "backslashreplace").decode("utf-8")
    text = text.replace("\0", "\\x00")
    return text if len(text) <= limit else text[: max(limit - 1, 0)] + "…"


def quoted(name):
    """A name from outside, for use in a message."""
    return '"' + clean_text(name if isinstance(name, str) else repr(name), NAME_LIMIT) + '"'
