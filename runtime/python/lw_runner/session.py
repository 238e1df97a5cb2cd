"""Which method may be called when, and what it answers."""

import json
import sys
import time

from . import errors
from .channel import EndOfInput, LineTooLong
from .describe import Describer, one_line, report_on_stderr, sentence
from .errors import RunnerError, quoted
from .inputs import decode_tensors, features, labels
from .loader import load_model, plain_shape, prepare_import_path
from .outputs import encode_result
from .state import exported

_clock = time.perf_counter

PROTOCOL = 1
EXTENSIONS = ("binary_tensor_data", "null_values")


def _refuse_constant(name):
    raise ValueError(f"{name} is not JSON")


def make_encoder():
    """`JSONEncoder.encode`, without the encoder in C that it makes anew for each text."""
    encoder = json.JSONEncoder(ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    try:
        # None: a reply is made of plain new values, so it holds no circle to look for.
        options = (None, encoder.default, json.encoder.encode_basestring_ascii, None, ":", ",", False, False, False)
        in_c = json.encoder.c_make_encoder(*options)
        if "".join(in_c({"a": [1, None, "é"]}, 0)) != encoder.encode({"a": [1, None, "é"]}):
            return encoder.encode
    except (AttributeError, TypeError, ValueError):  # another interpreter's json
        return encoder.encode
    return lambda value: "".join(in_c(value, 0))


_decode = json.JSONDecoder(parse_constant=_refuse_constant).decode
_encode = make_encoder()


class EndOfSession(Exception):
    """Ends the process with the status that is its argument."""


class Session:
    def __init__(self, channel, package, environment, runner):
        self._channel = channel
        self._package = package
        self._describer = Describer(package, environment, runner)
        self._model = None
        self._hello = None
        self._data = None
        self._null_values = False
        self._shared = None
        self._methods = {
            "hello": self._answer_hello,
            "predict": self._answer_predict,
            "fit": self._answer_fit,
            "finetune": self._answer_finetune,
            "export": self._answer_export,
            "metadata": self._answer_metadata,
            "ready": self._answer_ready,
            "shutdown": self._answer_shutdown,
        }
        prepare_import_path(environment, runner)

    def run(self):
        """Answers until the end; returns the exit status."""
        try:
            while True:
                self._answer_next()
        except EndOfSession as end:
            return end.args[0]
        except (EndOfInput, BrokenPipeError):
            return 0

    # One message

    def _answer_next(self):
        try:
            line = self._channel.read_line()
        except LineTooLong:
            self._refuse(None, errors.PARSE_ERROR, f"The line is longer than {self._channel.line_limit} bytes")
            raise EndOfSession(1) from None
        try:
            message = _decode(line.decode("utf-8"))
        except (ValueError, RecursionError) as error:
            # The next line is a message again, unless a blob follows that nothing announced.
            return self._refuse(None, errors.PARSE_ERROR, f"The line is not JSON: {one_line(error)}")
        identifier, notification = None, False
        try:
            if not isinstance(message, dict):
                raise RunnerError(errors.INVALID_REQUEST, "The message is not an object")
            notification = "id" not in message
            identifier = message.get("id") if type(message.get("id")) in (int, str) else None
            # Before anything is refused, or the blob's bytes would be read as a line.
            blob = self._read_blob(message, identifier)
            if identifier is None and not notification:
                raise RunnerError(errors.INVALID_REQUEST, "The id must be a number or a text")
            self._answer(message, identifier, notification, blob)
        except RunnerError as error:
            if not notification:
                self._refuse(identifier, error.code, error.message, error.data)
        except (EndOfSession, EndOfInput, BrokenPipeError):
            raise
        except BaseException as error:
            report_on_stderr(error)
            if not notification:
                text = sentence("The runner", error)
                self._refuse(identifier, errors.INTERNAL_ERROR, text, self._describer.data(error))
        return None

    def _read_blob(self, message, identifier):
        size = message.get("binary_size", 0)
        if type(size) is not int or size < 0:
            self._refuse(identifier, errors.INVALID_REQUEST, "binary_size must be a number of bytes")
            raise EndOfSession(1)  # where the next line starts is unknown
        if size > self._channel.blob_limit:
            self._channel.discard_blob(size)
            raise RunnerError(errors.INVALID_REQUEST, f"binary_size {size} is over {self._channel.blob_limit}")
        try:
            return self._channel.read_blob(size)
        except MemoryError:
            self._channel.discard_blob(size)
            raise RunnerError(errors.INTERNAL_ERROR, f"No memory for the {size} bytes of the request") from None

    def _answer(self, message, identifier, notification, blob):
        if message.get("jsonrpc") != "2.0" or not isinstance(message.get("method"), str):
            raise RunnerError(errors.INVALID_REQUEST, "The message is not a JSON-RPC 2.0 request")
        name = message["method"]
        if notification:
            if name == "shutdown":
                raise EndOfSession(0)
            return  # `cancel`, and whatever may come later, is only advice
        method = self._methods.get(name)
        if method is None:
            raise RunnerError(errors.METHOD_NOT_FOUND, f"This runner has no method {quoted(name)}")
        if self._hello is None and name not in ("hello", "shutdown"):
            raise RunnerError(errors.NOT_READY, f"{name} needs a model, and hello has not loaded one")
        params = message.get("params", {})
        if not isinstance(params, dict):
            raise RunnerError(errors.INVALID_PARAMS, "params must be an object")
        reply, blobs = method(params, blob)
        self._send(identifier, reply, blobs)
        if name == "shutdown":
            raise EndOfSession(0)

    # Methods: each returns its result and the blobs that follow

    def _answer_hello(self, params, _):
        if self._hello is not None:
            raise RunnerError(errors.INVALID_REQUEST, "hello was answered already")
        if params.get("protocol") != PROTOCOL:
            raise RunnerError(errors.INVALID_PARAMS, f"This runner speaks protocol {PROTOCOL} only")
        limits, config = params.get("limits", {}), params.get("model", {})
        if not isinstance(limits, dict) or not isinstance(config, dict):
            raise RunnerError(errors.INVALID_PARAMS, "limits and model must be objects")
        self._channel.line_limit = limit(limits, "line", self._channel.line_limit)
        self._channel.blob_limit = limit(limits, "blob", self._channel.blob_limit)
        self._null_values = "null_values" in (params.get("extensions") or ())
        if "shared_memory" in (params.get("extensions") or ()):
            self._shared = open_shared_memory()
        self._data = config.get("data")
        start = _clock()
        self._model = self._load(config)
        self._hello = self._description(config, round((_clock() - start) * 1000))
        return self._hello, ()

    def _description(self, config, load_ms):
        name = config.get("name")
        text = self._data == "Text"
        return {
            "name": name if isinstance(name, str) and name else config.get("class_name", "Model"),
            "platform": "python_learnware",
            "extensions": [*EXTENSIONS, "shared_memory"] if self._shared else list(EXTENSIONS),
            "inputs": [{"name": "X", "datatype": "BYTES" if text else "FP64", "shape": self._shape("input_shape")}],
            # What the model really returns is known only after the first call.
            "outputs": [{"name": "y", "datatype": "FP64", "shape": self._shape("output_shape")}],
            "runtime": "Python {}.{}.{}".format(*sys.version_info[:3]),
            "load_ms": load_ms,
        }

    def _shape(self, attribute):
        try:
            shape = plain_shape(getattr(self._model, attribute, None))
        except BaseException:  # a property of the package's class
            shape = None
        return [-1] if shape is None else [-1, *shape]

    def _answer_metadata(self, _, __):
        return self._hello, ()

    def _answer_ready(self, _, __):
        return {}, ()

    def _answer_shutdown(self, _, __):
        return {}, ()

    def _answer_predict(self, params, blob):
        parameters = request_parameters(params)
        tensors = decode_tensors(params.get("inputs"), blob, self._shared)
        argument = self._argument(tensors, parameters.get("content_type"))
        start = _clock()
        result = self._call("predict", argument)
        milliseconds = int((_clock() - start) * 1e6) / 1000
        reply = self._encode(result, parameters.get("binary_data_output") is True)
        if reply.binary_size > self._channel.blob_limit:
            limit_text = f"more than the {self._channel.blob_limit} bytes that a reply may have"
            raise RunnerError(errors.OUTPUT_INVALID, f"predict returned {reply.binary_size} bytes, {limit_text}")
        reply.parameters["predict_ms"] = milliseconds
        blobs = reply.blobs if self._shared is None else self._place(reply)
        answer = {"model_name": self._hello["name"], "outputs": reply.outputs, "parameters": reply.parameters}
        return answer, blobs

    def _place(self, reply):
        """Moves large outputs to the shared memory; the blobs that stay behind the line."""
        blobs, left = iter(reply.blobs), []
        for tensor in reply.outputs:
            parameters = tensor.get("parameters", {})
            if "binary_data_size" not in parameters:
                continue
            blob = next(blobs)
            offset = self._shared.place(blob)
            if offset is None:
                left.append(blob)
                continue
            parameters["shared_memory_offset"] = offset
            parameters["shared_memory_size"] = parameters.pop("binary_data_size")
        return left

    def _answer_fit(self, params, blob):
        return self._train("fit", params, blob)

    def _answer_finetune(self, params, blob):
        return self._train("finetune", params, blob)

    def _train(self, name, params, blob):
        parameters = request_parameters(params)
        tensors = decode_tensors(params.get("inputs"), blob)
        targets = [tensor for tensor in tensors if tensor.name == "y"]
        if not targets:
            raise RunnerError(errors.INVALID_PARAMS, f'{name} needs a tensor named "y"')
        tensors = [tensor for tensor in tensors if tensor.name != "y"]
        argument = features(tensors, parameters.get("content_type"), self._data)
        self._call(name, argument, labels(targets[0]))
        return {}, ()

    def _answer_export(self, params, _):
        room = min(limit(request_parameters(params), "limit", self._channel.blob_limit), self._channel.blob_limit)
        state = exported(self._model, room, self._describer)
        parameters = {"binary_data_size": len(state)}
        tensor = {"name": "state", "datatype": "UINT8", "shape": [len(state)], "parameters": parameters}
        return {"model_name": self._hello["name"], "outputs": [tensor]}, (state,)

    def _call(self, name, *arguments):
        """Calls the model by position, so that the names of its parameters do not matter."""
        try:
            return getattr(self._model, name)(*arguments)
        except BaseException as error:  # SystemExit, KeyboardInterrupt and MemoryError too: they are the model's
            message = sentence(f"The model's {name}", error)
            raise RunnerError(errors.MODEL_RAISED, message, **self._describer.data(error)) from None

    # What another runtime does otherwise

    def _load(self, config):
        return load_model(config, self._package, self._describer)

    def _argument(self, tensors, content_type):
        return features(tensors, content_type, self._data)

    def _encode(self, result, binary):
        return encode_result(result, binary, self._null_values, self._describer)

    # Replies

    def _send(self, identifier, result, blobs):
        reply = {"jsonrpc": "2.0", "id": identifier}
        if blobs:
            reply["binary_size"] = sum(map(len, blobs))
        reply["result"] = result
        line = _encode(reply).encode("ascii")
        if len(line) >= self._channel.line_limit:
            message = f"The reply's line has {len(line)} bytes, which is over the limit; ask for binary_data_output"
            raise RunnerError(errors.OUTPUT_INVALID, message)
        if self._shared is not None:
            self._shared.release()
        self._channel.write(line, blobs)

    def _refuse(self, identifier, code, message, data=None):
        """Sends an error reply that fits into a line, however little of its text that leaves."""
        try:
            sys.stdout.flush()  # what was printed before the failure belongs before it
        except BaseException:
            pass
        error = {"code": code, "message": message}
        candidates = [{**error, "data": data}] if data else []
        if data and "traceback" in data:
            short = {key: value for key, value in data.items() if key not in ("traceback", "detail")}
            candidates.append({**error, "data": short})
        candidates.append(error)
        candidates += [{"code": code, "message": message[:length]} for length in (80, 20)]
        for candidate in candidates:
            line = _encode({"jsonrpc": "2.0", "id": identifier, "error": candidate}).encode("ascii")
            if len(line) < self._channel.line_limit:
                break
        if self._shared is not None:
            self._shared.release()
        self._channel.write(line)


def open_shared_memory():
    """None where the host passed no files, or the interpreter cannot map them."""
    try:
        from .shared import SharedMemory

        return SharedMemory()
    except (ImportError, OSError):
        return None


def request_parameters(params):
    parameters = params.get("parameters", {})
    if not isinstance(parameters, dict):
        raise RunnerError(errors.INVALID_PARAMS, "parameters must be an object")
    return parameters


def limit(limits, name, default):
    value = limits.get(name, default)
    if type(value) is not int or value < 1:
        raise RunnerError(errors.INVALID_PARAMS, f"limits.{name} must be a number of bytes")
    return value
