"""From what the model returned to the tensors of a reply.

The host checks length and values; here only what cannot be a tensor is refused. Conversion runs methods of the
returned object, a stranger's code too.
"""

import sys

from .datatypes import BYTES, DATATYPES, FLOATS
from .describe import sentence
from .errors import OUTPUT_INVALID, RunnerError, clean_text

NEEDED = "a numpy array, torch tensor or pandas object is needed"
NEEDED_ELEMENTS = "numbers of at most 64 bits, booleans or texts are needed"
# More columns than that are a matrix, whatever they are called.
NAMED_COLUMNS = 1000
MISSING_NAME = "{}.valid"


class Reply:
    """Tensors described for the line, and the blobs that follow it."""

    def __init__(self, binary, null_values):
        self.binary = binary
        self.null_values = null_values
        self.outputs = []
        self.blobs = []
        self.parameters = {}

    @property
    def binary_size(self):
        return sum(map(len, self.blobs))


def encode_result(result, binary, null_values, describer):
    """Raises RunnerError -32021 for everything that cannot be a tensor."""
    reply = Reply(binary, null_values)
    try:
        for name, array, *more in named_arrays(result, reply):
            add_array(reply, name, array, *more)
    except RunnerError:
        raise
    except BaseException as error:
        message = sentence("Reading what predict returned", error)
        raise RunnerError(OUTPUT_INVALID, message, **describer.data(error)) from None
    names = [tensor["name"] for tensor in reply.outputs]
    if len(set(names)) != len(names):
        raise RunnerError(OUTPUT_INVALID, "predict returned a table in which two columns have the same name")
    return reply


def named_arrays(result, reply):
    """Names and arrays. Libraries are recognised without importing them: what the model did not import it
    cannot have returned."""
    numpy = sys.modules.get("numpy")
    if numpy is not None and type(result) is numpy.ndarray:
        return [("y", result)]
    if numpy is not None and isinstance(result, numpy.ndarray):
        if "MaskedArray" in [base.__name__ for base in type(result).__mro__]:
            raise refused("a masked array; fill its masked elements first")
        return [("y", result)]
    libraries = {str(base.__module__).partition(".")[0] for base in type(result).__mro__}
    if "torch" in libraries and hasattr(result, "detach"):
        return [("y", result.detach().cpu().numpy())]
    if "pandas" in libraries:
        pandas = sys.modules["pandas"]
        if isinstance(result, pandas.Series):
            return [("y", *column_array(result, numpy, reply))]
        if isinstance(result, pandas.DataFrame):
            return frame_arrays(result, numpy, reply)
    if "scipy" in libraries and hasattr(result, "toarray"):
        raise refused("a scipy sparse matrix; return its toarray()")
    raise refused(f"{article(type(result).__name__)}; {NEEDED}")


def frame_arrays(frame, numpy, reply):
    """One tensor for each column that has a name; one for all when they are numbers of one type without names."""
    datatypes = list(frame.dtypes)
    if not datatypes:
        raise refused("a table without columns")
    first = datatypes[0]
    names = list(frame.columns)
    named = 1 < len(names) <= NAMED_COLUMNS and all(type(name) is str for name in names)
    unnamed = not named or len(set(names)) != len(names)
    plain = isinstance(first, numpy.dtype) and first.kind in "biuf" and all(other == first for other in datatypes)
    if plain and unnamed:
        return [("y", frame.to_numpy())]
    reply.parameters["content_type"] = "pd"
    # By position: a name may occur twice.
    return [(str(name), *column_array(frame.iloc[:, i], numpy, reply)) for i, name in enumerate(frame.columns)]


def column_array(series, numpy, reply):
    """The column's values, which of them are there (None for all), and for texts what they mean."""
    datatype = series.dtype
    if getattr(datatype, "kind", "") == "M":  # times, with a zone or without
        missing = series.isna()
        texts = [None if gone else time.isoformat() for time, gone in zip(series, missing)]
        return numpy.array(texts, object), None, "datetime"
    if isinstance(datatype, numpy.dtype):
        return series.to_numpy(), None
    plain = getattr(datatype, "numpy_dtype", None)  # pandas' nullable numbers
    if isinstance(plain, numpy.dtype) and plain.kind in "biuf":
        missing = series.isna().to_numpy()
        if not missing.any():
            return series.to_numpy(dtype=plain), None
        if plain.kind == "f" or not reply.null_values:
            return series.to_numpy(dtype="float64", na_value=float("nan")), None
        return series.to_numpy(dtype=plain, na_value=0), ~missing
    array = numpy.asarray(series)  # categories, strings
    if array.dtype.kind not in "biufOU":
        raise refused(f"a column of {clean_text(str(datatype), 80)}; {NEEDED_ELEMENTS}")
    return array, None


def add_array(reply, name, array, valid=None, content_type="str"):
    numpy = sys.modules["numpy"]
    array = numpy.asarray(array)
    if array.ndim == 0:
        raise refused("an array without dimensions; one row for each input is needed")
    name = clean_text(name, 4096)
    kind = array.dtype.kind
    if kind in "OUST":
        return add_texts(reply, name, array, content_type)
    if kind not in "biuf" or array.dtype.itemsize > 8:
        raise refused(f"an array of {array.dtype.name}; {NEEDED_ELEMENTS}")
    if array.dtype.str.startswith(">"):
        array = array.astype(array.dtype.newbyteorder("<"))
    tensor = {"name": name, "datatype": DATATYPES[array.dtype.str], "shape": list(array.shape)}
    reply.outputs.append(tensor)
    if reply.binary:
        array = numpy.ascontiguousarray(array)
        # A view with a zero in its shape cannot be cast.
        blob = memoryview(array).cast("B") if array.size else b""
        tensor["parameters"] = {"binary_data_size": len(blob)}
        reply.blobs.append(blob)
        if valid is not None:
            add_companion(reply, tensor, valid.tobytes())
        return None
    tensor["data"] = array.reshape(-1).tolist()
    if valid is not None:
        tensor["data"] = [value if there else None for value, there in zip(tensor["data"], valid.tolist())]
    if tensor["datatype"] in FLOATS and not numpy.isfinite(array).all():
        # JSON knows neither NaN nor infinities.
        tensor["data"] = [value if value - value == 0 else None for value in tensor["data"]]
    return None


def add_texts(reply, name, array, content_type="str"):
    elements = array.reshape(-1).tolist()
    encoded = [encoded_text(element, row) for row, element in enumerate(elements)]
    tensor = {"name": name, "datatype": BYTES, "shape": list(array.shape)}
    tensor["parameters"] = {"content_type": content_type}
    reply.outputs.append(tensor)
    if not reply.binary:
        tensor["data"] = [None if text is None else text.decode("utf-8") for text in encoded]
        return
    blob = b"".join(part for text in encoded for part in (len(text or b"").to_bytes(4, "little"), text or b""))
    tensor["parameters"]["binary_data_size"] = len(blob)
    reply.blobs.append(blob)
    if None in encoded:
        if not reply.null_values:
            raise refused("texts with missing values, which the host did not ask for (null_values)")
        add_companion(reply, tensor, bytes(text is not None for text in encoded))


def add_companion(reply, tensor, valid):
    """The tensor that says which of another's elements are there, one byte for each."""
    parameters = {"valid_for": tensor["name"], "binary_data_size": len(valid)}
    companion = {"name": MISSING_NAME.format(tensor["name"]), "datatype": "BOOL", "shape": tensor["shape"]}
    reply.outputs.append({**companion, "parameters": parameters})
    reply.blobs.append(valid)


def encoded_text(element, row):
    """The element's UTF-8, or None for a missing value."""
    # `!=` on itself finds NaN; pandas.NA answers with itself, which is no bool.
    if element is None or (isinstance(element, float) and element != element) or type(element).__name__ == "NAType":
        return None
    try:
        if isinstance(element, str):
            return str.encode(element, "utf-8")
        if isinstance(element, bytes):
            bytes.decode(element, "utf-8")
            return bytes(element)
    except UnicodeError:
        raise refused(f"a text that is not valid Unicode, as element {row}") from None
    raise refused(f"objects of which element {row} is {article(type(element).__name__)}; {NEEDED_ELEMENTS}")


def article(name):
    name = clean_text(name, 80)
    if name == "NoneType":
        return "None"
    return ("an " if name[:1].lower() in "aeiou" else "a ") + name


def refused(what):
    return RunnerError(OUTPUT_INVALID, f"predict returned {what}")
