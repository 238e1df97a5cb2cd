"""Unpacks wheels into an environment, inside the sandbox; never imports or runs anything of them.

    python -I -S -B -X utf8 /lw/runner/unpack.py WHEELS ROOT < names

`names` are files in WHEELS, separated by NUL; they are unpacked in this order, and a file that is there already is
never written over. Prints one line of JSON: how many files, which were left out, which were there with other contents.
A wheel with a link, or with a name that leaves its folder, ends the work with one line and status 1.

What a wheel wants outside of site-packages (scripts, headers, data) is left out, and so is `.pth`: nothing here would
run a script, and what reads data below `sys.prefix` would not find it.
"""

import json
import os
import stat
import sys
import zipfile

BLOCK = 1 << 20
MOST_FILES = 400_000
MOST_BYTES = 64 << 30
NAMED = 5


class Refused(Exception):
    pass


def parts_of(name):
    """The parts of an entry's name; only plain relative names have any."""
    parts = name.split("/")
    plain = name and len(name) <= 1024 and not any(ord(letter) < 0x20 or letter == "\\" for letter in name)
    if not plain or any(part in ("", ".", "..") or len(os.fsencode(part)) > 255 for part in parts):
        raise Refused(f"it holds a file named {ascii(name)[:200]}")
    return parts


def data_folder(archive):
    """The folder of what belongs elsewhere, `NAME-VERSION.data`."""
    # At the top only: packages that bring others along, such as setuptools, hold theirs deeper.
    names = [name.split("/") for name in archive.namelist()]
    infos = {parts[0] for parts in names if len(parts) == 2 and "/".join(parts).endswith(".dist-info/WHEEL")}
    if len(infos) != 1:
        raise Refused("it is no wheel: it must have one folder NAME-VERSION.dist-info with a file WHEEL")
    return infos.pop()[: -len(".dist-info")] + ".data"


def place_of(parts, data):
    """Where an entry goes below the root; None when it is left out."""
    if parts[0] == data:
        parts = parts[2:] if len(parts) > 2 and parts[1] in ("purelib", "platlib") else []
    if not parts or (len(parts) == 1 and parts[0].endswith(".pth")):
        return None
    return parts


class Unpacker:
    def __init__(self, root):
        self.root = root
        self.folders = set()
        self.files = self.bytes = self.left_out = self.kept = 0
        self.named = []

    def unpack(self, path):
        with zipfile.ZipFile(path) as archive:
            data = data_folder(archive)
            for entry in archive.infolist():
                if not entry.is_dir():
                    self.unpack_entry(archive, entry, data)

    def unpack_entry(self, archive, entry, data):
        # The name as it stands in the archive: `filename` has been cut at a NUL.
        parts = parts_of(entry.orig_filename)
        mode = entry.external_attr >> 16
        if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
            raise Refused(f"{ascii(entry.filename)[:200]} is a link or a special file")
        if entry.flag_bits & 1 or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Refused(f"{ascii(entry.filename)[:200]} is encrypted, or packed in a way that is not read")
        self.files += 1
        self.bytes += entry.file_size
        if self.files > MOST_FILES or self.bytes > MOST_BYTES:
            raise Refused(f"the wheels hold more than {MOST_FILES} files, or more than {MOST_BYTES >> 30} GiB")
        parts = place_of(parts, data)
        if parts is None:
            self.left_out += 1
            return
        folder = os.path.join(self.root, *parts[:-1])
        if folder not in self.folders:
            os.makedirs(folder, exist_ok=True)
            self.folders.add(folder)
        target = os.path.join(folder, parts[-1])
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
            descriptor = os.open(target, flags, 0o755 if mode & 0o100 else 0o644)
        except FileExistsError:
            self.compare(archive, entry, target, "/".join(parts))
            return
        with open(descriptor, "wb") as writer, archive.open(entry) as reader:
            self.copy(reader, entry.file_size, writer.write)

    def copy(self, reader, size, write):
        count = 0
        while True:
            block = reader.read(BLOCK)
            if not block:
                return
            count += len(block)
            if count > size:
                raise Refused("a file is longer than the archive says")
            write(block)

    def compare(self, archive, entry, target, name):
        """Keeps what is there; says so when it is not the same."""
        with open(target, "rb") as there, archive.open(entry) as reader:
            if os.fstat(there.fileno()).st_size == entry.file_size:
                same = True
                while same:
                    block = reader.read(BLOCK)
                    same = block == there.read(len(block) or 1)
                    if not block:
                        break
                if same:
                    return
        self.kept += 1
        if len(self.named) < NAMED:
            self.named.append(name)


def main():
    os.umask(0)  # a later step runs under another id, in a folder that only the caller may enter
    wheels, root = sys.argv[1], os.path.realpath(sys.argv[2])
    unpacker = Unpacker(root)
    for name in filter(None, sys.stdin.buffer.read().split(b"\0")):
        name = os.fsdecode(name)
        try:
            unpacker.unpack(os.path.join(wheels, os.path.basename(name)))
        except (Refused, zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
            sys.exit(f"{name}: {error}")
        except (NotADirectoryError, IsADirectoryError):
            sys.exit(f"{name}: it has a file where another has a folder")
        except zipfile.zlib.error as error:
            sys.exit(f"{name}: {error}")
    counts = {"files": unpacker.files, "bytes": unpacker.bytes, "left_out": unpacker.left_out, "kept": unpacker.kept}
    print(json.dumps({**counts, "named": unpacker.named}))


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        sys.exit(f"unpack.py: {error}")
