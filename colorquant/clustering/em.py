"""Expectation-maximization over weighted points: the two steps, and full passes."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from colorquant.clustering.nearest import nearest
from colorquant.clustering.points import Float64, Points
from colorquant.linear import inner_products

__all__ = [
    "Moments",
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

Record = Callable[[Float64, float], None]
"""Called with the centers, in grid units, and their inertia."""

# Over-relaxation: the factor on each center's step to its mean. Values just below 2 need
# about half the passes of plain EM.
_OVER = 1.9
_PLAIN_PASSES = 2


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
    return nearest(points.fine, np.rint(centers), most)


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
    # Points that round to their center would lose it again to an equal one.
    misfit = (np.rint(points.exact) - np.rint(centers)[labels].T).T
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
    points.drop_rough()
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
