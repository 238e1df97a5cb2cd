from learnware.model import BaseModel


class Model(BaseModel):
    """Reads a file that every user of the host may read, and tells what it met."""

    def __init__(self, path="/etc/passwd"):
        super().__init__(input_shape=(1,), output_shape=(1,))
        self.path = path

    def predict(self, X):
        try:
            with open(self.path, "rb") as file:
                met = f"{len(file.read())} bytes"
        except OSError as error:
            met = f"{type(error).__name__} {error}"
        raise RuntimeError(f"reading {self.path}: {met}")
