"""Expectation-maximization over weighted points: the grid, the M-step, and full passes.

All positions are in units of a grid over the points. It is fine enough that rounding moves no
point noticeably, and coarse enough that `colorquant.clustering.nearest` is exact. Assignments
compare rounded points with rounded centers; sums, means and the inertia use the points
themselves.
"""

from collections.abc import Callable
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from colorquant.clustering.nearest import FEW, Floats, homogeneous, max_norm, nearest, parts
from colorquant.linear import inner_products
from colorquant.threads import for_each

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
    def over(cls, points: NDArray[np.floating], k: int, *, exact: bool = False) -> "Grid":
        """Lay a grid over the bounding box of points, as fine as up to k centers allow.

        A grid unit is at most 1/5,000,000 of half the box's diagonal. On the coarser grid it is
        1/724 for 16 centers, 1/256 for 128, and 1/2364 for more; if `exact` is set, both grids
        are the same for few centers.
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
        if exact and k <= FEW:
            rough = reach
        return cls(origin, step, reach, max(0.0, rough / reach), k)

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


def expect(points: Points, centers: Float64, *, rough: bool = False) -> NDArray[np.intp]:
    """E-step: return the index of each point's nearest center, exactly or roughly."""
    most = points.grid.most
    if rough:
        return nearest(points.rough, np.rint(centers * points.grid.rough), most)
    labels, rounded = np.empty(len(points), np.intp), np.rint(centers)

    def label(part: slice) -> None:
        # Rounded again each time, as they would take much memory and are needed seldom.
        labels[part] = nearest(points.fine(part), rounded, most)

    for_each(label, parts(len(points), len(centers)))
    return labels


def maximize(points: Points, labels: NDArray[np.intp], k: int) -> Moments:
    """M-step: return the moments of each cluster, from which `means` computes the centers."""
    # A complex sum adds two columns at once, each in the order of the points.
    totals = np.zeros((len(points.paired), k), np.complex128)
    for total, row in zip(totals, points.paired, strict=True):
        np.add.at(total, labels, row)
    rows = np.stack([totals.real, totals.imag], axis=1).reshape(-1, k)
    return Moments(rows[0], np.ascontiguousarray(rows[1 : len(points.exact) + 1].T))


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
    reach = points.grid.reach
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
    misfit = (points.exact - centers[labels].T).T
    errors = points.weights * inner_products(misfit, misfit)
    worst = np.argsort(-errors, kind="stable")[: len(empty)]
    worst = worst[errors[worst] > 0]
    if not worst.size:
        return np.delete(centers, empty, axis=0)
    centers = centers.copy()
    centers[empty[: len(worst)]] = points.exact[:, worst].T
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
    # With many centers the coarser grid is fine enough for all passes but those of `lloyd`.
    rough = relaxed and points.grid.most > FEW
    for over, leg_passes in ((_OVER, passes - plain), (1.0, plain)):
        previous = np.inf
        for _ in range(leg_passes):
            labels = expect(points, centers, rough=rough or over > 1.0)
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
