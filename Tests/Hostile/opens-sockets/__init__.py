"""Tries sockets of every family, and says what it met."""
import socket

from learnware.model import BaseModel


class Model(BaseModel):
    def __init__(self):
        super().__init__(input_shape=(2,), output_shape=(1,))

    def predict(self, X):
        met = set()
        for family in range(46):
            for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW):
                try:
                    socket.socket(family, kind)
                    met.add(f"family {family}: OPENED")
                except OSError as error:
                    met.add(error.strerror)
        raise RuntimeError("; ".join(sorted(met)))
