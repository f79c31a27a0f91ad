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

from colorquant.clustering.curve import curve_order
from colorquant.clustering.rounded import Rounded, box_length, max_norm
from colorquant.linear import inner_products

__all__ = ["Float64", "Grid", "Points"]

Float64 = NDArray[np.float64]

# For more centers, a grid on which they compare exactly in float32 is too coarse for any use.
_FEW = 512


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

        For 256 centers, a grid unit is less than 1/4,000,000 of half the box's diagonal; on the
        coarser grid it is 1/181, and 1/724 for 16.
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
        return cls(origin, step, reach, max(0.0, rough / reach) if k <= _FEW else 1.0, k)

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

    Attributes
    ----------
    exact : ndarray, (d, n)
        The points, not rounded.
    weights : ndarray, (n,)
    order : ndarray, (n,), or slice
        The order in which they are laid out: of many, neighbors are close to each other.
    """

    def __init__(self, points: NDArray[np.floating], weights: Float64, grid: Grid) -> None:
        self.grid = grid
        self.weights = weights
        self.exact = np.ascontiguousarray(grid.to_grid(points).T)
        self.order: slice | NDArray[np.intp] = slice(None)
        self._box = box_length(len(points), grid.most)
        if self._box:
            self.order = curve_order(self.exact)
            self.exact = self.exact.take(self.order, axis=1)
            self.weights = weights[self.order]
        self.square = float((inner_products(self.exact.T, self.exact.T) * self.weights).sum())
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
        twin.drop_rough()
        return twin

    @cached_property
    def fine(self) -> Rounded:
        """The points rounded to the grid."""
        return Rounded.of(self.exact, np.float64, self._box)

    @cached_property
    def rough(self) -> Rounded:
        """The points rounded to the rough grid."""
        scale = self.grid.rough
        if scale == 1:
            return self.fine
        return Rounded.of(self.exact, np.float32, self._box, scale)

    def drop_rough(self) -> None:
        """Free the memory of `rough`, which is made again when needed."""
        self.__dict__.pop("rough", None)

    @cached_property
    def paired(self) -> NDArray[np.complex128]:
        """Weights and weighted coordinates, two in a number, (d // 2 + 1, n)."""
        pairs = np.zeros((len(self.exact) // 2 + 1, len(self)), np.complex128)
        pairs[0].real = self.weights
        for number, row in enumerate(self.exact, 1):
            half = pairs[number // 2]
            np.multiply(row, self.weights, out=half.imag if number % 2 else half.real)
        return pairs
