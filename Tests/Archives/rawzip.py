"""A zip writer that says whatever it is told to: every field of every record can be overridden.

Format: PKWARE APPNOTE.TXT 6.3.10. Whatever is not overridden is consistent and as plain as our own writer's.
"""

import struct
import zlib

LOCAL = 0x04034B50
CENTRAL = 0x02014B50
DESCRIPTOR = 0x08074B50
END = 0x06054B50
END64 = 0x06064B50
LOCATOR64 = 0x07064B50

UTF8 = 0x0800
STREAMED = 0x0008
MAX32 = 0xFFFFFFFF


def deflate(data, level=6):
    packer = zlib.compressobj(level, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def extra(identifier, data):
    return struct.pack("<HH", identifier, len(data)) + data


class Entry:
    """One entry; `local` and `central` override single fields of one of its two headers.

    Their keys: signature, made, need, flags, method, time, date, crc, packed, size, name, extra, comment, disk,
    internal, external, offset.
    """

    def __init__(self, name, data=b"x\n", **options):
        self.name = name.encode() if isinstance(name, str) else name
        self.data = data
        self.method = options.pop("method", 0)
        # What lies in the file, where that is not the data packed by the method.
        self.payload = options.pop("payload", None)
        self.mode = options.pop("mode", 0o40755 if self.name.endswith(b"/") else 0o100644)
        self.dos = options.pop("dos", 0x10 if self.mode & 0o170000 == 0o40000 else 0)
        self.flags = options.pop("flags", None)
        self.extra = options.pop("extra", b"")
        self.made = options.pop("made", 0x0314)
        self.need = options.pop("need", 20)
        self.crc = options.pop("crc", None)
        self.size = options.pop("size", None)
        self.descriptor = options.pop("descriptor", None)
        self.local = options.pop("local", {})
        self.central = options.pop("central", {})
        # Bytes before the header that belong to nothing.
        self.gap = options.pop("gap", b"")
        # False: only in the file; the directory does not know it.
        self.listed = options.pop("listed", True)
        # False: only in the directory.
        self.present = options.pop("present", True)
        # A hole of that many zero bytes stands for the payload, so that huge files cost nothing.
        self.hole = options.pop("hole", 0)
        if options:
            raise TypeError(f"unknown: {options}")

    def fields(self):
        payload = self.payload
        if payload is None:
            payload = deflate(self.data) if self.method == 8 else self.data
        flags = self.flags
        if flags is None:
            flags = 0 if self.name.isascii() else UTF8
        packed = self.hole or len(payload)
        size = self.size if self.size is not None else (self.hole or len(self.data))
        crc = self.crc if self.crc is not None else zlib.crc32(self.data)
        common = {
            "made": self.made, "need": self.need, "flags": flags, "method": self.method, "time": 0, "date": 0x21,
            "crc": crc, "packed": packed, "size": size, "name": self.name, "extra": self.extra,
        }  # fmt: skip
        return payload, common


class Zip:
    """Entries, and what the end record says when that is not the truth.

    `end` overrides: signature, disk, start_disk, disk_count, count, size, offset, comment_size, comment.
    """

    def __init__(self, entries, **options):
        self.entries = entries
        self.prefix = options.pop("prefix", b"")
        self.before_directory = options.pop("before_directory", b"")
        self.after_directory = options.pop("after_directory", b"")
        self.before_end = options.pop("before_end", b"")
        self.suffix = options.pop("suffix", b"")
        self.end = options.pop("end", {})
        # What is added to every offset beyond what is before it; makes offsets relative to another place.
        self.shift = options.pop("shift", 0)
        if options:
            raise TypeError(f"unknown: {options}")
        # Where things came to lie, by entry name; filled by pieces().
        self.local_offsets = {}
        self.central_offsets = {}
        self.directory_offset = 0
        self.end_offset = 0

    def pieces(self):
        """(offset, bytes) of everything but the holes."""
        pieces = []
        position = 0

        def put(data):
            nonlocal position
            pieces.append((position, data))
            position += len(data)

        put(self.prefix)
        records = []
        for entry in self.entries:
            payload, common = entry.fields()
            if entry.present:
                put(entry.gap)
                offset = position
                put(local_header(common, entry.local))
                if entry.hole:
                    position += entry.hole
                else:
                    put(payload)
                if entry.descriptor is not None:
                    put(entry.descriptor)
                elif common["flags"] & STREAMED:
                    put(struct.pack("<IIII", DESCRIPTOR, common["crc"], common["packed"], common["size"]))
                self.local_offsets[entry.name] = offset
            else:
                offset = self.local_offsets.get(entry.name, 0)
            if entry.listed:
                attributes = entry.mode << 16 | entry.dos
                values = {**common, "external": attributes, "offset": offset + self.shift}
                records.append((entry.name, central_header(values, entry.central)))
        put(self.before_directory)
        self.directory_offset = position
        for name, record in records:
            self.central_offsets[name] = position
            put(record)
        put(self.after_directory)
        directory_size = position - self.directory_offset
        put(self.before_end)
        self.end_offset = position
        values = {
            "signature": END, "disk": 0, "start_disk": 0, "disk_count": len(records), "count": len(records),
            "size": directory_size, "offset": self.directory_offset + self.shift, "comment": b"",
        }  # fmt: skip
        values.update(self.end)
        if "count" in self.end and "disk_count" not in self.end:
            values["disk_count"] = values["count"]
        values.setdefault("comment_size", len(values["comment"]))
        numbers = [values[key] for key in
                   ("signature", "disk", "start_disk", "disk_count", "count", "size", "offset", "comment_size")]
        put(struct.pack("<IHHHHIIH", *numbers) + values["comment"])
        put(self.suffix)
        return pieces

    def bytes(self):
        data = bytearray()
        for offset, piece in self.pieces():
            data += bytes(offset - len(data)) + piece
        return bytes(data)

    def write(self, path):
        with open(path, "wb") as file:
            for offset, piece in self.pieces():
                file.seek(offset)
                file.write(piece)


def local_header(common, overrides):
    values = {"signature": LOCAL, **common}
    if common["flags"] & STREAMED:
        values.update(crc=0, packed=0, size=0)
    values.update(overrides)
    keys = ("signature", "need", "flags", "method", "time", "date", "crc", "packed", "size")
    name, field = values["name"], values["extra"]
    return struct.pack("<IHHHHHIIIHH", *(values[key] for key in keys), len(name), len(field)) + name + field


def central_header(common, overrides):
    values = {"signature": CENTRAL, "comment": b"", "disk": 0, "internal": 0, **common, **overrides}
    keys = ("signature", "made", "need", "flags", "method", "time", "date", "crc", "packed", "size")
    name, field, comment = values["name"], values["extra"], values["comment"]
    return (
        struct.pack("<IHHHHHHIII", *(values[key] for key in keys))
        + struct.pack("<HHHHHII", len(name), len(field), len(comment), values["disk"], values["internal"],
                      values["external"], values["offset"])
        + name + field + comment
    )


def zip64_end(count, size, offset, position, **overrides):
    """The 64-bit end record and its locator; `position` is where the record lies."""
    values = {"disks": 1, "record": position, "count": count, "size": size, "offset": offset, **overrides}
    record = struct.pack("<IQHHIIQQQQ", END64, 44, 0x032D, 45, 0, 0, values["count"], values["count"], values["size"],
                         values["offset"])
    return record + struct.pack("<IIQI", LOCATOR64, 0, values["record"], values["disks"])
