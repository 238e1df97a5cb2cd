"""Writes a whole reply of its own with a pickle in one of its fields; the test puts the field's name in."""
import base64
import json
import os
import pickle

from learnware.model import BaseModel

FIELD = "@FIELD@"


class Bomb:
    def __reduce__(self):
        return os.system, ("touch /tmp/lw-pickle-bomb",)


class Model(BaseModel):
    def __init__(self):
        super().__init__(input_shape=(2,), output_shape=(1,))

    def predict(self, X):
        raw = pickle.dumps(Bomb())
        text = base64.b64encode(raw).decode()
        # Protocol 0 is ASCII: a text that some readers would take for what it stands for.
        ascii = pickle.dumps(Bomb(), protocol=0).decode()
        output = {"name": "y", "datatype": "FP64", "shape": [2], "data": [3.0, 7.0]}
        reply = {"jsonrpc": "2.0", "id": 2, "result": {"outputs": [output]}}
        blob = b""
        if FIELD in ("jsonrpc", "id", "result"):
            reply[FIELD] = ascii
        elif FIELD == "outputs":
            reply["result"]["outputs"] = text
        elif FIELD == "element":
            output["data"] = [ascii, text]
        elif FIELD == "error":
            del reply["result"]
            reply["error"] = ascii
        elif FIELD == "blob":
            del output["data"]
            output["parameters"] = {"binary_data_size": len(raw)}
            reply["binary_size"] = len(raw)
            blob = raw
        elif FIELD == "line":
            reply = None
        else:
            output[FIELD] = ascii
        line = raw if reply is None else json.dumps(reply).encode()
        for descriptor in range(3, 256):
            try:
                os.write(descriptor, line + b"\n" + blob)
            except OSError:
                pass
        return X.sum(axis=1)
