"""What happens before the first line of the package's code, and how the process ends."""

import os
import unittest

from harness import ECHO, ENVIRONMENT, FOLDER, RunnerCase, doubles, predicting, seen_by_predict

X = ("X", "FP64", [1, 2], doubles(1, 2))


class Streams(RunnerCase):
    def test_what_the_package_prints_lands_on_stderr_in_order(self):
        noise = "[print('one'), os.write(1, b'two\\n'), os.write(2, b'three\\n'), os.system('echo four')] and X"
        runner = self.load(predicting(noise))
        self.assertEqual(runner.predict(X)["blob"], doubles(1, 2))
        self.assertEqual(runner.stderr(), "one\ntwo\nthree\nfour\n")

    def test_printing_a_lone_surrogate_does_not_raise(self):
        runner = self.load(predicting("print('\\ud800') or X"))
        self.assertIn("result", runner.predict(X))
        self.assertEqual(runner.stderr(), "\\ud800\n")

    def test_standard_input_is_empty(self):
        runner = self.load(seen_by_predict("(sys.stdin.read(), os.read(0, 9))"))
        self.assertEqual(self.seen(runner.predict(X)), "('', b'')")

    def test_children_do_not_inherit_the_protocol(self):
        count = "subprocess.run(['/bin/sh', '-c', 'ls /proc/self/fd | wc -l'], capture_output=True).stdout"
        runner = self.load(seen_by_predict(count, "import subprocess"))
        self.assertEqual(self.seen(runner.predict(X)).strip("b'\\n "), "4")  # 0, 1, 2 and ls's own

    def test_closing_the_standard_streams_does_no_harm(self):
        runner = self.load(predicting("[sys.stdout.close(), sys.stdin.close(), os.closerange(0, 2)] and X"))
        self.assertIn("result", runner.predict(X))
        self.assertEqual(runner.finish(), (0, b""))

    def test_a_low_limit_of_open_files_is_fine(self):
        import resource

        runner = self.load(before_start=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32)))
        self.assertIn("result", runner.predict(X))

    def test_a_crash_leaves_the_python_stack_on_stderr(self):
        runner = self.load(predicting("faulthandler._sigsegv()", "import faulthandler"))
        with self.assertRaises(AssertionError):
            runner.predict(X)
        self.assertIn("in predict", runner.stderr())


class Imports(RunnerCase):
    def test_the_core_imports_little(self):
        heavy = "['typing','dataclasses','logging','inspect','traceback','linecache','numpy','subprocess','socket']"
        source = f"import sys\nloaded = [m for m in {heavy} if m in sys.modules]\nassert not loaded, loaded\n" + ECHO
        runner = self.start(source)
        self.assertIn("result", runner.hello())

    def test_the_runner_shadows_no_module(self):
        files = {
            "site-packages/main.py": "who = 'env'",
            "site-packages/compile.py": "who = 'env'",
            "site-packages/errors.py": "who = 'env'",
            "site-packages/tests/__init__.py": "who = 'env'",
            "site-packages/shim/__init__.py": "who = 'env'",
        }
        source = (
            "import sys, main, compile, errors, tests, shim\n"
            "assert {m.who for m in (main, compile, errors, tests, shim)} == {'env'}\n"
            f"assert {FOLDER!r} not in sys.path, sys.path\n" + ECHO
        )
        runner = self.start(source, environment=self.folder(files))
        self.assertIn("result", runner.hello())

    def test_pth_files_are_not_read(self):
        files = {"site-packages/evil.pth": "import sys; sys.evil = 1\n/usr\n", "site-packages/ok.py": ""}
        source = "import sys, ok\nassert not hasattr(sys, 'evil') and '/usr' not in sys.path\n" + ECHO
        runner = self.start(source, environment=self.folder(files))
        self.assertIn("result", runner.hello())

    def test_the_shim_wins_over_an_installed_learnware(self):
        files = {"site-packages/learnware/__init__.py": "raise SystemError('the real one')"}
        self.load(ECHO, environment=self.folder(files))

    def test_the_environment_may_be_absent_or_empty(self):
        self.load(ECHO, environment="/nonexistent")
        self.load(ECHO, environment=self.folder({}))

    def test_the_package_sees_neither_our_arguments_nor_another_folder(self):
        source = "import os, sys\nassert len(sys.argv) == 1\nassert os.path.isfile('here.txt'), os.getcwd()\n" + ECHO
        runner = self.start({"__init__.py": source, "here.txt": ""})
        self.assertIn("result", runner.hello())

    def test_nothing_is_written_beside_the_sources(self):
        import os

        runner = self.start({"__init__.py": "from . import other\n" + ECHO, "other.py": ""})
        runner.hello()
        package = runner.process.args[-3]
        self.assertEqual(sorted(os.listdir(package)), ["__init__.py", "other.py"])


class LibrariesFirst(RunnerCase):
    def test_it_has_started_when_they_are_imported(self):
        source = "import sys\nready = [m for m in ('numpy', 'pandas') if m in sys.modules]\n"
        for libraries, expected in (("first", "['numpy', 'pandas']"), ("later", "[]")):
            runner = self.start(source + seen_by_predict("ready"), libraries=libraries)
            self.assertIn("result", runner.hello())
            self.assertEqual(self.seen(runner.predict(X)), expected)

    def test_a_library_that_fails_is_the_packages_to_find_out(self):
        files = {"site-packages/numpy/__init__.py": "raise SystemExit(3)", "site-packages/torch.py": "print('here')"}
        source = "import numpy\n" + ECHO
        runner = self.start(source, environment=self.folder(files), libraries="first")
        self.assertIn("SystemExit", runner.hello()["error"]["message"])
        self.assertEqual(runner.stderr(), "numpy is not imported ahead: SystemExit\nhere\n")

    def test_nothing_of_the_package_is_looked_at_before(self):
        runner = self.start({}, libraries="first")
        package = self.folder({"__init__.py": ECHO})
        for name in os.listdir(package):
            os.replace(os.path.join(package, name), os.path.join(runner.package, name))
        self.assertIn("result", runner.hello())


class End(RunnerCase):
    def test_end_of_input_ends_with_status_0(self):
        self.assertEqual(self.start().finish(), (0, b""))
        self.assertEqual(self.load().finish(), (0, b""))

    def test_shutdown_answers_and_ends_with_status_0(self):
        for runner in (self.start(), self.load()):
            self.assertEqual(runner.request("shutdown")["result"], {})
            self.assertEqual(runner.process.wait(), 0)

    def test_shutdown_as_a_notification(self):
        runner = self.start()
        runner.send({"jsonrpc": "2.0", "method": "shutdown"})
        self.assertEqual(runner.process.wait(), 0)

    def test_threads_and_exit_handlers_of_the_package_do_not_delay_the_end(self):
        source = "import atexit, threading, time\natexit.register(time.sleep, 99)\n"
        source += "threading.Thread(target=time.sleep, args=(99,)).start()\nprint('unfinished', end='')\n"
        runner = self.load(source + ECHO)
        self.assertEqual(runner.finish(), (0, b""))
        self.assertIn("unfinished", runner.stderr())

    def test_a_host_that_goes_away_ends_the_runner(self):
        runner = self.load(predicting("np.zeros((1 << 20, 2))"))
        inputs = [{"name": "X", "datatype": "FP64", "shape": [1], "data": [1]}]
        runner._input.close()
        runner.process.stdout.close()
        runner.send({"jsonrpc": "2.0", "id": 7, "method": "predict", "params": {"inputs": inputs}})
        self.assertEqual(runner.process.wait(), 0)


class Robustness(RunnerCase):
    def test_a_package_that_replaces_library_functions(self):
        source = predicting(
            "X",
            """
import json, numpy, time
def broken(*a, **k): raise RuntimeError('replaced')
json.dumps = json.loads = json.JSONEncoder.default = broken
for name in ('read', 'readv', 'write', 'writev', '_exit', 'fdopen'):
    setattr(os, name, broken)
time.perf_counter = broken
sys.exit = broken
sys.stdout = sys.stderr = sys.stdin = None
import builtins
builtins.print = broken
""",
        )
        runner = self.load(source)
        self.assertEqual(runner.predict(X)["blob"], doubles(1, 2))
        self.assertEqual(runner.finish(), (0, b""))

    def test_the_test_environment_is_real(self):
        self.assertTrue(os.path.isdir(os.path.join(ENVIRONMENT, "site-packages", "pandas")))


if __name__ == "__main__":
    unittest.main()
