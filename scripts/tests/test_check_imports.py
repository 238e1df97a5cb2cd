"""Every import rule refuses what it forbids, and names file, line and rule."""

import contextlib
import io
import tempfile
import unittest
from pathlib import Path

from loading import load

SCRIPT = load("check-imports")


class CheckImports(unittest.TestCase):
    def check(self, files):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in files.items():
                path = Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            output = io.StringIO()
            with contextlib.redirect_stderr(output):
                status = SCRIPT.main([folder])
        return status, output.getvalue().strip()

    def assert_refused(self, name, text, line, rule):
        status, output = self.check({name: text})
        self.assertEqual(status, 1)
        self.assertTrue(output.startswith(f"{name}:{line}: "), output)
        self.assertIn(rule, output)

    def test_a_clean_tree_passes_in_silence(self):
        self.assertEqual(self.check({"Sources/Sandbox/A.swift": "import CSeccomp\nimport LaunchPlan\n"}), (0, ""))

    def test_dependencies_go_one_way(self):
        self.assert_refused("Sources/Packaging/A.swift", "\nimport ModelRunner\n", 2, "dependencies go one way")

    def test_a_c_library_has_one_importer(self):
        self.assert_refused("Sources/ModelRunner/A.swift", "import CSeccomp", 1, "Sandbox is the one importer")
        self.assert_refused("Sources/CLinux/a.c", "#include <seccomp.h>", 1, "only CSeccomp includes")

    def test_pure_targets_import_no_operating_system(self):
        for target in ("LaunchPlan", "Documents", "SandboxPolicy", "PredictProtocol", "Packaging/Manifest"):
            for module in ("Glibc", "Foundation", "SystemPackage", "CLinux", "Dispatch"):
                self.assert_refused(f"Sources/{target}/A.swift", f"import {module}", 1, "imports no operating system")

    def test_argument_parser_stays_in_commands(self):
        self.assert_refused("Sources/ModelRunner/A.swift", "import ArgumentParser", 1, "only Commands")

    def test_the_launcher_stays_small(self):
        self.assert_refused("Sources/Launcher/A.swift", "import Documents", 1, "the launcher imports nothing but")

    def test_only_the_host_sees_the_sandbox(self):
        self.assert_refused("Sources/Packaging/A.swift", "package import Sandbox", 1, "only ModelRunner and Commands")

    def test_an_unknown_target_must_be_declared(self):
        self.assert_refused("Sources/Nowhere/A.swift", "", 1, "not in this script")

    def test_examples_use_the_public_library(self):
        self.assert_refused("Examples/x/main.swift", "import SandboxPolicy", 1, "examples use the public library")

    def test_tests_use_package_access(self):
        self.assert_refused("Tests/T/A.swift", "@testable import Tensors", 1, "no @testable")
        self.assert_refused("Tests/T/A.swift", "import lw_sandbox", 1, "never link it")

    def test_every_form_of_import_is_seen(self):
        for form in (
            "@_exported import Glibc",
            "@preconcurrency internal import Glibc",
            "import struct Glibc.stat",
            "import Documents; import Glibc",
            "    @_spi(Inner) package import Glibc",
        ):
            self.assert_refused("Sources/Documents/A.swift", form, 1, "pure")

    def test_text_is_not_an_import(self):
        text = '/* import Glibc\nimport Glibc */\n// import Glibc\nlet a = #"""\n    import Glibc\n    """#\nlet b = "/*"\n'
        self.assertEqual(self.check({"Sources/Documents/A.swift": text}), (0, ""))
        self.assert_refused("Sources/Documents/A.swift", text + "import Glibc\n", 8, "pure")


if __name__ == "__main__":
    unittest.main()
