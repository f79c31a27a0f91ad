"""Weighted points laid out for k-means, and the grids to which they are rounded.

All work is done in units of a grid over the points. Comparisons use points and centers rounded to
it, or to a coarser one, so that `colorquant.clustering.nearest` is exact; sums, means and the
inertia use the points themselves.
"""

from copy import copy
from functools import cached_property
from math import inf
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from colorquant.clustering.nearest import FEW, Floats, homogeneous, max_norm
from colorquant.linear import inner_products

__all__ = ["Float64", "Grid", "Points"]

Float64 = NDArray[np.float64]


class Grid(NamedTuple):
    """The units of the work: ``(points - origin) * step``."""

    origin: Float64
    step: float
    reach: float
    """Largest norm at which rounded points and centers compare exactly in float64."""
    rough: float
    """Scale of a coarser grid, on which they compare exactly in float32."""
    most: int
    """Number of centers, at most."""

    @classmethod
    def over(cls, points: NDArray[np.floating], k: int) -> "Grid":
        """Lay a grid over the bounding box of points, as fine as up to k centers allow.

        A grid unit is at most 1/5,000,000 of half the box's diagonal. On the coarser grid it is
        1/724 for 16 centers, 1/256 for 128, and 1/2364 for more.
        """
        # Single columns are reduced twenty times as fast as the first axis.
        low = np.array([column.min() for column in points.T])
        high = np.array([column.max() for column in points.T])
        origin = (low.astype(np.float64) + high) / 2
        radius = float(np.sqrt(np.square(high - origin).sum()))
        # Rounding moves a point by half the diagonal of a cell at most.
        margin = float(np.sqrt(points.shape[1])) / 2
        reach, rough = (max_norm(each, k) - margin for each in (np.float64, np.float32))
        step = reach / radius if radius > 0 else 1.0
        return cls(origin, step, reach, max(0.0, rough / reach), k)

    @property
    def few(self) -> bool:
        """Whether the centers are few, for which the coarser grid is rough."""
        return self.most <= FEW

    def to_grid(self, points: NDArray[np.floating]) -> Float64:
        """Return points in grid units, unrounded."""
        result: Float64 = (points - self.origin) * self.step
        return result

    def from_grid(self, points: Float64) -> Float64:
        """Return points given in grid units in their own."""
        return points / self.step + self.origin


class Points:
    """Weighted points laid out for EM, in grid units.

    Parameters
    ----------
    points : ndarray, (n, d)
    weights : ndarray, (n,), positive
    grid : Grid
        Must cover the points.
    """

    def __init__(self, points: NDArray[np.floating], weights: Float64, grid: Grid) -> None:
        self.grid = grid
        self.weights = weights
        self.exact = np.ascontiguousarray(grid.to_grid(points).T)
        """The points, not rounded, (d, n)."""
        self.square = float((inner_products(self.exact.T, self.exact.T) * weights).sum())
        """Sum of weight times squared norm."""

    def __len__(self) -> int:
        return len(self.weights)

    @property
    def rounding(self) -> float:
        """The inertia of points about their places on the rough grid, if those were random."""
        scale = self.grid.rough
        mass = len(self.exact) * float(self.weights.sum())
        return mass / (12 * scale * scale) if scale else inf

    @cached_property
    def exactly(self) -> "Points":
        """The same points, which are never compared roughly."""
        twin = copy(self)
        twin.grid = self.grid._replace(rough=1.0)
        twin.__dict__.pop("rough", None)
        return twin

    def fine(self, part: slice = slice(None)) -> Floats:
        """Return points as `nearest` takes them, (d + 1, m)."""
        return homogeneous(np.rint(self.exact[:, part]), np.float64)

    @cached_property
    def rough(self) -> Floats:
        """The points rounded to the rough grid, (d + 1, n)."""
        scale = self.grid.rough
        return homogeneous(np.rint(self.exact * scale), np.float64 if scale == 1 else np.float32)

    @cached_property
    def paired(self) -> NDArray[np.complex128]:
        """Weights and weighted coordinates, two in a number, (d // 2 + 1, n)."""
        pairs = np.zeros((len(self.exact) // 2 + 1, len(self)), np.complex128)
        pairs[0].real = self.weights
        for number, row in enumerate(self.exact, 1):
            half = pairs[number // 2]
            np.multiply(row, self.weights, out=half.imag if number % 2 else half.real)
        return pairs
