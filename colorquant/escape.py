"""Ways out of a local optimum: breathing.

Breathe in: add centers where the error is largest. Breathe out: remove those whose loss
costs least. What lowers the inertia is kept. Fritzke, "The breathing k-means algorithm"
(arXiv 2006.15666, 2020), here on weighted points, and with each added center and the one
it came from set apart by a standard deviation.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from colorquant.em import Float64, Points, Record, expect, maximize, means
from colorquant.nearest import two_nearest

__all__ = ["breathe"]

# How far centers go towards their means, and past them, between the two halves of a breath.
_OVER = 1.5


class _State:
    """Centers with what an E-step tells about them."""

    __slots__ = ("centers", "errors", "inertia", "labels", "moments", "utility")

    def __init__(self, points: Points, centers: Float64, square: float) -> None:
        k = len(centers)
        self.centers = centers
        self.labels, first, second = two_nearest(points.coordinates, np.rint(centers))
        self.moments = maximize(points, self.labels, k)
        self.inertia = self.moments.inertia(centers, square)
        self.errors = np.bincount(self.labels, points.weights * first, k)
        # What the inertia would grow by if the center were removed.
        self.utility = np.bincount(self.labels, points.weights * (second - first), k)


def _widths(points: Points, state: _State, chosen: NDArray[np.intp]) -> Float64:
    """Return a step along each cluster's widest axis, one standard deviation long.

    Returns
    -------
    ndarray, (m, d)
    """
    m, d = len(chosen), state.centers.shape[1]
    place = np.full(len(state.centers), -1)
    place[chosen] = np.arange(m)
    members = np.flatnonzero(place[state.labels] >= 0)
    labels = place[state.labels[members]]
    spread = points.coordinates[members, :-1] - state.centers[chosen][labels]
    squares = points.weights[members] * np.square(spread.T)
    mass = np.bincount(labels, points.weights[members], m)
    variance = np.stack([np.bincount(labels, row, m) for row in squares], axis=1)
    widest = variance.argmax(axis=1)
    steps = np.zeros((m, d))
    steps[np.arange(m), widest] = np.sqrt(variance[np.arange(m), widest] / mass)
    return steps


def _without_least_useful(state: _State, m: int) -> Float64:
    """Return the cluster means without m whose loss costs little.

    Where one goes its nearest neighbor stays, as it inherits the points. Of the last m
    those that stay take the places of those before them that go, so that a row of the
    result is the same center as that row before.
    """
    kept = len(state.centers) - m
    centers = means(state.moments, state.centers)
    keep = np.ones(len(centers), bool)
    free = np.ones(len(centers), bool)
    for candidate in np.argsort(state.utility, kind="stable"):
        if m == 0:
            break
        if not free[candidate]:
            continue
        keep[candidate] = False
        m -= 1
        distances = np.square(centers - centers[candidate]).sum(axis=1)
        distances[~keep] = np.inf
        free[distances.argmin()] = False
    result = centers[:kept].copy()
    result[~keep[:kept]] = centers[kept:][keep[kept:]]
    return result


def breathe(
    points: Points,
    centers: Float64,
    *,
    passes: int,
    most: int,
    settling: Sequence[int],
    square: float,
    record: Record,
) -> Float64:
    """Move centers from where they are worth little to where the error is.

    The first breath moves many centers at once. When that no longer helps, fewer; when a
    single one no longer does, many again with longer settling, which finds smaller gains.

    Parameters
    ----------
    points : Points
    centers : ndarray, (k, d)
        In grid units.
    passes : int
        Full passes to spend at most.
    most : int
        Centers moved by the first breath.
    settling : sequence of int
        Full passes after each half of a breath: the first of them until it no longer
        helps, then the next.
    square : float
        As `Moments.inertia` takes it.
    record : callable
        Called with the centers and their inertia after each breath that helped.

    Returns
    -------
    ndarray, (k, d)
        Of no higher inertia.
    """
    state = _State(points, centers, square)
    for depth in settling:
        m = min(most, len(centers))
        while m and passes >= 2 * depth + 2:
            passes -= 2 * depth + 2
            after = _breath(points, state, m, depth, square)
            if after.inertia < state.inertia:
                state = after
                record(state.centers, state.inertia)
            else:
                m //= 2
    return state.centers


def _breath(points: Points, state: _State, m: int, depth: int, square: float) -> _State:
    worst = np.argsort(-state.errors, kind="stable")[:m]
    worst = worst[state.errors[worst] > 0]
    if not worst.size:
        return state
    steps = _widths(points, state, worst)
    inhaled = np.concatenate([state.centers, state.centers[worst] + steps])
    inhaled[worst] -= steps
    inhaled = _settle(points, inhaled, depth)
    exhaled = _without_least_useful(_State(points, inhaled, square), len(worst))
    return _State(points, _settle(points, exhaled, depth), square)


def _settle(points: Points, centers: Float64, passes: int) -> Float64:
    for _ in range(passes):
        moments = maximize(points, expect(points, centers), len(centers))
        centers = centers + _OVER * (means(moments, centers) - centers)
    return centers
