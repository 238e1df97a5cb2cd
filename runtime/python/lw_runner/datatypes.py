"""The datatypes of the Open Inference Protocol and their numpy names."""

# Little-endian by name, so that nothing here depends on the machine.
NUMPY_NAMES = {
    "BOOL": "|b1",
    "UINT8": "|u1",
    "UINT16": "<u2",
    "UINT32": "<u4",
    "UINT64": "<u8",
    "INT8": "|i1",
    "INT16": "<i2",
    "INT32": "<i4",
    "INT64": "<i8",
    "FP16": "<f2",
    "FP32": "<f4",
    "FP64": "<f8",
}
DATATYPES = {name: datatype for datatype, name in NUMPY_NAMES.items()}
ITEM_SIZES = {datatype: int(name[2:]) for datatype, name in NUMPY_NAMES.items()}
FLOATS = frozenset(("FP16", "FP32", "FP64"))
# Inclusive bounds of the integers, for numbers that arrive as JSON.
INTEGER_BOUNDS = {
    **{f"UINT{bits}": (0, 2**bits - 1) for bits in (8, 16, 32, 64)},
    **{f"INT{bits}": (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for bits in (8, 16, 32, 64)},
}
BYTES = "BYTES"
DIMENSION_LIMIT = 32  # numpy's own limit before version 2
