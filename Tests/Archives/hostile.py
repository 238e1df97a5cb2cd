#!/usr/bin/env python3
"""hostile.py FOLDER: makes hostile zips, and `expected.json` beside them.

Each is a good package with one defect, and nothing else keeps it from being accepted: the zip `control.zip`, made of
the same parts without a defect, is. `expected.json` maps a name to {rule, entry, offset, why}: the rule that must refuse
it, the entry that must be named (null: none, or any), where its offending header begins (null: any place will do) and
the trick in a few words. `control.zip` has no rule.
"""

import bz2
import json
import lzma
import os
import struct
import sys
import zlib
from pathlib import Path

from rawzip import (DESCRIPTOR, MAX32, STREAMED, UTF8, Entry, Zip, deflate, extra, local_header, zip64_end)

MODULE = b"from learnware.model import BaseModel\n\n\nclass Model(BaseModel):\n    pass\n"
KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30
CASES = {}


def base(prefix=""):
    return [
        Entry(prefix + "learnware.yaml", b"name: hostile\n"),
        Entry(prefix + "__init__.py", MODULE, method=8),
        Entry(prefix + "requirements.txt", b"numpy==2.4.6\n"),
    ]


def package(*entries, **options):
    return Zip(base() + list(entries), **options)


def case(name, rule, zip_, why, entry=None, offset=None):
    """`zip_` is a Zip, or the bytes of one; `offset` is "local" or "central" of the entry, or a number."""
    if name in CASES:
        raise ValueError(f"{name} is there twice")
    CASES[name] = (rule, zip_, why, entry, offset)


def one(name, rule, entry, why, offset=None):
    """A package with one bad entry more, which must be named where its name can be."""
    try:
        shown = entry.name.decode()
    except UnicodeDecodeError:
        shown = None
    # Of bytes between entries, and of a record that is none, nobody can say whose they are.
    case(name, rule, package(entry), why, None if rule in ("directory", "hidden-bytes") else shown, offset)


def named(name, rule, spelling, why, **options):
    one(name, rule, Entry(spelling, **options), why)


# --- The file as a whole ---------------------------------------------------------------------------------------------


def whole_files():
    good = package().bytes()
    end = len(good) - 22
    case("empty", "no-zip", b"", "no bytes at all")
    case("text", "no-zip", b"GIF89a and so on, but nothing that a zip has\n" * 9, "no end record")
    case("cut-before-end-record", "no-zip", good[:end], "the end record is missing")
    case("cut-in-end-record", "no-zip", good[:-1], "the end record is one byte short")
    case("cut-in-half", "no-zip", good[: end // 2], "half a zip")
    case("end-record-with-other-signature", "no-zip", package(end={"signature": 0x06054B51}), "PK\\5\\7 is no end record")
    case("one-byte-after", "trailing-bytes", package(suffix=b"\n"), "a byte after the end record")
    case("zeros-after", "trailing-bytes", package(suffix=bytes(10240)), "padded as a tape, as bsdtar does to a pipe")
    case("kilobytes-after", "no-zip", package(suffix=b"\xa5" * 70_000), "further than a comment could reach")
    case("comment", "archive-comment", package(end={"comment": b"a comment"}), "a comment of the zip")
    case("long-comment", "archive-comment", package(end={"comment": b"c" * 20_000}),
         "libarchive falls back to another reader, which sees other entries")
    fake = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 0, 0, 0, 0, 7)
    case("end-record-in-comment", "archive-comment", package(end={"comment": b"x" + fake + b"y"}),
         "readers that look for the last PK\\5\\6 find an empty zip")
    case("several-disks", "several-disks", package(end={"disk": 1, "start_disk": 1}), "this is disk 2")
    case("directory-on-other-disk", "several-disks", package(end={"start_disk": 1}), "the directory is on disk 2")
    one("entry-on-other-disk", "several-disks", Entry("a", central={"disk": 1}), "the entry is on disk 2")


# --- Directory and end record ----------------------------------------------------------------------------------------


def wrapped_around(inner, outer):
    """`inner` whole, then `outer`'s entries with right offsets: one end record, bytes of another zip before it."""
    return Zip(outer.entries, prefix=inner)


def directories():
    good = package()
    data = good.bytes()
    size = good.end_offset - good.directory_offset
    other = Zip([Entry("hidden.py", b"import os\n")]).bytes()
    case("directory-offset-too-small", "directory", package(end={"offset": good.directory_offset - 1}), "one byte off")
    case("directory-offset-too-large", "directory", package(end={"offset": good.directory_offset + 1}), "one byte off")
    case("directory-offset-past-the-end", "directory", package(end={"offset": len(data) + 99}), "outside of the file")
    case("directory-size-too-small", "directory", package(end={"size": size - 1}), "one byte off")
    case("directory-size-too-large", "directory", package(end={"size": size + 1}), "one byte off")
    case("directory-size-zero", "directory", package(end={"size": 0}), "records, but no bytes for them")
    one("directory-record-with-other-signature", "directory", Entry("a", central={"signature": 0x02014B51}),
        "a record that is none")
    broken = bytearray(data)
    last = good.central_offsets[b"requirements.txt"]
    broken[last + 28 : last + 30] = struct.pack("<H", 999)
    case("directory-record-past-its-end", "directory", bytes(broken), "a name that runs over the directory's end")
    case("directory-of-noise", "directory",
         data[: good.directory_offset] + b"\x5a" * size + data[good.end_offset :], "as an encrypted directory looks")
    signature = struct.pack("<IH", 0x05054B50, 4) + b"sign"
    case("digital-signature", "directory", package(after_directory=signature), "a signature record in the directory")
    case("digital-signature-outside", "directory", package(before_end=signature), "one between directory and end")
    case("bytes-in-directory", "directory", package(after_directory=b"hidden bytes"), "bytes that are no record")
    end = data[good.end_offset :]
    case("two-end-records", "directory", data + end, "the second one is used; the first lies between")
    case("concatenated", "directory", other + data, "one zip behind another, offsets as they were: Python adjusts them")
    case("prefix", "directory", b"#!/bin/sh\nexit\n" + data, "a script before it, offsets as they were")
    case("concatenated-and-adjusted", "hidden-bytes", wrapped_around(other, package()),
         "one zip behind another, with right offsets: a streaming reader sees the first", offset=0)
    case("prefix-and-adjusted", "hidden-bytes", package(prefix=b"#!/bin/sh\nexit\n"), "as a self-extracting zip",
         offset=0)
    case("directory-in-comment", "hidden-bytes", comment_with_directory(), "a second directory in the first's comment")
    case("entry-count-too-small", "entry-count", package(end={"count": 2}), "2, of 3: the third is not seen by some")
    case("entry-count-too-large", "entry-count", package(end={"count": 4}), "4, of 3")
    case("entry-count-zero", "entry-count", package(end={"count": 0}), "none, of 3")
    # The count says 3; counted modulo 65,536, as old tools do, that is right.
    many = [Entry(f"f{number}", b"") for number in range(65_536)]
    case("entry-count-wrapped", "entry-count", Zip(base() + many, end={"count": 3}), "65,539 entries said to be 3")


def comment_with_directory():
    """The first end record's comment is another directory and its end record, which are in order for themselves."""
    first = package(Entry("hidden.py"))
    data = first.bytes()
    second = package()
    second.bytes()
    directory = second.bytes()[second.directory_offset : second.end_offset]
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 3, 3, len(directory), len(data), 0)
    comment = directory + end
    return data[:-2] + struct.pack("<H", len(comment)) + comment


def zip64s():
    good = package()
    data = good.bytes()
    size, offset = good.end_offset - good.directory_offset, good.directory_offset
    end = good.end_offset
    sentinels = {"count": 0xFFFF, "size": MAX32, "offset": MAX32}
    case("zip64-needless", "zip64", package(before_end=zip64_end(3, size, offset, end)), "64-bit records for 3 entries")
    case("zip64-needless-with-sentinels", "zip64",
         package(before_end=zip64_end(3, size, offset, end), end=sentinels), "64-bit records that must be used")
    case("zip64-missing", "zip64", package(end=sentinels), "the end record points to records that are not there")
    case("zip64-contradicts", "zip64", package(before_end=zip64_end(0, 0, end, end)),
         "an empty directory for readers that prefer 64 bits")
    case("zip64-locator-elsewhere", "zip64",
         package(before_end=zip64_end(3, size, offset, 7), end=sentinels), "the locator points into an entry")
    case("zip64-locator-past-the-end", "zip64",
         package(before_end=zip64_end(3, size, offset, 1 << 62), end=sentinels), "the locator points out of the file")
    both = extra(1, struct.pack("<QQ", 2, 2))
    large = {"packed": MAX32, "size": MAX32, "extra": both}
    one("zip64-field-needless", "zip64", Entry("a", local=large, central=large), "64-bit sizes for 2 bytes")
    one("zip64-field-needless-locally", "zip64", Entry("a", local=large), "64-bit sizes in one header")
    one("zip64-field-needless-centrally", "zip64", Entry("a", central=large), "64-bit sizes in the directory")
    one("zip64-field-beside-sizes", "zip64", Entry("a", extra=extra(1, struct.pack("<QQ", 9 * GIB, 9 * GIB))),
        "64-bit sizes though the 32-bit ones stand there")
    missing = {"packed": MAX32, "size": MAX32}
    one("zip64-field-missing", "zip64", Entry("a", local=missing, central=missing), "sizes that stand nowhere")
    short = {**missing, "extra": extra(1, struct.pack("<Q", 2))}
    one("zip64-field-short", "zip64", Entry("a", local=short, central=short), "one size of two")
    one("zip64-offset-needless", "zip64",
        Entry("a", central={"offset": MAX32, "extra": extra(1, struct.pack("<Q", offset))}),
        "a 64-bit offset in a small file")
    # libarchive before July 2026 compares 32 bits of the size only. Larger than 1/200, so that it is no bomb.
    noise = bytes(range(256)) * (22 * MIB // 256)
    field = {"packed": MAX32, "size": MAX32,
             "extra": extra(1, struct.pack("<QQ", 4 * GIB + len(noise), len(deflate(noise, 0))))}
    case("size-off-by-4-gib", "size-mismatch",
         package(Entry("weights.bin", noise, method=8, payload=deflate(noise, 0), need=45, local=field, central=field)),
         "4 GiB more than there is: right in 32 bits", "weights.bin")


# --- Local headers, descriptors and where entries lie ----------------------------------------------------------------


def locals_():
    one("no-local-header", "local-header", Entry("a", local={"signature": 0x04034B51}), "PK\\3\\5 is no header",
        "local")
    one("offset-one-too-large", "local-header", Entry("a", central={"offset": 400}), "an offset into other bytes")
    one("offset-past-the-end", "local-header", Entry("a", central={"offset": 0x7FFF0000}), "an offset out of the file")
    for name, local in (("other", "evil.py"), ("longer", "good.txt.py"), ("case", "GOOD.TXT"), ("nul", "good.tx\0"),
                        ("parent", "../d.txt"), ("empty", "")):
        one(f"local-name-{name}", "name-mismatch", Entry("good.txt", local={"name": local.encode()}),
            "streaming readers see another name", "local")
    for name, entry in (
        ("flags", Entry("a", local={"flags": 2})), ("utf8", Entry("a", local={"flags": UTF8})),
        ("method", Entry("a", local={"method": 8})), ("crc", Entry("a", local={"crc": 1})),
        ("size", Entry("a", method=8, local={"size": 1})), ("packed", Entry("a", method=8, local={"packed": 1})),
        ("streamed", Entry("a", descriptor=b"", local={"flags": STREAMED})),
        ("crc-before-descriptor", Entry("a", flags=STREAMED, method=8, local={"crc": 1})),
        ("size-before-descriptor", Entry("a", flags=STREAMED, method=8, local={"size": 99})),
    ):
        one(f"local-{name}", "header-mismatch", entry, "the two headers disagree", "local")
    data = b"forty-two"
    crc, packed = zlib.crc32(data), len(deflate(data))
    for name, descriptor in (
        ("missing", b""), ("crc", struct.pack("<IIII", DESCRIPTOR, 1, packed, 9)),
        ("packed", struct.pack("<IIII", DESCRIPTOR, crc, packed - 1, 9)),
        ("size", struct.pack("<IIII", DESCRIPTOR, crc, packed, 8)),
        ("cut", struct.pack("<III", DESCRIPTOR, crc, packed)),
        ("64-bit", struct.pack("<IIQQ", DESCRIPTOR, crc, packed, 9)),
    ):
        one(f"descriptor-{name}", "descriptor", Entry("a", data, flags=STREAMED, method=8, descriptor=descriptor),
            "streaming readers end elsewhere")
    inner = b"harmless" + struct.pack("<IIII", DESCRIPTOR, zlib.crc32(b"harmless"), 8, 8) + b"PK\3\4 and so on"
    one("descriptor-of-stored", "descriptor", Entry("a", inner, flags=STREAMED),
        "streaming readers take the descriptor in the contents for the entry's own")


def places():
    quoted = Entry("b.txt", b"b" * 40)
    _, common = quoted.fields()
    header = local_header(common, {}) + quoted.data
    # A stored entry whose contents are the next entry, header and all.
    outer = Entry("a.txt", b"outer" + header)
    zip_ = package(outer)
    zip_.bytes()
    begin = zip_.local_offsets[b"a.txt"] + 30 + len("a.txt") + len("outer")
    case("overlap", "overlap", package(outer, Entry("b.txt", b"b" * 40, present=False, central={"offset": begin})),
         "an entry inside another's contents")
    case("quoted-overlap-bomb", "overlap", quoted_overlap(), "Fifield 2019: each header is quoted in the one before")
    # Its one header has one name, so it breaks `name-mismatch` as well; this says more.
    case("same-offset", "overlap",
         Zip([*base(), Entry("c", b"c"), Entry("c", b"c", present=False, central={"name": b"d"})]),
         "libarchive drops one of two entries with one offset")
    one("between-entries", "hidden-bytes", Entry("a", gap=b"hidden"), "bytes between two entries")
    case("after-entries", "hidden-bytes", package(before_directory=b"hidden"), "bytes before the directory")
    case("archive-extra-data", "hidden-bytes",
         package(before_directory=struct.pack("<II", 0x08064B50, 4) + b"data"), "a record that belongs to encryption")
    case("signing-block", "hidden-bytes", package(before_directory=bytes(64) + b"APK Sig Block 42"), "as Android has")
    case("hidden-entry", "hidden-bytes",
         Zip([base()[0], Entry("evil.py", listed=False), *base()[1:]]), "an entry that the directory does not list")
    case("hidden-last-entry", "hidden-bytes", package(Entry("evil.py", listed=False)), "likewise, as the last one")
    descriptor = struct.pack("<IIII", DESCRIPTOR, zlib.crc32(b"x\n"), 2, 2)
    one("descriptor-unannounced", "hidden-bytes", Entry("a", descriptor=descriptor), "a descriptor without flag bit 3")


def quoted_overlap(count=24):
    """Every entry's stream is a stored block that quotes the next one's header, then the next one's stream."""
    kernel = deflate(bytes(100_000))
    data = bytes(100_000)
    entries = [(f"{count - 1:04}".encode(), kernel, data)]
    headers = []
    for number in range(count - 2, -1, -1):
        name, payload, contents = entries[0]
        _, common = Entry(name, contents, method=8, payload=payload).fields()
        header = local_header(common, {})
        block = struct.pack("<BHH", 0, len(header), len(header) ^ 0xFFFF) + header
        entries.insert(0, (f"{number:04}".encode(), block + payload, header + contents))
        headers.insert(0, len(block) - len(header))
    start = package()
    start.bytes()
    first = Entry(entries[0][0], entries[0][2], method=8, payload=entries[0][1])
    position = start.directory_offset
    listed = [first]
    for number, (name, payload, contents) in enumerate(entries[1:]):
        position += 30 + 4 + headers[number]
        listed.append(Entry(name, contents, method=8, payload=payload, present=False, central={"offset": position}))
    return package(*listed)


# --- What an entry says of itself ------------------------------------------------------------------------------------


def attributes():
    name = b"good.txt"
    path = extra(0x7075, b"\1" + struct.pack("<I", zlib.crc32(name)) + b"evil.py")
    one("extra-unicode-path", "extra-field", Entry(name, extra=path), "0x7075: another name for libarchive and 7-Zip")
    one("extra-unicode-path-locally", "extra-field", Entry(name, local={"extra": path}), "likewise, in one header")
    one("extra-unicode-comment", "extra-field",
        Entry("a", extra=extra(0x6375, b"\1" + struct.pack("<I", 0) + b"c")), "0x6375")
    one("extra-unknown", "extra-field", Entry("a", extra=extra(0xCAFE, b"")), "as jar writes")
    one("extra-asi-unix", "extra-field", Entry("a", extra=extra(0x756E, bytes(14))), "0x756E can make it a link")
    one("extra-old-unix", "extra-field", Entry("a", extra=extra(0x000D, bytes(12))), "0x000D can make it a link")
    one("extra-libarchive", "extra-field", Entry("a", central={"extra": extra(0x6C78, b"\1\0\0")}), "experimental")
    time = extra(0x5455, b"\1" + bytes(4))
    one("extra-cut", "extra-field", Entry("a", extra=time[:-1]), "a field that is longer than what is there")
    one("extra-rest", "extra-field", Entry("a", extra=time + b"\0\0"), "two bytes that are no field")
    one("extra-twice", "extra-field", Entry("a", extra=time + time), "the time twice")
    one("entry-comment", "entry-comment", Entry("a", central={"comment": b"comment"}), "a comment")
    for bit in (4, 5, 7, 12, 13, 14, 15):
        why = {5: "patched data", 13: "masked headers"}.get(bit, "an unused bit")
        one(f"flag-bit-{bit}", "flags", Entry("a", flags=1 << bit), why)
    one("encrypted", "encrypted", Entry("a", b"secret", flags=1, payload=b"k" * 12 + b"secret"), "ZipCrypto")
    one("encrypted-strongly", "encrypted", Entry("a", flags=0x41), "bit 6 and bit 0")
    one("encrypted-with-masked-headers", "encrypted", Entry("a", flags=0x2041, local={"flags": 0x2041}),
        "with bit 13, as an encrypted directory has it")
    text = b"packed in another way, " * 9
    for method, payload in (
        (1, text), (6, text), (9, text), (12, bz2.compress(text)), (14, lzma.compress(text, lzma.FORMAT_ALONE)),
        (93, b"\x28\xb5\x2f\xfd" + text), (95, lzma.compress(text)), (98, text), (99, text), (0xFFFF, text),
    ):
        one(f"method-{method}", "method", Entry("a", text, method=method, payload=payload), "neither stored nor deflated")
    for need in (46, 51, 63, 0xFF):
        one(f"version-{need}", "version", Entry("a", need=need), "needs a newer reader")
    for system in (1, 2, 4, 7, 16, 30):
        one(f"made-by-{system}", "made-by", Entry("a", made=system << 8 | 20), "attributes that nobody can read")
    one("symbolic-link", "link", Entry("l", b"/etc/passwd", mode=0o120777), "a symbolic link")
    one("symbolic-link-deflated", "link", Entry("l", b"../" * 40, mode=0o120777, method=8), "a symbolic link")
    for kind, mode in (("fifo", 0o010644), ("character-device", 0o020666), ("block-device", 0o060666),
                       ("socket", 0o140777), ("whiteout", 0o160000), ("unknown", 0o030644)):
        one(f"special-{kind}", "special-file", Entry("d", b"", mode=mode), "no plain file")
    for kind, mode in (("set-user-id", 0o104755), ("set-group-id", 0o102755), ("sticky", 0o101644)):
        one(kind, "set-id", Entry("bin/tool", mode=mode), "more than permission bits")
    one("sticky-folder", "set-id", Entry("tmp/", b"", mode=0o041777), "more than permission bits")
    one("folder-with-contents", "folder", Entry("d/", b"contents"), "Python extracts no contents, others do")
    one("folder-without-slash", "folder", Entry("d", b"", mode=0o040755), "a file by its name, a folder by its mode")
    one("file-with-slash", "folder", Entry("d/", b"", mode=0o100644), "a folder by its name, a file by its mode")
    one("file-with-folder-bit", "folder", Entry("d", b"x", dos=0x10), "a folder by its DOS attribute")
    one("file-with-folder-bit-of-dos", "folder", Entry("d", b"x", made=20, mode=0, dos=0x10), "likewise, made by DOS")


# --- Names -----------------------------------------------------------------------------------------------------------


def names():
    named("name-empty", "name-empty", "", "no name")
    named("name-empty-component", "name-empty", "a//b", "nothing between two slashes")
    named("name-absolute", "name-absolute", "/etc/cron.d/x", "absolute")
    named("name-absolute-twice", "name-absolute", "//server/share", "absolute, as on a network")
    for number, name in enumerate(["../outside", "a/../../outside", "a/..", "..", "./a", "a/./b", "a/../b", "d/../x"]):
        named(f"name-parent-{number}", "name-parent", name, "a component . or ..", **({"data": b""} if name[-1] == "/" else {}))
    named("name-backslash", "name-backslash", "..\\..\\outside", "a parent folder on Windows and in libarchive")
    named("name-backslash-inside", "name-backslash", "a\\b", "a folder on Windows")
    named("name-drive", "name-colon", "C:evil", "a drive")
    named("name-drive-and-slash", "name-colon", "C:/evil", "a drive")
    named("name-stream", "name-colon", "a.txt:hidden", "a hidden stream on NTFS")
    for number, name in enumerate(["__init__.py;1", "a<b", "a>b", "a|b", "a?b", "a*b", 'a"b']):
        named(f"name-reserved-{number}", "name-reserved", name, "unzip cuts it off, or Windows writes another")
    for what, name in (("nul", "nul\0.py"), ("newline", "a\nb"), ("escape", "a\x1b[2Jb"), ("delete", "a\x7fb"),
                       ("c1", "a\x9bb"), ("tab", "a\tb")):
        named(f"name-control-{what}", "name-control", name, "a control character")
    for what, raw, flags, why in (
        ("bytes", b"a\xff\xfe", UTF8, "no UTF-8"), ("cp437", b"caf\x82", 0, "another encoding without bit 11"),
        ("utf8-unannounced", "café".encode(), 0, "UTF-8 without bit 11: Python reads cafΘ"),
        ("overlong-slash", b"a\xc0\xaf..\xc0\xafb", UTF8, "overlong UTF-8 for a/../b"),
        ("overlong-dot", b"\xc0\xae\xc0\xae", UTF8, "overlong UTF-8 for .."),
        ("surrogate", b"a\xed\xa0\x80", UTF8, "half a surrogate pair"),
        ("too-high", b"a\xf4\x90\x80\x80", UTF8, "beyond Unicode"), ("cut", b"a\xe6\xa8", UTF8, "a character cut off"),
    ):  # fmt: skip
        one(f"name-encoding-{what}", "name-encoding", Entry(raw, flags=flags), why)
    for what, character in (
        ("rlo", "\u202e"), ("isolate", "\u2066"), ("zwj", "\u200d"), ("zwsp", "\u200b"), ("bom", "\ufeff"),
        ("soft-hyphen", "\u00ad"), ("line-separator", "\u2028"), ("variation-selector", "\ufe0f"),
        ("hangul-filler", "\u3164"), ("braille-blank", "\u2800"), ("private", "\ue000"), ("marks", "\u0301" * 31), ("tag", "\U000e0041"), ("unassigned", "\u0378"), ("noncharacter", "\uffff"),
    ):
        named(f"name-invisible-{what}", "name-invisible", f"a{character}txt.py", "what is shown is not the name")
    for what, name in (("dot", "a."), ("space", "a "), ("folder", "a./b"), ("no-break-space", "a\u00a0"),
                       ("wide-space", "d\u3000/b"), ("dots", "...")):
        named(f"name-trailing-{what}", "name-trailing", name, "Windows drops it, or nobody sees it")
    for number, name in enumerate(["CON", "nul.txt", "com1", "LPT9.tar.gz", "aux/x", "a/PRN", "COM\u00b9", "conin$", "NUL.\u0301txt"]):
        named(f"name-device-{number}", "name-device", name, "a device on Windows")
    named("name-component-of-256-bytes", "name-too-long", "n" * 256, "no file system takes it")
    long = "/".join(["n" * 250] * 4) + "/" + "n" * 21
    case("name-of-1025-bytes", "name-too-long", package(Entry(long)), "1,025 bytes; reports cut it")
    named("name-of-17-levels", "name-too-deep", "/".join(f"d{number}" for number in range(17)), "17 levels")
    pairs()
    for number, name in enumerate([
        "sitecustomize.py", "usercustomize.py", "sitecustomize/__init__.py",
        "sitecustomize.cpython-311-x86_64-linux-gnu.so", "lib/python3.11/site-packages/x.pth",
        "dist-packages/evil.pth", "env/site-packages/sitecustomize.py", "env/dist-packages/usercustomize.py",
    ]):
        named(f"name-startup-{number}", "name-startup", name, "Python runs it before anything else")
    case("name-startup-in-top-folder", "name-startup",
         Zip([*base("model/"), Entry("model/sitecustomize.py")]), "at the top, once the folder around all is gone",
         "model/sitecustomize.py")
    named("name-macos", "name-macos", "__MACOSX/._learnware.yaml", "a Mac's second copy of everything")


def pairs():
    for what, first, second in (
        ("same", "a.txt", "a.txt"), ("case", "weights.bin", "Weights.BIN"), ("nfc-nfd", "caf\u00e9", "cafe\u0301"),
        ("full-case-folding", "straße", "STRASSE"), ("turkish", "\u0130", "i\u0307"), ("kelvin", "\u212a", "k"),
        ("ligature", "\ufb01le", "file"), ("sigma", "\u03c2", "\u03a3"), ("angstrom", "\u212b", "\u00e5"),
        ("folders", "Data/a", "data/b"), ("ypogegrammeni", "\u1fb3", "\u0391\u0399"),
    ):
        case(f"name-duplicate-{what}", "name-duplicate", package(Entry(first, b"1"), Entry(second, b"2")),
             "one file on some systems", second if what != "folders" else None)
    case("name-duplicate-manifest", "name-duplicate", package(Entry("learnware.yaml", b"name: other\n")),
         "the first is read by some, the last by others", "learnware.yaml")
    case("name-duplicate-folder", "name-duplicate", package(Entry("d/", b""), Entry("d/", b"")), "a folder twice")
    case("name-conflict", "name-conflict", package(Entry("a"), Entry("a/b")), "a file that is another's folder")
    case("name-conflict-reversed", "name-conflict", package(Entry("a/b"), Entry("a")), "likewise, the other way")
    case("name-conflict-folder", "name-conflict", package(Entry("a/", b""), Entry("a")), "a file and a folder")


# --- Contents and budgets --------------------------------------------------------------------------------------------


def contents():
    megabyte = bytes(range(256)) * (MIB // 256)
    one("declares-5-inflates-1-mib", "size-mismatch",
        Entry("a", megabyte, method=8, size=5, crc=zlib.crc32(megabyte[:5])), "5 bytes and the checksum of those")
    one("declares-too-much", "size-mismatch", Entry("a", b"short", method=8, size=99), "99 bytes, of 5")
    one("declares-one-too-few", "size-mismatch",
        Entry("a", b"short", method=8, size=4, crc=zlib.crc32(b"shor")), "4 bytes, of 5")
    one("declares-nothing", "size-mismatch", Entry("a", b"short", method=8, size=0, crc=0), "0 bytes, of 5")
    one("stored-with-two-sizes", "size-mismatch", Entry("a", b"stored", size=5), "stored, but two sizes")
    one("checksum-stored", "checksum", Entry("a", b"stored", crc=1), "in both headers")
    one("checksum-deflated", "checksum", Entry("a", b"deflated", method=8, crc=1), "in both headers")
    one("checksum-zero", "checksum", Entry("a", b"deflated", method=8, crc=0), "0, as if it came later")
    text = b"some text " * 99
    good = deflate(text)
    one("deflate-cut", "damaged", Entry("a", text, method=8, payload=good[:-4]), "the end is missing")
    one("deflate-empty", "damaged", Entry("a", b"", method=8, payload=b""), "no stream where one must be")
    one("deflate-reserved-block", "damaged", Entry("a", text, method=8, payload=b"\x07" + good), "block type 3")
    one("deflate-distance", "damaged", Entry("a", text, method=8, payload=b"\x4b\x04\x42\x00"), "refers to before it")
    block = struct.pack("<BHH", 0, len(text), len(text) ^ 0xFFFF) + text
    one("deflate-never-ends", "damaged", Entry("a", text, method=8, payload=block), "no last block")
    one("deflate-never-ends-in-empty-blocks", "damaged",
        Entry("a", text, method=8, payload=block + b"\x00\x00\x00\xff\xff" * 200_000), "a million bytes that add nothing")
    one("deflate-with-zlib-header", "damaged", Entry("a", text, method=8, payload=zlib.compress(text)), "not raw")
    one("bytes-after-stream", "overlong", Entry("a", text, method=8, payload=good + b"hidden"), "packed, but not read")
    one("stream-after-stream", "overlong", Entry("a", text, method=8, payload=good + deflate(b"more")),
        "some readers go on with the second")


def budgets():
    case("too-many-entries", "too-many-entries", package(*(Entry(f"f{n}", b"") for n in range(4094))), "4,097")
    one("ratio", "ratio", Entry("zeros", bytes(4 * MIB), method=8), "1,000 to one")
    case("ratio-of-many", "ratio", package(*[Entry(f"z{n}", bytes(MIB), method=8) for n in range(80)]),
         "80 MiB out of 90 kB, and no file above 1 MiB")
    one("ratio-declared", "ratio", Entry("zeros", b"\0", method=8, size=0x7FFFFFFF), "2 GiB of 3 bytes")
    # Holes in the files: they cost nothing on disk. The checksums are those of that many zero bytes.
    huge = 8 * GIB + 1
    field = {"packed": MAX32, "size": MAX32, "extra": extra(1, struct.pack("<QQ", huge, huge))}
    entry = Entry("weights.bin", b"", hole=huge, crc=0xFF41D912, need=45, local=field, central=field)
    case("file-too-large", "file-too-large", large_package([entry]), "8 GiB and a byte", "weights.bin")
    half = 8 * GIB - 64 * MIB
    field = {"packed": MAX32, "size": MAX32, "extra": extra(1, struct.pack("<QQ", half, half))}
    parts = [Entry(f"part-{n}.bin", b"", hole=half, crc=0x9C705C64, need=45, local=field, central=field) for n in (1, 2)]
    chunk = os.urandom(8 * KIB) + bytes(MIB - 8 * KIB)
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    packed = packer.compress(chunk) + packer.flush(zlib.Z_FULL_FLUSH)
    crc = 0
    for _ in range(300):
        crc = zlib.crc32(chunk, crc)
    rest = Entry("rest.bin", b"", method=8, payload=packed * 300 + b"\x03\x00", size=300 * MIB, crc=crc)
    case("total-too-large", "total-too-large", large_package([*parts, rest]), "16 GiB and 172 MiB")


def large_package(entries):
    """A package that needs 64-bit records, and has them as they must be."""
    everything = base() + entries
    position = 0
    for entry in everything:
        _, common = entry.fields()
        if position >= MAX32:
            known = entry.central.get("extra", extra(1, b""))[4:]
            field = extra(1, known + struct.pack("<Q", position))
            entry.need = 45
            entry.central = {**entry.central, "offset": MAX32, "extra": field}
        position += len(local_header(common, entry.local)) + (entry.hole or common["packed"])
    probe = Zip(everything, end={"offset": MAX32})
    probe.pieces()
    size = probe.end_offset - probe.directory_offset
    return Zip(everything, before_end=zip64_end(len(everything), size, probe.directory_offset, probe.end_offset),
               end={"offset": MAX32})


def special_files(folder, expected):
    """What is no file at all; made last, because the control is needed."""
    (folder / "through-link.zip").symlink_to("control.zip")
    (folder / "folder.zip").mkdir()
    os.mkfifo(folder / "pipe.zip")
    with open(folder / "huge.zip", "wb") as file:
        file.truncate(16 * GIB + 1)
    for name, rule, why in (("through-link", "not-a-file", "a symbolic link to a good package"),
                            ("folder", "not-a-file", "a folder"), ("pipe", "not-a-file", "a pipe without a writer"),
                            ("huge", "archive-too-large", "16 GiB and a byte, all of it a hole")):
        expected[f"{name}.zip"] = {"rule": rule, "entry": None, "offset": None, "why": why}


def main():
    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.argv[0]} FOLDER")
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for group in (whole_files, directories, zip64s, locals_, places, attributes, names, contents, budgets):
        group()
    expected = {"control.zip": {"rule": None, "entry": None, "offset": None, "why": "the good package itself"}}
    package().write(folder / "control.zip")
    for name, (rule, zip_, why, entry, offset) in CASES.items():
        path = folder / f"{name}.zip"
        if isinstance(zip_, bytes):
            path.write_bytes(zip_)
        else:
            zip_.write(path)
            if offset == "local":
                offset = zip_.local_offsets[entry.encode()]
        expected[path.name] = {"rule": rule, "entry": entry, "offset": offset, "why": why}
    special_files(folder, expected)
    (folder / "expected.json").write_text(json.dumps(expected, indent=1) + "\n", encoding="utf-8")
    print(f"{len(expected) - 1} hostile archives and the control")


if __name__ == "__main__":
    main()
