"""How packages are laid out and loaded."""

import os
import pickle
import unittest

from harness import ECHO, RunnerCase, doubles, predicting

X = ("X", "FP64", [1, 2], doubles(1, 2))


class Modules(RunnerCase):
    def test_relative_imports(self):
        files = {
            "__init__.py": "from .util import Model\nfrom .deep.er import value\nassert value == 5\n",
            "util.py": ECHO,
            "deep/__init__.py": "",
            "deep/er.py": "from ..util import Model\nvalue = 5\n",
        }
        self.load(files)

    def test_another_file_and_a_file_in_a_folder(self):
        self.load({"my-model.py": "from .util import Model\n", "util.py": ECHO}, module_path="my-model.py")
        self.load({"a/b.py": "from .util import Model\n", "a/util.py": ECHO}, module_path="a/b.py")

    def test_absolute_imports_of_siblings_fail_as_in_the_reference(self):
        runner = self.start({"__init__.py": "import util\n", "util.py": ""})
        self.assertEqual(self.error(runner.hello(), -32000)["data"]["module"], "util")

    def test_a_module_name_is_imported_from_the_environment(self):
        environment = self.folder({"site-packages/zoo/cat.py": ECHO, "site-packages/zoo/__init__.py": ""})
        runner = self.start({}, environment=environment)
        self.assertIn("result", runner.hello(module_path="zoo.cat"))

    def test_paths_that_leave_the_package_are_refused(self):
        for path in ("../x.py", "a/../../x.py", "/etc/x.py", "..py/../x.py"):
            self.assertIn("inside the package", self.error(self.start().hello(module_path=path), -32000)["message"])

    def test_missing_files_and_odd_members(self):
        error = self.error(self.start().hello(module_path="model.py"), -32000)
        self.assertIn('"model.py"', error["message"])
        for model in ({"module_path": 5}, {"module_path": ""}, {"class_name": None}, {"kwargs": []}):
            self.error(self.start().hello(**model), -32602)

    def test_files_are_found_beside_the_module(self):
        source = "import os\nhere = os.path.dirname(os.path.abspath(__file__))\n"
        source += "assert open(os.path.join(here, 'weights.txt')).read() == '7'\n" + ECHO
        self.load({"__init__.py": source, "weights.txt": "7"})

    def test_a_failed_load_can_be_tried_again(self):
        source = "import os\nif not os.path.exists('ready.txt'): raise OSError('not yet')\n" + ECHO
        runner = self.start(source)
        self.error(runner.hello(), -32000)
        self.error(runner.request("ready"), -32003)
        open(os.path.join(runner.process.args[-3], "ready.txt"), "w").close()
        self.assertIn("result", runner.hello())


class Classes(RunnerCase):
    def test_a_missing_class_names_those_that_exist(self):
        source = "from collections import OrderedDict\nclass Tiger: pass\nclass Lion: pass\nZebra = 5\n"
        message = self.error(self.start(source).hello(), -32000)["message"]
        self.assertIn("Tiger, Lion", message)
        self.assertNotIn("OrderedDict", message)
        self.assertIn("callable", self.error(self.start(source).hello(class_name="Zebra"), -32000)["message"])
        self.assertIn("no class at all", self.error(self.start("").hello(), -32000)["message"])

    def test_pickles_that_name_main(self):
        # What pickle writes for an instance of a class that was defined in a training script.
        state = pickle.dumps(Weights(), 2).replace(__name__.encode() + b"\n", b"__main__\n")
        self.assertIn(b"__main__", state)
        files = {"__init__.py": MAIN_PICKLE, "w.pkl": state}
        self.load(files, class_name="Weights")

    def test_the_base_class_wants_shapes_and_refuses_what_is_not_written(self):
        source = "from learnware.model.base import BaseModel\nclass Model(BaseModel):\n    pass\n"
        error = self.error(self.start(source).hello(), -32000)
        self.assertEqual(error["data"]["type"], "TypeError")
        runner = self.load(source, kwargs={"input_shape": [2], "output_shape": [1]})
        y = ("y", "FP64", [1], doubles(1))
        for method, tensors in (("predict", [X]), ("fit", [X, y]), ("finetune", [X, y])):
            reply = runner.predict(*tensors, method=method)
            self.assertEqual(self.error(reply, -32020)["data"]["type"], "NotImplementedError")

    def test_torch_model_does_not_import_torch(self):
        source = """
            import sys
            from learnware.model import BaseModel, TorchModel
            class Model(TorchModel):
                def __init__(self):
                    super().__init__("a module", (2,), output_shape=(1,))
                    assert isinstance(self, BaseModel) and "torch" not in sys.modules
                    assert self.nn_model == self.get_model() == "a module"
        """
        runner = self.start(source)
        self.assertEqual(runner.hello()["result"]["inputs"][0]["shape"], [-1, 2])


class Weights:
    def __init__(self):
        self.value = 3


MAIN_PICKLE = """
import os, pickle

class Weights:
    def __init__(self):
        path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "w.pkl")
        with open(path, "rb") as file:
            loaded = pickle.load(file)
        assert type(loaded) is Weights and loaded.value == 3
"""


class Arguments(RunnerCase):
    def arguments(self, kwargs, *tuple_paths):
        """What the constructor received, as text."""
        source = """
            class Model:
                def __init__(self, **kwargs): self.kwargs = kwargs
                def predict(self, X): raise ValueError(repr(self.kwargs))
        """
        runner = self.load(source, kwargs=kwargs, tuple_paths=list(tuple_paths))
        return eval(self.error(runner.predict(X), -32020)["data"]["detail"])

    def test_lists_become_tuples_where_the_paths_say_so(self):
        self.assertEqual(self.arguments({"a": [4], "b": [4]}, "/a"), {"a": (4,), "b": [4]})
        self.assertEqual(self.arguments({"a": [[1], [2, [3]]]}, "/a", "/a/1", "/a/1/1"), {"a": ([1], (2, (3,)))})
        self.assertEqual(self.arguments({"a": {"b/c": {"~d": [1]}}}, "/a/b~1c/~0d"), {"a": {"b/c": {"~d": (1,)}}})
        self.assertEqual(self.arguments({"": [1], "0": {"1": []}}, "/", "/0/1"), {"": (1,), "0": {"1": ()}})
        self.assertEqual(self.arguments({"~1": [1]}, "/~01"), {"~1": (1,)})

    def test_a_path_given_twice(self):
        self.assertEqual(self.arguments({"a": [4]}, "/a", "/a"), {"a": (4,)})

    def test_paths_that_lead_nowhere(self):
        kwargs = {"a": [[1]], "b": 5}
        for path in ("", "a", "/c", "/a/1", "/a/00", "/a/-1", "/a/x", "/b", "/b/0", "/a/0/0", 7, None):
            self.error(self.start().hello(kwargs=kwargs, tuple_paths=[path]), -32602)
        self.error(self.start().hello(tuple_paths="/a"), -32602)

    def test_unexpected_arguments_are_a_load_error(self):
        error = self.error(self.start(predicting("X")).hello(kwargs={"depth": 3}), -32000)
        self.assertIn("depth", error["message"])


if __name__ == "__main__":
    unittest.main()
