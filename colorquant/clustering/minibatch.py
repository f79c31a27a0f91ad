"""Mini-batch updates: cheap first moves of the centers."""

import numpy as np
from numpy.typing import NDArray

from colorquant.clustering.nearest import nearest
from colorquant.clustering.points import Float64, Points

__all__ = ["drawn", "minibatch"]


def drawn(weights: Float64, size: int, phase: float) -> NDArray[np.intp]:
    """Draw in proportion to weights, evenly spaced along their sums.

    Parameters
    ----------
    weights : ndarray, (n,)
        Positive.
    size : int
        Number of draws.
    phase : float
        Offset of the first draw as a share of the distance between draws, 0 to 1.

    Returns
    -------
    ndarray, (size,), intp
        Indices of the weights, ascending.
    """
    reached = np.cumsum(weights)
    draws = (np.arange(size) + phase) * (reached[-1] / size)
    picks: NDArray[np.intp] = np.searchsorted(reached, draws, side="right")
    return np.minimum(picks, len(reached) - 1)


def minibatch(
    points: Points,
    centers: Float64,
    counts: Float64,
    *,
    size: int,
    phase: float,
    fixed: int = 0,
) -> Float64:
    """Move each center towards its points in a weighted sample.

    A center's learning rate is one over the number of draws assigned to it so far, as in
    Sculley, "Web-scale k-means clustering", WWW 2010. The draws are systematic (evenly
    spaced along the summed weights). For sorted points they cover the data more evenly than
    independent draws.

    Parameters
    ----------
    points : Points
    centers : ndarray, (k, d)
        In grid units.
    counts : ndarray, (k,)
        Draws assigned to each center so far; updated in place.
    size : int
        Number of draws.
    phase : float
        Offset of the first draw as a share of the distance between draws, 0 to 1.
    fixed : int
        Number of centers, the first ones, that do not move.

    Returns
    -------
    ndarray, (k, d)
    """
    picks = drawn(points.weights, size, phase)
    k = len(centers)
    grid = points.grid
    labels = nearest(points.rough.picked(picks), np.rint(centers * grid.rough), grid.most)
    won = np.bincount(labels, minlength=k)
    sums = np.stack([np.bincount(labels, row, k) for row in points.exact[:, picks]], axis=1)
    counts += won
    steps: Float64 = (sums - won[:, None] * centers) / np.maximum(counts, 1)[:, None]
    steps[:fixed] = 0.0
    return centers + steps
