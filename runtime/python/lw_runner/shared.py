"""Large tensors in two memory files: what the host writes (3, to be read only) and what it reads (4).

A large input is mapped privately for one request, without a copy: the model may write to it, and sees its own writes
only. The host writes the next request over the same bytes, so before a reply is sent each mapping is given up; one of
which the model kept a part gets pages of its own first. A small input is sooner copied than mapped.
"""

import mmap
import os

INPUTS, OUTPUTS = 3, 4
# Below this a pipe is as fast.
SMALLEST = 1 << 16
SMALLEST_MAPPED = 4 << 20
PAGE = mmap.PAGESIZE

_fstat, _map = os.fstat, mmap.mmap


class SharedMemory:
    def __init__(self):
        self._input_size = _fstat(INPUTS).st_size
        self._output_size = _fstat(OUTPUTS).st_size
        self._mapped = []
        self._inputs = None
        self._outputs = None
        self._end = 0

    def view(self, offset, size):
        """A writable buffer of the bytes that the host wrote; ValueError when they do not lie in the file."""
        if type(offset) is not int or type(size) is not int or not 0 < size <= self._input_size - max(offset, 0):
            raise ValueError("has no place in the shared memory")
        if offset < 0:
            raise ValueError("has a place before the shared memory")
        if size < SMALLEST_MAPPED:
            if self._inputs is None:
                self._inputs = memoryview(_map(INPUTS, self._input_size, prot=mmap.PROT_READ))
            return bytearray(self._inputs[offset : offset + size])
        before = offset % PAGE
        flags, access = mmap.MAP_PRIVATE, mmap.PROT_READ | mmap.PROT_WRITE
        mapping = _map(INPUTS, size + before, flags=flags, prot=access, offset=offset - before)
        self._mapped.append(mapping)
        return memoryview(mapping)[before:]

    def place(self, blob):
        """Copies a buffer of bytes to where the host reads; the offset, or None for what stays in the pipe."""
        size = len(blob)
        if not SMALLEST <= size <= self._output_size - self._end:
            return None
        if self._outputs is None:
            self._outputs = _map(OUTPUTS, self._output_size)
        offset = self._end
        self._outputs[offset : offset + size] = blob
        self._end = -(-(offset + size) // PAGE) * PAGE
        return offset

    def release(self):
        """Gives up the inputs of the request; to be called before its reply is sent."""
        self._end = 0
        mapped, self._mapped = self._mapped, []
        for mapping in mapped:
            try:
                mapping.close()
            except BufferError:
                # Writing a byte to a private page makes it one that the host no longer writes to.
                for place in range(0, len(mapping), PAGE):
                    mapping[place] = mapping[place]
