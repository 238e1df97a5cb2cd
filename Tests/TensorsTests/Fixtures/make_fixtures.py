"""Writes the .npy fixtures with numpy, and what is in them as expected.json.

Run in this folder: python3 make_fixtures.py
"""

import json

import numpy as np

numbers = np.array([[1, 2, 3], [40, 50, 60]])
cases = {}


def save(name, array, version=(1, 0), expected=True):
    with open(f"{name}.npy", "wb") as file:
        np.lib.format.write_array(file, array, version=version, allow_pickle=True)
    if expected:
        flat = np.ascontiguousarray(array).reshape(-1)
        if array.dtype.kind == "S":
            values = [value.decode() for value in flat]
        else:
            values = flat.tolist()
        cases[name] = {"shape": list(array.shape), "values": values}


for code in "i1 i2 i4 i8 u1 u2 u4 u8 f2 f4 f8".split():
    save(code, numbers.astype("<" + code))
    if not code.endswith("1"):
        save("big_" + code, numbers.astype(">" + code))
save("bool", np.array([[True, False], [False, True]]))
save("extremes", np.array([[np.iinfo(np.int64).min, np.iinfo(np.int64).max]]))
save("fractions", np.array([[0.1, -1e-308, 5e-324], [1.7976931348623157e308, -0.0, 2 / 3]]))
save("one_axis", np.arange(5, dtype="<f8"))
save("three_axes", np.arange(24, dtype="<i4").reshape(2, 3, 4))
save("fortran", np.asfortranarray(np.arange(12, dtype="<f8").reshape(4, 3)))
save("fortran_three_axes", np.asfortranarray(np.arange(24, dtype="<i2").reshape(2, 3, 4)))
save("fortran_big", np.asfortranarray(np.arange(12).reshape(4, 3).astype(">f4")))
save("version_2", numbers.astype("<f8"), version=(2, 0))
save("version_3", numbers.astype("<f8"), version=(3, 0))
save("unicode", np.array(["a", "grün", "日本", "", "🙂"]))
save("big_unicode", np.array(["a", "grün"]).astype(">U4"))
save("unicode_matrix", np.array([["a", "b"], ["c", "d"]]))
save("bytes", np.array([b"a", b"", "grün".encode()]))

save("objects", np.array([{"a": 1}, None], dtype=object), expected=False)
save("dates", np.array(["2024-01-01"], dtype="datetime64[D]"), expected=False)
save("complex", np.array([1 + 2j]), expected=False)
save("long_double", np.array([[1.0]], dtype=np.longdouble), expected=False)
save("records", np.array([(1, 2.0)], dtype=[("a", "<i4"), ("b", "<f8")]), expected=False)
save("void", np.array([b"ab"], dtype="V2"), expected=False)
save("scalar", np.array(1.5), expected=False)
save("no_rows", np.zeros((0, 4)), expected=False)
save("no_columns", np.zeros((4, 0)), expected=False)
save("latin_1", np.array([b"a", b"gr\xfcn"]), expected=False)

with open("expected.json", "w") as file:
    lines = [f"{json.dumps(name)}: {json.dumps(case)}" for name, case in cases.items()]
    file.write("{\n" + ",\n".join(lines) + "\n}\n")
