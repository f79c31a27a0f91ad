"""Expectation-maximization over weighted points: the grid, the M-step, and full passes.

All positions are in units of a grid over the points. It is fine enough that rounding moves no
point noticeably, and coarse enough that `colorquant.clustering.nearest` is exact. Assignments
compare rounded points with rounded centers; sums, means and the inertia use the points
themselves.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from colorquant.clustering.nearest import Floats, homogeneous, max_norm, nearest
from colorquant.linear import inner_products

__all__ = [
    "Grid",
    "Moments",
    "Points",
    "Record",
    "Run",
    "expect",
    "maximize",
    "means",
    "moved",
    "refill",
    "refine",
    "within_reach",
]

Float64 = NDArray[np.float64]
Record = Callable[[Float64, float], None]
"""Called with the centers, in grid units, and their inertia."""

# Over-relaxation: the factor on each center's step to its mean. Values just below 2 need
# about half the passes of plain EM.
_OVER = 1.9
_PLAIN_PASSES = 2


def _reach(dtype: type[np.floating], dimensions: int) -> float:
    """Return the largest norm at which points stay within `max_norm` when rounded."""
    return max_norm(dtype) - float(np.sqrt(dimensions))


class Grid(NamedTuple):
    """The grid of all computations; grid units are ``(points - origin) * step``."""

    origin: Float64
    step: float
    dtype: type[np.floating]

    @classmethod
    def over(cls, points: NDArray[np.floating]) -> "Grid":
        """Lay a grid over the bounding box of points, as fine as their type allows.

        A grid unit is about 1/2400 of half the box's diagonal for float32 points, and about
        1/50,000,000 for float64 ones.
        """
        # Single columns are reduced twenty times as fast as the first axis.
        low = np.array([column.min() for column in points.T])
        high = np.array([column.max() for column in points.T])
        origin = (low.astype(np.float64) + high) / 2
        radius = float(np.sqrt(np.square(high - origin).sum()))
        dtype = np.float32 if points.dtype == np.float32 else np.float64
        step = _reach(dtype, points.shape[1]) / radius if radius > 0 else 1.0
        return cls(origin, step, dtype)

    def to_grid(self, points: NDArray[np.floating]) -> Float64:
        """Return points in grid units, unrounded."""
        result: Float64 = (points - self.origin) * self.step
        return result

    def from_grid(self, points: Float64) -> Float64:
        """Return points in their own units from grid units."""
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

    __slots__ = ("coordinates", "square", "weighted", "weights")

    coordinates: Floats
    """Rounded points for `nearest`, (n, d + 1)."""
    square: float
    """Sum of weight times squared norm."""
    weighted: Float64
    """Weight times point, (d, n)."""
    weights: Float64

    def __init__(self, points: NDArray[np.floating], weights: Float64, grid: Grid) -> None:
        exact = grid.to_grid(points)
        self.coordinates = homogeneous(np.rint(exact), grid.dtype)
        self.weights = weights
        self.weighted = np.ascontiguousarray((exact * weights[:, None]).T)
        self.square = float(inner_products(self.weighted.T, exact).sum())

    def __len__(self) -> int:
        return len(self.weights)

    @property
    def positions(self) -> Float64:
        """The points themselves, (n, d)."""
        return np.ascontiguousarray((self.weighted / self.weights).T)


class Run(NamedTuple):
    """Settings shared by all passes of a search."""

    square: float
    """Sum of weight times squared norm of the finest points, even in passes over coarse points:
    the inertia is then that of the finest points."""
    record: Record
    """Called with centers and their inertia."""
    fixed: int = 0
    """Number of centers, the first ones, that do not move."""


class Moments(NamedTuple):
    """Weight and weighted sum of each cluster's points."""

    mass: Float64
    sums: Float64

    def inertia(self, centers: Float64, square: float) -> float:
        """Return the sum of weight times squared distance to the centers.

        Parameters
        ----------
        centers : ndarray, (k, d)
        square : float
            As in `Run`.
        """
        cross = inner_products(self.sums, centers).sum()
        own = (self.mass * inner_products(centers, centers)).sum()
        return max(0.0, float(square - 2 * cross + own))


def expect(points: Points, centers: Float64) -> NDArray[np.intp]:
    """E-step: return the index of each point's nearest center."""
    return nearest(points.coordinates, np.rint(centers))


def maximize(points: Points, labels: NDArray[np.intp], k: int) -> Moments:
    """M-step: return the moments of each cluster, from which `means` computes the centers."""
    mass: Float64 = np.bincount(labels, points.weights, k).astype(np.float64, copy=False)
    sums = [np.bincount(labels, row, k) for row in points.weighted]
    return Moments(mass, np.stack(sums, axis=1))


def means(moments: Moments, centers: Float64, fixed: int = 0) -> Float64:
    """Return each cluster's mean; empty clusters and the first, fixed ones keep their center."""
    filled = moments.mass > 0
    filled[:fixed] = False
    mass = np.where(filled, moments.mass, 1.0)
    result: Float64 = np.where(filled[:, None], moments.sums / mass[:, None], centers)
    return result


def within_reach(points: Points, centers: Float64) -> Float64:
    """Move centers that are too far out for exact scores back towards the grid's origin.

    All points are within reach, so this moves such a center nearer to all of them.
    """
    reach = _reach(points.coordinates.dtype.type, centers.shape[1])
    norms = np.sqrt(inner_products(centers, centers))
    shrunk: Float64 = centers * (reach / np.maximum(norms, reach))[:, None]
    return shrunk


def moved(
    points: Points, moments: Moments, centers: Float64, over: float, fixed: int = 0
) -> Float64:
    """Move each center but the fixed ones towards its mean, by `over` times the distance."""
    steps = means(moments, centers, fixed) - centers
    return within_reach(points, centers + over * steps)


def refill(
    points: Points, labels: NDArray[np.intp], centers: Float64, empty: NDArray[np.intp]
) -> Float64:
    """Move the centers of empty clusters onto the worst-fitted points.

    If every point is fitted exactly, these centers are removed instead.

    Parameters
    ----------
    points : Points
    labels : ndarray, (n,)
    centers : ndarray, (k, d)
    empty : ndarray, (m,)
        Indices of the empty clusters.

    Returns
    -------
    ndarray, (k or fewer, d)
    """
    coordinates = points.coordinates[:, :-1].astype(np.float64)
    misfit = coordinates - np.rint(centers)[labels]
    errors = points.weights * inner_products(misfit, misfit)
    worst = np.argsort(-errors, kind="stable")[: len(empty)]
    worst = worst[errors[worst] > 0]
    if not worst.size:
        return np.delete(centers, empty, axis=0)
    centers = centers.copy()
    centers[empty[: len(worst)]] = coordinates[worst]
    return centers


def refine(
    points: Points,
    centers: Float64,
    run: Run,
    *,
    passes: int,
    tolerance: float,
    relaxed: bool,
) -> Float64:
    """Run full passes of EM.

    Parameters
    ----------
    points : Points
    centers : ndarray, (k, d)
        In grid units.
    run : Run
        Records for each pass the centers that it started from, and their inertia.
    passes : int
        Highest number of passes.
    tolerance : float
        Passes end when one lowers the inertia by no more than this share.
    relaxed : bool
        Whether passes are over-relaxed, except for a few plain ones at the end. Plain passes
        alone never raise the inertia.

    Returns
    -------
    ndarray, (k, d)
        See `refill` for what happens to empty clusters.
    """
    plain = min(_PLAIN_PASSES, passes) if relaxed else passes
    for over, leg_passes in ((_OVER, passes - plain), (1.0, plain)):
        previous = np.inf
        for _ in range(leg_passes):
            labels = expect(points, centers)
            moments = maximize(points, labels, len(centers))
            inertia = moments.inertia(centers, run.square)
            run.record(centers, inertia)
            empty = np.flatnonzero(moments.mass[run.fixed :] == 0) + run.fixed
            centers = moved(points, moments, centers, over, run.fixed)
            if empty.size:
                centers = refill(points, labels, centers, empty)
            elif previous - inertia <= tolerance * inertia:
                break
            previous = inertia
    return centers
