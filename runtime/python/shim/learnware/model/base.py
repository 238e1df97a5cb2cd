"""The classes that a package's model derives from. Imports nothing: numpy and torch are the package's choice."""


class BaseModel:
    """A model with the shapes of one input sample and one output."""

    def __init__(self, input_shape, output_shape):
        self.input_shape = input_shape
        self.output_shape = output_shape

    # A fit that does nothing would look like a success, so what a package leaves out raises.

    def predict(self, X):
        raise NotImplementedError("this model has no predict(X)")

    def fit(self, X, y):
        raise NotImplementedError("this model has no fit(X, y)")

    def finetune(self, X, y):
        raise NotImplementedError("this model has no finetune(X, y)")

    def get_model(self):
        raise NotImplementedError("this model has no get_model()")


class TorchModel(BaseModel):
    """A model around a torch module. The module is given, so torch is imported by whoever made it."""

    def __init__(self, model, input_shape=None, output_shape=None):
        super().__init__(input_shape, output_shape)
        self._model = model

    @property
    def nn_model(self):
        return self._model

    def get_model(self):
        return self._model
