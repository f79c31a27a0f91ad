"""Lookup of the palette entry of every pixel, by a table of colors."""

import numpy as np
from numpy.typing import NDArray

from colorquant.color.table import ColorTable, strips
from colorquant.mapping.nearest import Entries
from colorquant.models import IndexedImage, Palette
from colorquant.threads import for_each

__all__ = ["Mapping"]

# If all keys are below this, they are looked up in an array over all of them, else by bisection.
_DIRECT = 1 << 24


class Mapping:
    """Gives every pixel the palette entry of its color.

    Parameters
    ----------
    table : ColorTable
        The colors of the image, or of several images.
    entries : ndarray, (n,), uint8 or uint16
        Palette entry of each of the table's colors.
    palette : Palette
    """

    def __init__(self, table: ColorTable, entries: Entries, palette: Palette) -> None:
        self._table = table
        self._palette = palette
        self._entries = entries
        self._by_key: Entries | None = None
        if 1 << 8 * table.channels <= _DIRECT:
            self._by_key = np.full(_DIRECT, 0, entries.dtype)
            self._by_key[table.keys] = entries

    def __call__(self, pixels: NDArray[np.uint8]) -> IndexedImage:
        """Map an image.

        Parameters
        ----------
        pixels : ndarray, (H, W, 3 or 4), uint8
            All their colors must be in the table.
        """
        height, width, channels = pixels.shape
        flat = pixels.reshape(-1, channels)
        indices = np.empty(height * width, self._entries.dtype)

        def look_up(part: slice) -> None:
            keys = self._table.keys_of(flat[part])
            if self._by_key is not None:
                indices[part] = self._by_key[keys]
            else:
                indices[part] = self._entries[np.searchsorted(self._table.keys, keys)]

        for_each(look_up, strips(len(flat)))
        return IndexedImage(indices.reshape(height, width), self._palette)
