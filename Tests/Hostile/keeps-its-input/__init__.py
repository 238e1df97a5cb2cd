"""Keeps a part of its first input and writes over every other, which must change nothing that anybody else sees."""
from learnware.model import BaseModel


class Model(BaseModel):
    def __init__(self):
        super().__init__(input_shape=(2,), output_shape=(2,))
        self.kept = None

    def predict(self, X):
        answer = X.copy()
        if self.kept is None:
            self.kept = X[: len(X) // 2]
        else:
            X[:] = -1
        answer[0] = self.kept.sum(axis=0)
        return answer
