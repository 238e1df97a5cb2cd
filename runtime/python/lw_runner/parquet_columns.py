"""What the columns of a Parquet file hold, and their values as bytes of the protocol.

Arrow's memory is the protocol's: numbers are sent as they lie there, and nothing here needs numpy.
"""

from .datatypes import BYTES, ITEM_SIZES
from .errors import INPUT_DOES_NOT_FIT, LOAD_FAILED, RunnerError, clean_text


class Kind:
    """What one column holds, and how it is told to the host."""

    def __init__(self, field, arrow):
        self._arrow = arrow
        self.name = field.name
        self.categories = None
        kind = field.type
        if isinstance(kind, arrow.BaseExtensionType):
            kind = kind.storage_type
        self.is_category = arrow.types.is_dictionary(kind) and is_text(kind.value_type, arrow.types)
        if arrow.types.is_dictionary(kind):
            kind = kind.value_type
        self._type = kind
        self.is_whole = arrow.types.is_integer(kind)
        self.datatype, self.content_type = self._told(kind, arrow.types)
        if self.is_category:
            self.content_type = "category"

    @staticmethod
    def _told(kind, types):
        if types.is_boolean(kind):
            return "BOOL", None
        if types.is_integer(kind):
            return str(kind).upper(), None
        if types.is_float32(kind) or types.is_float16(kind):
            return "FP32", None
        if types.is_float64(kind) or types.is_decimal(kind) or types.is_null(kind):
            return "FP64", None
        if types.is_timestamp(kind) or types.is_date(kind):
            return BYTES, "datetime"
        if types.is_time(kind) or is_text(kind, types):
            return BYTES, "str"
        return "", None

    @property
    def description(self):
        """A column that the protocol has no datatype for has the name of its own."""
        signature = {"name": self.name, "datatype": self.datatype or clean_text(str(self._type), 60), "shape": [-1]}
        parameters = {}
        if self.content_type:
            parameters["content_type"] = self.content_type
        if self.categories is not None:
            parameters["categories"] = self.categories
        return {**signature, "parameters": parameters} if parameters else signature

    def wire(self, arrays, compute):
        """The bytes of the values, and of what says which of them are there (empty when all are)."""
        if not self.datatype:
            raise RunnerError(INPUT_DOES_NOT_FIT, "it holds values that are no single values")
        arrow = self._arrow
        arrays = [self._plain(array, compute) for array in arrays]
        if not arrays:
            return b"", b""
        array = arrays[0] if len(arrays) == 1 else arrow.concat_arrays(arrays)
        valid = b""
        if array.null_count:
            if self.datatype not in ("FP32", "FP64"):
                valid = values_of(array.is_valid().cast(arrow.uint8()), 1)
            array = array.fill_null(self._filler(array))
        if self.datatype == BYTES:
            return self._texts(array, compute), valid
        return values_of(array, ITEM_SIZES[self.datatype]), valid

    def _filler(self, array):
        if self.datatype == BYTES:
            return self._arrow.scalar(b"", array.type)
        return self._arrow.scalar(float("nan") if self.datatype in ("FP32", "FP64") else 0, array.type)

    def _plain(self, array, compute):
        """An array of a type that the wire has: numbers of its datatype, uint8 for booleans, bytes for texts."""
        arrow = self._arrow
        if isinstance(array, arrow.ExtensionArray):
            array = array.storage
        if isinstance(array, arrow.DictionaryArray):
            array = array.dictionary_decode()
        if self.datatype == BYTES:
            return self._text(array, compute).cast(arrow.large_binary())
        wanted = {"BOOL": arrow.uint8(), "FP32": arrow.float32(), "FP64": arrow.float64()}.get(self.datatype)
        # Not checked: a decimal is the nearest number, and whole numbers beyond 2⁵³ were looked for.
        return array if wanted is None or array.type == wanted else array.cast(wanted, safe=False)

    def _text(self, array, compute):
        arrow, types = self._arrow, self._arrow.types
        if types.is_timestamp(array.type):
            zone, unit = array.type.tz, array.type.unit
            # The moment itself, in UTC: the list of time zones is not to be seen here.
            texts = array.view(arrow.int64()).view(arrow.timestamp(unit)).cast(arrow.string())
            return compute.binary_join_element_wise(texts, "Z", "") if zone else texts
        if types.is_date64(array.type):
            array = array.cast(arrow.date32())
        if types.is_date(array.type) or types.is_time(array.type):
            return array.cast(arrow.string())
        if types.is_fixed_size_binary(array.type):
            array = array.cast(arrow.binary())
        try:
            # Cast from bytes, so that every text is seen to be UTF-8.
            return array.cast(arrow.large_binary()).cast(arrow.large_string())
        except ValueError:
            message = f"its column '{clean_text(self.name, 60)}' holds bytes that are no text in UTF-8"
            raise RunnerError(INPUT_DOES_NOT_FIT, message) from None

    def _texts(self, array, compute):
        """Each element's length in four bytes, and the element."""
        arrow = self._arrow
        lengths = compute.binary_length(array).cast(arrow.uint32())
        buffers = [None, arrow.py_buffer(values_of(lengths, 4))]
        prefixes = arrow.Array.from_buffers(arrow.binary(4), len(array), buffers).cast(arrow.large_binary())
        joined = compute.binary_join_element_wise(prefixes, array, arrow.scalar(b"", arrow.large_binary()))
        _, offsets, data = joined.buffers()
        ends = memoryview(offsets).cast("B").cast("q")
        first, last = ends[joined.offset], ends[joined.offset + len(joined)]
        return b"" if first == last else memoryview(data).cast("B")[first:last]


def is_text(kind, types):
    return (
        types.is_string(kind)
        or types.is_large_string(kind)
        or types.is_string_view(kind)
        or types.is_binary(kind)
        or types.is_large_binary(kind)
        or types.is_binary_view(kind)
        or types.is_fixed_size_binary(kind)
    )


def values_of(array, size):
    """The bytes of an array of numbers."""
    if not len(array):
        return b""
    return memoryview(array.buffers()[1]).cast("B")[array.offset * size : (array.offset + len(array)) * size]


def unreadable(error, column=None, place=""):
    """What to say of a file that Arrow cannot read."""
    if isinstance(error, RunnerError):
        return error
    if isinstance(error, MemoryError):
        return RunnerError(LOAD_FAILED, "so many of its rows take more memory than their reader is given (see --batch)")
    text = " ".join(clean_text(str(error), 300).split()).rstrip(".")
    where = f"its column '{clean_text(column, 60)}'" if column is not None else "it"
    return RunnerError(LOAD_FAILED, f"{where} cannot be read as Parquet{place} ({text or type(error).__name__})")
