from .base import TorchModel

__all__ = ["TorchModel"]
