"""Lines, blobs, and which method may be called when."""

import json
import time
import unittest

from harness import ECHO, RunnerCase, doubles, predicting, seen_by_predict

X = ("X", "FP64", [1, 2], doubles(1, 2))
PREDICT = {"inputs": [{"name": "X", "datatype": "FP64", "shape": [1, 2], "data": [1, 2]}]}


class Lines(RunnerCase):
    def test_malformed_lines_are_answered_and_skipped(self):
        runner = self.load()
        for line in (b"{", b"", b"\xff\xfe", b'{"a":NaN}', b'{"a":-Infinity}', b"[" * 100000, b'{"id":1}x'):
            runner.send_bytes(line + b"\n")
            reply = runner.receive()
            self.error(reply, -32600)
            self.assertIsNone(reply["id"])
        self.assertEqual(runner.request("ready")["result"], {})

    def test_what_is_no_request_is_refused(self):
        runner = self.load()
        bad = [[], 1, None, {}, {"jsonrpc": "2.0", "id": 1}, {"id": 1, "method": "ready"}]
        bad += [{"jsonrpc": "2.0", "id": i, "method": "ready"} for i in (None, True, 1.5, [], {})]
        bad += [{"jsonrpc": "2.0", "id": 1, "method": 7}, {"jsonrpc": "1.0", "id": 1, "method": "ready"}]
        for message in bad:
            runner.send_bytes(json.dumps(message).encode() + b"\n")
            if isinstance(message, dict) and "id" not in message:
                continue  # a notification gets no answer, not even to an error
            self.error(runner.receive(), -32600)
        self.error(runner.request("ready", [1]), -32602)
        self.assertEqual(runner.request("ready")["result"], {})

    def test_identifiers_are_numbers_or_texts(self):
        runner = self.load()
        for identifier in (0, -1, 2**60, "abc", "ü"):
            runner.send({"jsonrpc": "2.0", "id": identifier, "method": "ready"})
            self.assertEqual(runner.receive(), {"jsonrpc": "2.0", "id": identifier, "result": {}})

    def test_a_line_of_the_limit_is_read_and_a_longer_one_ends_the_process(self):
        runner = self.load(limits={"line": 100000, "blob": 1000})
        message = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "ready"}).encode()
        runner.send_bytes(message + b" " * (100000 - len(message)) + b"\n")
        self.assertEqual(runner.receive()["result"], {})
        runner.send_bytes(message + b" " * (100001 - len(message)) + b"\n")
        self.error(runner.receive(), -32600)
        self.assertIsNone(runner.receive())
        self.assertEqual(runner.process.wait(), 1)

    def test_the_default_limit_holds_before_hello(self):
        runner = self.start()
        runner.send_bytes(b" " * (16 << 20) + b" ")
        self.error(runner.receive(), -32600)
        self.assertEqual(runner.process.wait(), 1)

    def test_lines_in_pieces_and_several_at_once(self):
        runner = self.load()
        for byte in b'{"jsonrpc":"2.0","id":1,"method":"ready"}\n':
            runner.send_bytes(bytes([byte]))
        self.assertEqual(runner.receive()["id"], 1)
        runner.send_bytes(b"".join(b'{"jsonrpc":"2.0","id":%d,"method":"ready"}\n' % i for i in range(300)))
        self.assertEqual([runner.receive()["id"] for _ in range(300)], list(range(300)))

    def test_a_line_or_blob_that_ends_early_is_the_end(self):
        for piece in (b'{"jsonrpc"', b'{"jsonrpc":"2.0","id":1,"method":"ready","binary_size":9}\n12345678'):
            runner = self.start()
            runner.send_bytes(piece)
            self.assertEqual(runner.finish(), (0, b""))


class Blobs(RunnerCase):
    def test_a_blob_larger_than_the_pipe(self):
        blob = doubles(*range(400000))
        reply = self.load().predict(("X", "FP64", [200000, 2], blob))
        self.assertTrue(reply["blob"] == blob)

    def test_a_blob_in_small_pieces(self):
        runner = self.load()
        blob, message = doubles(*range(20)), {"jsonrpc": "2.0", "id": 1, "method": "predict", "binary_size": 160}
        tensor = {"name": "X", "datatype": "FP64", "shape": [10, 2], "parameters": {"binary_data_size": 160}}
        message["params"] = {"inputs": [tensor], "parameters": {"binary_data_output": True}}
        runner.send_bytes(json.dumps(message).encode() + b"\n" + blob[:7])
        for start in range(7, 160, 11):
            time.sleep(0.002)
            runner.send_bytes(blob[start : start + 11])
        self.assertEqual(runner.receive()["blob"], blob)

    def test_a_reply_of_many_blobs_is_complete(self):
        columns = predicting(
            "pd.DataFrame({str(i): np.full(2000, i, 'f8' if i % 2 else 'i8') for i in range(700)})",
            "import numpy as np, pandas as pd",
        )
        reply = self.load(columns).predict(X)
        self.assertEqual(len(reply["result"]["outputs"]), 700)
        self.assertEqual(len(reply["blob"]), 700 * 2000 * 8)
        self.assertTrue(reply["blob"].endswith(doubles(699.0)))

    def test_the_blob_of_a_refused_request_is_passed_over(self):
        runner = self.load()
        for message in ({}, {"jsonrpc": "2.0", "id": [], "method": "ready"}, {"jsonrpc": "2.0", "method": "x"}):
            runner.send(message, b"\n" * 100000)
        runner.send({"jsonrpc": "2.0", "id": 1, "method": "nothing"}, b"\n" * 10)
        self.error(runner.receive(), -32600)  # the invalid id; the others were notifications
        self.error(runner.receive(), -32601)
        self.assertEqual(runner.request("ready")["result"], {})

    def test_a_blob_over_the_limit_is_refused(self):
        runner = self.load(limits={"line": 100000, "blob": 1000})
        self.error(runner.request("predict", PREDICT, b"x" * 300000), -32600)
        self.assertEqual(runner.request("ready")["result"], {})

    def test_a_blob_that_memory_cannot_hold_is_refused(self):
        import resource

        limit = lambda: resource.setrlimit(resource.RLIMIT_AS, (256 << 20, 256 << 20))
        runner = self.load("class Model:\n    pass\n", before_start=limit)
        self.error(runner.request("predict", PREDICT, bytes(300 << 20)), -32603)
        self.assertEqual(runner.request("ready")["result"], {})

    def test_a_size_that_is_no_size_ends_the_process(self):
        for size in (-1, "1", True, 1.0, None):
            runner = self.start()
            runner.send({"jsonrpc": "2.0", "id": 1, "method": "ready", "binary_size": size})
            self.error(runner.receive(), -32600)
            self.assertEqual(runner.process.wait(), 1)


class Methods(RunnerCase):
    def test_before_hello_nothing_but_hello_and_shutdown(self):
        runner = self.start()
        for method in ("predict", "fit", "finetune", "export", "metadata", "ready"):
            self.error(runner.request(method), -32003)

    def test_unknown_methods(self):
        for runner in (self.start(), self.load()):
            for method in ("import", "nothing", "_answer_hello", "x" * 5000):
                self.error(runner.request(method), -32601)

    def test_cancel_and_unknown_notifications_are_ignored(self):
        runner = self.load()
        runner.send({"jsonrpc": "2.0", "method": "cancel", "params": {"id": 3}})
        runner.send({"jsonrpc": "2.0", "method": "predict", "params": PREDICT})
        self.assertEqual(runner.request("ready")["result"], {})

    def test_hello_and_metadata(self):
        runner = self.start(ECHO)
        reply = runner.hello(name="iris", kwargs={"input_shape": [4], "output_shape": [3, 2]})["result"]
        self.assertRegex(reply.pop("runtime"), r"^Python 3\.\d+\.\d+$")
        self.assertGreaterEqual(reply.pop("load_ms"), 0)
        expected = {
            "name": "iris",
            "platform": "python_learnware",
            "extensions": ["binary_tensor_data", "null_values"],
            "inputs": [{"name": "X", "datatype": "FP64", "shape": [-1, 4]}],
            "outputs": [{"name": "y", "datatype": "FP64", "shape": [-1, 3, 2]}],
        }
        self.assertEqual(reply, expected)
        metadata = runner.request("metadata")["result"]
        self.assertEqual({key: metadata[key] for key in expected}, expected)
        self.error(runner.hello(), -32600)

    def test_the_name_defaults_to_the_class(self):
        self.assertEqual(self.start().hello()["result"]["name"], "Model")
        source = ECHO + "class Other(Model):\n    pass\n"
        self.assertEqual(self.start(source).hello(class_name="Other")["result"]["name"], "Other")

    def test_shapes_that_make_no_sense_become_rows_only(self):
        for shape in ("None", "4", "'abc'", "(1.5,)", "(True,)", "(-2,)", "(2**63,)", "(None, 3)", "[[1]]", "{}"):
            runner = self.start(predicting("X", shape=shape))
            self.assertEqual(runner.hello()["result"]["inputs"][0]["shape"], [-1], shape)
        raising = "class Model:\n    @property\n    def input_shape(self): raise SystemExit\n"
        self.assertEqual(self.start(raising).hello()["result"]["inputs"][0]["shape"], [-1])
        for shape, expected in (("()", [-1]), ("(np.int32(7), -1)", [-1, 7, -1]), ("[3, 32, 32]", [-1, 3, 32, 32])):
            runner = self.start(predicting("X", shape=shape))
            self.assertEqual(runner.hello()["result"]["inputs"][0]["shape"], expected)

    def test_text_models_take_bytes(self):
        reply = self.start(predicting("X", shape="None")).hello(data="Text")
        self.assertEqual(reply["result"]["inputs"], [{"name": "X", "datatype": "BYTES", "shape": [-1]}])

    def test_bad_hellos(self):
        runner = self.start()
        for params in ({}, {"protocol": 2}, {"protocol": 1, "limits": []}, {"protocol": 1, "model": []}):
            self.error(runner.request("hello", params), -32602)
        for limits in ({"line": 0}, {"line": "1"}, {"blob": -5}):
            self.error(runner.hello(limits=limits), -32602)
        self.assertIn("result", runner.hello())

    def test_a_model_is_built_before_hello_is_answered_and_once(self):
        source = ECHO + "import time\nclass Slow(Model):\n    def __init__(self):\n"
        source += "        super().__init__(); time.sleep(0.2); print('built')\n"
        runner = self.start(source)
        self.assertGreaterEqual(runner.hello(class_name="Slow")["result"]["load_ms"], 200)
        runner.predict(X)
        self.assertEqual(runner.stderr(), "built\n")

    def test_the_model_is_called_by_position(self):
        source = """
            import numpy as np
            class Model:
                def predict(self, anything): return self.state
                def fit(self, first, second): self.state = first[:, 0] + second
                def finetune(self, first, second): self.state = self.state + second
        """
        runner = self.load(source)
        y = ("y", "FP64", [2], doubles(10, 20))
        rows = ("X", "FP64", [2, 2], doubles(1, 2, 3, 4))
        self.assertEqual(runner.predict(rows, y, method="fit")["result"], {})
        self.assertEqual(runner.predict(rows)["blob"], doubles(11, 23))
        self.assertEqual(runner.predict(y, rows, method="finetune")["result"], {})
        self.assertEqual(runner.predict(rows)["blob"], doubles(21, 43))
        self.error(runner.predict(rows, method="fit"), -32602)
        self.error(runner.predict(y, method="fit"), -32010)

    def test_predict_reports_its_time_and_the_model(self):
        result = self.load(name="iris").predict(X)["result"]
        self.assertEqual(result["model_name"], "iris")
        self.assertGreaterEqual(result["parameters"]["predict_ms"], 0)

    def test_threads_work(self):
        source = seen_by_predict("list(ThreadPoolExecutor(4).map(abs, [-1, -2]))",
                                 "from concurrent.futures import ThreadPoolExecutor")
        self.assertEqual(self.seen(self.load(source).predict(X)), "[1, 2]")


if __name__ == "__main__":
    unittest.main()
