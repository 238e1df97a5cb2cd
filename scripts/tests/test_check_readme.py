"""A document that shows something else than what happens is refused."""

import tempfile
import unittest
from pathlib import Path

from loading import load

SCRIPT = load("check-readme")


class CheckReadme(unittest.TestCase):
    def faults(self, block):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "README.md")
            path.write_text(f"# Title\n\n```console\n{block}```\n", encoding="utf-8")
            return list(SCRIPT.check(path))

    def test_what_is_shown_and_true_passes(self):
        self.assertEqual(self.faults("$ echo one; echo two\none\ntwo\n$ true\n"), [])

    def test_other_output_is_named_with_file_line_and_command(self):
        [fault] = self.faults("$ true\n$ echo one\ntwo\n")
        self.assertTrue(fault.startswith("README.md:5: `echo one` printed something else"), fault)
        self.assertIn("    one", fault)

    def test_missing_and_added_lines_are_faults(self):
        self.assertTrue(self.faults("$ echo one\n"))
        self.assertTrue(self.faults("$ true\none\n"))

    def test_an_ellipsis_stands_for_text_in_a_line(self):
        self.assertEqual(self.faults("$ echo one two three\none … three\n"), [])
        self.assertTrue(self.faults("$ printf 'one\\nthree\\n'\none … three\n"))

    def test_a_line_of_ellipsis_stands_for_any_lines(self):
        for command in ("true", "echo x", "printf 'x\\ny\\n'"):
            self.assertEqual(self.faults(f"$ {command}; echo end\n…\nend\n"), [])

    def test_errors_are_compared_too(self):
        self.assertEqual(self.faults("$ echo one >&2\none\n"), [])

    def test_a_failing_command_is_a_fault_unless_its_status_is_shown(self):
        [fault] = self.faults("$ false\n")
        self.assertIn("ended with 1", fault)
        self.assertEqual(self.faults("$ (exit 8)\n$ echo $?\n8\n"), [])

    def test_commands_share_one_folder_and_one_shell(self):
        self.assertEqual(self.faults("$ mkdir a && cd a && touch b\n```\n\n```console\n$ ls\nb\n"), [])

    def test_output_without_an_end_of_line_is_compared(self):
        self.assertEqual(self.faults("$ printf one\none\n"), [])


if __name__ == "__main__":
    unittest.main()
