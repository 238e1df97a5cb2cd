"""compile.py: byte-compiles an environment without importing it."""

import importlib.util
import os
import subprocess
import sys
import unittest

from harness import FLAGS, FOLDER, RunnerCase

COMPILE = os.path.join(FOLDER, "compile.py")


class Compile(RunnerCase):
    def compile(self, root, *names):
        command = [sys.executable, *FLAGS, COMPILE, root]
        return subprocess.run(command, input=b"\0".join(map(os.fsencode, names)), capture_output=True)

    def cache(self, root, name):
        return importlib.util.cache_from_source(os.path.join(root, name))

    def test_files_are_compiled_and_not_run(self):
        files = {"a.py": "raise SystemExit('ran')", "p/ü b.py": "x = 1\n", "p/c.py": "'\\d'"}
        root = self.folder(files)
        result = self.compile(root, *files)
        self.assertEqual((result.returncode, result.stdout), (0, b'{"compiled":3,"skipped":0}\n'))
        self.assertEqual(result.stderr, b"")
        for name in files:
            with open(self.cache(root, name), "rb") as file:
                header = file.read(8)
            self.assertEqual(header, importlib.util.MAGIC_NUMBER + b"\1\0\0\0")  # hash-based, unchecked

    def test_the_result_is_what_python_imports(self):
        root = self.folder({"m.py": "x = 1\n"})
        self.compile(root, "m.py")
        with open(os.path.join(root, "m.py"), "w") as file:
            file.write("x = 2\n")
        script = f"import sys; sys.path.append({root!r}); import m; print(m.x, m.__file__)"
        output = subprocess.check_output([sys.executable, *FLAGS, "-c", script], text=True)
        self.assertEqual(output, f"1 {root}/m.py\n")

    def test_what_does_not_compile_is_skipped(self):
        deep = "(" * 100000 + ")" * 100000
        files = {"bad.py": "def f(:", "nul.py": b"x\0y", "latin.py": b"# \xe9\n'\xe9'", "deep.py": deep, "good.py": "",
                 "words.txt": "", "codec.py": "# coding: nothing"}
        root = self.folder(files)
        result = self.compile(root, *files, "missing.py", "good.py/x.py", "")
        self.assertEqual((result.returncode, result.stdout), (0, b'{"compiled":1,"skipped":8}\n'), result.stderr)

    def test_no_name_leads_out_of_the_root(self):
        outside = self.folder({"x.py": ""})
        root = self.folder({"a.py": "", "sub/b.py": "", "d/e.py": ""})
        os.symlink(outside, os.path.join(root, "link"))
        os.symlink(os.path.join(outside, "x.py"), os.path.join(root, "x.py"))
        os.symlink(outside, os.path.join(root, "sub", "__pycache__"))
        os.mkdir(os.path.join(root, "d", "__pycache__"))
        os.symlink(os.path.join(outside, "new"), self.cache(root, "d/e.py"))
        os.mkfifo(os.path.join(root, "fifo.py"))
        names = ["link/x.py", "x.py", "sub/b.py", "d/e.py", "fifo.py", f"{outside}/x.py", "../x.py", "d/../a.py"]
        result = self.compile(root, *names)
        self.assertEqual((result.returncode, result.stdout), (0, b'{"compiled":0,"skipped":8}\n'))
        self.assertEqual(os.listdir(outside), ["x.py"])

    def test_no_names(self):
        self.assertEqual(self.compile(self.folder({})).stdout, b'{"compiled":0,"skipped":0}\n')

    def test_the_runner_itself_can_be_compiled(self):
        import shutil

        root = os.path.join(self.folder({}), "runner")
        shutil.copytree(FOLDER, root, ignore=shutil.ignore_patterns("tests", "__pycache__"))
        paths = [os.path.join(folder, name) for folder, _, files in os.walk(root) for name in files]
        names = [os.path.relpath(path, root) for path in paths if path.endswith(".py")]
        result = self.compile(root, *names)
        self.assertEqual(result.stdout, b'{"compiled":%d,"skipped":0}\n' % len(names))


if __name__ == "__main__":
    unittest.main()
