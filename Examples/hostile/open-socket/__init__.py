import socket

from learnware.model import BaseModel


class Model(BaseModel):
    """Opens a connection over the network, and tells what it met."""

    def __init__(self, host="127.0.0.1", port=80):
        super().__init__(input_shape=(1,), output_shape=(1,))
        self.address = (host, port)

    def predict(self, X):
        try:
            with socket.create_connection(self.address, timeout=5) as connection:
                connection.sendall(b"what the model was given to predict")
                met = "connected"
        except OSError as error:
            met = f"{type(error).__name__} {error}"
        raise RuntimeError(f"connecting to {self.address[0]} port {self.address[1]}: {met}")
