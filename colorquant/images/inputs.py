"""Images that a caller passes: Pillow's, arrays, files, bytes and URLs."""

import numpy as np
from PIL import Image

from colorquant.errors import ColorquantError, InvalidInputError
from colorquant.images.reading.decode import ImageLike, as_raster
from colorquant.images.source import Source, SourceLike, decode_errors
from colorquant.models import Raster
from colorquant.reading import ReadingOptions
from colorquant.recording import warn
from colorquant.storage.files import check_stream
from colorquant.storage.places import is_place, read_errors

__all__ = ["Input", "taken"]

Input = ImageLike | SourceLike
"""An image in memory, or a file of one."""


def taken(image: Input, options: ReadingOptions) -> Raster:
    """Return an image as a raster.

    Parameters
    ----------
    image : Raster, PIL.Image.Image, ndarray, path, URL, bytes or binary file
        Of a file with several frames, the first is taken, with a warning.
    options : ReadingOptions

    Raises
    ------
    InvalidInputError
        If it is not an image, or not of an accepted kind.
    ImageReadError
        If it cannot be read or decoded.
    """
    if isinstance(image, (Raster, Image.Image, np.ndarray)):
        return _in_memory(image, options)
    if not (is_place(image) or isinstance(image, (bytes, bytearray, memoryview)) or _reads(image)):
        raise InvalidInputError(
            "an image is Pillow's, an array, a path, a URL, bytes, a binary file or a Raster, "
            f"not {type(image).__name__}"
        )
    if _reads(image):
        check_stream(image, "source", "read", "readable")
    with Source(image, options) as source:
        if source.frames > 1 or source.partial:
            what = "layers, sizes or previews" if source.partial else f"{source.frames:,} frames"
            warn(f"{source.name}: only the first is used of its {what}")
        return source.first()


def _reads(image: object) -> bool:
    return callable(getattr(image, "read", None))


def _in_memory(image: ImageLike, options: ReadingOptions) -> Raster:
    if isinstance(image, Image.Image) and not (image.width and image.height):
        raise InvalidInputError(f"the image is empty: {image.width} x {image.height} pixels")
    try:
        return as_raster(image, options)
    except ColorquantError:
        raise
    except Exception as error:
        if "closed image" in str(error):
            raise InvalidInputError("the image is closed") from None
        with read_errors("the image"), decode_errors("the image"):
            raise
