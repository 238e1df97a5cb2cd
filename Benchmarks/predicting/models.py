"""The same model three ways: behind the sandbox, in this interpreter, and a new interpreter for each call."""

import json
import os
import pickle
import subprocess
import sys
import tempfile
import time

from launching.commands import ROOT

SOURCE = '''
import numpy as np


class Model:
    def __init__(self, scale=1.0):
        self.scale = scale

    def predict(self, X):
        return X.sum(axis=1) * self.scale


class Scaled(Model):
    def predict(self, X):
        return X * self.scale
'''
# What run_model.py of the Python package does, without conda.
PEER = """
import pickle, sys, importlib.util
try:
    import learnware
except ImportError:
    pass
model_path, input_path, output_path = sys.argv[1:]
with open(model_path, "rb") as file:
    config = pickle.load(file)
spec = importlib.util.spec_from_file_location("model", config["module_path"])
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
model = getattr(module, config["class_name"])(**config["kwargs"])
with open(input_path, "rb") as file:
    call = pickle.load(file)
result = getattr(model, call["method"])(**call["kargs"])
with open(output_path, "wb") as file:
    pickle.dump({"status": "success", call["method"]: result}, file)
"""


def stop(message):
    sys.exit(f"Benchmarks/predict: {message}")


def values(rows, columns):
    """The numbers that the example program makes, too."""
    import numpy

    return (numpy.arange(rows * columns, dtype=float) % 1009 / 1009).reshape(rows, columns)


def write_learnware(folder, name):
    """Packs the model of this class; the path of its zip."""
    source = folder / name
    source.mkdir()
    (source / "__init__.py").write_text(SOURCE, encoding="utf-8")
    (source / "learnware.yaml").write_text(f"name: {name}\nmodel: {{class_name: {name}, kwargs: {{}}}}\n", encoding="utf-8")
    (source / "requirements.txt").write_text("numpy\n", encoding="utf-8")
    package = folder / f"{name}.zip"
    command = [str(ROOT / ".build/release/lw-pack"), "build", str(source), "-o", str(package)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        stop(done.stderr.strip())
    return package


class Ours:
    """The example program, which times its own calls."""

    def __init__(self, program, package, way):
        self.process = subprocess.Popen([str(program), str(package), way], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)  # fmt: skip

    def ask(self, rows, columns, calls):
        """Microseconds of each call, and the sum of the last answer."""
        self.process.stdin.write(f"{rows} {columns} {calls}\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line.startswith("{"):
            stop(f"predict-warm: {line.strip()}")
        told = json.loads(line)
        return told["microseconds"], told["sum"]

    def end(self):
        """Bytes of resident memory of its models, when it says so."""
        self.process.stdin.close()
        told = [json.loads(line) for line in self.process.stdout if line.startswith("{")]
        self.process.wait()
        return sum(told[0].get("resident", [])) if told else 0


class InProcess:
    """The model's class in this interpreter."""

    def __init__(self, name):
        self.name = name
        self.model = None

    def __call__(self, rows, columns, calls):
        if self.model is None:
            names = {}
            exec(SOURCE, names)
            self.model = names[self.name]()
        rows = values(rows, columns)
        times = []
        for _ in range(calls):
            begin = time.perf_counter()
            answer = self.model.predict(rows)
            times.append((time.perf_counter() - begin) * 1e6)
        return times, float(answer.sum())


class Peer:
    def __init__(self, python, folder, name):
        self.python = python
        self.name = name
        self.script = folder / "run_model.py"
        self.script.write_text(PEER, encoding="utf-8")
        self.module = folder / name / "__init__.py"

    def ask(self, rows, columns):
        """Microseconds of one call, and the sum of its answer."""
        data = values(rows, columns)
        begin = time.perf_counter()
        with tempfile.TemporaryDirectory(prefix="learnware_") as folder:
            paths = [os.path.join(folder, name) for name in ("model.pkl", "input.pkl", "output.pkl")]
            config = {"module_path": str(self.module), "class_name": self.name, "kwargs": {}}
            for path, content in zip(paths, (config, {"method": "predict", "kargs": {"X": data}})):
                with open(path, "wb") as file:
                    pickle.dump(content, file)
            subprocess.run([self.python, str(self.script), *paths], check=True)
            with open(paths[2], "rb") as file:
                answer = pickle.load(file)["predict"]
        return (time.perf_counter() - begin) * 1e6, float(answer.sum())
