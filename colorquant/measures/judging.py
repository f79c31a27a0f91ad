"""How far results are from one image, for bounds: the image is prepared once, for many results.

The measures are those of `images`, but only what is asked for is computed.
"""

from collections.abc import Callable, Sequence
from functools import partial
from math import floor
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from colorquant.color.difference import ciede2000
from colorquant.color.lab import from_light, lab_of_light, to_light
from colorquant.color.table import ColorTable, strips
from colorquant.measures.blur import blurred
from colorquant.measures.images import VIEWING_BLUR, composed
from colorquant.measures.ssim import WINDOW, ssim
from colorquant.models import IndexedImage, Labels
from colorquant.progress import Progress, Steps
from colorquant.threads import for_each

__all__ = ["DeltaE", "Judge", "averaged_delta_e", "table_delta_e"]

Float64 = NDArray[np.float64]
Pixels = NDArray[np.uint8]
Made = TypeVar("Made")

# Pixels of a band, and its rows at least; rows around it that the viewing blur reaches.
_BAND, _LEAST_ROWS = 1 << 17, 16
_REACH = 4
# Pixels of an image that is prepared once; a larger one would take too much memory.
_KEPT = 1 << 22
# Pixels that are compared of a larger image, if some are enough.
_SPARSE = 1 << 21


class DeltaE(NamedTuple):
    """CIEDE2000 of an image."""

    mean: float
    p95: float
    """What 95 % of the pixels do not exceed."""
    max: float


class Judge:
    """Measures results against one image, in bands of rows, which take little memory.

    With alpha, both are compared over black and over white, as `colorquant.measures.images` does.

    Parameters
    ----------
    pixels : ndarray, (H, W, 3 or 4), uint8
    soft : bool
        Whether to compare after the viewing blur.
    sparse : bool
        Whether of an image of more than 2 megapixels only so many are compared, in bands spread
        over it.
    """

    def __init__(self, pixels: Pixels, *, soft: bool, sparse: bool = False) -> None:
        self._pixels = pixels
        self._soft = soft
        height, width = pixels.shape[:2]
        # Of so many bands, one is compared.
        bands = -(-height // _LEAST_ROWS)
        self._step = min(bands, max(1, height * width // _SPARSE)) if sparse else 1
        self._rows = _LEAST_ROWS if self._step > 1 else max(_LEAST_ROWS, _BAND // width)
        self._kept: dict[tuple[int, int, int, bool], Float64] = {}

    def mse(self, image: IndexedImage, progress: Progress | None = None) -> float:
        """Return the mean squared error of R, G and B, 0 to 255.

        Here as below, `progress` is called with the share of the bands that are done.
        """

        def work(one: Float64, other: Float64) -> tuple[float, int]:
            return float(np.square(one - other).sum()), one.size

        return _mean([_ratio(each) for each in self._each(image, work, progress)])

    def ssim(self, image: IndexedImage, progress: Progress | None = None) -> float | None:
        """Return the structural similarity, over white; None if the image is too small for it."""
        if min(image.indices.shape) < WINDOW:
            return None

        def work(one: Float64, other: Float64) -> tuple[float, int]:
            number = len(one) - WINDOW + 1
            return (ssim(one, other) or 0.0) * number, number

        *_, found = self._each(image, work, progress, more=WINDOW - 1)
        return _ratio(found)

    def delta_e(self, image: IndexedImage, progress: Progress | None = None) -> DeltaE:
        """Return the CIEDE2000."""

        def work(one: Float64, other: Float64) -> Float64:
            return ciede2000(one, other).ravel()

        over = self._each(image, work, progress, lab=True)
        return averaged_delta_e([_summary(np.concatenate(each)) for each in over])

    def _each(
        self,
        image: IndexedImage,
        work: Callable[[Float64, Float64], Made],
        progress: Progress | None,
        *,
        more: int = 0,
        lab: bool = False,
    ) -> list[list[Made]]:
        """Compare all bands over each ground.

        Parameters
        ----------
        image : IndexedImage
        work : callable
            Called with the levels, or L*, a* and b*, of a band of the image and of the result.
        progress : callable, optional
        more : int
            Rows that each band has in common with the next.
        lab : bool
        """
        colors, height = image.palette.colors[None], len(image.indices)
        found = []
        grounds = composed(colors, self._pixels)
        steps = Steps(progress, len(grounds))
        for ground, entries in enumerate(grounds):
            light = to_light(entries[0]) if self._soft or lab else entries[0]

            def band(start: int, ground: int = ground, light: Float64 = light) -> Made:
                stop = min(start + self._rows, height - more) + more
                own = self._own(ground, (start, stop), colors.shape[2], lab=lab)
                reach, core = self._around(start, stop, height)
                return work(own, self._shown(light[image.indices[reach]], core, lab=lab))

            # What is shared with a next band ends the last one.
            first, step = self._rows * (self._step // 2), self._rows * self._step
            found.append(for_each(band, range(first, height - more, step), steps.step(1)))
        return found

    def _own(self, ground: int, rows: tuple[int, int], channels: int, *, lab: bool) -> Float64:
        """Return a band of the image itself, which is kept for the next result."""
        key = ground, *rows, lab
        if key in self._kept:
            return self._kept[key]
        height, width = self._pixels.shape[:2]
        reach, core = self._around(*rows, height)
        other = np.empty((1, 1, channels), np.uint8)
        levels = composed(self._pixels[reach], other)[ground]
        light = to_light(levels) if self._soft or lab else levels
        shown = self._shown(light, core, lab=lab)
        if height * width <= _KEPT:
            self._kept[key] = shown
        return shown

    def _around(self, start: int, stop: int, height: int) -> tuple[slice, slice]:
        """Return the rows that a band takes to compute, and the place of the band among them."""
        reach = _REACH if self._soft else 0
        first = max(0, start - reach)
        return slice(first, min(height, stop + reach)), slice(start - first, stop - first)

    def _shown(self, light: Float64, core: slice, *, lab: bool) -> Float64:
        if self._soft:
            light = blurred(light, VIEWING_BLUR)[core]
            return lab_of_light(light) if lab else from_light(light)
        return lab_of_light(light) if lab else light


def table_delta_e(table: ColorTable, palette: Pixels, entries: Labels) -> DeltaE:
    """Return the CIEDE2000 of an image by its distinct colors.

    Parameters
    ----------
    table : ColorTable
        The colors of the image, with alpha if the palette has alpha.
    palette : ndarray, (k, 3 or 4), uint8
    entries : ndarray, (n,)
        Palette entry of each color.
    """
    colors = table.colors[None]
    found = []
    for one, other in zip(
        composed(colors, palette[None]), composed(palette[None], colors), strict=True
    ):
        shown = lab_of_light(to_light(other[0]))[entries]
        found.append(_summary(_differences(lab_of_light(to_light(one[0])), shown), table.counts))
    return averaged_delta_e(found)


def averaged_delta_e(several: Sequence[DeltaE]) -> DeltaE:
    """Return the mean of the means; of the others, the largest."""
    means, p95s, largest = zip(*several, strict=True)
    return DeltaE(_mean(means), max(p95s), max(largest))


def _differences(one: Float64, other: Float64) -> Float64:
    """Return the CIEDE2000 of colors, (n,)."""
    work = partial(_part, one, other)
    return np.concatenate(for_each(work, strips(len(one))))


def _part(one: Float64, other: Float64, part: slice) -> Float64:
    return ciede2000(one[part], other[part])


def _summary(differences: Float64, counts: NDArray[np.int64] | None = None) -> DeltaE:
    """Summarize the differences of pixels, or of colors that have many pixels each."""
    if counts is None:
        p95 = float(np.percentile(differences, 95))
        return DeltaE(float(differences.mean()), p95, float(differences.max()))
    total = int(counts.sum())
    order = np.argsort(differences, kind="stable")
    up_to = np.cumsum(counts[order])
    # Between the two pixels about this place, as NumPy's percentiles are.
    place = 0.95 * (total - 1)
    low = floor(place)
    first, second = (
        float(differences[order[np.searchsorted(up_to, each, side="right")]])
        for each in (low, min(low + 1, total - 1))
    )
    return DeltaE(
        float((differences * counts).sum()) / total,
        first + (second - first) * (place - low),
        float(differences.max()),
    )


def _ratio(parts: Sequence[tuple[float, int]]) -> float:
    """Return the sum of sums by the sum of numbers."""
    return sum(part for part, _ in parts) / sum(number for _, number in parts)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
