"""Starts the runner as the host does and speaks the protocol over pipes. Standard library only."""

import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import textwrap
import threading
import unittest

FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
MAIN = os.path.join(FOLDER, "main.py")
FLAGS = ["-I", "-S", "-B", "-X", "utf8"]
# A folder with `site-packages` that holds numpy and pandas; tests/run.sh makes it.
ENVIRONMENT = os.environ["LW_TEST_ENV"]
DEADLINE = 60

ECHO = """
from learnware.model import BaseModel

class Model(BaseModel):
    def __init__(self, input_shape=(2,), output_shape=(2,)):
        super().__init__(input_shape, output_shape)

    def predict(self, X):
        return X
"""


def predicting(expression, imports="import numpy as np", shape="(2,)"):
    """The source of a model whose predict returns the expression."""
    return f"""
import os, sys
{imports}
from learnware.model import BaseModel

class Model(BaseModel):
    def __init__(self):
        super().__init__({shape}, {shape})

    def predict(self, X):
        return {expression}
"""


def seen_by_predict(expression, imports="import numpy as np"):
    """A model that answers what it saw as one text: `repr(expression)`."""
    return predicting(f"np.array([repr({expression})])", imports + "\nimport numpy as np")


class Runner:
    """One runner process. `errors` collects its stderr."""

    def __init__(self, package, environment=ENVIRONMENT, before_start=None, python_flags=FLAGS, runtime=None, libraries=None):
        self.package = package
        command = [sys.executable, *python_flags, MAIN, "--package", package, "--env", environment]
        if runtime:
            command += ["--runtime", runtime]
        if libraries:
            command += ["--libraries", libraries]
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors,
            bufsize=0, env={}, cwd="/", preexec_fn=before_start,
        )
        self._watchdog = threading.Timer(DEADLINE, self.process.kill)
        self._watchdog.start()
        self._input = os.fdopen(os.dup(self.process.stdout.fileno()), "rb")
        self._next = 1

    def receive(self):
        """Returns the next message, with its blob as the member `blob`; None at the end."""
        line = self._input.readline()
        if not line:
            return None
        message = json.loads(line.decode("utf-8"), parse_constant=refuse_constant)
        if "binary_size" in message:
            message["blob"] = self._input.read(message["binary_size"])
        return message

    def send_bytes(self, data):
        view = memoryview(data)
        while view:
            view = view[self.process.stdin.write(view) :]

    def send(self, message, blob=b""):
        if blob:
            message = {**message, "binary_size": len(blob)}
        self.send_bytes(json.dumps(message).encode() + b"\n" + blob)

    def request(self, method, params=None, blob=b""):
        """Sends a request and returns its reply."""
        message = {"jsonrpc": "2.0", "id": self._next, "method": method}
        if params is not None:
            message["params"] = params
        self._next += 1
        self.send(message, blob)
        reply = self.receive()
        if reply is None:
            raise AssertionError("the runner ended: " + self.stderr())
        assert reply["jsonrpc"] == "2.0" and reply["id"] == message["id"], reply
        return reply

    def hello(self, limits=None, extensions=("binary_tensor_data", "null_values"), **model):
        params = {"protocol": 1, "extensions": list(extensions), "model": model}
        if limits:
            params["limits"] = limits
        return self.request("hello", params)

    def predict(self, *tensors, method="predict", binary=True, **parameters):
        """Tensors are (name, datatype, shape, bytes or list, parameters); returns the reply."""
        inputs, blobs = [], b""
        for name, datatype, shape, values, *more in tensors:
            tensor = {"name": name, "datatype": datatype, "shape": shape, "parameters": dict(*more)}
            if isinstance(values, bytes):
                tensor["parameters"]["binary_data_size"] = len(values)
                blobs += values
            else:
                tensor["data"] = values
            inputs.append(tensor)
        parameters["binary_data_output"] = binary
        return self.request(method, {"inputs": inputs, "parameters": parameters}, blobs)

    def finish(self):
        """Closes stdin and returns the exit status and what was left on stdout."""
        self.process.stdin.close()
        rest = self._input.read()
        return self.process.wait(), rest

    def stderr(self):
        self.errors.seek(0)
        return self.errors.read().decode("utf-8", "backslashreplace")

    def close(self):
        self._watchdog.cancel()
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self._input, self.errors):
            stream.close()


class RunnerCase(unittest.TestCase):
    def folder(self, files):
        """Writes files into a new temporary folder."""
        folder = os.path.realpath(tempfile.mkdtemp(prefix="lw-test-"))
        self.addCleanup(shutil.rmtree, folder)
        for name, content in files.items():
            path = os.path.join(folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(content if isinstance(content, bytes) else textwrap.dedent(content).encode())
        return folder

    def start(self, package=ECHO, **options):
        """A runner that has said `started` but not yet loaded the package (a source text, or files)."""
        files = package if isinstance(package, dict) else {"__init__.py": package}
        runner = Runner(self.folder(files), **options)
        self.addCleanup(runner.close)
        self.assertEqual(runner.receive(), {"jsonrpc": "2.0", "method": "started"})
        return runner

    def load(self, package=ECHO, environment=ENVIRONMENT, before_start=None, **hello):
        """A runner whose model is loaded."""
        runner = self.start(package, environment=environment, before_start=before_start)
        self.assertIn("result", runner.hello(**hello))
        return runner

    def error(self, reply, code):
        """Checks that the reply is an error of this code that a runner may send; returns it."""
        self.assertIn("error", reply)
        error = reply["error"]
        self.assertEqual(error["code"], code, error)
        self.assertNotIn("\n", error["message"])
        self.assertFalse({"exit", "hint", "stderr_tail", "phase"} & set(error.get("data", {})))
        return error

    def output(self, reply, index=0):
        self.assertIn("result", reply)
        return reply["result"]["outputs"][index]

    def seen(self, reply):
        """The text that a model of `seen_by_predict` answered."""
        self.assertIn("result", reply)
        return reply["blob"][4:].decode()


def refuse_constant(name):
    raise AssertionError(f"bare {name} in a reply")


def doubles(*values):
    return struct.pack(f"<{len(values)}d", *values)


def texts(*values):
    """The elements of a BYTES tensor."""
    encoded = [value if isinstance(value, bytes) else value.encode() for value in values]
    return b"".join(struct.pack("<I", len(value)) + value for value in encoded)
