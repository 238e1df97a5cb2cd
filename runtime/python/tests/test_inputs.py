"""What the model receives for the tensors of a request."""

import struct
import unittest

from harness import RunnerCase, doubles, seen_by_predict, texts

FORMATS = {"BOOL": "?", "UINT8": "B", "UINT16": "H", "UINT32": "I", "UINT64": "Q", "INT8": "b", "INT16": "h",
           "INT32": "i", "INT64": "q", "FP16": "e", "FP32": "f", "FP64": "d"}
# A package that brings its own modules as if they were installed.
BESIDE = "import os, sys\nsys.path.append(os.path.dirname(os.path.abspath(__file__)))"
NAMES = {"BOOL": "bool", "FP16": "float16", "FP32": "float32", "FP64": "float64"}
SEEN = "(type(X).__name__, X.dtype.name, X.shape, X.tolist())"


class Numbers(RunnerCase):
    def test_every_datatype_binary_and_json(self):
        runner = self.load(seen_by_predict(SEEN))
        for datatype, code in FORMATS.items():
            values = [True, False] if datatype == "BOOL" else [1, 2]
            expected = repr(("ndarray", NAMES.get(datatype, datatype.lower()), (2,),
                             [float(v) for v in values] if datatype.startswith("FP") else values))
            blob = struct.pack("<2" + code, *values)
            self.assertEqual(self.seen(runner.predict(("X", datatype, [2], blob))), expected)
            self.assertEqual(self.seen(runner.predict(("X", datatype, [2], values))), expected)

    def test_flat_and_nested_json_are_the_same(self):
        runner = self.load(seen_by_predict("X.tolist()"))
        for data in ([1, 2, 3, 4, 5, 6], [[1, 2], [3, 4], [5, 6]]):
            self.assertEqual(self.seen(runner.predict(("X", "INT32", [3, 2], data))), "[[1, 2], [3, 4], [5, 6]]")
        self.assertEqual(self.seen(runner.predict(("X", "INT8", [1, 2, 1], [[[1], [2]]]))), "[[[1], [2]]]")

    def test_the_array_lies_over_the_received_bytes_and_is_writable(self):
        facts = "(X.flags.writeable, X.flags.c_contiguous, X.flags.aligned, type(memory(X)).__name__)"
        imports = "def memory(a):\n    while getattr(a, 'base', None) is not None: a = a.base\n" \
                  "    return getattr(a, 'obj', a)"
        runner = self.load(seen_by_predict(facts, imports))
        reply = runner.predict(("X", "FP64", [2, 2], doubles(1, 2, 3, 4)))
        self.assertEqual(self.seen(reply), "(True, True, True, 'bytearray')")

    def test_no_rows(self):
        runner = self.load(seen_by_predict("(X.shape, X.dtype.name)"))
        for values in (b"", []):
            self.assertEqual(self.seen(runner.predict(("X", "FP32", [0, 4], values))), "((0, 4), 'float32')")

    def test_numbers_behind_an_odd_length_are_aligned(self):
        runner = self.load(seen_by_predict("(X['b'].to_numpy().flags.aligned, X['b'].tolist())"))
        reply = runner.predict(("a", "INT8", [1], b"\1"), ("b", "FP64", [1], doubles(5)), content_type="pd")
        self.assertEqual(self.seen(reply), "(True, [5.0])")

    def test_json_numbers_must_be_of_the_datatype(self):
        runner = self.load()
        cases = [("INT64", 1.0), ("INT8", 128), ("INT8", -129), ("UINT8", -1), ("UINT64", 2**64), ("INT32", True),
                 ("FP64", True), ("FP64", "1"), ("BOOL", 1), ("INT32", None), ("BOOL", None), ("BYTES", 1),
                 ("FP64", {}), ("FP64", 10**400)]
        for datatype, value in cases:
            reply = runner.predict(("X", datatype, [2, 1], [{"BYTES": "a", "BOOL": True}.get(datatype, 1), value]))
            data = self.error(reply, -32010)["data"]
            self.assertEqual(data["column"], "X", datatype)
            if value != 10**400:
                self.assertEqual(data["row"], 1)
        for datatype, value in (("UINT64", 2**64 - 1), ("INT64", -(2**63))):
            reply = self.output(runner.predict(("X", datatype, [1], [value]), binary=False))
            self.assertEqual(reply["data"], [value])

    def test_sizes_that_do_not_fit(self):
        runner = self.load()
        self.error(runner.predict(("X", "FP64", [2, 2], doubles(1, 2, 3))), -32010)
        self.error(runner.predict(("X", "FP64", [2, 2], [1, 2, 3])), -32010)
        self.error(runner.predict(("X", "FP64", [2, 2], [[1, 2, 3, 4]])), -32010)
        self.error(runner.predict(("X", "FP64", [2, 2], [[1, 2], 3])), -32010)
        self.error(runner.predict(("X", "FP64", [2**62, 2**62], doubles(1))), -32010)
        tensor = {"name": "X", "datatype": "FP64", "shape": [1], "parameters": {"binary_data_size": 8}}
        for blob in (b"", doubles(1, 2)):
            self.error(runner.request("predict", {"inputs": [tensor]}, blob), -32602)

    def test_malformed_tensors(self):
        runner = self.load()
        good = {"name": "X", "datatype": "FP64", "shape": [1], "data": [1]}
        bad = [{"name": 5}, {"shape": None}, {"shape": [-1]}, {"shape": [1.0]}, {"shape": [True]}, {"shape": [1] * 99},
               {"data": 5}, {"parameters": []}, {"parameters": {"binary_data_size": 8}}]
        for change in bad:
            self.error(runner.request("predict", {"inputs": [{**good, **change}]}), -32602)
        for params in ({}, {"inputs": []}, {"inputs": {}}, {"inputs": [5]}, {"inputs": [good, good]},
                       {"inputs": [good], "parameters": []}):
            self.error(runner.request("predict", params), -32602)
        for datatype in ("FP128", "fp64", None, 5, ["FP64"]):
            reply = runner.request("predict", {"inputs": [{**good, "datatype": datatype}]})
            self.error(reply, -32011)

    def test_several_tensors_need_a_table(self):
        reply = self.load().predict(("a", "FP64", [1], [1]), ("b", "FP64", [1], [1]))
        self.assertIn('content_type "pd"', self.error(reply, -32010)["message"])

    def test_numpy_missing_in_the_environment(self):
        runner = self.load("class Model:\n    def predict(self, X): pass", environment="/nonexistent")
        error = self.error(runner.predict(("X", "FP64", [1], [1])), -32010)
        self.assertIn("requirements", error["message"])
        self.assertEqual(error["data"]["module"], "numpy")
        # A text model needs no numpy for its input.
        self.error(runner.predict(("X", "BYTES", [1], ["a"], {"content_type": "str"})), -32021)


class Texts(RunnerCase):
    def test_texts_are_a_list(self):
        runner = self.load(seen_by_predict("X"))
        for values in (texts("ab", "", "ü😀"), ["ab", "", "ü😀"]):
            reply = runner.predict(("X", "BYTES", [3], values, {"content_type": "str"}))
            self.assertEqual(self.seen(reply), "['ab', '', 'ü😀']")
            reply = runner.predict(("X", "BYTES", [3], values), content_type="str")
            self.assertEqual(self.seen(reply), "['ab', '', 'ü😀']")

    def test_a_text_model_gets_texts_without_a_content_type(self):
        runner = self.load(seen_by_predict("X"), data="Text")
        self.assertEqual(self.seen(runner.predict(("X", "BYTES", [1], texts("ü")))), "['ü']")
        self.assertEqual(self.seen(runner.predict(("X", "BYTES", [0], b""))), "[]")

    def test_bytes_without_a_content_type_are_bytes(self):
        runner = self.load(seen_by_predict("(X.dtype.name, X.tolist())"))
        self.assertEqual(self.seen(runner.predict(("X", "BYTES", [1], texts(b"\xff")))), "('object', [b'\\xff'])")
        self.assertEqual(self.seen(runner.predict(("X", "BYTES", [1], ["ü"]))), "('object', [b'\\xc3\\xbc'])")

    def test_a_table_of_texts_is_an_array(self):
        runner = self.load(seen_by_predict("(X.dtype.name, X.tolist())"))
        reply = runner.predict(("X", "BYTES", [2, 1], texts("a", "b"), {"content_type": "str"}))
        self.assertEqual(self.seen(reply), "('object', [['a'], ['b']])")

    def test_damaged_texts(self):
        runner = self.load(data="Text")
        for blob in (texts("ab")[:-1], texts("ab") + b"\0", texts("a", "b"), b"\xff\xff\xff\xff", b"\1"):
            self.error(runner.predict(("X", "BYTES", [1], blob)), -32010)
        error = self.error(runner.predict(("X", "BYTES", [2], texts("a", b"\xff"))), -32010)
        self.assertEqual((error["data"]["column"], error["data"]["row"]), ("X", 1))

    def test_labels_may_be_texts(self):
        source = "class Model:\n    def fit(self, X, y): raise ValueError(repr((y.dtype.name, y.tolist())))"
        tensors = ("X", "FP64", [2], [1, 2]), ("y", "BYTES", [2], texts("a", "b"))
        error = self.error(self.load(source).predict(*tensors, method="fit"), -32020)
        self.assertEqual(error["data"]["detail"], "('object', ['a', 'b'])")


class MissingValues(RunnerCase):
    def test_null_in_json(self):
        runner = self.load(seen_by_predict("X if type(X) is list else X.tolist()"))
        self.assertEqual(self.seen(runner.predict(("X", "FP64", [2, 1], [None, 1]))), "[[nan], [1.0]]")
        self.assertEqual(self.seen(runner.predict(("X", "FP16", [1, 1], [[None]]))), "[[nan]]")
        reply = runner.predict(("X", "BYTES", [2], ["a", None]), content_type="str")
        self.assertEqual(self.seen(reply), "['a', None]")

    def test_a_companion_in_binary(self):
        runner = self.load(seen_by_predict("X if type(X) is list else X.tolist()"))
        flags = lambda *v: ("ok", "BOOL", [len(v)], bytes(v), {"valid_for": "X"})
        self.assertEqual(self.seen(runner.predict(("X", "FP64", [2], doubles(1, 2)), flags(1, 0))), "[1.0, nan]")
        self.assertEqual(self.seen(runner.predict(flags(0, 1), ("X", "FP64", [2], doubles(1, 2)))), "[nan, 2.0]")
        strings = ("X", "BYTES", [2], texts("a", ""), {"content_type": "str"})
        self.assertEqual(self.seen(runner.predict(strings, flags(1, 0))), "['a', None]")
        self.assertEqual(self.seen(runner.predict(("X", "INT8", [1], b"\5"), flags(1))), "[5]")
        self.error(runner.predict(("X", "INT8", [1], b"\5"), flags(0)), -32010)

    def test_companions_that_fit_nothing(self):
        runner = self.load()
        x = ("X", "FP64", [2], doubles(1, 2))
        cases = ("BOOL", 2, "Z"), ("BOOL", 1, "X"), ("UINT8", 2, "X"), ("BOOL", 2, 5), ("BOOL", 2, "v")
        for datatype, length, name in cases:
            companion = ("v", datatype, [length], b"\1" * length, {"valid_for": name})
            self.error(runner.predict(x, companion), -32602)


class Images(RunnerCase):
    def test_without_pillow_they_are_the_bytes_of_their_files(self):
        runner = self.load(seen_by_predict("(X.dtype.kind, X.tolist())"))
        reply = runner.predict(("X", "BYTES", [2], texts(b"\x89PNG", b"\xff"), {"content_type": "image"}))
        self.assertEqual(self.seen(reply), "('O', [b'\\x89PNG', b'\\xff'])")

    def test_with_pillow_they_are_arrays(self):
        package = {
            "__init__.py": seen_by_predict("(X.shape, str(X.dtype), X.ravel().tolist())", BESIDE),
            "PIL/__init__.py": "",
            "PIL/Image.py": """
                import numpy as np
                class Picture:
                    def __init__(self, data): self.data, self.mode = data, "L"
                    def load(self):
                        if self.data == b"bad": raise OSError("no image")
                    def convert(self, mode): return np.frombuffer(self.data, np.uint8).reshape(1, -1)
                def open(file): return Picture(file.read())
            """,
        }
        runner = self.load(package)
        image = {"content_type": "image"}
        reply = runner.predict(("X", "BYTES", [2], texts(b"\1\2", b"\3\4"), image))
        self.assertEqual(self.seen(reply), "((2, 1, 2), 'uint8', [1, 2, 3, 4])")
        error = self.error(runner.predict(("X", "BYTES", [2], texts(b"\1", b"bad"), image)), -32010)
        self.assertEqual(error["data"]["row"], 1)


class Tables(RunnerCase):
    COLUMNS = (
        ("b", "FP64", [2], doubles(1, 2)),
        ("a", "INT32", [2, 1], struct.pack("<2i", 3, 4)),
        ("name", "BYTES", [2], texts("x", "ü"), {"content_type": "str"}),
        ("is", "BOOL", [2], b"\1\0"),
    )

    def test_one_column_for_each_tensor_in_their_order(self):
        seen = "(type(X).__name__, [(c, X[c].dtype.kind, X[c].tolist()) for c in X.columns])"
        expected = [("b", "f", [1.0, 2.0]), ("a", "i", [3, 4]), ("name", "O", ["x", "ü"]), ("is", "b", [True, False])]
        reply = self.load(seen_by_predict(seen)).predict(*self.COLUMNS, content_type="pd")
        self.assertEqual(self.seen(reply), repr(("DataFrame", expected)))

    def test_times(self):
        runner = self.load(seen_by_predict("(X['t'].dtype.kind, X['t'].astype(str).tolist())"))
        times = ["2024-01-02", "2024-01-02T03:04:05.5", None]
        reply = runner.predict(("t", "BYTES", [3], times, {"content_type": "datetime"}), content_type="pd")
        self.assertIn("03:04:05.5", self.seen(reply))
        self.assertTrue(self.seen(reply).startswith("('M', "))
        reply = runner.predict(("t", "BYTES", [1], ["yesterday?"], {"content_type": "datetime"}), content_type="pd")
        self.error(reply, -32010)

    def test_missing_values(self):
        runner = self.load(seen_by_predict("[X[c].tolist() for c in X]"))
        columns = ("a", "FP64", [2], [None, 1.5]), ("s", "BYTES", [2], [None, "x"])
        self.assertEqual(self.seen(runner.predict(*columns, content_type="pd")), "[[nan, 1.5], [nan, 'x']]")

    def test_missing_whole_numbers_and_booleans_stay_what_they_are(self):
        runner = self.load(seen_by_predict("[(str(X[c].dtype), X[c].astype(object).tolist()) for c in X]"))
        big = 2**53 + 1
        columns = ("i", "INT64", [2], [None, big]), ("b", "BOOL", [2], [True, None]), ("u", "UINT8", [2], [1, 2])
        expected = f"[('Int64', [<NA>, {big}]), ('boolean', [True, <NA>]), ('uint8', [1, 2])]"
        self.assertEqual(self.seen(runner.predict(*columns, content_type="pd")), expected)
        binary = ("i", "INT64", [2], struct.pack("<2q", 0, big)), ("v", "BOOL", [2], b"\0\1", {"valid_for": "i"})
        expected = f"[('Int64', [<NA>, {big}])]"
        self.assertEqual(self.seen(runner.predict(*binary, content_type="pd")), expected)

    def test_categories(self):
        runner = self.load(seen_by_predict("[(list(X[c].cat.categories), X[c].cat.codes.tolist()) for c in X]"))
        known = {"content_type": "category", "categories": ["low", "high"]}
        reply = runner.predict(("c", "BYTES", [3], ["high", None, "low"], known), content_type="pd")
        self.assertEqual(self.seen(reply), "[(['low', 'high'], [1, -1, 0])]")
        reply = runner.predict(("c", "BYTES", [2], ["b", "a"], {"content_type": "category"}), content_type="pd")
        self.assertEqual(self.seen(reply), "[(['a', 'b'], [1, 0])]")
        for wrong in (["a", "a"], "a", [1]):
            parameters = {"content_type": "category", "categories": wrong}
            self.error(runner.predict(("c", "BYTES", [1], ["a"], parameters), content_type="pd"), -32602)

    def test_columns_that_are_none(self):
        runner = self.load()
        self.error(runner.predict(("a", "FP64", [1, 2], [1, 2]), content_type="pd"), -32010)
        self.error(runner.predict(("a", "FP64", [], [1]), content_type="pd"), -32010)
        columns = ("a", "FP64", [1], [1]), ("b", "FP64", [2], [1, 2])
        error = self.error(runner.predict(*columns, content_type="pd"), -32010)
        self.assertEqual(error["data"]["column"], "b")

    def test_fit_on_a_table(self):
        source = "class Model:\n    def fit(self, X, y): raise ValueError(repr((list(X), type(y).__name__)))"
        runner = self.load(source)
        reply = runner.predict(*self.COLUMNS, ("y", "FP64", [2], doubles(0, 1)), method="fit", content_type="pd")
        self.assertEqual(self.error(reply, -32020)["data"]["detail"], "(['b', 'a', 'name', 'is'], 'ndarray')")

    def test_pandas_missing_in_the_environment(self):
        runner = self.load("class Model: pass", environment="/nonexistent")
        reply = runner.predict(("a", "BYTES", [1], ["x"]), content_type="pd")
        error = self.error(reply, -32010)
        self.assertIn("pandas in its requirements", error["message"])
        self.assertEqual(error["data"]["module"], "pandas")


if __name__ == "__main__":
    unittest.main()
