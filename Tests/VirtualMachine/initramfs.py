"""Writes the archive that a kernel unpacks as its first root: cpio in its form `newc`.

The form is in the kernel's Documentation/driver-api/early-userspace/buffer-format.rst.
"""

import stat


class Archive:
    def __init__(self):
        self._parts = []
        self._count = 0

    def folder(self, path):
        self._add(path, stat.S_IFDIR | 0o755)

    def file(self, path, data, mode):
        self._add(path, stat.S_IFREG | mode, data)

    def link(self, path, target):
        self._add(path, stat.S_IFLNK | 0o777, target.encode())

    def bytes(self):
        self._add("TRAILER!!!", 0)
        return b"".join(self._parts)

    def _add(self, path, mode, data=b""):
        self._count += 1
        name = path.encode() + b"\0"
        # inode mode owner group links time size, four device numbers, length of the name, no checksum; all is root's.
        fields = [self._count, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name), 0]
        header = b"070701" + b"".join(b"%08X" % field for field in fields)
        self._parts += [_padded(header + name), _padded(data)]


def _padded(data):
    return data + bytes(-len(data) % 4)
