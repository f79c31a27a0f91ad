"""Blocks of pixels: averaged to one pixel each, and enlarged again.

Pixels are averaged in linear light, as the eye does from afar, and weighed by their alpha. All
sums are of whole numbers, so that every processor finds the same averages.
"""

from collections.abc import Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

from colorquant.color.light import linear_levels
from colorquant.models import Labels

__all__ = ["averaged", "enlarged"]

Int64 = NDArray[np.int64]

# Linear light is counted in steps of one part in so many. The two darkest levels are 318 steps
# apart, and the sums over the largest images are below 2^63.
_STEPS = 1 << 20
# Rows that are added up at once.
_ROWS = 128
# So few rows are added up faster one by one.
_FEW_ROWS = 16


def averaged(pixels: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """Average square blocks of pixels, with premultiplied alpha in linear light.

    Parameters
    ----------
    pixels : ndarray, (H, W, 3 or 4), uint8
        sRGB (IEC 61966-2-1) and straight alpha.
    side : int
        Side of the blocks in pixels. The last ones may be smaller.

    Returns
    -------
    ndarray, (ceil(H / side), ceil(W / side), 3 or 4), uint8
        The nearest level of each average. Fully transparent blocks are (0, 0, 0, 0).
    """
    if side == 1:
        return pixels
    height, width, channels = pixels.shape
    across = np.arange(0, width, side)
    sums = np.zeros((-(-height // side), len(across), channels), np.int64)
    for rows in _strips(height, side):
        first = rows.start // side
        part = _summed(pixels[rows], side)
        sums[first : first + len(part)] += part
    sizes = np.minimum(side, height - np.arange(0, height, side))[:, None]
    sizes = sizes * np.minimum(side, width - across)
    mass = sums[..., 3] if channels == 4 else 255 * sizes
    light = _divided(sums[..., :3], np.maximum(mass, 1)[..., None])
    found = np.zeros(sums.shape, np.uint8)
    found[..., :3] = _encoded().take(light)
    if channels == 4:
        found[..., 3] = _divided(mass, sizes)
        found[found[..., 3] == 0] = 0
    return found


def _strips(height: int, side: int) -> Iterator[slice]:
    """Yield strips of rows, each of whole blocks or within one row of blocks."""
    group = side * max(1, _ROWS // side)
    for start in range(0, height, group):
        stop = min(height, start + group)
        step = min(group, _ROWS)
        for first in range(start, stop, step):
            yield slice(first, min(first + step, stop))


def _summed(pixels: NDArray[np.uint8], side: int) -> Int64:
    """Return the sums over the blocks of a strip: of light times alpha, and of alpha."""
    alpha: Int64 | int = 255
    if pixels.shape[2] == 4:
        alpha = pixels[..., 3].astype(np.int64)
    planes = [_linear().take(pixels[..., channel]) * alpha for channel in range(3)]
    if pixels.shape[2] == 4:
        planes.append(np.asarray(alpha))
    return np.stack([_added(_added(each, side).T, side).T for each in planes], axis=2)


def _added(plane: Int64, side: int) -> Int64:
    """Return the sums over so many rows each."""
    if side > _FEW_ROWS:
        return np.add.reduceat(plane, np.arange(0, len(plane), side))
    total = plane[::side].copy()
    for row in range(1, side):
        part = plane[row::side]
        total[: len(part)] += part
    return total


def _divided(numbers: Int64, divisors: Int64) -> Int64:
    """Return whole numbers, at least 0, divided and rounded."""
    return (2 * numbers + divisors) // (2 * divisors)


@cache
def _linear() -> Int64:
    return np.rint(linear_levels(1) * _STEPS).astype(np.int64)


@cache
def _encoded() -> NDArray[np.uint8]:
    """Return the nearest level of each number of steps, (_STEPS + 1,)."""
    middles = np.ceil(linear_levels(2)[1::2] * _STEPS).astype(np.int64)
    steps = np.arange(_STEPS + 1)
    return np.searchsorted(middles, steps, side="right").astype(np.uint8)


def enlarged(labels: Labels, side: int, shape: tuple[int, int]) -> Labels:
    """Make each label of an image a square block.

    Parameters
    ----------
    labels : ndarray, (h, w), uint8 or uint16
    side : int
        Side of the blocks.
    shape : tuple of int
        Height and width of the result; the last blocks are cut.

    Returns
    -------
    ndarray, (height, width)
    """
    rows, columns = (np.arange(length) // side for length in shape)
    large: Labels = labels.take(rows, axis=0).take(columns, axis=1)
    return large
