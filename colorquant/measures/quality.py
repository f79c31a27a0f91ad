"""The quality scale of pngquant, as errors of palettes that have as many colors."""

from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from colorquant.color.table import ColorTable, strips
from colorquant.measures.images import composed
from colorquant.models import Labels
from colorquant.threads import for_each

__all__ = ["power_error", "quality_bound", "quality_of"]

Colors = NDArray[np.uint8]

# For a quality, `power_error` of palettes of as many colors as pngquant takes: of those that
# minimize the squared error, and of perceptual ones, which have more of it. Medians of photographs,
# measured by benchmarks/quality.py, as is the exponent of the error.
_BOUNDS = (
    (1, 1100, 1270),
    (2, 607, 701),
    (3, 438, 533),
    (5, 326, 380),
    (7, 262, 304),
    (10, 222, 266),
    (15, 175, 211),
    (20, 155, 190),
    (25, 141, 172),
    (30, 129, 162),
    (35, 117, 142),
    (40, 106, 128),
    (45, 96.3, 117),
    (50, 85.5, 104),
    (55, 75.4, 90.6),
    (60, 64.4, 78.7),
    (65, 55.5, 66.8),
    (70, 46.8, 57.9),
    (75, 38, 46.8),
    (78, 33.3, 41.5),
    (80, 30.1, 37.8),
    (82, 26.8, 34.2),
    (85, 23, 28.1),
    (88, 20, 21.9),
    (90, 17.3, 17.8),
    (92, 14.1, 14.3),
    (94, 10.4, 10.6),
    (95, 8.48, 8.69),
    (96, 6.69, 6.91),
    (97, 5.02, 5.21),
    (98, 3.59, 3.75),
    (99, 2.39, 2.5),
)

# Above this share of all pixels, a color counts only as the power of 3/4 of its pixels. Drawn
# images have large areas whose color is exact with any palette; they would hide all errors.
_COMMON = 3e-5


@cache
def _levels() -> NDArray[np.float64]:
    """Return the levels from 0 to 255 to the power of 5/4, from 0 to 255."""
    share = np.arange(256) / 255
    return share * np.sqrt(np.sqrt(share)) * 255


def power_error(table: ColorTable, palette: Colors, entries: Labels) -> float:
    """Return the mean squared error of levels to the power of 5/4, summed over R, G and B.

    Parameters
    ----------
    table : ColorTable
        The colors of an image, with alpha if the palette has alpha: then each color counts over
        black or over white, where its error is larger.
    palette : ndarray, (k, 3 or 4), uint8
    entries : ndarray, (n,)
        Palette entry of each color.

    Returns
    -------
    float
        In squared levels of 0 to 255. Colors of large areas count less than they have pixels.
    """
    shown = [_raised(each[0]) for each in composed(palette[None], table.colors_of(slice(1))[None])]
    weights = _tempered(table.counts)

    def work(part: slice) -> float:
        over = zip(composed(table.colors_of(part)[None], palette[None]), shown, strict=True)
        errors = [
            np.square(_raised(one[0]) - other[entries[part]]).sum(axis=1) for one, other in over
        ]
        return float((np.maximum.reduce(errors) * weights[part]).sum())

    return sum(for_each(work, strips(len(table)))) / float(weights.sum())


def _tempered(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the weights of colors by their numbers of pixels."""
    common = max(1.0, _COMMON * int(counts.sum()))
    times = np.maximum(1.0, counts / common)
    # Roots are the same on all processors, unlike other powers.
    return np.minimum(counts, common) * np.sqrt(times) * np.sqrt(np.sqrt(times))


def _raised(levels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return levels to the power of 5/4; levels with fractions are interpolated."""
    curve = _levels()
    low = np.minimum(levels.astype(np.intp), 254)
    below = curve[low]
    raised: NDArray[np.float64] = below + (curve[low + 1] - below) * (levels - low)
    return raised


def quality_bound(quality: int, *, perceptual: bool) -> float:
    """Return the largest `power_error` of a palette that has a quality.

    Parameters
    ----------
    quality : int
        0 to 100. At 0 there is no bound, and at 100 nothing may differ.
    perceptual : bool
        Whether the palette minimizes the visible error.
    """
    if quality == 0:
        return float("inf")
    column = 2 if perceptual else 1
    for before, after in pairwise((*_BOUNDS, (100, 0.0, 0.0))):
        if quality <= after[0]:
            share = max(0.0, (quality - before[0]) / (after[0] - before[0]))
            return before[column] + (after[column] - before[column]) * share
    raise ValueError(f"a quality is from 0 to 100, not {quality}")


def quality_of(error: float, *, perceptual: bool) -> int:
    """Return the quality of a palette by its `power_error`, 0 to 100."""
    return next(
        each for each in range(100, -1, -1) if error <= quality_bound(each, perceptual=perceptual)
    )
