"""The error of the best palette by its number of colors, estimated on a few points.

It falls steadily, and its shape is that of all measures of a result: so a few results tell where
each of them crosses a bound.
"""

from bisect import bisect_left
from functools import cache
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from colorquant.clustering.em import expect, maximize, moved
from colorquant.clustering.points import Grid, Points
from colorquant.clustering.seeding import seed_centers
from colorquant.color.points import ColorPoints

__all__ = ["ErrorCurve"]

# Numbers of colors at which the error is estimated: about a factor of the square root of 2 apart.
_LADDER = (
    *(1, 2, 3, 4, 6, 8, 11, 16, 23, 32, 45, 64, 91, 128, 181, 256, 362, 512, 724, 1024, 1448, 2048),
    *(2896, 4096, 5793, 8192, 11585, 16384, 23170, 32768, 46341, 65536),
)
# Full passes after the splits, which go past the means by a half.
_PASSES, _OVER = 3, 1.5


class ErrorCurve:
    """Estimates of the error of the best palette, by its number of colors.

    Each is that of splits by variance and a few full passes.

    Parameters
    ----------
    colors : ColorPoints
    fixed : ndarray, (m, 3 or 4), uint8
        Colors that each palette has.
    most : int
        The largest number of colors that is asked for.
    """

    def __init__(self, colors: ColorPoints, fixed: NDArray[np.uint8], most: int) -> None:
        levels = colors.levels()
        points, weights = levels[0]
        placed = colors.space.points(fixed) / colors.space.unit
        grid = Grid.over(np.vstack([points, placed]), most)
        self._points = Points(points, weights, grid)
        self._fixed = grid.to_grid(placed)
        self._total = float(weights.sum())
        # What colors that are one point here differ from it.
        self._within = max(0.0, _second(*levels[-1]) - _second(*levels[0])) / self._total
        most = min(most, len(points) + len(fixed))
        self._ladder = [k for k in _LADDER if len(fixed) < k < most] + [most]
        self.error = cache(self._error)

    def _error(self, k: int) -> float:
        """Return the mean squared distance, in units of the space's error, with k colors."""
        points, m = self._points, len(self._fixed)
        own = np.ascontiguousarray(points.exact.T)
        seeds = seed_centers("variance", own, points.weights, k - m, ())
        centers = np.concatenate([self._fixed, seeds])
        for _ in range(_PASSES):
            moments = maximize(points, expect(points, centers, rough=True), len(centers))
            centers = moved(points, moments, centers, _OVER, m)
        moments = maximize(points, expect(points, centers, rough=True), len(centers))
        step = points.grid.step
        inertia = moments.inertia(centers, points.square) / (step * step)
        return inertia / self._total + self._within

    def colors_for(self, error: float) -> float:
        """Return the number of colors at which the error falls to a value, as a real number."""
        ladder = self._ladder
        if error <= 0:
            return float(ladder[-1])
        place = bisect_left(ladder, True, key=lambda k: self.error(k) <= error)
        if place in (0, len(ladder)):
            return float(ladder[min(place, len(ladder) - 1)])
        low, high = ladder[place - 1], ladder[place]
        first, last, wanted = (_risen(each) for each in (self.error(low), self.error(high), error))
        share = (wanted - first) / (last - first) if last < float("inf") else 1.0
        return low + share * (high - low)

    def at(self, k: int) -> float:
        """Return the error at any number of colors, interpolated."""
        ladder = self._ladder
        place = min(len(ladder) - 1, bisect_left(ladder, k))
        high = ladder[place]
        if place == 0 or k >= high:
            return self.error(high)
        low = ladder[place - 1]
        first, last = _risen(self.error(low)), _risen(self.error(high))
        if last == float("inf"):
            return self.error(low)
        risen = first + (last - first) * (k - low) / (high - low)
        return _fallen(risen)


def _second(points: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """Return the weighted sum of squares."""
    return float(sum((weights * row * row).sum() for row in points.T))


def _risen(error: float) -> float:
    """Return what grows about as the number of colors does, in three dimensions."""
    return 1 / (error * sqrt(error)) if error > 0 else float("inf")


def _fallen(risen: float) -> float:
    """Return the error for it: the inverse of `_risen`, by Newton's method."""
    # Solves risen = x^3 for x = 1 / sqrt(error), from above.
    x = max(1.0, risen)
    for _ in range(200):
        less = (2 * x + risen / (x * x)) / 3
        if less >= x:
            break
        x = less
    return 1 / (x * x)
