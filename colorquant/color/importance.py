"""How much the eye notices an error at each pixel, and which pixels lie in flat areas.

Texture hides errors. The importance of a pixel falls with the standard deviation of the
lightness around it. All numbers are whole up to one square root and one division in float32,
which IEEE 754 rounds correctly. So the result is the same on every processor.
"""

from collections.abc import Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

from colorquant.color.light import linear_levels, root
from colorquant.color.perceptual import BIAS
from colorquant.threads import for_each

__all__ = ["flat", "importance"]

Tile = tuple[slice, slice]

# Pixels of a tile. Smaller ones cost more calls, larger ones more memory.
_TILE = 1 << 18
# Columns of a tile, at most: an image may be a single row.
_WIDEST = 1 << 13

# The window of importance is 5 x 5 pixels, that of flat areas 3 x 3.
_REACH = 2
_WINDOW = 25
# Lightness is 0 to this. The sum over a window fits into int16.
_WHITE = 1023
# Importance is 1/2 where the standard deviation of the lightness is 0.02 of the whole range.
# Deviations come times the window and the range.
_HALF = 0.02 * _WINDOW * _WHITE


def importance(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the importance of each pixel: c / (c + s), times 255.

    Here, s is the standard deviation of the lightness, 0 to 1, in the 5 x 5 pixels around, and
    c is 0.02. At its edges the image is continued by its outermost pixels. Lightness is that of
    a gray in Oklab (Ottosson 2020), with a small bias at black; with alpha, the mean of that
    over black and that over white.

    Parameters
    ----------
    pixels : ndarray, (H, W, 3 or 4), uint8

    Returns
    -------
    ndarray, (H, W), uint8
        From 10, the least that a window can give, to 255.
    """
    height, width = pixels.shape[:2]
    found = np.empty((height, width), np.uint8)

    def fill(tile: Tile) -> None:
        found[tile] = _importance(_with_border(pixels, tile, _REACH))

    for_each(fill, _tiles(height, width))
    return found


def flat(pixels: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return whether each pixel and all its neighbors, up to eight, have the same color.

    Parameters
    ----------
    pixels : ndarray, (H, W, 3 or 4), uint8
        All fully transparent colors are the same.

    Returns
    -------
    ndarray, (H, W), bool
    """
    height, width = pixels.shape[:2]
    found = np.empty((height, width), bool)

    def fill(tile: Tile) -> None:
        found[tile] = _flat(_with_border(pixels, tile, 1))

    for_each(fill, _tiles(height, width))
    return found


def _tiles(height: int, width: int) -> Iterator[Tile]:
    columns = min(width, _WIDEST)
    rows = max(1, _TILE // columns)
    for top in range(0, height, rows):
        for left in range(0, width, columns):
            yield slice(top, min(height, top + rows)), slice(left, min(width, left + columns))


def _with_border(pixels: NDArray[np.uint8], tile: Tile, border: int) -> NDArray[np.uint8]:
    """Return a tile with the pixels around it; beyond the image, the outermost ones again."""
    inside, missing = [], []
    for part, size in zip(tile, pixels.shape, strict=False):
        start, stop = part.start - border, part.stop + border
        inside.append(slice(max(0, start), min(size, stop)))
        missing.append((max(0, -start), max(0, stop - size)))
    return np.pad(pixels[tuple(inside)], [*missing, (0, 0)], mode="edge")


# What follows works on whole tiles as single rows of numbers, which is fastest. What it makes of
# pixels from the ends of two rows is left out at last.


def _importance(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the importance of the pixels that have 5 x 5 pixels around them."""
    height, width = (size - 2 * _REACH for size in pixels.shape[:2])
    row = width + 2 * _REACH
    light = _lightness(pixels.reshape(-1, pixels.shape[2]))
    sums = _sums_of_5(_sums_of_5(light, row), 1)
    variance = _sums_of_5(_sums_of_5(np.multiply(light, light, dtype=np.int32), row), 1)
    variance *= _WINDOW
    variance -= np.multiply(sums, sums, dtype=np.int32)
    weights = variance.astype(np.float32)
    np.sqrt(weights, out=weights)
    weights += _HALF
    np.divide(255 * _HALF, weights, out=weights)
    rounded = np.empty(height * row, np.uint8)
    np.rint(weights, out=weights)
    rounded[: len(weights)] = weights
    return rounded.reshape(height, row)[:, :width]


def _sums_of_5(values: NDArray[np.integer], step: int) -> NDArray[np.integer]:
    """Return the sum of each value and the next four, so many places apart."""
    pairs = values[:-step] + values[step:]
    sums = pairs[: -3 * step] + pairs[2 * step : -step]
    sums += values[4 * step :]
    return sums


def _lightness(pixels: NDArray[np.uint8]) -> NDArray[np.int16]:
    """Return the lightness of pixels, (n, 3 or 4), from 0 to 1023."""
    red, green, blue = (pixels[:, channel].astype(np.uint16) for channel in range(3))
    red *= 77
    green *= 150
    blue *= 29
    red += green
    red += blue
    red >>= 8
    table = _lightness_of_luma()
    if pixels.shape[1] == 4:
        table = _lightness_of_luma_and_alpha()
        red |= pixels[:, 3].astype(np.uint16) << 8
    # Indices of the index type that need no check are by far the fastest.
    return table.take(red.astype(np.intp), mode="wrap")


@cache
def _lightness_of_luma() -> NDArray[np.int16]:
    """Return the lightness of opaque grays, (256,)."""
    roots = root(linear_levels(1) + BIAS, 3)
    lightness = (roots - roots[0]) / (roots[-1] - roots[0])
    table: NDArray[np.int16] = np.rint(_WHITE * lightness).astype(np.int16)
    return table


@cache
def _lightness_of_luma_and_alpha() -> NDArray[np.int16]:
    """Return the mean lightness over black and white of grays, (65536,), alpha after alpha."""
    alpha, luma = np.divmod(np.arange(1 << 16), 256)
    over_black = (luma * alpha + 127) // 255
    over_white = over_black + 255 - alpha
    opaque = _lightness_of_luma()
    table: NDArray[np.int16] = (opaque[over_black] + opaque[over_white] + 1) >> 1
    return table


def _flat(pixels: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return whether 3 x 3 pixels are all the same, for those that have so many around them."""
    height, width = (size - 2 for size in pixels.shape[:2])
    # Units of comparison: pixels with alpha as single numbers, others byte by byte.
    units, size = pixels.reshape(-1), 3
    if pixels.shape[2] == 4:
        units, size = units.view(np.uint32), 1
        units[pixels[:, :, 3].reshape(-1) == 0] = 0
    row = (width + 2) * size
    across = _three_alike(units, size)
    down = _three_alike(units, row)
    same = across[: -2 * row] & across[row:-row]
    same &= across[2 * row :]
    same &= down[: len(same)]
    found = np.zeros(height * row, bool)
    found[: len(same)] = same
    if size == 3:
        found[:-2] &= found[1:-1] & found[2:]
    return found.reshape(height, width + 2, size)[:, :width, 0]


def _three_alike(units: NDArray[np.unsignedinteger], step: int) -> NDArray[np.bool_]:
    """Return whether each number equals the next two, so many places apart."""
    alike = units[:-step] == units[step:]
    three: NDArray[np.bool_] = alike[:-step] & alike[step:]
    return three
