"""What the parts of `make demo` share: where things are, and how programs are run and shown."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".build/release"
EXAMPLES = ROOT / "Examples"
WORK = ROOT / ".build/demo"
VENV = WORK / "venv"
PYTHON = VENV / "bin/python"
INDENT = "   "


class Failed(Exception):
    """Something is not as it should be; the message says what."""


# Output.


def say(text=""):
    print((INDENT + text).rstrip(), flush=True)


def heading(text):
    heading.count += 1
    line = f"{heading.count}. {text}"
    print("\n" + (f"\033[1m{line}\033[0m" if sys.stdout.isatty() else line), flush=True)


heading.count = 0


def shown(command):
    """A command line as a person in .build/demo would type it."""
    words = [str(word).removeprefix(f"{WORK}/").removeprefix(f"{TOOLS}/") for word in command]
    return " ".join(f"'{word}'" if " " in word else word for word in words)


# Running programs.


def run(*command, expected=0, **options):
    """Runs a program; when it ends as it should not, its output is part of the failure."""
    words = [str(word) for word in command]
    result = subprocess.run(words, capture_output=True, text=True, encoding="utf-8", timeout=1800, **options)
    if result.returncode != expected:
        raise Failed(f"`{shown(command)}` ended with {result.returncode}\n{result.stdout}{result.stderr}".rstrip())
    return result


def show(*command, **options):
    """Runs a program with its command line above its output."""
    say("$ " + shown(command))
    result = run(*command, **options)
    for line in (result.stdout + result.stderr).splitlines():
        say(line)
    return result


def run_and_watch(name, *command):
    """Runs one of our tools; its lines of progress are shown as they come, behind a name."""
    words = [str(word) for word in command]
    lines = []
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True, encoding="utf-8") as process:
        for line in process.stderr:
            lines.append(line)
            if line.startswith("· "):
                say(f"{name}: {line[2:].rstrip()}")
    if process.returncode != 0:
        raise Failed(f"`{shown(command)}` ended with {process.returncode}\n{''.join(lines)}".rstrip())


def numbers(text):
    """One number a line; a header is passed over."""
    return [float(line) for line in text.split() if not line[0].isalpha()]


def accuracy(predictions, truth):
    return sum(one == other for one, other in zip(predictions, truth)) / len(truth)
