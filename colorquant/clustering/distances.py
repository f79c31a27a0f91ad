"""Distances between points and centers in their own units, without rounding to a grid."""

import numpy as np
from numpy.typing import NDArray

from colorquant.clustering.nearest import two_nearest
from colorquant.clustering.points import Float64, Grid, Points

__all__ = ["completed", "nearest_exactly", "own_squares", "squared_distances"]

# Numbers of distances that are computed at once.
_ROOM = 1 << 20
# Passes after which centers are left where they are.
_PASSES = 100
# Relative error of distances that is allowed for.
_SAFE = 1e-9


def squared_distances(points: Float64, centers: Float64) -> Float64:
    """Return the squared distance of each point to each center, (n, k).

    They are sums of squared differences, which cancel nothing out, however far the points are
    from the origin.
    """
    squares = np.zeros((len(points), len(centers)))
    rows = max(1, _ROOM // len(centers))
    for start in range(0, len(points), rows):
        part = points[start : start + rows]
        total = squares[start : start + rows]
        for column, center in zip(part.T, centers.T, strict=True):
            step = column[:, None] - center
            step *= step
            total += step
    return squares


def own_squares(points: Float64, centers: Float64, labels: NDArray[np.intp]) -> Float64:
    """Return the squared distance of each point to the center that it is labeled with, (n,)."""
    squares = np.zeros(len(points))
    for column, center in zip(points.T, centers.T, strict=True):
        step = column - center[labels]
        step *= step
        squares += step
    return squares


def nearest_exactly(points: Float64, centers: Float64) -> NDArray[np.intp]:
    """Return the center nearest to each point, the lowest among equals.

    Points and centers are compared on a grid first. Where that leaves a doubt, as another center
    is as near but for rounding, the distances themselves decide.

    Parameters
    ----------
    points : ndarray, (n, d)
    centers : ndarray, (k, d)

    Returns
    -------
    ndarray, (n,), intp
    """
    found, first = np.unique(centers, axis=0, return_index=True)
    if len(found) == 1:
        return np.full(len(points), first[0])
    # The order of the centers decides between equal distances.
    first.sort()
    centers = centers[first]
    grid = Grid.over(np.vstack([points, centers]), len(centers))
    laid = Points(points, np.ones(len(points)), grid)
    rounded = np.rint(grid.to_grid(centers))
    own, gaps = two_nearest(laid.fine, rounded, grid.most)
    near = np.sqrt(own_squares(np.rint(laid.exact.T), rounded, own))
    # Rounding moves a point and a center by half the diagonal of a cell each.
    slack = 2 * np.sqrt(points.shape[1]) + _SAFE * grid.reach
    doubtful = np.flatnonzero(np.sqrt(near * near + gaps) <= near + slack)
    labels = np.empty(len(points), np.intp)
    labels[laid.order] = own
    if len(doubtful):
        rows = np.arange(len(points))[laid.order][doubtful]
        labels[rows] = squared_distances(points[rows], centers).argmin(axis=1)
    return first[labels]


def completed(points: Float64, weights: Float64, centers: Float64, k: int) -> Float64:
    """Return k centers, if there are fewer because the search took different points for one.

    The further ones are put where the error is largest, and all are moved to the means.

    Parameters
    ----------
    points : ndarray, (n, d)
        At least k distinct ones.
    weights : ndarray, (n,)
    centers : ndarray, (m, d)
    k : int

    Returns
    -------
    ndarray, (k, d)
    """
    if len(centers) >= k:
        return centers
    labels = nearest_exactly(points, centers)
    while len(centers) < k:
        errors = weights * own_squares(points, centers, labels)
        centers = np.vstack([centers, points[errors.argmax()]])
        labels = nearest_exactly(points, centers)
    for _ in range(_PASSES):
        mass = np.bincount(labels, weights, k)
        sums = np.stack([np.bincount(labels, weights * row, k) for row in points.T], axis=1)
        filled = mass > 0
        centers[filled] = sums[filled] / mass[filled, None]
        before, labels = labels, nearest_exactly(points, centers)
        if np.array_equal(before, labels):
            break
    return centers
