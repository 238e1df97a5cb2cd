"""Builds a wheel from sources, inside the sandbox: the one program here that runs a package's own code at install.

    python -I -S -B -X utf8 build.py inspect SOURCES
    python -I -S -B -X utf8 build.py build SOURCES SITE OUT < request.json

`inspect` prints the pyproject.toml of the archive, or nothing. `build` unpacks the archive into OUT/source and calls the
backend that `request` names ({"backend", "backend_path"}) with what is installed in SITE; the wheel is left in
OUT/wheel. There is no network, and no other process can be started: what needs a compiler cannot be built.
"""

import json
import os
import shutil
import stat
import sys
import tarfile

MOST_FILES = 100_000
MOST_BYTES = 4 << 30
MOST_TEXT = 60_000


def members(archive):
    """Plain files, with their names without the top folder; anything else ends the work."""
    count = size = 0
    for member in archive:
        parts = [part for part in member.name.split("/") if part != "."]
        count, size = count + 1, size + member.size
        if count > MOST_FILES or size > MOST_BYTES:
            sys.exit(f"the sources hold more than {MOST_FILES} files, or more than {MOST_BYTES >> 30} GiB")
        if member.isdir():
            continue
        plain = parts and all(part not in ("", "..") and "\\" not in part and part.isprintable() for part in parts)
        if not plain or not member.isreg():
            sys.exit(f"the sources hold {ascii(member.name)[:200]}, which is no plain file")
        if len(parts) > 1:
            yield "/".join(parts[1:]), member


def inspect(path):
    with tarfile.open(path, "r:gz") as archive:
        for name, member in members(archive):
            if name == "pyproject.toml":
                text = archive.extractfile(member).read(MOST_TEXT + 1)
                if len(text) > MOST_TEXT:
                    sys.exit("pyproject.toml is too long")
                sys.stdout.buffer.write(text)
                return


def unpack(path, target):
    with tarfile.open(path, "r:gz") as archive:
        for name, member in members(archive):
            place = os.path.join(target, name)
            os.makedirs(os.path.dirname(place), exist_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
            with open(os.open(place, flags, 0o755 if member.mode & stat.S_IXUSR else 0o644), "wb") as writer:
                source = archive.extractfile(member)
                while block := source.read(1 << 20):
                    writer.write(block)


def build(path, site, out):
    request = json.load(sys.stdin)
    os.umask(0)
    source, wheel, scratch = (os.path.join(out, name) for name in ("source", "wheel", "tmp"))
    for folder in (source, wheel, scratch):
        os.mkdir(folder)
    unpack(path, source)
    os.chdir(source)
    os.environ.update(TMPDIR=scratch, HOME=scratch, SOURCE_DATE_EPOCH="315532800")
    # Calls for extended attributes are not allowed here, and copying a file's times would fail over them.
    shutil._copyxattr = lambda *arguments, **options: None
    # What a build prints is for people. Its own output stays open: when that ends, the host ends the run.
    os.dup(1)
    os.dup2(2, 1)
    sys.path[:0] = [os.path.join(source, folder) for folder in request["backend_path"]]
    sys.path.append(site)
    module, _, attribute = request["backend"].partition(":")
    sys.argv = ["setup.py"]
    if attribute == "__legacy__":
        sys.path.insert(0, source)
    backend = __import__(module, fromlist=["*"])
    for name in filter(None, attribute.split(".")):
        backend = getattr(backend, name)
    backend.build_wheel(wheel, {})


def main():
    if sys.argv[1] == "inspect":
        inspect(sys.argv[2])
    else:
        build(*sys.argv[2:])


if __name__ == "__main__":
    try:
        main()
    except tarfile.TarError as error:
        sys.exit(f"the sources are no .tar.gz: {error}")
