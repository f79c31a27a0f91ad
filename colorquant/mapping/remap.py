"""Every pixel to its nearest palette color: by distinct colors, then by table."""

import numpy as np
from numpy.typing import NDArray

from colorquant.clustering.nearest import homogeneous, nearest, parts
from colorquant.color.packing import pack
from colorquant.color.space import embed, with_alpha
from colorquant.color.table import ColorTable, strips
from colorquant.models import IndexedImage, Palette, index_type
from colorquant.threads import for_each

__all__ = ["Mapping", "nearest_entries"]


def nearest_entries(
    colors: NDArray[np.uint8], palette: NDArray[np.uint8]
) -> NDArray[np.uint8] | NDArray[np.uint16]:
    """Return the palette entry truly nearest to each color, the lowest among equals.

    Parameters
    ----------
    colors : ndarray, (n, 3 or 4), uint8
    palette : ndarray, (k, as many), uint8

    Returns
    -------
    ndarray, (n,), uint8 or uint16
    """
    entries = embed(palette)
    # Products of 8-bit values are exact in float32, those of values times alpha in float64.
    dtype = np.float32 if colors.shape[1] == 3 else np.float64
    result = np.empty(len(colors), index_type(len(palette)))

    def find(part: slice) -> None:
        result[part] = nearest(homogeneous(embed(colors[part]), dtype), entries)

    for_each(find, parts(len(colors), len(palette)))
    return result


class Mapping:
    """Gives every pixel the palette entry of its color.

    Parameters
    ----------
    table : ColorTable
        Of the image, or of several images.
    entries : ndarray, (n,), uint8 or uint16
        Palette entry of each of the table's colors.
    palette : Palette
    """

    def __init__(
        self, table: ColorTable, entries: NDArray[np.unsignedinteger], palette: Palette
    ) -> None:
        self._palette = palette
        self._entries = entries
        self._keys = pack(table.colors)
        self._channels = table.colors.shape[1]
        if self._channels == 3:
            self._by_key = np.full(1 << 24, 0, entries.dtype)
            self._by_key[self._keys] = entries

    def __call__(self, pixels: NDArray[np.uint8]) -> IndexedImage:
        """Map an image.

        Parameters
        ----------
        pixels : ndarray, (H, W, 3 or 4), uint8
            All of their colors are in the table.
        """
        height, width = pixels.shape[:2]
        if self._channels == 4:
            pixels = with_alpha(pixels)
        flat = pixels.reshape(-1, self._channels)
        indices = np.empty(height * width, self._entries.dtype)

        def look_up(part: slice) -> None:
            keys = pack(flat[part])
            if self._channels == 3:
                indices[part] = self._by_key[keys]
            else:
                indices[part] = self._entries[np.searchsorted(self._keys, keys)]

        for_each(look_up, strips(len(flat)))
        return IndexedImage(indices.reshape(height, width), self._palette)
