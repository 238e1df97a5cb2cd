"""Tensors → a Parquet file, whose bytes go back to the host as they are made: there is nothing to write to in here."""

import math
import re

from .datatypes import BYTES, ITEM_SIZES
from .errors import OUTPUT_INVALID, RunnerError, clean_text, quoted
from .inputs import read_header, split_strings

# A row group ends with as many rows or bytes.
GROUP_ROWS = 131_072
GROUP_BYTES = 32 << 20
ARROW_NAMES = {"BOOL": "uint8", "FP16": "float16", "FP32": "float32", "FP64": "float64"}
# A fraction of a second that microseconds do not hold.
NANOSECONDS = re.compile(rb"[.,]\d{6}\d*[1-9]")


class Pieces:
    """A file that keeps what is written to it until it is taken away."""

    closed = False

    def __init__(self):
        self._pieces = []
        self._size = 0

    def write(self, data):
        self._pieces.append(bytes(data))
        self._size += len(data)
        return len(data)

    def tell(self):
        return self._size

    def take(self):
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)

    def flush(self):
        pass

    close = flush

    def readable(self):
        return False

    seekable = readable

    def writable(self):
        return True


class Writer:
    description = []

    def __init__(self):
        import pyarrow
        import pyarrow.parquet

        self._arrow = pyarrow
        self._pieces = Pieces()
        self._writer = None
        self._schema = None
        # For each column, whether a value has come.
        self._filled = []
        self._batches = []
        self._rows = self._bytes = 0

    def write(self, described, blob):
        """Adds rows; returns what of the file is ready."""
        try:
            names, arrays = self._columns(described, blob)
            self._add(names, arrays)
            if self._rows >= GROUP_ROWS or self._bytes >= GROUP_BYTES:
                self._write_group()
        except BaseException as error:
            raise unwritable(error) from None
        return self._pieces.take()

    def finish(self):
        """Ends the file; returns the rest of it."""
        try:
            self._write_group()
            self._writer.close()
        except BaseException as error:
            raise unwritable(error) from None
        return self._pieces.take()

    def _add(self, names, arrays):
        arrow = self._arrow
        if self._schema is None:
            fields = [arrow.field(name, array.type) for name, array in zip(names, arrays)]
            self._schema = arrow.schema(fields)
            self._filled = [False] * len(fields)
        if len(arrays) != len(self._schema):
            raise RunnerError(OUTPUT_INVALID, "the number of columns changes from one batch to another")
        for place, array in enumerate(arrays):
            if array.null_count == len(array):
                arrays[place] = arrow.nulls(len(array), self._schema.field(place).type)
            elif not self._filled[place]:
                self._decide(place, array.type)
        arrays = [fitted(array, field) for array, field in zip(arrays, self._schema)]
        batch = arrow.record_batch(arrays, schema=self._schema)
        self._batches.append(batch)
        self._rows += batch.num_rows
        self._bytes += batch.nbytes

    def _decide(self, place, kind):
        """The first values of a column say what it is, unless a part of the file is written already."""
        self._filled[place] = True
        field = self._schema.field(place)
        if field.type == kind or self._writer is not None:
            return
        arrow = self._arrow
        self._schema = self._schema.set(place, field.with_type(kind))
        for index, batch in enumerate(self._batches):
            columns = batch.columns
            columns[place] = arrow.nulls(batch.num_rows, kind)
            self._batches[index] = arrow.record_batch(columns, schema=self._schema)

    def _write_group(self):
        arrow = self._arrow
        if self._writer is None:
            self._writer = arrow.parquet.ParquetWriter(self._pieces, self._schema)
        if self._batches:
            self._writer.write_table(arrow.Table.from_batches(self._batches), row_group_size=1 << 20)
        self._batches = []
        self._rows = self._bytes = 0

    def _columns(self, described, blob):
        """The names and arrays of a request's tensors; one of several axes is several columns."""
        tensors, missing, offset = [], {}, 0
        for entry in described:
            tensor, parameters = read_header(entry)
            size = parameters.get("binary_data_size")
            if type(size) is not int or not 0 <= size <= len(blob) - offset:
                raise RunnerError(OUTPUT_INVALID, f"tensor {quoted(tensor.name)} has no bytes")
            data = memoryview(blob)[offset : offset + size]
            offset += size
            if tensor.valid_for is None:
                tensors.append((tensor, data))
            else:
                missing[tensor.valid_for] = data
        names, arrays = [], []
        for tensor, data in tensors:
            array = self._array(tensor, data, missing.get(tensor.name))
            width = math.prod(tensor.shape[1:])
            if width == 1:
                names.append(tensor.name)
                arrays.append(array)
                continue
            for place in range(width):
                names.append(f"{tensor.name}_{place}")
                arrays.append(array.take(self._arrow.array(range(place, len(array), width))))
        return names, arrays

    def _array(self, tensor, data, valid):
        arrow = self._arrow
        count = math.prod(tensor.shape)
        if tensor.datatype == BYTES:
            texts = split_strings(tensor, data)
            if valid is not None:
                texts = [text if there else None for text, there in zip(texts, valid)]
            return times(texts, arrow) if tensor.content_type == "datetime" else as_text(texts, arrow)
        if len(data) != count * ITEM_SIZES[tensor.datatype]:
            raise RunnerError(OUTPUT_INVALID, f"tensor {quoted(tensor.name)} has bytes that its shape does not give")
        kind = getattr(arrow, ARROW_NAMES.get(tensor.datatype, tensor.datatype.lower()))()
        buffers = [bitmap(valid, arrow), arrow.py_buffer(bytes(data))]
        array = arrow.Array.from_buffers(kind, count, buffers)
        # Half precision is in no reader but the newest ones.
        wider = {"BOOL": arrow.bool_(), "FP16": arrow.float32()}.get(tensor.datatype)
        return array if wider is None else array.cast(wider)


def bitmap(valid, arrow):
    if valid is None:
        return None
    flags = arrow.Array.from_buffers(arrow.uint8(), len(valid), [None, arrow.py_buffer(bytes(valid))])
    return flags.cast(arrow.bool_()).buffers()[1]


def as_text(texts, arrow):
    # Cast from bytes, so that every text is seen to be UTF-8.
    return arrow.array(texts, arrow.binary()).cast(arrow.string())


def times(texts, arrow):
    """Times without a zone, or in UTC: microseconds, or nanoseconds where those are needed."""
    texts = [text and text.replace(b",", b".") for text in texts]
    unit = "ns" if any(text and NANOSECONDS.search(text) for text in texts) else "us"
    array = as_text(texts, arrow)
    try:
        return array.cast(arrow.timestamp(unit))
    except arrow.ArrowInvalid:
        try:
            return array.cast(arrow.timestamp(unit, "UTC"))
        except arrow.ArrowInvalid:
            return array  # some with a zone and some without, or no times


def fitted(array, field):
    """The array as the type of the column, which its first values decided."""
    kind = field.type
    if array.type == kind:
        return array
    if str(array.type).startswith("timestamp") and getattr(kind, "tz", "") == array.type.tz:
        return array.cast(kind)
    told = f"{array.type} after {kind}"
    raise RunnerError(OUTPUT_INVALID, f"its column {quoted(field.name)} changes between batches: {told}")


def unwritable(error):
    if isinstance(error, RunnerError):
        return RunnerError(OUTPUT_INVALID, error.message)
    if isinstance(error, MemoryError):
        return RunnerError(OUTPUT_INVALID, "it takes more memory to be written than its writer is given")
    text = " ".join(clean_text(str(error), 300).split()).rstrip(".")
    return RunnerError(OUTPUT_INVALID, f"it cannot be written as Parquet ({text or type(error).__name__})")
