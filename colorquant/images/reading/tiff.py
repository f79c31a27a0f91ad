"""Selection of the directories of a TIFF file that are its pages.

Tags follow TIFF 6.0, section 8; those of camera raw files follow Adobe's DNG specification
1.7, chapters 3 and 4, and TIFF/EP (ISO 12234-2).
"""

from itertools import count
from typing import Any, BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from colorquant.errors import InvalidInputError
from colorquant.images.reading.limits import check_frames

__all__ = ["Pages", "find_pages", "palette_of_8_bits"]

_KIND, _WIDTH, _LENGTH, _BITS, _PHOTOMETRIC = 254, 256, 257, 258, 262
_COLOR_MAP, _INNER = 320, 330
_DNG_VERSION, _TIFF_EP = 50706, 37398
# Bits of the tag for the kind of a directory.
_REDUCED, _MASK = 1, 4
# Photometric values of sensor data: a color filter array, and linear raw.
_SENSOR = {32803, 34892}
_RAW = "a camera raw file, which is not read; develop it first"
_PREVIEW = "its first picture is a reduced one of another, as in camera raw files; it is not read"
_MOST_INNER = 64


class Pages(NamedTuple):
    """The directories that hold pages."""

    numbers: list[int]
    sizes: list[tuple[int, int]]
    """Width and height of each."""
    others: bool
    """Whether the file also has masks, or reduced or inner pictures."""
    wide: bool
    """Whether the samples of the first page have more than 8 bits."""


def find_pages(image: Any, stream: BinaryIO, most: int) -> Pages:
    """Find the pages among the directories of a TIFF.

    Parameters
    ----------
    image : PIL.TiffImagePlugin.TiffImageFile
    stream : binary file
        The stream it was opened from.
    most : int
        Highest number of directories allowed.

    Returns
    -------
    Pages
        Without masks, and without reduced versions of other pages.

    Raises
    ------
    InvalidInputError
        If it is a camera raw file, begins with a reduced picture or a mask, or has more
        directories than allowed.
    """
    first = image.tag_v2
    inner = _inner(image, stream)
    stream.seek(8)
    sensor = any(directory.get(_PHOTOMETRIC) in _SENSOR for directory in inner)
    if _DNG_VERSION in first or _TIFF_EP in first or sensor or stream.read(2) == b"CR":
        raise InvalidInputError(_RAW)
    kind = _whole(first.get(_KIND))
    if kind & _REDUCED:
        raise InvalidInputError(_RAW if inner else _PREVIEW)
    if kind & _MASK:
        raise InvalidInputError("its first picture is the mask of another; not read")
    own = image.size[0] * image.size[1]
    if any(_whole(d.get(_WIDTH)) * _whole(d.get(_LENGTH)) > own for d in inner):
        raise InvalidInputError(_PREVIEW)
    numbers, sizes = [], []
    # Pillow itself counts the directories only by visiting all of them.
    for number in count():
        try:
            image.seek(number)
        except EOFError:
            break
        check_frames(number + 1, most)
        if not _whole(image.tag_v2.get(_KIND)) & (_REDUCED | _MASK):
            numbers.append(number)
            sizes.append(image.size)
    image.seek(0)
    wide = max(first.get(_BITS, (1,))) > 8
    return Pages(numbers, sizes, bool(inner) or len(numbers) < number, wide)


def palette_of_8_bits(image: Any) -> NDArray[np.uint8] | None:
    """Return the color map of a TIFF if its levels end at 255, not at 65,535; else None.

    Some programs write such a color map, and Pillow turns it black.

    Returns
    -------
    ndarray, (m, 3), uint8
    """
    levels = image.tag_v2.get(_COLOR_MAP, ()) if image.format == "TIFF" else ()
    if not levels or max(levels) > 255 or not any(levels):
        return None
    return np.array(levels, np.uint8).reshape(3, -1).T


def _inner(image: Any, stream: BinaryIO) -> list[Any]:
    """Return the directories that the first one refers to."""
    # Imported here, as other formats do not need it.
    from PIL import TiffImagePlugin

    places = image.tag_v2.get(_INNER, ())
    places = places if isinstance(places, tuple) else (places,)
    found = []
    for place in places[:_MOST_INNER]:
        directory = TiffImagePlugin.ImageFileDirectory_v2(image.tag_v2.prefix + b"*\0" + bytes(4))
        if not isinstance(place, int):
            continue
        stream.seek(place)
        directory.load(stream)
        found.append(directory)
    return found


def _whole(value: Any) -> int:
    return value if isinstance(value, int) else 0
