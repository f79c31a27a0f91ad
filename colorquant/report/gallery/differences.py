"""Where and how far two images differ, measured in little time."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from colorquant.color.blocks import averaged
from colorquant.color.difference import ciede2000
from colorquant.color.lab import from_light, lab_of_light, to_light
from colorquant.color.packing import pack
from colorquant.measures.blur import blurred
from colorquant.measures.images import VIEWING_BLUR, composed, difference_map
from colorquant.measures.ssim import ssim
from colorquant.models import Metrics
from colorquant.report.gallery.picture import Figures

__all__ = ["ErrorMap", "error_map", "figures"]

Pixels = NDArray[np.uint8]
Float64 = NDArray[np.float64]

# Pixels that are compared of a larger image, in bands of so many rows.
_SOME, _ROWS = 1 << 17, 16
# Pixels of the map of errors.
_MAP = 1 << 16
# Width of the window by which places are compared, as a share of the map's shorter side.
_WINDOW = 16


def figures(before: Pixels, after: Pixels) -> Figures:
    """Measure how far an image is from another, pixel by pixel.

    Parameters
    ----------
    before, after : ndarray, (H, W, 3 or 4), uint8
        Of the same height and width.
    """
    bands = list(_bands(*before.shape[:2]))
    squared = _squared(before, after)
    differences: list[list[Float64]] = []
    similar: list[float] = []
    for band in bands:
        one, other = before[band], after[band]
        differences.append(_delta_e(one, other))
        # The last is over white.
        found = ssim(composed(one, other)[-1], composed(other, one)[-1])
        if found is not None:
            similar.append(found)
    # Over black and over white, if there is alpha.
    grounds = [np.concatenate(each) for each in zip(*differences, strict=True)]
    return Figures(
        squared,
        Metrics(squared).psnr,
        sum(float(each.mean()) for each in grounds) / len(grounds),
        max(float(np.percentile(each, 95)) for each in grounds),
        sum(similar) / len(similar) if similar else None,
        sampled=len(bands) > 1,
    )


def _bands(height: int, width: int) -> Iterator[slice]:
    """Yield the rows to compare: all of a small image, some of a large one."""
    if height * width <= _SOME or height <= _ROWS:
        yield slice(0, height)
        return
    number = max(2, min(height // _ROWS, _SOME // (_ROWS * width)))
    for start in np.linspace(0, height - _ROWS, number).astype(int).tolist():
        yield slice(start, start + _ROWS)


def _squared(before: Pixels, after: Pixels) -> float:
    """Return the mean squared error, over black and over white if there is alpha."""
    total, rows = 0.0, max(1, _SOME // before.shape[1])
    grounds = 1
    for start in range(0, len(before), rows):
        one, other = before[start : start + rows], after[start : start + rows]
        if one.shape[2] == other.shape[2] == 3:
            total += float(np.square(one.astype(np.int32) - other).sum())
            continue
        pairs = list(zip(composed(one, other), composed(other, one), strict=True))
        total += sum(float(np.square(first - second).sum()) for first, second in pairs)
        grounds = len(pairs)
    return total / (grounds * before[..., :3].size)


def _delta_e(before: Pixels, after: Pixels) -> list[Float64]:
    """Return the CIEDE2000 of each pixel, (n,), over each ground."""
    channels = before.shape[2], after.shape[2]
    if channels != (3, 3):
        pairs = zip(composed(before, after), composed(after, before), strict=True)
        return [_between(*pair).ravel() for pair in pairs]
    # Many pixels are pairs of the same two colors.
    keys, others = (pack(each.reshape(-1, 3)).astype(np.uint64) for each in (before, after))
    keys = (keys << np.uint64(24)) | others
    _, first, places = np.unique(keys, return_index=True, return_inverse=True)
    return [_between(*(each.reshape(-1, 3)[first] for each in (before, after)))[places]]


def _between(one: Pixels | Float64, other: Pixels | Float64) -> Float64:
    return ciede2000(lab_of_light(to_light(one)), lab_of_light(to_light(other)))


class ErrorMap(NamedTuple):
    """Where images differ."""

    values: Float64
    """The CIEDE2000 of blocks of pixels, (h, w)."""
    side: int
    """Side of a block."""

    @property
    def worst(self) -> tuple[int, int] | None:
        """Column and row of the image around which it differs most; None for equal images."""
        if not self.values.any():
            return None
        window = max(1, min(self.values.shape) // _WINDOW)
        sums = self.values
        for axis in (0, 1):
            total = np.cumsum(np.insert(sums, 0, 0.0, axis=axis), axis=axis)
            length = total.shape[axis]
            ahead = np.arange(window, length)
            sums = total.take(ahead, axis) - total.take(ahead - window, axis)
        row, column = np.unravel_index(int(sums.argmax()), sums.shape)
        x, y = ((int(each) * 2 + window) * self.side // 2 for each in (column, row))
        return x, y


def error_map(before: Pixels, after: Pixels) -> ErrorMap:
    """Compare images as they are seen: block averages, or each pixel after a small blur.

    Parameters
    ----------
    before, after : ndarray, (H, W, 3 or 4), uint8
        Of the same height and width.
    """
    height, width = before.shape[:2]
    side = 1
    while -(-height // side) * -(-width // side) > _MAP:
        side += 1
    if side > 1:
        return ErrorMap(difference_map(averaged(before, side), averaged(after, side)), side)
    pairs = zip(composed(before, after), composed(after, before), strict=True)
    maps = [ciede2000(*(_seen(each) for each in pair)) for pair in pairs]
    return ErrorMap(np.maximum.reduce(maps), 1)


def _seen(levels: Float64) -> Float64:
    soft = from_light(blurred(to_light(levels), VIEWING_BLUR))
    return lab_of_light(to_light(soft))
