"""What the host learns when the package's code fails."""

import json
import unittest

from harness import RunnerCase, doubles, predicting

X = ("X", "FP64", [1, 1], doubles(1))


class Errors(RunnerCase):
    def raised(self, statement, imports="", **hello):
        """The error of a predict that executes the statement, after which the runner must still answer."""
        source = predicting("fail(X)", f"{imports}\ndef fail(X):\n    {statement}")
        runner = self.load(source, **hello)
        error = self.error(runner.predict(X), -32020)
        self.assertEqual(runner.request("ready")["result"], {})
        return error


class Raised(Errors):
    def test_an_exception_in_predict(self):
        error = self.raised("raise RuntimeError('no model here')")
        self.assertEqual(error["message"], "The model's predict raised RuntimeError: no model here")
        self.assertEqual(error["data"]["type"], "RuntimeError")
        self.assertEqual(error["data"]["detail"], "no model here")
        lines = ["__init__.py:13 in predict: return fail(X)",
                 "__init__.py:5 in fail: raise RuntimeError('no model here')"]
        self.assertEqual(error["data"]["traceback"], lines)

    def test_an_exception_while_loading(self):
        statement = "raise ValueError('x')"
        constructor = f"class Model:\n    def __init__(self): {statement}"
        for source, phase in ((statement, "Importing"), (constructor, "Constructing")):
            error = self.error(self.start(source).hello(), -32000)
            self.assertTrue(error["message"].startswith(phase), error)
            self.assertIn("ValueError: x", error["message"])
            self.assertTrue(error["data"]["traceback"][-1].endswith("raise ValueError('x')"))

    def test_what_would_end_the_process_is_an_error(self):
        for statement in ("raise SystemExit(3)", "raise KeyboardInterrupt", "sys.exit('bye')", "raise GeneratorExit"):
            for source in (statement, f"class Model:\n    def __init__(self): {statement}"):
                runner = self.start("import sys\n" + source)
                self.error(runner.hello(), -32000)
                self.error(runner.request("ready"), -32003)
            self.raised(statement)
        self.assertIn("tried to end the process", self.raised("sys.exit('bye')")["message"])

    def test_os_exit_cannot_be_caught(self):
        runner = self.load(predicting("os._exit(7)"))
        runner.send({"jsonrpc": "2.0", "id": 1, "method": "predict",
                     "params": {"inputs": [{"name": "X", "datatype": "FP64", "shape": [1], "data": [1]}]}})
        self.assertIsNone(runner.receive())
        self.assertEqual(runner.process.wait(), 7)

    def test_memory_error(self):
        import resource

        source = predicting("bytearray(1 << 40)")
        runner = self.load(source, before_start=lambda: resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30)))
        error = self.error(runner.predict(X), -32020)
        self.assertEqual(error["data"]["type"], "MemoryError")
        self.assertEqual(error["message"], "The model's predict raised MemoryError")

    def test_recursion_error(self):
        error = self.raised("return fail(X)")
        self.assertEqual(error["data"]["type"], "RecursionError")
        self.assertLess(len(error["data"]["traceback"]), 30)
        self.assertIn("more calls)", "".join(error["data"]["traceback"]))

    def test_missing_modules_are_named(self):
        error = self.error(self.start("import lightgbm").hello(), -32000)
        self.assertEqual((error["data"]["type"], error["data"]["module"]), ("ModuleNotFoundError", "lightgbm"))
        for source, name in (("import numpy.nothing.x", "numpy.nothing"), ("from .util import x", ".util")):
            self.assertEqual(self.error(self.start(source).hello(), -32000)["data"]["module"], name)
        self.assertEqual(self.error(self.start().hello(module_path="nothing"), -32000)["data"]["module"], "nothing")
        wrapped = "try:\n    import lightgbm\nexcept ImportError as e:\n    raise RuntimeError('install it') from e"
        self.assertEqual(self.error(self.start(wrapped).hello(), -32000)["data"]["module"], "lightgbm")
        self.assertNotIn("module", self.error(self.start("from os import nothing").hello(), -32000)["data"])

    def test_syntax_errors_show_their_line(self):
        error = self.error(self.start("x = 1\ndef f(:\n").hello(), -32000)
        self.assertEqual(error["data"]["type"], "SyntaxError")
        self.assertEqual(error["data"]["traceback"], ["__init__.py:2 in <module>: def f(:"])


class Tracebacks(Errors):
    def test_the_packages_frames_come_first(self):
        lines = self.raised("import json; json.loads('{')")["data"]["traceback"]
        self.assertTrue(lines[0].startswith("__init__.py:"))
        self.assertTrue(lines[1].startswith("__init__.py:"))
        self.assertIn("json/decoder.py", lines[-1])
        called_back = "import functools; functools.reduce(lambda a, b: np.linalg.inv(a), [np.zeros((2, 2))] * 2)"
        lines = self.raised(called_back, "import numpy as np")["data"]["traceback"]
        self.assertEqual(len([line for line in lines if line.startswith("__init__.py:")]), 3)
        self.assertTrue(all(line.startswith("__init__.py:") for line in lines[:3]), lines)
        self.assertTrue(lines[-1].startswith("numpy/linalg/"), lines)

    def test_the_runners_frames_are_left_out(self):
        for error in (self.raised("raise ValueError"), self.error(self.start("1 / 0").hello(), -32000)):
            self.assertNotIn("lw_runner", "".join(error["data"]["traceback"]))
            self.assertNotIn("importlib", "".join(error["data"]["traceback"]))

    def test_causes_are_shown(self):
        statement = "try: 1 / 0\n    except ZeroDivisionError as e: raise ValueError('outer') from e"
        lines = self.raised(statement)["data"]["traceback"]
        self.assertIn("because of ZeroDivisionError: division by zero", lines)
        circle = "a, b = ValueError('a'), ValueError('b'); a.__cause__, b.__cause__ = b, a; raise a"
        self.assertEqual(self.raised(circle)["data"]["detail"], "a")

    def test_code_without_a_file(self):
        lines = self.raised("exec('1 / 0')")["data"]["traceback"]
        self.assertEqual(lines[-1], "<string>:1 in <module>")


class StrangeText(Errors):
    def test_text_that_raises(self):
        for body in ("raise ValueError", "raise SystemExit", "return 5", "return self.__str__()"):
            source = f"class Odd(Exception):\n    def __str__(self): {body}\n"
            error = self.raised("raise Odd", source)
            self.assertEqual(error["data"]["type"], "Odd")
            self.assertIn("could not be made", error["data"]["detail"])

    def test_a_class_whose_name_raises(self):
        source = "class Meta(type):\n    @property\n    def __name__(cls): raise ValueError\n" \
                 "class Odd(Exception, metaclass=Meta): pass\n"
        self.assertEqual(self.raised("raise Odd('x')", source)["data"]["type"], "Exception")

    def test_characters_that_utf8_or_a_line_cannot_carry(self):
        error = self.raised(r"raise ValueError('a\ud800b\0c\nd\u2028e\x1b[31m')")
        self.assertEqual(error["data"]["detail"], "a\\ud800b\\x00c\nd\u2028e\x1b[31m")
        self.assertNotIn("\n", error["message"])
        json.dumps(error).encode("utf-8")

    def test_a_text_of_a_strange_class(self):
        source = "class Odd(str):\n    def encode(self, *a): raise ValueError\n" \
                 "    def replace(self, *a): raise ValueError\n" \
                 "    def __len__(self): return -1\n    def __getitem__(self, i): raise ValueError\n" \
                 "class E(Exception):\n    def __str__(self): return Odd('text')\n"
        self.assertEqual(self.raised("raise E", source)["data"]["detail"], "text")

    def test_endless_text_is_shortened(self):
        error = self.raised("raise ValueError('é' * (1 << 24))")
        self.assertLessEqual(len(error["message"]), 500)
        self.assertLessEqual(len(error["data"]["detail"]), 4096)

    def test_a_long_traceback_is_shortened(self):
        source = "import types\ndef step(n): 1 / 0 if n == 0 else long(n - 1)\n" \
                 "long = types.FunctionType(step.__code__.replace(co_name='é' * 3000), globals())\n"
        twice = "\n    ".join(["try: long(50)", "except ZeroDivisionError: long(50)"])
        lines = self.raised(twice, source)["data"]["traceback"]
        self.assertLess(len("".join(lines)), 17000)
        self.assertEqual(lines[-1], "(shortened)")

    def test_an_error_fits_into_the_hosts_line(self):
        source = "exec('raise ValueError(chr(233) * 9999)')"
        for limit, members in ((120, 0), (300, 0), (3000, 1), (30000, 3)):
            runner = self.start(source)
            error = self.error(runner.hello(limits={"line": limit, "blob": 100}), -32000)
            self.assertEqual(len(error.get("data", {})), members)
            self.assertLessEqual(len(json.dumps(error)), limit - len('{"jsonrpc":"2.0","id":1,"error":}'))

    def test_an_odd_class_name_in_the_hello(self):
        error = self.error(self.start("").hello(class_name="é" * 9000), -32000)
        self.assertLess(len(error["message"]), 500)


if __name__ == "__main__":
    unittest.main()
