"""Images as palettes: the colors of an image, and a PNG of swatches."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from colorquant.choices import MAX_COLORS
from colorquant.color.packing import pack, runs, unpack
from colorquant.errors import InvalidInputError
from colorquant.images.reading.signatures import HEAD, format_of
from colorquant.images.source import Source, SourceLike
from colorquant.images.writing.encode import encode
from colorquant.images.writing.formats import FORMATS
from colorquant.metadata import Metadata
from colorquant.models import IndexedImage, index_type
from colorquant.palette import Palette
from colorquant.reading import ReadingOptions

__all__ = ["is_picture", "read_picture", "write_picture"]

# Pixels whose colors are found at once.
_BLOCK = 1 << 18
# Swatches of more than one pixel stand in rows of so many.
_ROW = 16
# No picture of swatches has more pixels.
_LARGEST = 1 << 26


def is_picture(data: bytes) -> bool:
    """Return whether the bytes of a file begin as an image."""
    return bool(format_of(data[:HEAD]))


def read_picture(place: SourceLike) -> Palette:
    """Return the palette of an indexed image, or else the colors of an image's first frame.

    An indexed image's own palette is taken whole, in its order. Other colors come in the order in
    which they appear, row by row. Fully transparent colors become (0, 0, 0, 0).

    Raises
    ------
    ImageReadError
        If it cannot be read as an image; a NotAnImageError if it is none.
    ValueError
        If it has too many colors.
    """
    with Source(place, ReadingOptions()) as source:
        raster = source.first()
    colors = _in_order(raster.pixels) if raster.palette is None else raster.palette.copy()
    if colors.shape[1] == 4:
        colors[colors[:, 3] == 0] = 0
        if (colors[:, 3] == 255).all():
            colors = colors[:, :3]
    return Palette(np.ascontiguousarray(colors), np.zeros(len(colors), np.int64))


def _in_order(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the different colors of pixels in the order in which they appear."""
    channels = pixels.shape[2]
    flat = pixels.reshape(-1, channels)
    found: dict[int, None] = {}
    for start in range(0, len(flat), _BLOCK):
        keys, _ = runs(pack(flat[start : start + _BLOCK]))
        different, first = np.unique(keys, return_index=True)
        found.update(dict.fromkeys(different[np.argsort(first)].tolist()))
        if len(found) > MAX_COLORS:
            raise ValueError(f"the image has more than {MAX_COLORS:,} colors")
    return unpack(np.array(list(found), np.uint32), channels)


def write_picture(palette: Palette, swatch: int = 1) -> bytes:
    """Return a palette as a PNG file, indexed if it has up to 256 colors.

    Parameters
    ----------
    palette : Palette
    swatch : int
        Each color gets a square of so many pixels a side. Single pixels stand in one row, larger
        squares in rows of 16; what is left of the last row has the last color.

    Raises
    ------
    InvalidInputError
        If the picture would be too large.
    """
    count = len(palette)
    columns = count if swatch == 1 else min(count, _ROW)
    rows = -(-count // columns)
    if rows * columns * swatch * swatch > _LARGEST:
        raise InvalidInputError(
            f"swatch {swatch} makes a picture of more than {_LARGEST:,} pixels", "swatch"
        )
    places = np.minimum(np.arange(rows * columns), count - 1).reshape(rows, columns)
    indices: Any = places.astype(index_type(count))
    squares = indices.repeat(swatch, axis=0).repeat(swatch, axis=1)
    return encode(IndexedImage(squares, palette), FORMATS["png"], Metadata())
