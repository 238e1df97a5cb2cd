"""unpack.py: unpacks wheels, of which every byte may be a stranger's."""

import json
import os
import stat
import subprocess
import sys
import unittest
import warnings
import zipfile

from harness import FLAGS, FOLDER, RunnerCase

sys.path.insert(0, FOLDER)
import unpack  # noqa: E402

UNPACK = os.path.join(FOLDER, "unpack.py")
INFO = "x-1.0.dist-info/"


class Unpack(RunnerCase):
    def wheel(self, files, name="x-1.0-py3-none-any.whl", folder=None, modes=None, **options):
        """A wheel with these files; `files` may be pairs, so that a name can come twice."""
        folder = folder or self.folder({})
        pairs = list(files.items() if isinstance(files, dict) else files)
        if not any(name.endswith("/WHEEL") for name, _ in pairs):
            pairs.append((INFO + "WHEEL", "Wheel-Version: 1.0\n"))
            pairs.append(("p/_vendor/other-2.0.dist-info/WHEEL", "Wheel-Version: 1.0\n"))
        with warnings.catch_warnings(), zipfile.ZipFile(os.path.join(folder, name), "w", **options) as archive:
            warnings.simplefilter("ignore")
            for entry, text in pairs:
                info = zipfile.ZipInfo(entry)
                info.filename = entry  # ZipInfo cuts at NUL
                info.compress_type = options.get("compression", zipfile.ZIP_STORED)
                info.external_attr = (modes or {}).get(entry, 0o644) << 16
                archive.writestr(info, text)
        return folder

    def unpack(self, wheels, *names):
        root = os.path.join(self.folder({}), "env", "site-packages")
        os.makedirs(root)
        names = names or sorted(os.listdir(wheels))
        command = [sys.executable, *FLAGS, UNPACK, wheels, root]
        result = subprocess.run(command, input="\0".join(names).encode(), capture_output=True)
        return root, result

    def unpacked(self, files, **options):
        root, result = self.unpack(self.wheel(files, **options))
        self.assertEqual(result.returncode, 0, result.stderr)
        found = [
            os.path.relpath(os.path.join(folder, name), root)
            for folder, _, names in os.walk(root)
            for name in names
            if not name.endswith("WHEEL")
        ]
        return root, sorted(found), json.loads(result.stdout)

    def test_files_land_where_python_finds_them(self):
        files = {"p/__init__.py": "x = 1\n", "p/data.bin": "b" * 3_000_000, "x-1.0.data/platlib/q.py": "", "p/run": ""}
        modes = {"p/run": 0o755}
        for compression in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            root, found, report = self.unpacked(files, compression=compression, modes=modes)
            self.assertEqual(found, ["p/__init__.py", "p/data.bin", "p/run", "q.py"])
            self.assertEqual(os.path.getsize(os.path.join(root, "p/data.bin")), 3_000_000)
            self.assertEqual(stat.S_IMODE(os.stat(os.path.join(root, "p/run")).st_mode), 0o755)
            self.assertEqual((report["files"], report["kept"]), (6, 0))

    def test_scripts_headers_data_and_pth_files_are_left_out(self):
        files = {
            "evil.pth": "import os; os.system('touch /tmp/pwned')\n",
            "x-1.0.data/scripts/python3": "#!/bin/sh\n",
            "x-1.0.data/headers/x.h": "",
            "x-1.0.data/data/numpy/__init__.py": "raise SystemExit\n",
            "x-1.0.data/purelib/other.pth": "/\n",
            "x-1.0.data/nothing": "",
            "p/inner.pth": "weights\n",
            "p/_vendor/other-2.0.dist-info/METADATA": "",
        }
        _, found, report = self.unpacked(files)
        self.assertEqual(found, ["p/_vendor/other-2.0.dist-info/METADATA", "p/inner.pth"])
        self.assertEqual(report["left_out"], 6)

    def test_names_that_leave_the_folder_are_refused(self):
        for name in ("../x", "x-1.0.data/purelib/../../../x"):
            root, result = self.unpack(self.wheel({name: "x"}))
            self.assertEqual(result.returncode, 1, name)
            self.assertIn(b"x-1.0-py3-none-any.whl: it holds a file named", result.stderr)
            self.assertEqual(os.listdir(os.path.dirname(root)), ["site-packages"])
        for name in ("a/../../x", "/etc/x", "a//b", "./x", "a/./b", "..", "a\\..\\x", "a\nb", "a\0b", "x" * 256,
                     "a/" * 600 + "b", ""):
            with self.assertRaises(unpack.Refused, msg=name):
                unpack.parts_of(name)
        self.assertEqual(unpack.parts_of("a/..b/c..d"), ["a", "..b", "c..d"])

    def test_links_and_special_files_are_refused(self):
        for kind in (stat.S_IFLNK, stat.S_IFIFO, stat.S_IFBLK, stat.S_IFSOCK):
            root, result = self.unpack(self.wheel({"p": "/etc"}, modes={"p": kind | 0o777}))
            self.assertEqual(result.returncode, 1)
            self.assertFalse(os.path.lexists(os.path.join(root, "p")))

    def test_what_is_no_wheel_is_refused(self):
        for files in ({"p": "", "a-1.dist-info/WHEEL": "", "b-1.dist-info/WHEEL": ""}, {"p/WHEEL": ""}):
            self.assertEqual(self.unpack(self.wheel(files))[1].returncode, 1)
        folder = self.folder({"x-1.0-py3-none-any.whl": "no zip"})
        self.assertEqual(self.unpack(folder)[1].returncode, 1)

    def test_damage_and_odd_compression_are_refused(self):
        folder = self.wheel({"p": "y" * 5000})
        path = os.path.join(folder, "x-1.0-py3-none-any.whl")
        with open(path, "rb") as file:
            whole = file.read()
        with open(path, "wb") as file:
            file.write(whole.replace(b"yyyy", b"zzzz", 1))
        self.assertEqual(self.unpack(folder)[1].returncode, 1)
        for compression in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
            self.assertEqual(self.unpack(self.wheel({"p": "y"}, compression=compression))[1].returncode, 1)

    def test_the_first_of_two_files_with_one_name_is_kept_and_said(self):
        folder = self.wheel({"p/a.py": "first", "p/same.py": "1"}, name="a-1.0-py3-none-any.whl")
        self.wheel({"p/a.py": "other", "p/same.py": "1"}, name="b-1.0-py3-none-any.whl", folder=folder)
        root, result = self.unpack(folder, "a-1.0-py3-none-any.whl", "b-1.0-py3-none-any.whl")
        with open(os.path.join(root, "p/a.py")) as file:
            self.assertEqual(file.read(), "first")
        report = json.loads(result.stdout)
        self.assertEqual((report["kept"], report["named"]), (1, ["p/a.py"]))
        twice = self.wheel([("p.py", "first"), ("p.py", "second")])
        root, result = self.unpack(twice)
        with open(os.path.join(root, "p.py")) as file:
            self.assertEqual(file.read(), "first")

    def test_a_file_where_another_has_a_folder_is_refused(self):
        folder = self.wheel([("p", "a file"), ("p/a.py", "")])
        self.assertEqual(self.unpack(folder)[1].returncode, 1)
        folder = self.wheel([("p/a.py", ""), ("p", "a file")])
        self.assertEqual(self.unpack(folder)[1].returncode, 1)

    def test_nothing_is_written_through_a_link(self):
        outside = self.folder({"kept": "kept"})
        wheels = self.wheel({"p": "written"})
        root = self.folder({})
        os.symlink(os.path.join(outside, "kept"), os.path.join(root, "p"))
        command = [sys.executable, *FLAGS, UNPACK, wheels, root]
        subprocess.run(command, input=b"x-1.0-py3-none-any.whl", capture_output=True)
        with open(os.path.join(outside, "kept")) as file:
            self.assertEqual(file.read(), "kept")


if __name__ == "__main__":
    unittest.main()
