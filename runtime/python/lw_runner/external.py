"""Weights that an ONNX model keeps in files beside its own, as models above 2 GiB must.

onnxruntime reads them itself, but asks /proc where an open file really lies, and no run has a /proc. So they are mapped
here and handed over. The field numbers are those of `onnx.proto`, the wire format that of protobuf.dev/encoding.
"""

import mmap
import os

from .errors import LOAD_FAILED, RunnerError, quoted

# TensorProto.DataType, as far as numpy has them.
ELEMENTS = {1: "<f4", 2: "|u1", 3: "|i1", 4: "<u2", 5: "<i2", 6: "<i4", 7: "<i8", 9: "|b1", 10: "<f2", 11: "<f8",
            12: "<u4", 13: "<u8"}  # fmt: skip
NAME_SHOWN = 100


def external_weights(path, numpy):
    """Names and arrays; the arrays are views of the files, which are not copied."""
    with open(path, "rb") as file:
        if not os.fstat(file.fileno()).st_size:
            return
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    # Every one of them has an entry with this key.
    if data.find(b"location") < 0:
        return
    folder, files = os.path.dirname(path), {}
    for start, end in bytes_of(data, 0, len(data), 7):  # ModelProto.graph
        for tensor in bytes_of(data, start, end, 5):  # GraphProto.initializer
            weight = described(data, *tensor)
            if "location" in weight["entries"]:
                yield weight["name"], array(weight, folder, files, numpy)


def described(data, start, end):
    """Name, lengths, element type and, for a weight in another file, where it is."""
    weight = {"name": "", "dims": [], "type": 0, "entries": {}}
    for field, value in fields(data, start, end):
        if field == 1:  # repeated, packed or not
            weight["dims"] += [value] if type(value) is int else numbers(data, *value)
        elif field == 2:
            weight["type"] = value
        elif field == 8:
            weight["name"] = text(data, value)
        elif field == 13 and type(value) is tuple:
            pair = {number: text(data, part) for number, part in fields(data, *value)}
            weight["entries"][pair.get(1)] = pair.get(2, "")
    return weight


def array(weight, folder, files, numpy):
    shown = quoted(weight["name"][:NAME_SHOWN])
    place = weight["entries"]["location"]
    if place.startswith("/") or ".." in place.split("/") or "\0" in place:
        raise RunnerError(LOAD_FAILED, f"The weights {shown} lie in {quoted(place)}, outside of the package")
    if weight["type"] not in ELEMENTS:
        message = f"The weights {shown} are of type {weight['type']}, which is read from the model's own file only"
        raise RunnerError(LOAD_FAILED, message)
    try:
        offset = int(weight["entries"].get("offset") or 0)
    except ValueError:
        offset = -1
    count = 1
    for length in weight["dims"]:
        count *= length
    datatype = numpy.dtype(ELEMENTS[weight["type"]])
    if place not in files:
        try:
            files[place] = numpy.memmap(os.path.join(folder, place), "|u1", "r")
        except (OSError, ValueError):  # ValueError: it is empty
            message = f"The package has no file {quoted(place)}, which holds the weights {shown}"
            raise RunnerError(LOAD_FAILED, message) from None
    end = offset + count * datatype.itemsize
    if offset < 0 or end > len(files[place]):
        raise RunnerError(LOAD_FAILED, f"The file {quoted(place)} ends before the weights {shown}")
    values = files[place][offset:end]
    if offset % datatype.itemsize:  # compiled code may rely on alignment
        values = values.copy()
    return values.view(datatype).reshape(weight["dims"])


# The wire format


def fields(data, start, end):
    """The fields of a message: a number, or where the field's bytes begin and end."""
    while start < end:
        key, start = varint(data, start, end)
        kind = key & 7
        if kind == 0:
            value, start = varint(data, start, end)
            yield key >> 3, value
            continue
        if kind == 2:
            size, start = varint(data, start, end)
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
        else:
            raise broken()
        if size > end - start:
            raise broken()
        yield key >> 3, (start, start + size)
        start += size


def bytes_of(data, start, end, wanted):
    for field, value in fields(data, start, end):
        if field == wanted and type(value) is tuple:
            yield value


def numbers(data, start, end):
    found = []
    while start < end:
        number, start = varint(data, start, end)
        found.append(number)
    return found


def varint(data, start, end):
    number = shift = 0
    while start < end and shift < 70:
        byte = data[start]
        number |= (byte & 0x7F) << shift
        start, shift = start + 1, shift + 7
        if byte < 0x80:
            return number, start
    raise broken()


def text(data, value):
    if type(value) is not tuple:
        raise broken()
    return data[value[0] : value[1]].decode("utf-8", "backslashreplace")


def broken():
    return RunnerError(LOAD_FAILED, "The model's file is no ONNX model, or is damaged")
