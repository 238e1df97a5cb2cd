"""The documents agree with the sources."""

import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("Examples/**/*.md")]


def text(path):
    return (ROOT / path).read_text(encoding="utf-8")


class Documents(unittest.TestCase):
    def test_every_link_to_a_file_leads_somewhere(self):
        for document in DOCUMENTS:
            for target in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text(encoding="utf-8")):
                self.assertTrue((document.parent / target).exists(), f"{document.name}: {target}")

    def test_the_table_of_exit_codes_is_that_of_the_tools(self):
        tools, launcher = text("docs/exit-codes.md").split("`lw-sandbox -- COMMAND`")
        listed = {int(code) for code in re.findall(r"^\| (\d+) \|", tools, re.MULTILINE)}
        declared = {int(code) for code in re.findall(r"case \w+ = (\d+)", text("Sources/Commands/Failure.swift"))}
        self.assertEqual(listed, declared)
        listed = {int(code) for code in re.findall(r"^\| (\d+) \|", launcher, re.MULTILINE)}
        constants = re.findall(r"static let \w+: Int32 = (\d+)", text("Sources/Launcher/CommandMode.swift"))
        self.assertEqual(listed, {2, *map(int, constants)})

    def test_the_man_page_has_every_option_of_the_launcher(self):
        options = set(re.findall(r"^ +(--[a-z-]+)", text("Sources/Launcher/Options.swift"), re.MULTILINE))
        page = text("docs/man/lw-sandbox.1").replace("\\-", "-")
        self.assertGreater(len(options), 8)
        for option in options:
            self.assertIn(option, page)

    def test_the_table_of_error_codes_is_that_of_the_protocol(self):
        section = text("docs/protocol.md").split("## Errors")[1].split("##")[0]
        declared = re.findall(r"case \w+ = (-\d+)", text("Sources/PredictProtocol/RunnerFailure.swift"))
        self.assertEqual(set(re.findall(r"-32\d{3}", section)), set(declared))

    def test_the_rules_for_zips_are_all_explained(self):
        source = text("Sources/Packaging/PackageError.swift")
        names = dict(re.findall(r'static let (\w+) = Self\(rawValue: "([\w-]+)"\)', source))
        members = re.findall(r"\.(\w+)", source.split("static let archive: [Self] = [")[1].split("]")[0])
        explained = re.findall(r"^\| `([\w-]+)` \|", text("docs/archive-rules.md"), re.MULTILINE)
        self.assertEqual(sorted(explained), sorted(names[member] for member in members))

    def test_the_architecture_names_every_target(self):
        page = text("ARCHITECTURE.md")
        for folder in (ROOT / "Sources").iterdir():
            self.assertIn(f"`{folder.name}`", page)

    def test_every_make_verb_explains_itself(self):
        makefile = text("Makefile")
        verbs = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split()
        for verb in verbs:
            self.assertRegex(makefile, rf"(?m)^{verb}:.* ## \w")


if __name__ == "__main__":
    unittest.main()
