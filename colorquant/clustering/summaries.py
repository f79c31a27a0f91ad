"""Smaller sets that stand for many points: distinct rows with summed weights, and a sample."""

import numpy as np
from numpy.typing import NDArray

from colorquant.clustering.points import Float64

__all__ = ["Summary", "distinct_rows", "sample"]

Summary = tuple[Float64, Float64]
"""Points, (m, d), and the weight of each, (m,)."""

# An odd number whose multiples are spread over all 64-bit numbers: 2 to the 64 by the golden ratio.
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_HALF = np.uint64(32)
# A sample of more than this share of the points saves no time.
_WORTHWHILE = 0.5


def distinct_rows(points: Float64, weights: Float64) -> tuple[Float64, Float64]:
    """Return the distinct points of positive weight, with the sum of the weights of each.

    Parameters
    ----------
    points : ndarray, (n, d)
    weights : ndarray, (n,)
        At least 0.

    Returns
    -------
    points : ndarray, (m, d), float64
        In an order that looks random, but does not depend on the order of the given ones.
    weights : ndarray, (m,), float64
    """
    used = weights > 0
    if not used.all():
        points, weights = points[used], weights[used]
    # Negative zero is zero.
    points = points + 0.0
    places = _scattered(points)
    # Sums of weights depend on their order.
    order = np.lexsort((weights, places))
    points, weights, places = points[order], weights[order], places[order]
    new = np.ones(len(points), bool)
    new[1:] = places[1:] != places[:-1]
    if new.all():
        return points, weights
    first = np.flatnonzero(new)
    group = np.cumsum(new) - 1
    if not np.array_equal(points, points[first[group]]):
        # Different points of one place: hardly ever by chance.
        points, group = np.unique(points, axis=0, return_inverse=True)
        group = group.reshape(-1)
        return points, _totals(group, weights, len(points))
    return points[first], _totals(group, weights, len(first))


def _totals(group: NDArray[np.intp], weights: Float64, number: int) -> Float64:
    return np.bincount(group, weights, number).astype(np.float64, copy=False)


def _scattered(points: Float64) -> NDArray[np.uint64]:
    """Return a number for each point, (n,), that is nearly always another for another point."""
    places = np.zeros(len(points), np.uint64)
    for column in points.T:
        places ^= np.ascontiguousarray(column).view(np.uint64)
        places *= _SPREAD
        places ^= places >> _HALF
        places *= _SPREAD
    return places


def sample(points: Float64, weights: Float64, size: int) -> Summary | None:
    """Return a sample of points that lie in random order, to begin a search with.

    Parameters
    ----------
    points : ndarray, (n, d)
    weights : ndarray, (n,)
    size : int
        Number of points of the sample.

    Returns
    -------
    (points, weights) or None
        The weights add up to those of all points. None if there are too few points to save time.
    """
    if size > _WORTHWHILE * len(points):
        return None
    own = weights[:size]
    return points[:size], own * (weights.sum() / own.sum())
