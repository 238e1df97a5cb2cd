"""What the ONNX runner makes of requests, with a stand-in for onnxruntime that evaluates expressions.

The tests of `lw-run` use the real one; this says on every Python which array the model gets and what it answers.
"""

import json
import os
import random
import struct
import sys
import tempfile
import unittest

from harness import ENVIRONMENT, FOLDER, RunnerCase, doubles, texts

# For the tests that call the runner's functions and start no process.
sys.path += [FOLDER, os.path.join(ENVIRONMENT, "site-packages")]

STAND_IN = """
import json
import numpy as np

__version__ = "0.0"

class Node:
    def __init__(self, name, type, shape):
        self.name, self.type, self.shape = name, type, shape

class SessionOptions:
    pass

class InferenceSession:
    def __init__(self, path, options, providers):
        with open(path) as file:
            model = json.load(file)
        if "raise" in model:
            raise RuntimeError(model["raise"])
        self.inputs, self.outputs = ([Node(*node) for node in model[key]] for key in ("inputs", "outputs"))
        self.answer = model["answer"]
    def get_inputs(self):
        return self.inputs
    def get_outputs(self):
        return self.outputs
    def run(self, names, feed):
        assert set(feed) == {node.name for node in self.inputs}
        values = dict(zip((node.name for node in self.outputs), eval(self.answer, {"np": np, **feed})))
        return [values[name] for name in names]
"""
FLOAT, DOUBLE, INT64, BOOL, TEXT = (f"tensor({name})" for name in ("float", "double", "int64", "bool", "string"))
ZIPMAP = "seq(map(int64,tensor(float)))"


class OnnxCase(RunnerCase):
    def environment(self):
        """The tests' own environment, and the stand-in."""
        folder = self.folder({"site-packages/onnxruntime/__init__.py": STAND_IN})
        site = os.path.join(ENVIRONMENT, "site-packages")
        for name in os.listdir(site):
            os.symlink(os.path.join(site, name), os.path.join(folder, "site-packages", name))
        return folder

    def begin(self, inputs, answer, outputs=(["out", DOUBLE, [None]],), hello=None, **more):
        model = {"inputs": inputs, "outputs": list(outputs), "answer": answer, **more}
        runner = self.start({"model.onnx": json.dumps(model)}, environment=self.environment(), runtime="onnx")
        return runner, runner.hello(entry="model.onnx", **(hello or {}))

    def onnx(self, *arguments, **options):
        runner, reply = self.begin(*arguments, **options)
        self.assertIn("result", reply)
        return runner

    def seen(self, runner, *tensors, **parameters):
        """`[datatype, shape, values]` of the first input, by an answer of `SEEN`."""
        output = self.output(runner.predict(*tensors, binary=False, **parameters))
        return json.loads(output["data"][0])


SEEN = "[np.array([__import__('json').dumps([str(a.dtype), a.shape, a.tolist()])], object)]"
TEXTS_OUT = [["out", TEXT, [None]]]


class Inputs(OnnxCase):
    def test_numbers_get_the_datatype_of_the_input(self):
        runner = self.onnx([["a", FLOAT, ["n", 2]]], SEEN, TEXTS_OUT)
        self.assertEqual(self.seen(runner, ("X", "FP64", [1, 2], doubles(1, 2))), ["float32", [1, 2], [[1.0, 2.0]]])
        self.assertEqual(self.seen(runner, ("X", "INT64", [1, 2], [3, 4])), ["float32", [1, 2], [[3.0, 4.0]]])

    def test_what_the_datatype_cannot_hold_is_refused_by_its_row(self):
        cases = [
            (FLOAT, "FP64", [1.0, 1e300]), (INT64, "FP64", [1.0, 2.5]), (INT64, "FP64", [1.0, None]),
            (INT64, "FP64", [1.0, 9.3e18]), ("tensor(uint8)", "INT64", [1, 256]), ("tensor(uint8)", "INT64", [1, -1]),
            (INT64, "UINT64", [1, 2**63]), (BOOL, "FP64", [1.0, 2.0]), ("tensor(uint64)", "INT64", [1, -1]),
        ]  # fmt: skip
        for kind, datatype, values in cases:
            with self.subTest(kind=kind, datatype=datatype, values=values):
                runner = self.onnx([["a", kind, ["n"]]], SEEN, TEXTS_OUT)
                error = self.error(runner.predict(("X", datatype, [2], values)), -32010)
                self.assertIn("in row 1", error["message"])
                self.assertEqual(error["data"], {"column": "X", "row": 1})

    def test_the_ends_of_the_range_are_held(self):
        runner = self.onnx([["a", INT64, ["n"]]], SEEN, TEXTS_OUT)
        values = [-(2**63), 2**62]
        blob = struct.pack("<2d", *map(float, values))
        self.assertEqual(self.seen(runner, ("X", "FP64", [2], blob)), ["int64", [2], values])
        runner = self.onnx([["a", FLOAT, ["n"]]], "[a]", [["out", FLOAT, [None]]])
        blob = struct.pack("<2d", float("inf"), float("nan"))
        wanted = struct.pack("<2f", *struct.unpack("<2d", blob))
        self.assertEqual(runner.predict(("X", "FP64", [2], blob))["blob"], wanted)

    def test_rows_get_the_shape_of_the_input(self):
        cases = [
            ([None, 1], [2], [2, 1]), ([None], [2, 1], [2]), (["n", 2, 3], [2, 6], [2, 2, 3]),
            ([None, None], [2], [2, 1]), ([None, None], [2, 3], [2, 3]), ([], [2, 3], [2, 3]),
            ([-1, 3], [2, 3], [2, 3]),
        ]  # fmt: skip
        for wanted, given, shape in cases:
            with self.subTest(wanted=wanted, given=given):
                count = 2 * (given[1] if len(given) > 1 else 1)
                runner = self.onnx([["a", DOUBLE, wanted]], SEEN, TEXTS_OUT)
                found = self.seen(runner, ("X", "FP64", given, [float(i) for i in range(count)]))
                self.assertEqual(found[1], shape)
        runner = self.onnx([["a", DOUBLE, [None, 2, 3]]], SEEN, TEXTS_OUT)
        error = self.error(runner.predict(("X", "FP64", [1, 5], [0.0] * 5)), -32010)
        self.assertIn("has shape [1, 5], but the model takes \"a\" as [n, 2, 3]", error["message"])

    def test_columns_find_their_inputs(self):
        two = [["a", DOUBLE, [None, 1]], ["b", TEXT, [None, 1]]]
        runner = self.onnx(two, "[a[:, 0] + np.array([len(t) for t in b[:, 0]])]")
        columns = [("b", "BYTES", [2], texts("x", "yyy")), ("a", "FP64", [2], doubles(1, 2))]
        self.assertEqual(runner.predict(*columns, content_type="pd")["blob"], doubles(2, 5))
        error = self.error(runner.predict(columns[1], ("c", "FP64", [2], doubles(1, 2))), -32010)
        self.assertEqual(error["message"], 'The model takes 2 tensors ("a", "b"), but got 2 tensors ("a", "c")')
        runner = self.onnx([["a", DOUBLE, [None, 1]], ["b", DOUBLE, [None]]], "[a[:, 0] - b]")
        self.assertEqual(runner.predict(("X", "FP64", [2, 2], doubles(1, 2, 30, 4)))["blob"], doubles(-1, 26))
        runner = self.onnx([["m", DOUBLE, [None, 2]]], "[m[:, 0] - m[:, 1]]")
        columns = [("x", "FP64", [2], doubles(1, 2)), ("y", "INT64", [2, 1], [5, 7])]
        self.assertEqual(runner.predict(*columns, content_type="pd")["blob"], doubles(-4, -5))

    def test_texts_and_numbers_are_not_mixed_up(self):
        runner = self.onnx([["a", TEXT, [None]]], "[np.array([float(len(t)) for t in a])]")
        self.assertEqual(runner.predict(("X", "BYTES", [2], texts("a", "zwölf")))["blob"], doubles(1, 5))
        self.error(runner.predict(("X", "FP64", [1], doubles(1))), -32010)
        error = self.error(runner.predict(("X", "BYTES", [2], ["a", None])), -32010)
        self.assertIn("a missing text, which ONNX does not know in row 1", error["message"])
        runner = self.onnx([["a", DOUBLE, [None]]], "[a]")
        self.error(runner.predict(("X", "BYTES", [1], texts("1"))), -32010)

    def test_a_fixed_number_of_rows_is_kept_to(self):
        runner = self.onnx([["a", DOUBLE, [3, 1]]], "[a[:, 0] + 100 * len(a)]")
        for count in (1, 3, 4, 7):
            with self.subTest(count=count):
                reply = runner.predict(("X", "FP64", [count, 1], doubles(*range(count))))
                self.assertEqual(reply["blob"], doubles(*(300 + i for i in range(count))))


class Outputs(OnnxCase):
    CLASSIFIER = [["label", INT64, [None]], ["probability", ZIPMAP, []]]
    ANSWER = "[a.astype('i8'), [{7: float(v), 2: 1 - float(v)} for v in a]]"

    def test_the_label_is_the_answer_of_a_classifier(self):
        runner = self.onnx([["a", DOUBLE, [None]]], self.ANSWER, self.CLASSIFIER)
        output = self.output(runner.predict(("X", "FP64", [2], doubles(0, 1)), binary=False))
        self.assertEqual((output["name"], output["datatype"], output["data"]), ("y", "INT64", [0, 1]))

    def test_maps_of_probabilities_are_a_matrix_in_the_order_of_the_keys(self):
        hello = {"outputs": ["probability"]}
        runner = self.onnx([["a", DOUBLE, [None]]], self.ANSWER, self.CLASSIFIER, hello=hello)
        output = self.output(runner.predict(("X", "FP64", [2], doubles(0.25, 1)), binary=False))
        self.assertEqual((output["name"], output["shape"]), ("probability", [2, 2]))
        self.assertEqual(output["data"], [0.75, 0.25, 0.0, 1.0])

    def test_several_outputs_come_in_the_order_in_which_they_are_declared(self):
        outputs = [["p", DOUBLE, [None]], ["q", DOUBLE, [None]], ["r", DOUBLE, [None]]]
        runner = self.onnx([["a", DOUBLE, [None]]], "[a, -a, 2 * a]", outputs, hello={"outputs": ["r", "p", "unknown"]})
        reply = runner.predict(("X", "FP64", [1], doubles(4)), binary=False)
        self.assertEqual([(o["name"], o["data"]) for o in reply["result"]["outputs"]], [("r", [8.0]), ("p", [4.0])])

    def test_a_number_where_rows_are_wanted_is_no_answer(self):
        runner = self.onnx([["a", DOUBLE, [1]]], "[np.float64(3)]")
        self.error(runner.predict(("X", "FP64", [1], doubles(1))), -32021)
        self.error(runner.predict(("X", "FP64", [2], doubles(1, 2))), -32021)


class Conversation(OnnxCase):
    def test_hello_says_what_the_session_does(self):
        inputs = [["a", FLOAT, ["n", 4]], ["b", TEXT, [5, None]]]
        outputs = [["label", INT64, ["n"]], ["p", FLOAT, ["n", 3]]]
        _, reply = self.begin(inputs, "[]", outputs, hello={"name": "mine"})
        result = reply["result"]
        numbers = {"name": "a", "datatype": "FP32", "shape": [-1, 4]}
        self.assertEqual(result["inputs"], [numbers, {"name": "b", "datatype": "BYTES", "shape": [-1, -1]}])
        self.assertEqual(result["outputs"], [{"name": "y", "datatype": "INT64", "shape": [-1]}])
        self.assertEqual((result["name"], result["platform"]), ("mine", "onnxruntime_onnx"))

    def test_what_cannot_be_loaded_is_told(self):
        cases = [
            ({"inputs": [], "answer": "", "raise": "no graph"}, 'Loading "model.onnx" raised RuntimeError: no graph'),
            ({"inputs": [["a", "seq(tensor(float))", []]], "answer": ""}, "which is no tensor"),
            ({"inputs": [["a", FLOAT, [2]], ["b", FLOAT, [3]]], "answer": ""}, "different numbers of rows"),
            ({"inputs": [], "answer": "", "outputs": [["o", "seq(tensor(float))", []]]}, "which is no tensor"),
        ]
        for options, words in cases:
            with self.subTest(words=words):
                _, reply = self.begin(**options)
                self.assertIn(words, self.error(reply, -32000)["message"])
        for entry in ("missing.onnx", "/etc/passwd", "../model.onnx", "folder"):
            with self.subTest(entry=entry):
                files = {"model.onnx": "{}", "folder/x": ""}
                runner = self.start(files, environment=self.environment(), runtime="onnx")
                self.assertIn("which entry names", self.error(runner.hello(entry=entry), -32000)["message"])

    def test_what_the_model_raises_is_the_models(self):
        runner = self.onnx([["a", DOUBLE, [None]]], "1 / 0")
        error = self.error(runner.predict(("X", "FP64", [1], doubles(1))), -32020)
        self.assertEqual(error["message"], "The model's predict raised ZeroDivisionError: division by zero")

    def test_it_cannot_be_trained(self):
        runner = self.onnx([["a", DOUBLE, [None]]], "[a]")
        self.error(runner.predict(("X", "FP64", [1], doubles(1)), ("y", "FP64", [1], doubles(1)), method="fit"), -32601)
        self.error(runner.request("export", {}), -32601)

    def test_what_is_missing_of_whole_numbers_is_never_a_number(self):
        import numpy
        from lw_runner.errors import RunnerError
        from lw_runner.onnx import columns_of, fitted

        class Input:
            name, datatype, shape = "a", "FP32", [None, 2]

        class Given:
            name, datatype, shape = "X", "INT64", [2, 2]
            values = numpy.array([[1, 2], [0, 4]])
            missing = numpy.array([[False, False], [True, False]])

        array = fitted(Given, Input, numpy)
        self.assertEqual(numpy.isnan(array).tolist(), Given.missing.tolist())
        self.assertEqual(array[0].tolist(), [1.0, 2.0])
        Input.datatype, Input.shape = "INT64", [None]
        self.assertEqual(fitted(columns_of(Given)[1], Input, numpy).tolist(), [2, 4])
        with self.assertRaises(RunnerError) as caught:
            fitted(columns_of(Given)[0], Input, numpy)
        self.assertIn("has nan, which is no INT64 in row 1", caught.exception.message)


class ExternalWeights(unittest.TestCase):
    """The reader of weights in other files, on bytes that no library would write."""

    def read(self, data, files=()):
        import numpy
        from lw_runner.external import external_weights

        with tempfile.TemporaryDirectory() as folder:
            for name, content in (("model.onnx", data), *files):
                with open(os.path.join(folder, name), "wb") as file:
                    file.write(content)
            found = external_weights(os.path.join(folder, "model.onnx"), numpy)
            return {name: array.tolist() for name, array in found}

    @staticmethod
    def field(number, content):
        if isinstance(content, int):
            return bytes([number << 3]) + bytes([content])
        return bytes([number << 3 | 2, len(content)]) + content

    def model(self, location=b"w.bin", dims=(2,), datatype=1, **more):
        field = self.field
        entries = {b"location": location, **{key.encode(): value for key, value in more.items()}}
        tensor = b"".join(field(1, n) for n in dims) + field(2, datatype) + field(8, b"w")
        tensor += b"".join(field(13, field(1, key) + field(2, value)) for key, value in entries.items())
        return field(7, field(5, tensor))

    def test_numbers_are_taken_from_their_place(self):
        content = b"xyz" + struct.pack("<3f", 1, 2, 3)
        self.assertEqual(self.read(self.model(offset=b"3"), [("w.bin", content)]), {"w": [1.0, 2.0]})
        self.assertEqual(self.read(self.model(offset=b"4"), [("w.bin", content[3:])]), {"w": [2.0, 3.0]})
        self.assertEqual(self.read(b""), {})

    def test_what_is_wrong_with_them_is_told(self):
        from lw_runner.errors import RunnerError

        good = [("w.bin", struct.pack("<2f", 1, 2))]
        cases = [
            (self.model(location=b"/etc/passwd"), "outside of the package"),
            (self.model(location=b"../w.bin"), "outside of the package"),
            (self.model(location=b"a/../../w.bin"), "outside of the package"),
            (self.model(location=b"none.bin"), "has no file"),
            (self.model(offset=b"1"), "ends before"),
            (self.model(offset=b"-1"), "ends before"),
            (self.model(offset=b"x"), "ends before"),
            (self.model(dims=(127, 127, 127)), "ends before"),
            (self.model(datatype=16), "of type 16"),
            (b"location" + self.model(), "no ONNX model"),
            (self.model()[:-3], "no ONNX model"),
        ]
        for data, words in cases:
            with self.subTest(words=words, data=data):
                with self.assertRaises(RunnerError) as caught:
                    self.read(data, good)
                self.assertIn(words, caught.exception.message)

    def test_any_bytes_are_read_or_refused(self):
        from lw_runner.errors import RunnerError

        generator = random.Random(5)
        for _ in range(2000):
            data = bytearray(self.model(offset=b"0"))
            for _ in range(generator.randint(1, 4)):
                data[generator.randrange(len(data))] = generator.randrange(256)
            try:
                self.read(bytes(data), [("w.bin", struct.pack("<2f", 1, 2))])
            except RunnerError:
                pass


if __name__ == "__main__":
    unittest.main()
