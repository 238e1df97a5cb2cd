"""From the tensors of a request to what the model's methods receive.

Numeric blobs become numpy arrays over the received bytes: no copy, no loop. Strings and JSON numbers are looped
over, there is no other way.
"""

import math

from .datatypes import BYTES, DIMENSION_LIMIT, FLOATS, INTEGER_BOUNDS, ITEM_SIZES, NUMPY_NAMES
from .errors import DATATYPE_NOT_SUPPORTED, INPUT_DOES_NOT_FIT, INVALID_PARAMS, RunnerError, quoted


class Tensor:
    """One decoded tensor: `values` is an array, or for BYTES a flat list of bytes, str and None."""

    __slots__ = ("name", "datatype", "shape", "content_type", "valid_for", "values")


def decode_tensors(described, blob, shared=None):
    """Decodes the `inputs` of a request, with missing values filled in."""
    if not isinstance(described, list) or not described:
        raise RunnerError(INVALID_PARAMS, "inputs must be a list of at least one tensor")
    tensors, offset = [], 0
    for entry in described:
        tensor, offset = decode_tensor(entry, blob, offset, shared)
        tensors.append(tensor)
    if offset != len(blob):
        raise RunnerError(INVALID_PARAMS, f"binary_size is {len(blob)}, but the tensors' sizes add up to {offset}")
    if len(tensors) == 1 and tensors[0].valid_for is None:
        return tensors
    if len({tensor.name for tensor in tensors}) != len(tensors):
        raise RunnerError(INVALID_PARAMS, "two tensors have the same name")
    return apply_validity(tensors)


def decode_tensor(entry, blob, offset, shared=None):
    """Returns a tensor and where the next one's bytes start."""
    tensor, parameters = read_header(entry)
    size = parameters.get("binary_data_size")
    if size is None and "shared_memory_size" in parameters:
        return shared_tensor(tensor, parameters, shared), offset
    if size is None:
        if not isinstance(entry.get("data"), list):
            raise invalid(tensor, "has neither data nor binary_data_size")
        tensor.values = values_from_json(tensor, flatten(tensor, entry["data"]))
        return tensor, offset
    if "data" in entry:
        raise invalid(tensor, "has both data and binary_data_size")
    if type(size) is not int or size < 0 or offset + size > len(blob):
        raise invalid(tensor, "announces more bytes than binary_size")
    if tensor.datatype == BYTES:
        tensor.values = split_strings(tensor, memoryview(blob)[offset : offset + size])
    else:
        tensor.values = array_over(tensor, blob, offset, size)
    return tensor, offset + size


def shared_tensor(tensor, parameters, shared):
    if shared is None:
        raise invalid(tensor, "is in shared memory, which is not in use")
    size = parameters["shared_memory_size"]
    try:
        view = shared.view(parameters.get("shared_memory_offset"), size)
    except ValueError as error:
        raise invalid(tensor, str(error)) from None
    if tensor.datatype == BYTES:
        tensor.values = split_strings(tensor, memoryview(view))
    else:
        tensor.values = array_over(tensor, view, 0, size)
    return tensor


def read_header(entry):
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
        raise RunnerError(INVALID_PARAMS, "a tensor must be an object with a name")
    tensor = Tensor()
    tensor.name = entry["name"]
    tensor.datatype = entry.get("datatype")
    if not isinstance(tensor.datatype, str) or (tensor.datatype != BYTES and tensor.datatype not in ITEM_SIZES):
        message = f"Datatype {quoted(tensor.datatype)} of tensor {quoted(tensor.name)} is not supported"
        raise RunnerError(DATATYPE_NOT_SUPPORTED, message, column=tensor.name)
    tensor.shape = entry.get("shape")
    if not isinstance(tensor.shape, list) or len(tensor.shape) > DIMENSION_LIMIT:
        raise invalid(tensor, "has no shape")
    if not all(type(extent) is int and extent >= 0 for extent in tensor.shape):
        raise invalid(tensor, "has a shape that is not a list of lengths")
    parameters = entry.get("parameters", {})
    if not isinstance(parameters, dict):
        raise invalid(tensor, "has parameters that are not an object")
    tensor.content_type = parameters.get("content_type")
    tensor.valid_for = parameters.get("valid_for")
    return tensor, parameters


def array_over(tensor, blob, offset, size):
    numpy = numpy_for(tensor)
    count = math.prod(tensor.shape)
    if size != count * ITEM_SIZES[tensor.datatype]:
        raise does_not_fit(tensor, f"has {size} bytes, which its shape {tensor.shape} does not give")
    datatype = NUMPY_NAMES[tensor.datatype]
    if not count:
        return numpy.empty(tensor.shape, datatype)
    array = numpy.frombuffer(blob, datatype, count, offset)
    if not array.flags.aligned:  # behind a tensor of odd length; compiled code may rely on alignment
        array = array.copy()
    return array.reshape(tensor.shape)


def split_strings(tensor, view):
    """BYTES elements: a uint32 length and the bytes, without padding."""
    values, position, end = [], 0, len(view)
    while position < end:
        start = position + 4
        position = start + int.from_bytes(view[position:start], "little")
        if position > end:
            raise does_not_fit(tensor, "ends inside an element", len(values))
        values.append(bytes(view[start:position]))
    if len(values) != math.prod(tensor.shape):
        raise does_not_fit(tensor, f"has {len(values)} elements, which its shape {tensor.shape} does not give")
    return values


def flatten(tensor, data):
    """The elements of flat or nested JSON data, in row-major order."""
    if any(type(element) is list for element in data):
        level = [data]
        for extent in tensor.shape:
            if not all(type(row) is list and len(row) == extent for row in level):
                raise does_not_fit(tensor, f"has nested data that is not of its shape {tensor.shape}")
            level = [element for row in level for element in row]
        data = level
    if len(data) != math.prod(tensor.shape):
        raise does_not_fit(tensor, f"has {len(data)} elements, which its shape {tensor.shape} does not give")
    return data


def values_from_json(tensor, data):
    if tensor.datatype == BYTES:
        check_kinds(tensor, data, (str, type(None)), "a text or null")
        return data
    if tensor.datatype in FLOATS:
        check_kinds(tensor, data, (int, float, type(None)), "a number or null")
        data = [math.nan if value is None else value for value in data]
    elif tensor.datatype == "BOOL":
        check_kinds(tensor, data, (bool,), "true or false")
    else:
        check_kinds(tensor, data, (int,), "a whole number")
        low, high = INTEGER_BOUNDS[tensor.datatype]
        if data and not low <= min(data) <= max(data) <= high:
            element = next(i for i, value in enumerate(data) if not low <= value <= high)
            raise does_not_fit(tensor, f"has a number outside {tensor.datatype}", element)
    try:
        return numpy_for(tensor).array(data, NUMPY_NAMES[tensor.datatype]).reshape(tensor.shape)
    except OverflowError:  # an integer that no float can hold
        raise does_not_fit(tensor, f"has a number outside {tensor.datatype}") from None


def check_kinds(tensor, data, kinds, wanted):
    # The types of all elements at the speed of C; the element is looked for only when one is wrong.
    if not set(map(type, data)) <= set(kinds):
        element = next(i for i, value in enumerate(data) if type(value) not in kinds)
        raise does_not_fit(tensor, f"has an element that is not {wanted}", element)


def apply_validity(tensors):
    """Removes the companions of `null_values` and marks what they call missing (False)."""
    columns = {tensor.name: tensor for tensor in tensors if tensor.valid_for is None}
    for companion in tensors:
        if companion.valid_for is None:
            continue
        column = columns.get(companion.valid_for) if isinstance(companion.valid_for, str) else None
        if column is None or companion.datatype != "BOOL" or companion.shape != column.shape:
            raise invalid(companion, "must be BOOL and of the shape of the tensor that its valid_for names")
        missing = ~companion.values
        if column.datatype in FLOATS:
            column.values[missing] = math.nan
        elif column.datatype == BYTES:
            flags = missing.reshape(-1).tolist()
            column.values = [None if flag else value for value, flag in zip(column.values, flags)]
        elif missing.any():
            raise does_not_fit(column, f"has missing values, which only FP and BYTES can have, not {column.datatype}")
    return list(columns.values())


def features(tensors, content_type, data):
    """What the model gets as X."""
    if content_type == "pd":
        return data_frame(tensors)
    if len(tensors) != 1:
        names = ", ".join(quoted(tensor.name) for tensor in tensors[:8]) or "none"
        message = f'The model takes one tensor, but got {names}; send columns with content_type "pd"'
        raise RunnerError(INPUT_DOES_NOT_FIT, message)
    tensor = tensors[0]
    if tensor.datatype != BYTES:
        return tensor.values
    as_text = "str" in (tensor.content_type, content_type) or data == "Text"
    values = decoded(tensor) if as_text else encoded(tensor)
    return values if as_text and len(tensor.shape) == 1 else object_array(tensor, values)


def labels(tensor):
    """What the model gets as y: always an array."""
    return object_array(tensor, decoded(tensor)) if tensor.datatype == BYTES else tensor.values


def data_frame(tensors):
    try:
        import pandas
    except ImportError as error:
        module = getattr(error, "name", None) or "pandas"
        message = "The table cannot be handed on: the model needs pandas in its requirements"
        raise RunnerError(INPUT_DOES_NOT_FIT, message, type=type(error).__name__, module=module) from None
    columns, rows = {}, None
    for tensor in tensors:
        length = tensor.shape[0] if tensor.shape else None
        if length is None or math.prod(tensor.shape[1:]) != 1:
            raise does_not_fit(tensor, f"must be a column, but has shape {tensor.shape}")
        if rows not in (None, length):
            raise does_not_fit(tensor, f"has {length} rows where other columns have {rows}")
        rows = length
        columns[tensor.name] = column(tensor, pandas)
    return pandas.DataFrame(columns)


def column(tensor, pandas):
    if tensor.datatype != BYTES:
        return tensor.values.reshape(-1)
    texts = decoded(tensor)
    if tensor.content_type != "datetime":
        return pandas.Series(texts, dtype=object)
    # Before version 2 pandas infers a format for each element, afterwards only from the first one.
    options = {"format": "ISO8601"} if int(pandas.__version__.split(".")[0]) >= 2 else {}
    try:
        return pandas.Series(pandas.to_datetime(texts, **options))
    except (ValueError, TypeError):
        raise does_not_fit(tensor, "has a time that is not ISO 8601") from None


def object_array(tensor, values):
    array = numpy_for(tensor).empty(len(values), object)
    array[:] = values
    return array.reshape(tensor.shape)


def decoded(tensor):
    texts = []
    for element, value in enumerate(tensor.values):
        try:
            texts.append(value.decode("utf-8") if type(value) is bytes else value)
        except UnicodeDecodeError:
            raise does_not_fit(tensor, "has an element that is not UTF-8", element) from None
    return texts


def encoded(tensor):
    return [value.encode("utf-8", "surrogatepass") if type(value) is str else value for value in tensor.values]


def numpy_for(tensor):
    try:
        import numpy
    except ImportError as error:
        module = getattr(error, "name", None) or "numpy"
        message = f"Tensor {quoted(tensor.name)} cannot be handed on: the model needs numpy in its requirements"
        raise RunnerError(INPUT_DOES_NOT_FIT, message, type=type(error).__name__, module=module) from None
    return numpy


def invalid(tensor, problem):
    return RunnerError(INVALID_PARAMS, f"Tensor {quoted(tensor.name)} {problem}")


def does_not_fit(tensor, problem, element=None):
    place = {"column": tensor.name}
    if element is not None:
        place["row"] = element // (math.prod(tensor.shape[1:]) or 1)
        problem += f" in row {place['row']}"
    return RunnerError(INPUT_DOES_NOT_FIT, f"Tensor {quoted(tensor.name)} {problem}", **place)
