"""Writes the .npy and .npz fixtures with numpy, and what is in them as expected.json; and what pandas makes of tables
of text, as read_csv.json.

Run in this folder: python3 make_fixtures.py
"""

import io
import json

import numpy as np
import pandas as pd

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

np.savez("columns.npz", age=np.array([1, 2, 3]), name=np.array(["a", "gr\u00fcn", ""]), ok=np.array([True, False, True]))
np.savez_compressed("matrix.npz", np.asfortranarray(np.arange(6, dtype="<f4").reshape(3, 2)))
np.savez("usual.npz", X=np.arange(6.0).reshape(3, 2), y=np.array([0, 1, 0]))
np.savez("objects.npz", X=np.array([{"a": 1}], dtype=object))

TABLES = [
    "a,b\n1,x\n2,y\n",
    "a,b\n1,\n,y\n",
    "a,b,c\n1,1.5,true\n-2,2,false\n",
    "a,b\n007,1e3\n+8,-0.5\n",
    "a,b\nNA,nan\n1,null\n",
    "a,b\n1,\"x, y\"\n2,\"he said \"\"no\"\"\"\n",
    "a,b\r\n1,x\r\n2,y\r\n",
    "a,b\n1,True\nx,2\n",
    "a,b\n9007199254740993,1\n1,inf\n",
    "\ufeffa,b\n1,gr\u00fcn\n2,\u65e5\u672c\n",
    "a,b\n1,TRUE\n2,False\n",
]
KINDS = {"i": "INT64", "f": "FP64", "b": "BOOL", "O": "BYTES"}
tables = []
for text in TABLES:
    frame = pd.read_csv(io.BytesIO(text.encode()), encoding="utf-8-sig")
    columns = []
    for name in frame:
        values = [None if pd.isna(value) else value for value in frame[name].tolist()]
        values = ["inf" if value == float("inf") else value for value in values]
        kind = frame[name].dtype.kind if isinstance(frame[name].dtype, np.dtype) else "O"
        columns.append({"name": name, "datatype": KINDS[kind], "values": values})
    tables.append({"text": text, "columns": columns})
with open("read_csv.json", "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(table) for table in tables) + "\n]\n")
