"""Breathing k-means: a way out of local optima.

Breathe in: add centers where the error is largest. Breathe out: remove those whose loss
costs least. A breath that lowers the inertia is kept. Fritzke, "The breathing k-means
algorithm" (arXiv 2006.15666, 2020), here on weighted points, and with a center and its copy
moved a standard deviation in opposite directions.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from colorquant.clustering.em import Run, expect, maximize, means, moved, within_reach
from colorquant.clustering.nearest import two_nearest
from colorquant.clustering.points import Float64, Points

__all__ = ["breathe"]

# Over-relaxation of the passes after each half of a breath: centers go past their means.
_OVER = 1.5


class _State(NamedTuple):
    """Centers, and the statistics of an E-step with them."""

    centers: Float64
    inertia: float
    mass: Float64
    spread: Float64
    """Of each cluster along each axis: sum of weight times squared distance, (k, d)."""


def _state(points: Points, squares: Float64, centers: Float64, square: float) -> _State:
    k = len(centers)
    labels = expect(points, centers, rough=True)
    moments = maximize(points, labels, k)
    second = np.stack([np.bincount(labels, row, k) for row in squares], axis=1)
    mass = moments.mass[:, None]
    spread = second - 2 * centers * moments.sums + mass * centers * centers
    return _State(centers, moments.inertia(centers, square), moments.mass, spread)


def _inhaled(points: Points, state: _State, m: int, fixed: int) -> Float64:
    """Return the centers with up to m more where the error is largest.

    Each center of a largest error becomes two, a standard deviation either way along its
    widest axis. A fixed center stays, and only the new one moves away.

    Returns
    -------
    ndarray, (k + m or fewer, d)
    """
    errors = state.spread.sum(axis=1)
    worst = np.argsort(-errors, kind="stable")[:m]
    worst = worst[(errors[worst] > 0) & (state.mass[worst] > 0)]
    rows, axes = np.arange(len(worst)), state.spread[worst].argmax(axis=1)
    steps = np.zeros((len(worst), state.centers.shape[1]))
    variances = np.maximum(0.0, state.spread[worst, axes]) / state.mass[worst]
    steps[rows, axes] = np.sqrt(variances)
    inhaled = np.concatenate([state.centers, state.centers[worst] + steps])
    free = worst >= fixed
    inhaled[worst[free]] -= steps[free]
    return within_reach(points, inhaled)


def _exhaled(points: Points, centers: Float64, k: int, fixed: int) -> Float64:
    """Return the means of k clusters, without those whose loss costs least.

    The nearest neighbor of a removed center stays, as it inherits the points; so do fixed
    centers, which come first. Kept centers beyond row k fill the rows of removed ones, and
    all others keep their row.

    Returns
    -------
    ndarray, (k, d)
    """
    labels, gaps = two_nearest(points.rough, np.rint(centers * points.grid.rough), points.grid.most)
    # What the inertia would grow by if the center were removed, but for a factor.
    utility = np.bincount(labels, points.weights * gaps, len(centers))
    centers = means(maximize(points, labels, len(centers)), centers, fixed)
    keep = np.ones(len(centers), bool)
    free = np.arange(len(centers)) >= fixed
    surplus = len(centers) - k
    for candidate in np.argsort(utility, kind="stable"):
        if surplus == 0:
            break
        if not free[candidate]:
            continue
        keep[candidate] = False
        surplus -= 1
        distances = np.square(centers - centers[candidate]).sum(axis=1)
        distances[~keep] = np.inf
        free[distances.argmin()] = False
    result = centers[:k].copy()
    result[~keep[:k]] = centers[k:][keep[k:]]
    return result


def breathe(
    points: Points,
    centers: Float64,
    run: Run,
    *,
    passes: int,
    most: int,
    settling: Sequence[int],
) -> Float64:
    """Move centers from where they gain little to where the error is large.

    The first breath moves many centers at once, and later ones fewer when that no longer
    helps. When moving a single one no longer helps, many are moved again with longer settling,
    which finds smaller gains.

    Parameters
    ----------
    points : Points
    centers : ndarray, (k, d)
        In grid units.
    run : Run
        Records each breath that helped.
    passes : int
        Highest number of full passes.
    most : int
        Centers moved by the first breath.
    settling : sequence of int
        Full passes after each half of a breath: the first number until breaths no longer
        help, then the next.

    Returns
    -------
    ndarray, (k, d)
        Of no higher inertia.
    """
    square, record, fixed = run
    if passes < _passes(settling[0]):
        return centers
    squares = np.square(points.exact) * points.weights
    state = _state(points, squares, centers, square)
    for depth in settling:
        m = min(most, len(centers) - fixed)
        while m and passes >= _passes(depth):
            passes -= _passes(depth)
            more = _settle(points, _inhaled(points, state, m, fixed), depth, fixed)
            as_many = _exhaled(points, more, len(centers), fixed)
            as_many = _settle(points, as_many, depth, fixed)
            after = _state(points, squares, as_many, square)
            if after.inertia < state.inertia:
                state = after
                record(state.centers, state.inertia)
            else:
                m //= 2
    return state.centers


def _passes(depth: int) -> int:
    """Return the number of full passes in a breath."""
    return 2 * depth + 2


def _settle(points: Points, centers: Float64, passes: int, fixed: int) -> Float64:
    for _ in range(passes):
        moments = maximize(points, expect(points, centers, rough=True), len(centers))
        centers = moved(points, moments, centers, _OVER, fixed)
    return centers
