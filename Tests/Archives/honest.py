#!/usr/bin/env python3
"""honest.py FOLDER: makes honest zips with the tools that people use, and `expected.json` beside them.

`expected.json` maps each zip's name to what is in it, without the one folder that may lie around everything: `files`,
a list of {name, sha256, executable} ordered by name, and `folders`, the empty ones. Each is what was put in; Python's
zipfile has read the same before the file is written here, so a tool that is broken is not taken for a reader that is.

Needs: zip, 7z, bsdtar and, where they are given with --golden and --lw-pack, real learnwares and our own tool.
"""

import argparse
import hashlib
import io
import json
import os
import random
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

MANIFEST = b"name: honest\nmodel: {class_name: Model}\n"
MODULE = b"from learnware.model import BaseModel\n\n\nclass Model(BaseModel):\n    pass\n"
DATE = (2024, 2, 29, 12, 30, 58)
ENVIRONMENT = {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "Europe/Berlin"}


class Tree:
    """What is packed: files with contents, which of them may be executed, and folders that hold nothing."""

    def __init__(self, *, names=(), executables=(), folders=()):
        chance = random.Random(7)
        self.files = {
            "learnware.yaml": MANIFEST,
            "__init__.py": MODULE,
            "requirements.txt": b"numpy==2.4.6\n",
        }
        for name in names:
            size = chance.choice([0, 1, 900, 70_000])
            words = b" ".join(b"%d" % chance.randrange(99) for _ in range(size // 3))
            self.files[name] = words if chance.random() < 0.7 else chance.randbytes(size)
        self.executables = set(executables)
        self.folders = list(folders)

    def write(self, root):
        for name, data in self.files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            path.chmod(0o755 if name in self.executables else 0o644)
            os.utime(path, (1_700_000_000, 1_700_000_000))
        for name in self.folders:
            (root / name).mkdir(parents=True, exist_ok=True)

    def expected(self, *, modes=True, folders=True, skip=()):
        kept = {name: data for name, data in self.files.items() if name not in skip}
        return {
            "files": [
                {
                    "name": name,
                    "sha256": hashlib.sha256(kept[name]).hexdigest(),
                    "executable": modes and name in self.executables,
                }
                for name in sorted(kept, key=os.fsencode)
            ],
            "folders": sorted(self.folders, key=os.fsencode) if folders else [],
        }


# `model.pth` at the top holds PyTorch's weights; it is no path file of Python's.
FLAT = Tree(names=["model.pth", "weights.bin", "stat.json", "empty.txt"])
DEEP = Tree(
    names=["weights/layer-0.bin", "weights/layer-1.bin", "src/a/b/c/util.py", "data/empty.txt", "notes with spaces.txt"],
    executables=["src/a/b/c/util.py"],
    folders=["logs"],
)
UNICODE = Tree(names=["模型/权重.bin", "docs/café.txt", "данные.csv", "smile-😀.txt"])
ASCII_DEEP = Tree(names=["bin/run.sh", "bin/tool", "lib/x.py"], executables=["bin/run.sh", "bin/tool"])

RECIPES = []


def recipe(tree, **options):
    """Marks a function that packs `tree`, which it gets as a folder with its name, into the path that it gets."""

    def mark(function):
        RECIPES.append((function.__name__.replace("_", "-"), tree, function, options))
        return function

    return mark


def run(folder, *command, **options):
    result = subprocess.run(
        [str(word) for word in command], cwd=folder, env=ENVIRONMENT, stdin=options.pop("stdin", subprocess.DEVNULL),
        stdout=options.pop("stdout", subprocess.PIPE), stderr=subprocess.PIPE, timeout=120, **options,
    )
    if result.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: status {result.returncode}: {result.stderr.decode()}")


def members(folder, *, folders):
    """Paths below `folder` with their names, each folder before what is in it."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() or folders:
            yield path, path.relative_to(folder).as_posix()


# --- Python's zipfile ------------------------------------------------------------------------------------------------


class Unseekable(io.RawIOBase):
    """A file that cannot go back, as a pipe: zipfile then puts sizes behind the contents."""

    def __init__(self, path):
        self.file = open(path, "wb")

    def writable(self):
        return True

    def write(self, data):
        return self.file.write(data)

    def close(self):
        self.file.close()
        super().close()


def python_zip(folder, output, *, folders=False, prefix="", **options):
    with zipfile.ZipFile(output, "w", **options) as archive:
        for path, name in members(folder, folders=folders):
            archive.write(path, prefix + name)


@recipe(FLAT)
def python_stored(folder, output):
    python_zip(folder, output)


@recipe(DEEP, folders=False)
def python_deflated(folder, output):
    python_zip(folder, output, compression=zipfile.ZIP_DEFLATED)


@recipe(DEEP, folders=False)
def python_deflated_fast(folder, output):
    python_zip(folder, output, compression=zipfile.ZIP_DEFLATED, compresslevel=1)


@recipe(DEEP)
def python_deflated_best_with_folders(folder, output):
    python_zip(folder, output, folders=True, compression=zipfile.ZIP_DEFLATED, compresslevel=9)


@recipe(UNICODE)
def python_unicode(folder, output):
    python_zip(folder, output, folders=True, compression=zipfile.ZIP_DEFLATED)


@recipe(UNICODE)
def python_streamed_deflated(folder, output):
    with Unseekable(output) as stream:
        python_zip(folder, stream, compression=zipfile.ZIP_DEFLATED)


@recipe(FLAT, modes=False)
def python_open_for_writing(folder, output):
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, name in members(folder, folders=False):
            with archive.open(name, "w") as entry:
                entry.write(path.read_bytes())


@recipe(FLAT, modes=False)
def python_open_for_writing_streamed(folder, output):
    with Unseekable(output) as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, name in members(folder, folders=False):
            info = zipfile.ZipInfo(name, DATE)
            # A stored entry in a stream does not say where it ends, and is refused.
            info.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(info, "w") as entry:
                entry.write(path.read_bytes())


@recipe(ASCII_DEEP, modes=False)
def python_writestr(folder, output):
    with zipfile.ZipFile(output, "w") as archive:
        for path, name in members(folder, folders=False):
            archive.writestr(name, path.read_bytes(), compress_type=zipfile.ZIP_DEFLATED)


@recipe(ASCII_DEEP)
def python_writestr_with_modes(folder, output):
    with zipfile.ZipFile(output, "w") as archive:
        for path, name in members(folder, folders=False):
            entry = zipfile.ZipInfo(name, DATE)
            entry.external_attr = path.stat().st_mode << 16
            archive.writestr(entry, path.read_bytes())


@recipe(DEEP)
def python_made_folders(folder, output):
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, name in members(folder, folders=True):
            if not path.is_dir():
                archive.write(path, name)
            elif hasattr(archive, "mkdir"):
                archive.mkdir(name)
            else:
                archive.write(path, name)


@recipe(Tree(names=["weights.bin", "src/util.py"], folders=["logs", "tmp"]), modes=False)
def python_folders_by_writestr(folder, output):
    """Deflated folders of two packed bytes, and folders of which nothing but the name says so."""
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("logs/", b"")
        archive.writestr(zipfile.ZipInfo("tmp/", DATE), b"")
        for path, name in members(folder, folders=False):
            archive.writestr(name, path.read_bytes())


@recipe(FLAT)
def python_appended(folder, output):
    paths = list(members(folder, folders=False))
    for mode, part in (("w", paths[:3]), ("a", paths[3:])):
        with zipfile.ZipFile(output, mode, zipfile.ZIP_DEFLATED) as archive:
            for path, name in part:
                archive.write(path, name)


@recipe(DEEP, folders=False)
def python_top_folder_unmentioned(folder, output):
    python_zip(folder, output, prefix="my-model/", compression=zipfile.ZIP_DEFLATED)


@recipe(DEEP)
def python_make_archive(folder, output):
    shutil.make_archive(str(output)[: -len(".zip")], "zip", folder)


@recipe(DEEP)
def python_make_archive_with_top_folder(folder, output):
    shutil.make_archive(str(output)[: -len(".zip")], "zip", folder.parent, folder.name)


@recipe(DEEP)
def python_command_line(folder, output):
    run(folder, sys.executable, "-m", "zipfile", "-c", output, *sorted(os.listdir(folder)))


@recipe(FLAT)
def learnware_template(folder, output):
    """As LearnwareTemplate writes: stored, base names only."""
    with zipfile.ZipFile(output, "w") as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, path.name)


@recipe(DEEP, folders=False)
def learnware_folder(folder, output):
    """As zip_learnware_folder writes: stored, relative paths, no compiled files, no links."""
    with zipfile.ZipFile(output, "w") as archive:
        for root, _, names in os.walk(folder):
            for name in names:
                path = os.path.join(root, name)
                if not name.endswith(".pyc") and not os.path.islink(path):
                    archive.write(path, os.path.relpath(path, folder))


# --- Info-ZIP --------------------------------------------------------------------------------------------------------
# ASCII only: its version 3.0 marks UTF-8 as such only where the locale en_US.UTF-8 is installed.


@recipe(DEEP)
def zip_default(folder, output):
    run(folder, "zip", "-q", "-r", output, ".")


@recipe(DEEP)
def zip_stored(folder, output):
    run(folder, "zip", "-q", "-r", "-0", output, ".")


@recipe(DEEP)
def zip_best(folder, output):
    run(folder, "zip", "-q", "-r", "-9", output, ".")


@recipe(DEEP)
def zip_without_extra_fields(folder, output):
    run(folder, "zip", "-q", "-r", "-X", output, ".")


@recipe(DEEP, folders=False)
def zip_without_folders(folder, output):
    run(folder, "zip", "-q", "-r", "-D", output, ".")


@recipe(FLAT)
def zip_base_names(folder, output):
    run(folder, "zip", "-q", "-j", output, *(path for path, _ in members(folder, folders=False)))


@recipe(DEEP)
def zip_streamed(folder, output):
    with open(output, "wb") as file:
        inner = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=file)
        run(folder, "zip", "-q", "-r", "-", ".", stdout=inner.stdin)
        inner.stdin.close()
        if inner.wait() != 0:
            sys.exit("cat failed")


@recipe(DEEP)
def zip_with_descriptors(folder, output):
    run(folder, "zip", "-q", "-r", "-fd", output, ".")


@recipe(FLAT)
def zip_updated(folder, output):
    (folder / "weights.bin").write_bytes(b"older")
    run(folder, "zip", "-q", "-r", output, ".", "-x", "model.pth")
    (folder / "weights.bin").write_bytes(FLAT.files["weights.bin"])
    os.utime(folder / "weights.bin", (1_800_000_000, 1_800_000_000))
    run(folder, "zip", "-q", "-r", "-u", output, ".")


@recipe(DEEP, skip=("notes with spaces.txt",))
def zip_deleted_from(folder, output):
    run(folder, "zip", "-q", "-r", output, ".")
    run(folder, "zip", "-q", "-d", output, "notes with spaces.txt")


@recipe(DEEP)
def zip_top_folder(folder, output):
    run(folder.parent, "zip", "-q", "-r", output, folder.name)


@recipe(DEEP, folders=False)
def zip_top_folder_unmentioned(folder, output):
    run(folder.parent, "zip", "-q", "-r", "-D", output, folder.name)


@recipe(ASCII_DEEP)
def zip_executables(folder, output):
    run(folder, "zip", "-q", "-r", "-9", "-X", output, ".")


# --- 7-Zip -----------------------------------------------------------------------------------------------------------


def seven_zip(folder, output, *options, items=(".",)):
    run(folder, "7z", "a", "-bd", "-y", "-tzip", *options, output, *items)


@recipe(ASCII_DEEP)
def seven_zip_stored(folder, output):
    seven_zip(folder, output, "-mx=0")


@recipe(DEEP)
def seven_zip_fast(folder, output):
    seven_zip(folder, output, "-mx=1")


@recipe(DEEP)
def seven_zip_default(folder, output):
    seven_zip(folder, output, "-mx=5")


@recipe(DEEP)
def seven_zip_best_on_one_thread(folder, output):
    seven_zip(folder, output, "-mx=9", "-mmt=off")


@recipe(DEEP)
def seven_zip_on_two_threads(folder, output):
    seven_zip(folder, output, "-mmt=2")


@recipe(UNICODE)
def seven_zip_unicode(folder, output):
    seven_zip(folder, output, "-mcu=on")


@recipe(DEEP)
def seven_zip_top_folder(folder, output):
    seven_zip(folder.parent, output, items=(folder.name,))


@recipe(FLAT)
def seven_zip_updated(folder, output):
    seven_zip(folder, output, "-x!model.pth")
    seven_zip(folder, output)


# --- bsdtar (libarchive) ---------------------------------------------------------------------------------------------
# Not into a pipe: there it pads to a tape's block, and bytes after the end are refused. Not `.`: that names `./a`.


def bsdtar(folder, output, *options, items=(".",)):
    run(folder, "bsdtar", "--format", "zip", *options, "-cf", output, *items)


def top_items(folder):
    return sorted(os.listdir(folder))


@recipe(DEEP)
def bsdtar_default(folder, output):
    bsdtar(folder, output, items=top_items(folder))


@recipe(DEEP)
def bsdtar_stored(folder, output):
    bsdtar(folder, output, "--options", "compression=store", items=top_items(folder))


@recipe(DEEP)
def bsdtar_best(folder, output):
    bsdtar(folder, output, "--options", "zip:compression=deflate,zip:compression-level=9", items=top_items(folder))


@recipe(UNICODE)
def bsdtar_unicode(folder, output):
    bsdtar(folder, output, "--options", "hdrcharset=UTF-8", items=top_items(folder))


@recipe(DEEP)
def bsdtar_top_folder(folder, output):
    bsdtar(folder.parent, output, items=(folder.name,))


@recipe(ASCII_DEEP)
def bsdtar_chosen_by_suffix(folder, output):
    run(folder, "bsdtar", "-acf", output, *top_items(folder))


@recipe(ASCII_DEEP)
def bsdtar_repacked_from_tar(folder, output):
    """From an archive instead of a folder, as `bsdtar @FILE` does."""
    tar = output.with_suffix(".tar")
    run(folder, "bsdtar", "-cf", tar, *top_items(folder))
    run(folder, "bsdtar", "--format", "zip", "-cf", output, f"@{tar}")
    tar.unlink()


# --- What is given ---------------------------------------------------------------------------------------------------


def golden_zips(folder):
    for path in sorted(folder.glob("learnwares/*/*.zip")):
        yield path


def read_back(path, top=True):
    """What Python's zipfile reads, without the one folder around everything."""
    with zipfile.ZipFile(path) as archive:
        if archive.testzip() is not None:
            sys.exit(f"{path}: zipfile finds it damaged")
        entries = {info.filename: (archive.read(info), info.external_attr >> 16) for info in archive.infolist()}
    names = [name for name in entries if name not in ("./", ".")]
    tops = {name.split("/")[0] for name in names}
    cut = 0
    if top and "learnware.yaml" not in entries and len(tops) == 1:
        cut = len(names[0].split("/")[0]) + 1
    files = [
        {"name": name[cut:], "sha256": hashlib.sha256(entries[name][0]).hexdigest(),
         "executable": bool(entries[name][1] & 0o100)}
        for name in sorted(names, key=os.fsencode) if not name.endswith("/")
    ]
    folders = {name[cut:-1] for name in names if name.endswith("/") and name[cut:]}
    full = {"/".join(name.split("/")[:depth]) for name in [file["name"] for file in files] + list(folders)
            for depth in range(1, name.count("/") + 1)}
    return {"files": files, "folders": sorted(folders - full, key=os.fsencode)}


def check(name, path, wanted):
    found = read_back(path)
    if found != wanted:
        sys.exit(f"{name}: zipfile reads {json.dumps(found)}, not {json.dumps(wanted)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--golden", type=Path, help="the folder with real learnwares")
    parser.add_argument("--lw-pack", type=Path, help="our own tool")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    output = arguments.folder.resolve()
    work = output / ".work"
    expected = {}
    recipes = list(RECIPES)
    if arguments.lw_pack:
        for tree, name in ((FLAT, "ours-flat"), (DEEP, "ours-deep"), (UNICODE, "ours-unicode")):
            recipes.append((name, tree, lambda folder, path: run(folder, arguments.lw_pack, "build", ".", "-o", path), {}))
    for name, tree, pack, options in recipes:
        folder = work / name / "my-model"
        tree.write(folder)
        path = output / f"{name}.zip"
        path.unlink(missing_ok=True)
        pack(folder, path)
        expected[path.name] = tree.expected(**options)
        check(name, path, expected[path.name])
    if arguments.golden:
        for source in golden_zips(arguments.golden):
            path = output / f"learnware-{source.name}"
            shutil.copyfile(source, path)
            expected[path.name] = read_back(path)
    shutil.rmtree(work)
    (output / "expected.json").write_text(json.dumps(expected, indent=1) + "\n", encoding="utf-8")
    print(f"{len(expected)} honest archives")


if __name__ == "__main__":
    main()
