"""A model that has learned, as bytes and back: runs the runner as the host does."""

import struct
import unittest

from harness import RunnerCase, doubles

COUNTER = """
    from learnware.model import BaseModel

    class Model(BaseModel):
        def __init__(self):
            super().__init__((1,), (1,))
            self.mean = 0.0

        def fit(self, X, y):
            self.mean = float(y.mean())

        def finetune(self, X, y):
            self.mean += float(y.mean())

        def predict(self, X):
            return X[:, 0] * 0 + self.mean
"""
HOOKED = COUNTER + """
        def lw_export(self):
            return repr(self.mean).encode()

        def lw_restore(self, data):
            self.mean = float(bytes(data))

        def __reduce__(self):
            raise AssertionError("pickled")
"""


class State(RunnerCase):
    def learn(self, package, method="fit"):
        runner = self.load(package)
        tensors = ("X", "FP64", [2, 1], doubles(0, 0)), ("y", "FP64", [2], doubles(2, 4))
        self.assertIn("result", runner.predict(*tensors, method=method))
        return runner

    def export(self, runner, limit=1 << 20):
        return runner.request("export", {"parameters": {"binary_data_output": True, "limit": limit}})

    def predicted(self, files):
        reply = self.load(files).predict(("X", "FP64", [1, 1], doubles(0)))
        return struct.unpack("<d", reply["blob"])[0]

    def test_a_state_survives_its_process(self):
        for package in (COUNTER, HOOKED):
            for method in ("fit", "finetune"):
                reply = self.export(self.learn(package, method))
                size = len(reply["blob"])
                expected = {"name": "state", "datatype": "UINT8", "shape": [size],
                            "parameters": {"binary_data_size": size}}
                self.assertEqual(self.output(reply), expected)
                files = {"__init__.py": package, "_lw_state.bin": reply["blob"]}
                self.assertEqual(self.predicted(files), 3.0)

    def test_a_model_that_pickle_does_not_know(self):
        source = COUNTER.replace("self.mean = 0.0", "self.mean = 0.0; self.key = lambda x: x")
        error = self.error(self.export(self.learn(source)), -32021)
        self.assertIn("lw_export", error["message"])

    def test_a_state_over_the_limit(self):
        error = self.error(self.export(self.learn(COUNTER), limit=20), -32021)
        self.assertIn("20", error["message"])

    def test_states_that_are_none(self):
        for state, words in (
            (b"", "not a state"),
            (b"\x80\x04.", "not a state"),
            (b"lw-state/1 pickle\n", "EOFError"),
            (b"lw-state/1 pickle\ncos\nsystem\n(S'exit 3'\ntR.", "holds"),
            (b"lw-state/1 pickle\n\x80\x04cbuiltins\nSystemExit\n(tR.", "holds"),
        ):
            runner = self.start({"__init__.py": COUNTER, "_lw_state.bin": state})
            error = self.error(runner.hello(), -32000)
            self.assertIn(words, error["message"])


if __name__ == "__main__":
    unittest.main()
