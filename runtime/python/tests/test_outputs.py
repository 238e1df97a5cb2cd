"""What becomes of what the model returned."""

import struct
import unittest

from harness import ENVIRONMENT, RunnerCase, doubles, predicting, texts

X = ("X", "FP64", [1, 1], doubles(1))
PANDAS = "import numpy as np, pandas as pd"


class Outputs(RunnerCase):
    def answer(self, expression, imports="import numpy as np", binary=True, environment=ENVIRONMENT, **hello):
        return self.load(predicting(expression, imports), environment, **hello).predict(X, binary=binary)

    def refused(self, expression, *words, imports="import numpy as np", **options):
        message = self.error(self.answer(expression, imports, **options), -32021)["message"]
        for word in words:
            self.assertIn(word, message)


class Arrays(Outputs):
    def test_every_datatype(self):
        formats = {
            "bool": ("BOOL", "?"), "uint8": ("UINT8", "B"), "uint16": ("UINT16", "H"), "uint32": ("UINT32", "I"),
            "uint64": ("UINT64", "Q"), "int8": ("INT8", "b"), "int16": ("INT16", "h"), "int32": ("INT32", "i"),
            "int64": ("INT64", "q"), "float16": ("FP16", "e"), "float32": ("FP32", "f"), "float64": ("FP64", "d"),
            ">f8": ("FP64", "d"), ">i2": ("INT16", "h"), ">u4": ("UINT32", "I"), "longlong": ("INT64", "q"),
        }
        imports = f"names = {list(formats)!r}\nimport numpy as np"
        source = predicting("np.array([[0, 1], [1, 0]], names[int(X[0, 0])])", imports)
        runner = self.load(source)
        for i, (datatype, code) in enumerate(formats.values()):
            reply = runner.predict(("X", "INT8", [1, 1], [i]))
            blob = struct.pack("<4" + code, 0, 1, 1, 0)
            expected = {"name": "y", "datatype": datatype, "shape": [2, 2]}
            self.assertEqual(self.output(reply), {**expected, "parameters": {"binary_data_size": len(blob)}})
            self.assertEqual(reply["blob"], blob)
            self.assertEqual(reply["binary_size"], len(blob))
            reply = runner.predict(("X", "INT8", [1, 1], [i]), binary=False)
            self.assertEqual(self.output(reply)["data"], [0, 1, 1, 0])
            self.assertNotIn("binary_size", reply)

    def test_views_are_made_contiguous(self):
        for expression in ("np.arange(6.).reshape(3, 2).T", "np.arange(12.)[::2].reshape(2, 3) / 2 * 1",
                           "np.asfortranarray(np.arange(6.).reshape(2, 3))", "np.matrix('0 1 2; 3 4 5').astype(float)"):
            reply = self.answer(expression)
            self.assertEqual(self.output(reply)["shape"], [2, 3])
            flat = (0, 2, 4, 1, 3, 5) if ".T" in expression else range(6)
            self.assertEqual(reply["blob"], doubles(*flat))

    def test_empty_arrays(self):
        reply = self.answer("np.zeros((0, 3))")
        self.assertEqual((self.output(reply)["shape"], reply["blob"]), ([0, 3], b""))
        self.assertEqual(self.output(self.answer("np.zeros((0, 3))", binary=False))["data"], [])

    def test_what_is_not_finite_is_null_in_json_and_itself_in_binary(self):
        expression = "np.array([np.nan, np.inf, -np.inf, 1.5])"
        for datatype in ("f2", "f4", "f8"):
            reply = self.answer(f"{expression}.astype('{datatype}')", binary=False, extensions=())
            self.assertEqual(self.output(reply)["data"], [None, None, None, 1.5])
        self.assertEqual(struct.unpack("<4d", self.answer(expression)["blob"])[1:], (float("inf"), float("-inf"), 1.5))

    def test_arrays_that_no_tensor_can_hold(self):
        self.refused("np.zeros(2, complex)", "complex128")
        self.refused("np.zeros(2, 'M8[s]')", "datetime64")
        self.refused("np.zeros(2, 'm8[s]')", "timedelta64")
        self.refused("np.zeros(2, np.longdouble)", np_longdouble())
        self.refused("np.zeros(2, [('a', 'i4')])", "void")
        self.refused("np.array(5.0)", "without dimensions")
        self.refused("np.float64(5.0)", "a float64", "needed")
        self.refused("np.ma.masked_array([1., 2.], [True, False])", "masked")
        self.refused("np.array([1, 2], object)", "an int")
        self.refused("np.array([object()], object)", "an object")

    def test_everything_else_is_refused_by_name(self):
        needed = "a numpy array, torch tensor or pandas object is needed"
        for expression, word in (("[0.0]", "a list"), ("None", "None"), ("{}", "a dict"), ("(X,)", "a tuple"),
                                 ("5", "an int"), ("b''", "a bytes"), ("'abc'", "a str"), ("np", "a module")):
            self.refused(expression, word, needed)

    def test_scipy_sparse(self):
        files = {"scipy/__init__.py": "", "scipy/sparse.py": "class csr_matrix:\n    def toarray(self): pass"}
        package = {"__init__.py": predicting("scipy.sparse.csr_matrix()", FAKES + "import scipy.sparse"), **files}
        self.assertIn("toarray()", self.error(self.load(package).predict(X), -32021)["message"])

    def test_a_reply_over_the_limits_is_refused(self):
        limits = {"line": 5000, "blob": 1000}
        self.refused("np.zeros(126)", "1008 bytes", limits=limits)
        self.assertEqual(len(self.answer("np.zeros(125)", limits=limits)["blob"]), 1000)
        self.refused("np.zeros(3000)", "binary_data_output", limits=limits, binary=False)


class Texts(Outputs):
    def test_texts(self):
        for expression in ("np.array(['ab', 'ü😀', ''])", "np.array(['ab', 'ü😀', ''], object)",
                           "np.array([b'ab', 'ü😀'.encode(), b''])", "np.array(['ab', 'ü😀', ''], '>U9')"):
            reply = self.answer(expression)
            blob = texts("ab", "ü😀", "")
            parameters = {"content_type": "str", "binary_data_size": len(blob)}
            expected = {"name": "y", "datatype": "BYTES", "shape": [3], "parameters": parameters}
            self.assertEqual(self.output(reply), expected)
            self.assertEqual(reply["blob"], blob)
            self.assertEqual(self.output(self.answer(expression, binary=False))["data"], ["ab", "ü😀", ""])

    def test_missing_texts(self):
        for missing in ("None", "np.nan"):
            expression = f"np.array(['a', {missing}], object)"
            self.assertEqual(self.output(self.answer(expression, binary=False))["data"], ["a", None])
            reply = self.answer(expression)
            self.assertEqual(reply["blob"], texts("a", "") + b"\1\0")
            parameters = {"valid_for": "y", "binary_data_size": 2}
            companion = {"name": "y.valid", "datatype": "BOOL", "shape": [2], "parameters": parameters}
            self.assertEqual(self.output(reply, 1), companion)
            self.refused(expression, "null_values", extensions=())

    def test_texts_that_are_no_unicode(self):
        self.refused("np.array(['a', '\\ud800'])", "element 1")
        self.refused("np.array([b'\\xff'])", "element 0", binary=False)


class Torch(Outputs):
    def test_tensors_without_importing_torch(self):
        package = {
            "__init__.py": predicting("torch.Tensor(np.array([[1., 2.]]))", FAKES + "import torch\nimport numpy as np"),
            "torch/__init__.py": """
                class Tensor:
                    def __init__(self, array, state="grad"): self.array, self.state = array, state
                    def detach(self): return Tensor(self.array, "detached")
                    def cpu(self): assert self.state == "detached"; return Tensor(self.array, "cpu")
                    def numpy(self): assert self.state == "cpu"; return self.array
            """,
        }
        reply = self.load(package).predict(X)
        self.assertEqual(self.output(reply)["shape"], [1, 2])
        self.assertEqual(reply["blob"], doubles(1, 2))

    def test_a_tensor_that_has_no_array(self):
        package = {
            "__init__.py": predicting("torch.Tensor()", FAKES + "import torch"),
            "torch/__init__.py": "class Tensor:\n    def detach(self): raise TypeError('unsupported bfloat16')",
        }
        error = self.error(self.load(package).predict(X), -32021)
        self.assertIn("bfloat16", error["message"])
        self.assertEqual(error["data"]["type"], "TypeError")


class Pandas(Outputs):
    def test_numbers_of_one_type_without_names_are_one_tensor(self):
        for expression in ("pd.DataFrame([[1., 3.], [2., 4.]])",
                           "pd.DataFrame([[1., 3.], [2., 4.]], columns=['a', 'a'])"):
            reply = self.answer(expression, PANDAS)
            self.assertEqual((self.output(reply)["name"], self.output(reply)["shape"]), ("y", [2, 2]))
            self.assertEqual(reply["blob"], doubles(1, 3, 2, 4))

    def test_columns_with_names_keep_them(self):
        result = self.answer("pd.DataFrame({'a': [1., 2.], 'b': [3., 4.]})", PANDAS)["result"]
        self.assertEqual([(t["name"], t["shape"]) for t in result["outputs"]], [("a", [2]), ("b", [2])])
        self.assertEqual(self.output(self.answer("pd.DataFrame({'a': [1., 2.]})", PANDAS))["name"], "y")

    def test_times_are_texts(self):
        expression = "pd.DataFrame({'t': pd.to_datetime(['2024-01-02T03:04:05', None]), 'n': [1, 2]})"
        result = self.answer(expression, PANDAS, binary=False)["result"]
        self.assertEqual(result["outputs"][0]["data"], ["2024-01-02T03:04:05", None])

    def test_other_tables_are_one_tensor_for_each_column(self):
        expression = "pd.DataFrame({'i': [1, 2], 'f': [.5, np.nan], 's': ['x', None], 7: pd.Categorical(['u', 'v'])})"
        result = self.answer(expression, PANDAS, binary=False)["result"]
        seen = [(t["name"], t["datatype"], t["shape"], t["data"]) for t in result["outputs"]]
        expected = [("i", "INT64", [2], [1, 2]), ("f", "FP64", [2], [0.5, None]),
                    ("s", "BYTES", [2], ["x", None]), ("7", "BYTES", [2], ["u", "v"])]
        self.assertEqual(seen, expected)
        self.assertEqual(result["parameters"]["content_type"], "pd")

    def test_nullable_columns(self):
        expression = "pd.DataFrame({'i': pd.array([1, 2], 'Int16'), 'n': pd.array([1, None], 'Int16'), " \
                     "'b': pd.array([True, False], 'boolean'), 's': pd.array(['x', None], 'string')})"
        result = self.answer(expression, PANDAS, binary=False)["result"]
        seen = [(t["datatype"], t["data"]) for t in result["outputs"]]
        expected = [("INT16", [1, 2]), ("INT16", [1, None]), ("BOOL", [True, False]), ("BYTES", ["x", None])]
        self.assertEqual(seen, expected)

    def test_missing_whole_numbers_have_a_companion(self):
        expression = "pd.DataFrame({'n': pd.array([7, None], 'Int8'), 's': ['x', 'y']})"
        reply = self.answer(expression, PANDAS)
        names = [tensor["name"] for tensor in reply["result"]["outputs"]]
        self.assertEqual(names, ["n", "n.valid", "s"])
        self.assertEqual(reply["blob"][:4], b"\7\0\1\0")
        old = self.answer(expression, PANDAS, extensions=())
        self.assertEqual(self.output(old)["datatype"], "FP64")

    def test_series(self):
        reply = self.answer("pd.Series([1., 2.], name='score', index=[5, 6])", PANDAS)
        self.assertEqual((self.output(reply)["name"], self.output(reply)["shape"]), ("y", [2]))
        self.assertEqual(self.output(self.answer("pd.Series(['a'])", PANDAS, binary=False))["data"], ["a"])

    def test_tables_that_no_tensors_can_hold(self):
        options = {"imports": PANDAS}
        self.refused("pd.DataFrame()", "without columns", **options)
        self.refused("pd.DataFrame([[1, 'x']], columns=['a', 'a'])", "same name", **options)
        self.refused("pd.Series([1j])", "complex128", **options)
        self.refused("pd.Index([1])", "an Index", **options)


# The package's own folder holds the fake libraries.
FAKES = "import os, sys\nsys.path.append(os.path.dirname(os.path.abspath(__file__)))\n"


def np_longdouble():
    import ctypes

    return "float" + str(8 * ctypes.sizeof(ctypes.c_longdouble))


if __name__ == "__main__":
    unittest.main()
