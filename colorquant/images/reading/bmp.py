"""Reading of BMP files with bit masks that Pillow refuses, or whose alpha it drops.

Layouts follow Microsoft's documentation of BITMAPINFOHEADER, BITMAPV4HEADER and
BITMAPV5HEADER.
"""

import struct
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

__all__ = ["open_bit_fields"]

_RGB, _BIT_FIELDS, _ALPHA_BIT_FIELDS = 0, 3, 6
_FILE_HEADER = 14
_INFO = struct.Struct("<IiiHHI")
# Default masks at 16 bits a pixel: five bits for each color.
_FIVE_EACH = (0x7C00, 0x03E0, 0x001F, 0)
# Masks that Pillow reads right.
_PILLOWS = {
    *((0xFF0000, 0xFF00, 0xFF, 0), (0xFF0000, 0xFF00, 0xFF, 0xFF000000)),
    *((0xFF000000, 0xFF0000, 0xFF00, 0), (0xFF000000, 0xFF0000, 0xFF00, 0xFF)),
    *((0xFF000000, 0xFF00, 0xFF, 0), (0xFF000000, 0xFF00, 0xFF, 0xFF0000)),
    (0xFF, 0xFF00, 0xFF0000, 0xFF000000),
}


def open_bit_fields(stream: BinaryIO, most_pixels: int) -> Image.Image | None:
    """Read a BMP of 16 or 32 bits a pixel by its bit masks, unless Pillow reads it right.

    Parameters
    ----------
    stream : binary file
        A BMP file.
    most_pixels : int
        Larger images are refused.

    Returns
    -------
    PIL.Image.Image or None
        RGB or RGBA, rounded to the nearest level; None if it is left to Pillow.

    Raises
    ------
    ValueError
        If the masks make no sense.
    OSError
        If the file is cut off.
    PIL.Image.DecompressionBombError
        If it is too large.
    """
    stream.seek(0)
    head = stream.read(_FILE_HEADER + 124)
    if len(head) < _FILE_HEADER + 40 or head[:2] != b"BM":
        return None
    offset = struct.unpack_from("<I", head, 10)[0]
    size, width, height, _, bits, compression = _INFO.unpack_from(head, _FILE_HEADER)
    if size < 40 or bits not in (16, 32) or width <= 0 or height == 0:
        return None
    if compression == _RGB and bits == 16:
        masks = _FIVE_EACH
    elif compression in (_BIT_FIELDS, _ALPHA_BIT_FIELDS):
        own = 4 if size >= 56 or compression == _ALPHA_BIT_FIELDS else 3
        masks = struct.unpack_from(f"<{own}I", head, _FILE_HEADER + 40) + (0,) * (4 - own)
    else:
        return None
    if masks in _PILLOWS or not any(masks):
        return None
    if width * abs(height) > most_pixels:
        raise Image.DecompressionBombError(f"({width * abs(height)} pixels)")
    if not all(masks[:3]):
        raise ValueError("it has no mask for one of its colors")
    stride = -(-width * bits // 32) * 4
    stream.seek(offset)
    data = stream.read(stride * abs(height))
    if len(data) < stride * abs(height):
        raise OSError("image file is truncated")
    words = np.frombuffer(data, f"<u{bits // 8}").reshape(abs(height), -1)[:, :width]
    words = words if height < 0 else words[::-1]
    image = Image.fromarray(np.dstack([_samples(words, mask) for mask in masks if mask]))
    image.format = "BMP"
    return image


def _samples(words: NDArray[np.unsignedinteger], mask: int) -> NDArray[np.uint8]:
    """Return the samples under a mask, scaled to 0 to 255 and rounded."""
    shift = (mask & -mask).bit_length() - 1
    maximum = mask >> shift
    if maximum & (maximum + 1):
        raise ValueError(f"its mask {mask:#x} has gaps")
    levels = words.astype(np.uint64) >> np.uint64(shift) & np.uint64(maximum)
    rounded: NDArray[np.uint8] = ((levels * 255 + maximum // 2) // maximum).astype(np.uint8)
    return rounded
