"""Framing: one line of JSON, then as many raw bytes as the line announces.

Works on bare descriptors. Python's buffered streams would read ahead into a buffer of their own, and a large
blob would be copied out of it; here it is read straight into the memory that becomes the model's array.
"""

import os

_read, _readv, _writev = os.read, os.readv, os.writev

DEFAULT_LINE_LIMIT = 16 << 20
DEFAULT_BLOB_LIMIT = 4 << 30
# Small, because what the first read takes of a blob has to be copied; grows for long lines.
FIRST_READ = 4096
LARGEST_READ = 1 << 20
BUFFERS_PER_WRITE = 512  # IOV_MAX is 1024


class EndOfInput(Exception):
    """The host closed its end."""


class LineTooLong(Exception):
    """No line end within the limit; where the next message starts is unknown."""


class Channel:
    def __init__(self, source, sink):
        self.line_limit = DEFAULT_LINE_LIMIT
        self.blob_limit = DEFAULT_BLOB_LIMIT
        self._source = source
        self._sink = sink
        self._rest = b""

    def read_line(self):
        """Returns the next line without its end."""
        piece, self._rest = self._rest, b""
        pieces, length, size = [], 0, FIRST_READ
        while True:
            end = piece.find(b"\n")
            length += len(piece) if end < 0 else end
            if length > self.line_limit:
                raise LineTooLong
            if end >= 0:
                self._rest = piece[end + 1 :]
                pieces.append(piece[:end])
                return b"".join(pieces)
            pieces.append(piece)
            piece = _read(self._source, size)
            if not piece:
                raise EndOfInput
            size = min(size * 2, LARGEST_READ)

    def read_blob(self, count):
        """Returns the next `count` bytes; raises MemoryError before it has read any of them."""
        blob = bytearray(count)
        view = memoryview(blob)
        have = min(len(self._rest), count)
        view[:have] = self._rest[:have]
        self._rest = self._rest[have:]
        while have < count:
            received = _readv(self._source, [view[have:]])
            if received == 0:
                raise EndOfInput
            have += received
        return blob

    def discard_blob(self, count):
        """Reads past `count` bytes."""
        skipped = min(len(self._rest), count)
        self._rest = self._rest[skipped:]
        count -= skipped
        while count:
            received = len(_read(self._source, min(count, LARGEST_READ)))
            if received == 0:
                raise EndOfInput
            count -= received

    def write(self, line, blobs=()):
        """Writes a line and the byte buffers that follow it."""
        pending = [memoryview(line + b"\n")]
        pending.extend(memoryview(blob) for blob in blobs if len(blob))
        start = 0
        while start < len(pending):
            sent = _writev(self._sink, pending[start : start + BUFFERS_PER_WRITE])
            while sent:
                length = len(pending[start])
                if sent < length:
                    pending[start] = pending[start][sent:]
                    break
                sent -= length
                start += 1
