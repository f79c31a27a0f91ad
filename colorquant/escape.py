"""Ways out of a local optimum: breathing.

Breathe in: add centers where the error is largest. Breathe out: remove those whose loss
costs least. What lowers the inertia is kept. Fritzke, "The breathing k-means algorithm"
(arXiv 2006.15666, 2020), here on weighted points, and with each added center and the one
it came from set apart by a standard deviation.
"""

import numpy as np
from numpy.typing import NDArray

from colorquant.em import Float64, Points, Record, expect, maximize, means
from colorquant.nearest import two_nearest

__all__ = ["BREATH_PASSES", "breathe"]

# Full passes after breathing in, and after breathing out.
_PASSES = 2
BREATH_PASSES = 2 * _PASSES + 2
"""What a breath costs, in full passes."""
_OVER = 1.5
_SHARE = 8


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
    points: Points, centers: Float64, *, rounds: int, square: float, record: Record
) -> Float64:
    """Move centers from where they are worth little to where the error is.

    Parameters
    ----------
    points : Points
    centers : ndarray, (k, d)
        In grid units.
    rounds : int
        Breaths at most. They end earlier when moving a single center no longer helps.
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
    m = max(2, len(centers) // _SHARE)
    for _ in range(rounds):
        worst = np.argsort(-state.errors, kind="stable")[:m]
        steps = _widths(points, state, worst)
        inhaled = np.concatenate([state.centers, state.centers[worst] + steps])
        inhaled[worst] -= steps
        inhaled = _settle(points, inhaled)
        exhaled = _without_least_useful(_State(points, inhaled, square), m)
        after = _State(points, _settle(points, exhaled), square)
        if after.inertia < state.inertia:
            state = after
            record(state.centers, state.inertia)
        elif m == 1:
            break
        else:
            m //= 2
    return state.centers


def _settle(points: Points, centers: Float64) -> Float64:
    for _ in range(_PASSES):
        moments = maximize(points, expect(points, centers), len(centers))
        centers = centers + _OVER * (means(moments, centers) - centers)
    return centers
