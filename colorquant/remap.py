"""Every pixel to its nearest palette color: by distinct colors, then by table."""

import numpy as np
from numpy.typing import NDArray

from colorquant.colorspace import embed
from colorquant.colortable import ColorTable, pack, strips
from colorquant.models import IndexedImage, Palette, Raster, index_type
from colorquant.nearest import homogeneous, nearest, parts
from colorquant.threads import for_each

__all__ = ["nearest_entries", "remap"]


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


def remap(
    raster: Raster, table: ColorTable, entries: NDArray[np.unsignedinteger], palette: Palette
) -> IndexedImage:
    """Give every pixel the palette entry of its color.

    Parameters
    ----------
    raster : Raster
    table : ColorTable
        Of the raster, or of several images of which it is one.
    entries : ndarray, (n,), uint8 or uint16
        Palette entry of each of the table's colors.
    palette : Palette

    Returns
    -------
    IndexedImage
    """
    height, width, channels = raster.pixels.shape
    pixels = raster.pixels.reshape(-1, channels)
    indices = np.empty(height * width, entries.dtype)
    keys = pack(table.colors)
    if channels == 3:
        by_key = np.full(1 << 24, 0, entries.dtype)
        by_key[keys] = entries

        def look_up(part: slice) -> None:
            indices[part] = by_key[pack(pixels[part])]
    else:

        def look_up(part: slice) -> None:
            indices[part] = entries[np.searchsorted(keys, pack(pixels[part]))]

    for_each(look_up, strips(len(pixels)))
    return IndexedImage(indices.reshape(height, width), palette)
