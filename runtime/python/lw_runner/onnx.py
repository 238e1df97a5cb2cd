"""ONNX models, run by onnxruntime: the package holds a model file, and no code of it is run.

    OnnxSession   what another runtime does otherwise: load, describe, inputs, outputs
    OnnxModel     one InferenceSession, fed in the batches that the model takes
    fitted        one tensor of a request → the datatype and shape of one input of the model

What `y` is: the outputs that the package declares by the model's own names, or else the first one that is a tensor.
Converters of classifiers write the label first and the probabilities second, so the default is what the library's
own `predict` returns. Probabilities that a ZipMap made into maps become a matrix, its columns in the order of the keys.
"""

import os
import sys

from .datatypes import BYTES, NUMPY_NAMES
from .describe import sentence
from .errors import INPUT_DOES_NOT_FIT, LOAD_FAILED, OUTPUT_INVALID, RunnerError, quoted
from .external import external_weights
from .inputs import decoded
from .loader import text_member
from .outputs import Reply, add_array
from .session import Session

TYPES = {
    "bool": "BOOL", "uint8": "UINT8", "uint16": "UINT16", "uint32": "UINT32", "uint64": "UINT64",
    "int8": "INT8", "int16": "INT16", "int32": "INT32", "int64": "INT64",
    "float16": "FP16", "float": "FP32", "double": "FP64", "string": BYTES,
}  # fmt: skip
NAMES_SHOWN = 8


class OnnxSession(Session):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        for name in ("fit", "finetune", "export"):  # an ONNX model cannot be trained
            self._methods.pop(name, None)

    def _load(self, config):
        return OnnxModel(config, self._package, self._describer)

    def _description(self, config, load_ms):
        name = config.get("name")
        return {
            **super()._description(config, load_ms),
            "name": name if isinstance(name, str) and name else self._model.name,
            "platform": "onnxruntime_onnx",
            "inputs": [item.description for item in self._model.inputs],
            "outputs": [{**item.description, "name": shown} for shown, item in self._model.outputs],
            "runtime": "onnxruntime {}, Python {}.{}.{}".format(self._model.version, *sys.version_info[:3]),
        }

    def _argument(self, tensors, content_type):
        return self._model.feed(tensors)

    def _encode(self, result, binary):
        reply = Reply(binary, self._null_values)
        for name, array in self._model.arrays(result):
            add_array(reply, name, array)
        return reply


class Value:
    """An input or output as the model declares it; `shape` has None where any length will do."""

    def __init__(self, node):
        self.name = node.name
        kind = node.type
        self.is_tensor = kind.startswith("tensor(")
        # seq(map(int64,tensor(float))) is what a ZipMap makes of probabilities.
        self.is_rows_of_maps = kind.startswith("seq(map(") and kind.endswith(",tensor(float)))")
        self.datatype = TYPES.get(kind[len("tensor(") : -1]) if self.is_tensor else None
        # A length that has a name, is below 1 or is unknown is free. No shape at all means that any rank will do.
        self.shape = [n if type(n) is int and n > 0 else None for n in node.shape] if self.is_tensor else []
        self.kind = kind

    @property
    def description(self):
        if self.is_rows_of_maps:
            return {"name": self.name, "datatype": "FP32", "shape": [-1, -1]}
        # The host asks how many rows it likes, whatever batch the model was exported for.
        return {"name": self.name, "datatype": self.datatype, "shape": [-1] + [n or -1 for n in self.shape[1:]]}


class OnnxModel:
    def __init__(self, config, package, describer):
        entry = text_member(config, "entry", "model.onnx")
        path = os.path.join(package, entry)
        if entry.startswith("/") or ".." in entry.split("/") or not os.path.isfile(path):
            raise RunnerError(LOAD_FAILED, f"The package has no file {quoted(entry)}, which entry names")
        try:
            os.chdir(package)
            # Otherwise it looks for a place to keep what it would send, in vain and in the run's report.
            os.environ["ORT_DISABLE_TELEMETRY"] = "1"
            import numpy
            import onnxruntime

            options = session_options(onnxruntime)
            weights = dict(external_weights(path, numpy))
            if weights:
                # Kept, because the session does not copy them.
                self._weights = [onnxruntime.OrtValue.ortvalue_from_numpy(array) for array in weights.values()]
                options.add_external_initializers(list(weights), self._weights)
            self._session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        except RunnerError:
            raise
        except BaseException as error:
            message = sentence(f"Loading {quoted(entry)}", error)
            raise RunnerError(LOAD_FAILED, message, **describer.data(error)) from None
        self.version = onnxruntime.__version__
        self.name = entry.rpartition("/")[2]
        self.inputs = [Value(node) for node in self._session.get_inputs()]
        self.outputs = chosen_outputs([Value(node) for node in self._session.get_outputs()], config.get("outputs"))
        self._batch = fixed_batch(self.inputs)

    def feed(self, tensors):
        """The array for each input, by name: by the tensors' names, or where there is one for the other by place."""
        import numpy

        given = {tensor.name: tensor for tensor in tensors}
        if set(given) == {item.name for item in self.inputs}:
            return {item.name: fitted(given[item.name], item, numpy) for item in self.inputs}
        if len(tensors) == 1 == len(self.inputs):
            return {self.inputs[0].name: fitted(tensors[0], self.inputs[0], numpy)}
        if len(tensors) == 1 and tensors[0].shape[1:] == [len(self.inputs)]:
            parts = columns_of(tensors[0])
            return {item.name: fitted(part, item, numpy) for part, item in zip(parts, self.inputs)}
        if len(self.inputs) == 1 and self.inputs[0].shape[1:] in ([len(tensors)], [None]):
            return {self.inputs[0].name: side_by_side(tensors, self.inputs[0], numpy)}
        message = f"The model takes {listed(self.inputs)}, but got {listed(tensors)}"
        raise RunnerError(INPUT_DOES_NOT_FIT, message)

    def predict(self, feed):
        """What the model answers, a list of outputs for each batch, with the number of rows that count in it."""
        import numpy

        names = [item.name for _, item in self.outputs]
        rows = len(next(iter(feed.values())))
        if self._batch in (None, rows):
            return [(self._session.run(names, feed), None)]
        return [
            (self._session.run(names, batch), count) for batch, count in batches(feed, self._batch, rows, numpy)
        ]

    def arrays(self, results):
        """Names and arrays of what `predict` returned, for as many rows as there were."""
        import numpy

        for place, (shown, item) in enumerate(self.outputs):
            parts = [(array_of(outputs[place], item, numpy), count) for outputs, count in results]
            if any(count is not None and array.ndim == 0 for array, count in parts):
                raise RunnerError(OUTPUT_INVALID, "predict returned a single number for several rows")
            arrays = [array if count is None else array[:count] for array, count in parts]
            yield shown, arrays[0] if len(arrays) == 1 else numpy.concatenate(arrays)


def session_options(onnxruntime):
    options = onnxruntime.SessionOptions()
    # As many threads as the host granted. A number, because otherwise it counts and pins the host's processors.
    threads = os.environ.get("OMP_NUM_THREADS", "1")
    options.intra_op_num_threads = int(threads) if threads.isdigit() and int(threads) else 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors
    return options


def chosen_outputs(outputs, wanted):
    """The outputs that are answered, each with the name that it gets in the reply."""
    wanted = wanted if isinstance(wanted, list) else []
    known = {item.name: item for item in outputs}
    named = [known[name] for name in wanted if isinstance(name, str) and name in known]
    if named:
        chosen = [(item.name, item) for item in named]
    else:
        usable = [item for item in outputs if item.datatype is not None and item.shape != []]
        chosen = [("y", item) for item in (usable or outputs)[:1]]
    for _, item in chosen:
        if item.datatype is None and not item.is_rows_of_maps:
            message = f"The output {quoted(item.name)} is {quoted(item.kind)}, which is no tensor"
            raise RunnerError(LOAD_FAILED, message)
    return chosen


def fixed_batch(inputs):
    """How many rows the model takes at once; None when any number will do."""
    for item in inputs:
        if item.datatype is None:
            raise RunnerError(LOAD_FAILED, f"The input {quoted(item.name)} is {quoted(item.kind)}, which is no tensor")
    lengths = {item.shape[0] for item in inputs if item.shape}
    if len(lengths) > 1 and None not in lengths:
        raise RunnerError(LOAD_FAILED, "The model's inputs are for different numbers of rows")
    return max((length for length in lengths if length is not None), default=None)


# From a request's tensors to the arrays of the model's inputs


class Part:
    """A column of a tensor, with what `fitted` and `decoded` read of one."""

    def __init__(self, tensor, place, values):
        self.name, self.datatype, self.values = f"{tensor.name}[{place}]", tensor.datatype, values
        self.shape = [tensor.shape[0]]
        missing = getattr(tensor, "missing", None)
        self.missing = missing if missing is None else missing[:, place]


def columns_of(tensor):
    count = tensor.shape[1]
    if tensor.datatype == BYTES:
        return [Part(tensor, i, tensor.values[i::count]) for i in range(count)]
    return [Part(tensor, i, tensor.values[:, i]) for i in range(count)]


def side_by_side(tensors, wanted, numpy):
    """Columns of a table as the one matrix that the model takes."""
    for tensor in tensors:
        if len(tensor.shape) != 1 and tensor.shape[1:] != [1] or tensor.shape[0] != tensors[0].shape[0]:
            raise does_not_fit(tensor, f"must be a column of {tensors[0].shape[0]} rows, but has shape {tensor.shape}")
    arrays = [converted(tensor, wanted, numpy).reshape(-1) for tensor in tensors]
    return numpy.ascontiguousarray(numpy.stack(arrays, axis=1))


def fitted(tensor, wanted, numpy):
    array = converted(tensor, wanted, numpy)
    shape = shape_for(tensor, wanted)
    return numpy.ascontiguousarray(array.reshape(shape))


def shape_for(tensor, wanted):
    """The tensor's shape, or the one of the model's input that holds the same numbers for each row."""
    given, free = tensor.shape, wanted.shape[1:]
    if not given:
        raise does_not_fit(tensor, "has no rows")
    if not wanted.shape or len(given) == len(wanted.shape) and all(
        want in (None, have) for want, have in zip(free, given[1:])
    ):
        return given
    count = 1
    for extent in given[1:]:
        count *= extent
    # A column where a matrix of one column is wanted, or an image that came as one long row.
    lengths = [1 if length is None and count == 1 else length for length in free]
    product = 1
    for length in lengths:
        product *= length or 0
    if product == count:
        return [given[0], *lengths]
    shown = ", ".join(["n", *(str(length or "any") for length in free)])
    raise does_not_fit(tensor, f"has shape {given}, but the model takes {quoted(wanted.name)} as [{shown}]")


def converted(tensor, wanted, numpy):
    """The values in the datatype of the input; refused where that would change them by more than rounding."""
    if (wanted.datatype == BYTES) != (tensor.datatype == BYTES):
        has, takes = ("texts", "numbers") if tensor.datatype == BYTES else ("numbers", "texts")
        raise does_not_fit(tensor, f"holds {has}, but the model takes {takes} for {quoted(wanted.name)}")
    if tensor.datatype == BYTES:
        return texts(tensor, numpy)
    array = numpy.asarray(tensor.values).reshape(tensor.shape)
    target = numpy.dtype(NUMPY_NAMES[wanted.datatype])
    missing = getattr(tensor, "missing", None)  # of whole numbers and booleans; the others have NaN
    if missing is not None and missing.any():
        array = numpy.where(missing.reshape(tensor.shape), numpy.nan, array.astype("<f8"))
    if array.dtype == target:
        return array
    with numpy.errstate(all="ignore"):
        result = array.astype(target)
        if target.kind == "f":
            wrong = numpy.isinf(result)
            if wrong.any():
                wrong &= ~numpy.isinf(array)
        else:
            wrong = result.astype(array.dtype) != array
            if array.dtype.kind == "f":
                # Past the ends of the range a conversion may give anything.
                top = 2.0 if target.kind == "b" else float(numpy.iinfo(target).max) + 1
                low = 0.0 if target.kind == "b" else float(numpy.iinfo(target).min)
                wrong |= ~((array < top) & (array >= low))
            elif array.dtype.kind == "i" and target.kind == "u":
                wrong |= array < 0
            elif array.dtype.kind == "u" and target.kind == "i":
                wrong |= result < 0
    if wrong.any():
        place = int(numpy.flatnonzero(wrong.reshape(-1))[0])
        value = array.reshape(-1)[place].item()
        raise does_not_fit(tensor, f"has {value}, which is no {wanted.datatype}", place)
    return result


def texts(tensor, numpy):
    values = decoded(tensor)
    if None in values:
        raise does_not_fit(tensor, "has a missing text, which ONNX does not know", values.index(None))
    array = numpy.empty(len(values), object)
    array[:] = values
    return array.reshape(tensor.shape)


def does_not_fit(tensor, problem, element=None):
    place = {"column": tensor.name}
    if element is not None:
        count = 1
        for extent in tensor.shape[1:]:
            count *= extent
        place["row"] = element // (count or 1)
        problem += f" in row {place['row']}"
    return RunnerError(INPUT_DOES_NOT_FIT, f"Tensor {quoted(tensor.name)} {problem}", **place)


def listed(items):
    names = [quoted(item.name) for item in items[:NAMES_SHOWN]]
    if len(items) > NAMES_SHOWN:
        names.append(f"and {len(items) - NAMES_SHOWN} more")
    return f"{len(items)} tensor{'s' if len(items) != 1 else ''} ({', '.join(names)})"


# Batches of a fixed size, and what comes out


def batches(feed, size, rows, numpy):
    """Parts of the inputs with `size` rows each, and how many of them count; the last row fills up the last part."""
    for start in range(0, rows, size):
        part = {name: array[start : start + size] for name, array in feed.items()}
        count = min(size, rows - start)
        if count < size:
            fill = {name: numpy.repeat(array[-1:], size - count, axis=0) for name, array in part.items()}
            part = {name: numpy.concatenate([array, fill[name]]) for name, array in part.items()}
        yield part, count


def array_of(result, item, numpy):
    if item.is_rows_of_maps:
        keys = sorted(result[0]) if result else []
        rows = [[row[key] for key in keys] for row in result]
        return numpy.array(rows, numpy.float32).reshape(len(rows), len(keys))
    return numpy.asarray(result)
