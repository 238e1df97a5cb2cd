"""From the tensors of a request to what the model's methods receive.

Numeric blobs become numpy arrays over the received bytes: no copy, no loop. Strings and JSON numbers are looped
over, there is no other way.
"""

import math

from .datatypes import BYTES, DIMENSION_LIMIT, FLOATS, INTEGER_BOUNDS, ITEM_SIZES, NUMPY_NAMES
from .errors import DATATYPE_NOT_SUPPORTED, INPUT_DOES_NOT_FIT, INVALID_PARAMS, RunnerError, quoted


class Tensor:
    """One decoded tensor: `values` is an array, or for BYTES a flat list of bytes, str and None."""

    __slots__ = ("name", "datatype", "shape", "content_type", "valid_for", "categories", "values", "missing")


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
        tensor.values = values_from_json(tensor, marked(tensor, flatten(tensor, entry["data"])))
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
    tensor.categories = parameters.get("categories")
    tensor.missing = None
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


def marked(tensor, data):
    """The data with every null of whole numbers and booleans noted as missing, and a zero in its place."""
    if tensor.datatype in FLOATS or tensor.datatype == BYTES or None not in data:
        return data
    tensor.missing = numpy_for(tensor).array([value is None for value in data], bool).reshape(tensor.shape)
    filler = False if tensor.datatype == "BOOL" else 0
    return [filler if value is None else value for value in data]


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
            column.missing = missing
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
        refuse_missing(tensor)
        return tensor.values
    if "image" in (tensor.content_type, content_type):
        return images(tensor)
    as_text = "str" in (tensor.content_type, content_type) or data == "Text"
    values = decoded(tensor) if as_text else encoded(tensor)
    return values if as_text and len(tensor.shape) == 1 else object_array(tensor, values)


def labels(tensor):
    """What the model gets as y: always an array."""
    refuse_missing(tensor)
    return object_array(tensor, decoded(tensor)) if tensor.datatype == BYTES else tensor.values


def refuse_missing(tensor):
    if tensor.missing is not None:
        element = tensor.missing.reshape(-1).tolist().index(True)
        raise does_not_fit(tensor, f"has a missing value, which an array of {tensor.datatype} cannot say,", element)


def images(tensor):
    """Arrays of uint8, (rows, columns) for grey images, else (rows, columns, 3), when the environment has Pillow; one
    array for all of them when they are of one shape. The bytes of the files otherwise."""
    try:
        from PIL import Image
    except ImportError:
        return object_array(tensor, encoded(tensor))
    import io

    numpy = numpy_for(tensor)
    pictures = []
    for element, data in enumerate(encoded(tensor)):
        try:
            picture = Image.open(io.BytesIO(data))
            picture.load()
            pictures.append(picture)
        except Exception as error:  # Pillow raises many kinds for a file that is none
            text = f"is no image that can be read ({type(error).__name__})"
            raise does_not_fit(tensor, text, element) from None
    mode = "L" if all(picture.mode in ("L", "1") for picture in pictures) else "RGB"
    arrays = [numpy.asarray(picture.convert(mode)) for picture in pictures]
    if len({array.shape for array in arrays}) == 1:
        return numpy.stack(arrays)
    return object_array(tensor, arrays)


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
        values = tensor.values.reshape(-1)
        if tensor.missing is None:
            return values
        # Whole numbers stay whole: pandas' own arrays with a mask.
        masked = pandas.arrays.BooleanArray if tensor.datatype == "BOOL" else pandas.arrays.IntegerArray
        return masked(values.copy(), tensor.missing.reshape(-1))
    texts = decoded(tensor)
    if tensor.content_type == "category":
        return pandas.Categorical(texts, categories=categories(tensor))
    if tensor.content_type != "datetime":
        # NaN, as in what pandas.read_csv gives: imputers look for that, and not for None.
        return pandas.Series([math.nan if text is None else text for text in texts], dtype=object)
    # Before version 2 pandas infers a format for each element, afterwards only from the first one.
    options = {"format": "ISO8601"} if int(pandas.__version__.split(".")[0]) >= 2 else {}
    try:
        return pandas.Series(pandas.to_datetime(texts, **options))
    except (ValueError, TypeError):
        raise does_not_fit(tensor, "has a time that is not ISO 8601") from None


def categories(tensor):
    names = tensor.categories
    if names is None:
        return None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names) or len(set(names)) != len(names):
        raise invalid(tensor, "has categories that are not a list of different texts")
    return names


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
