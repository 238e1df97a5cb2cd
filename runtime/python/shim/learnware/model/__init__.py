from .base import BaseModel, TorchModel

__all__ = ["BaseModel", "TorchModel"]
