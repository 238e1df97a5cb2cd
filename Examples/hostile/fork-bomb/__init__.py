import os

from learnware.model import BaseModel


class Model(BaseModel):
    """Starts processes, which start processes, without end; and tells what it met."""

    def __init__(self, most=None):
        super().__init__(input_shape=(1,), output_shape=(1,))
        # `most` is for showing on a host that the code works: so many processes, each gone at once.
        self.most = most

    def predict(self, X):
        started = 0
        try:
            while self.most is None or started < self.most:
                child = os.fork()
                started += 1
                if self.most is not None:
                    if child == 0:
                        os._exit(0)
                    os.waitpid(child, 0)
                elif child == 0:
                    started = 0  # a child goes on forking, as its parent does
            met = f"{started} processes started"
        except OSError as error:
            met = f"{type(error).__name__} {error}"
            if started:
                met = f"{started} processes started, then {met}"
        raise RuntimeError(f"forking: {met}")
