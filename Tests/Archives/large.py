#!/usr/bin/env python3
"""large.py KIND TARGET NUMBER: makes packages that are large in one way.

  entries  a zip of that many small files, by Python's zipfile
  hole     a zip with one file of that many zero bytes, which is a hole in the zip: costs no disk; 64-bit sizes
  weights  a zip with one incompressible file of that many bytes, by Python's zipfile
  tree     a folder with one incompressible file of that many bytes, to be packed
"""

import random
import struct
import sys
import zipfile
import zlib
from pathlib import Path

from rawzip import MAX32, Entry, Zip, extra

MANIFEST = b"name: large\n"
MODULE = b"class Model:\n    pass\n"
REQUIREMENTS = b"numpy==2.4.6\n"
FILES = {"learnware.yaml": MANIFEST, "__init__.py": MODULE, "requirements.txt": REQUIREMENTS}
BLOCK = 1 << 24


def blocks(size):
    """Bytes without a pattern that deflate could see: a long random block, turned around a little each time."""
    noise = random.Random(5).randbytes(BLOCK)
    for number in range(0, size, BLOCK):
        cut = number // BLOCK % BLOCK
        yield (noise[cut:] + noise[:cut])[: size - number]


def entries(target, count):
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in FILES.items():
            archive.writestr(name, data)
        for number in range(count - len(FILES)):
            archive.writestr(f"parts/{number // 500:03}/{number % 500:03}.txt", b"part %d\n" % number)


def hole(target, size):
    crc = 0
    zeros = bytes(BLOCK)
    for number in range(0, size, BLOCK):
        crc = zlib.crc32(zeros[: size - number], crc)
    field = {"packed": MAX32, "size": MAX32, "extra": extra(1, struct.pack("<QQ", size, size))}
    files = [Entry(name, data) for name, data in FILES.items()]
    files.append(Entry("weights.bin", b"", hole=size, crc=crc, need=45, local=field, central=field))
    Zip(files).write(target)


def weights(target, size):
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in FILES.items():
            archive.writestr(name, data)
        with archive.open("weights.bin", "w", force_zip64=True) as file:
            for block in blocks(size):
                file.write(block)


def tree(target, size):
    folder = Path(target)
    folder.mkdir()
    for name, data in FILES.items():
        (folder / name).write_bytes(data)
    with open(folder / "weights.bin", "wb") as file:
        for block in blocks(size):
            file.write(block)


if __name__ == "__main__":
    kinds = {"entries": entries, "hole": hole, "weights": weights, "tree": tree}
    if len(sys.argv) != 4 or sys.argv[1] not in kinds:
        sys.exit(__doc__)
    kinds[sys.argv[1]](sys.argv[2], int(sys.argv[3]))
