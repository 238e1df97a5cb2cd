"""Files of images, which the host itself never decodes: the bytes of one file → its pixels.

    PictureSession  `decode` in the place of a model's methods
    Decoder         what opens and converts one file
"""

import io
import sys
import warnings

from .errors import INPUT_DOES_NOT_FIT, INVALID_PARAMS, LOAD_FAILED, RunnerError, clean_text
from .session import Session, limit

# What is not named here is not tried, so that its decoder is not there to be attacked.
FORMATS = ("BMP", "GIF", "JPEG", "PNG", "TIFF", "WEBP")
GREY = ("1", "L", "LA", "La")
LARGEST_16, LARGEST_8 = 65535, 255


class PictureSession(Session):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        for name in ("predict", "fit", "finetune", "export"):
            self._methods.pop(name)
        self._methods["decode"] = self._answer_decode

    def _load(self, config):
        return Decoder(limit(config, "pixels", 1 << 26), limit(config, "side", 1 << 14))

    def _description(self, config, load_ms):
        return {
            "name": "images",
            "platform": "pillow",
            "extensions": ["binary_tensor_data"],
            "inputs": [{"name": "file", "datatype": "UINT8", "shape": [-1]}],
            "outputs": [{"name": "pixels", "datatype": "UINT8", "shape": [-1, -1, -1]}],
            "runtime": "Pillow {}, Python {}.{}.{}".format(self._model.version, *sys.version_info[:3]),
            "load_ms": load_ms,
        }

    def _answer_decode(self, params, blob):
        described = params.get("inputs")
        if not isinstance(described, list) or len(described) != 1 or not blob:
            raise RunnerError(INVALID_PARAMS, "inputs must be the bytes of one file")
        planes, height, width = self._model.planes(blob)
        tensor = {
            "name": "pixels",
            "datatype": "UINT8",
            "shape": [len(planes), height, width],
            "parameters": {"binary_data_size": sum(map(len, planes))},
        }
        return {"model_name": "images", "outputs": [tensor]}, planes


class Decoder:
    """Opens files of at most so many pixels, and so many of them in a row or a column."""

    def __init__(self, pixels, side):
        try:
            import PIL
            from PIL import Image
        except ImportError as error:
            raise RunnerError(LOAD_FAILED, f"Pillow cannot be imported: {clean_text(str(error), 200)}") from None
        self.version = PIL.__version__
        self._image, self._side = Image, side
        # Past this it warns before it allocates, and the warning is an error.
        Image.MAX_IMAGE_PIXELS = pixels
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        Image.init()

    def planes(self, data):
        """The planes of the first picture in a file, one when it is grey and three otherwise; its height and width."""
        try:
            with self._image.open(io.BytesIO(data), formats=FORMATS) as picture:
                width, height = picture.size
                if max(width, height) > self._side:
                    message = f"it has {width} x {height} pixels; at most {self._side} in a row or column are taken"
                    raise RunnerError(INPUT_DOES_NOT_FIT, message)
                picture.load()
                plain = self._plain(picture)
            if plain.mode == "L":
                return (plain.tobytes(),), plain.height, plain.width
            return tuple(band.tobytes() for band in plain.split()), plain.height, plain.width
        except BaseException as error:
            raise self._unreadable(error) from None

    def _plain(self, picture):
        """Grey or red, green and blue, of 8 bits. Transparency is left out, as torchvision does it."""
        if picture.mode in GREY or picture.mode == "P" and is_grey(picture.getpalette()):
            return picture.convert("L")
        if picture.mode.startswith("I;16"):
            # Converted as it is, everything above 255 would be white.
            return picture.convert("I").point(lambda value: value * (LARGEST_8 / LARGEST_16) + 0.5).convert("L")
        if picture.mode in ("I", "F"):
            raise RunnerError(INPUT_DOES_NOT_FIT, "its pixels are numbers whose range it does not say; use .npy")
        return picture.convert("RGB")

    def _unreadable(self, error):
        if isinstance(error, RunnerError):
            return error
        if isinstance(error, (self._image.DecompressionBombWarning, self._image.DecompressionBombError)):
            message = f"it has more than the {self._image.MAX_IMAGE_PIXELS} pixels that are taken"
        elif isinstance(error, MemoryError):
            message = "it takes more memory than its decoder is given"
        elif type(error).__name__ == "UnidentifiedImageError":
            message = f"it is no image that is read ({', '.join(FORMATS)})"
        else:
            text = " ".join(clean_text(str(error), 200).split()).rstrip(".")
            message = f"it cannot be decoded ({text or type(error).__name__})"
        return RunnerError(INPUT_DOES_NOT_FIT, message)


def is_grey(palette):
    return palette is not None and palette[0::3] == palette[1::3] == palette[2::3]
