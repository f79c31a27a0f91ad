"""Where the centers start: variance splits, k-means++, or random points."""

import heapq
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from colorquant.em import Float64

__all__ = ["SEEDINGS", "seed_centers"]


class _Cluster(NamedTuple):
    members: NDArray[np.intp]
    mean: Float64
    variance: float
    along: Float64
    """Each member's position along the principal axis, from the mean."""


def _cluster(points: Float64, weights: Float64, members: NDArray[np.intp]) -> _Cluster:
    own, mass = points[members], weights[members]
    mean = np.einsum("n,nd->d", mass, own) / mass.sum()
    spread = own - mean
    if len(members) == 1:
        return _Cluster(members, mean, 0.0, spread[:, 0])
    # einsum, not a matrix product: its sums do not depend on the math library's threads.
    covariance = np.einsum("ni,nj->ij", spread * mass[:, None], spread)
    values, axes = np.linalg.eigh(covariance)
    along = np.einsum("nd,d->n", spread, axes[:, -1])
    # A cluster of equal points has a variance of rounding errors only.
    variance = float(values[-1]) if np.ptp(along) > 0 else 0.0
    return _Cluster(members, mean, variance, along)


def _cut(cluster: _Cluster, weights: Float64) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Split in two where the sum of the halves' squared errors along the axis is least."""
    order = np.argsort(cluster.along, kind="stable")
    along, mass = cluster.along[order], weights[cluster.members[order]]
    left = np.cumsum(mass)
    total = left[-1]
    moment = np.cumsum(mass * along)[:-1]
    left = left[:-1]
    # The mean is 0, so the right half's moment is minus the left one's.
    gain = moment * moment * (1 / left + 1 / (total - left))
    gain[along[1:] == along[:-1]] = -1.0
    at = int(gain.argmax()) + 1
    return cluster.members[order[:at]], cluster.members[order[at:]]


def _variance(points: Float64, weights: Float64, k: int, _rng: np.random.Generator) -> Float64:
    """Split the cluster of largest principal variance along its axis, until there are k.

    The criterion and the cut follow Wu, "Color quantization by dynamic programming and
    principal analysis", ACM Transactions on Graphics 11 (1992), section 4.
    """
    clusters = [_cluster(points, weights, np.arange(len(points)))]
    queue = [(-clusters[0].variance, 0)]
    while len(clusters) < k:
        negative, widest = heapq.heappop(queue)
        if negative == 0:
            break
        halves = [_cluster(points, weights, m) for m in _cut(clusters[widest], weights)]
        clusters[widest] = halves[0]
        clusters.append(halves[1])
        for place, half in zip((widest, len(clusters) - 1), halves, strict=True):
            heapq.heappush(queue, (-half.variance, place))
    return np.stack([cluster.mean for cluster in clusters])


def _plus_plus(points: Float64, weights: Float64, k: int, rng: np.random.Generator) -> Float64:
    """Draw points with probability proportional to their error so far.

    Arthur and Vassilvitskii, "k-means++: the advantages of careful seeding", SODA 2007.
    """
    chosen: list[int] = []
    errors = np.full(len(points), np.inf)
    odds = weights
    while len(chosen) < k and odds.any():
        chosen.append(int(rng.choice(len(points), p=odds / odds.sum())))
        spread = points - points[chosen[-1]]
        errors = np.minimum(errors, np.einsum("nd,nd->n", spread, spread))
        odds = weights * errors
    return points[chosen]


def _random(points: Float64, weights: Float64, k: int, rng: np.random.Generator) -> Float64:
    """Draw k different points, with probability proportional to their weight."""
    size = min(k, len(points))
    return points[rng.choice(len(points), size, replace=False, p=weights / weights.sum())]


_METHODS = {"variance": _variance, "k-means++": _plus_plus, "random": _random}
SEEDINGS = tuple(_METHODS)


def seed_centers(
    method: str, points: Float64, weights: Float64, k: int, rng: np.random.Generator
) -> Float64:
    """Return starting centers.

    Parameters
    ----------
    method : {"variance", "k-means++", "random"}
    points : ndarray, (n, d)
    weights : ndarray, (n,), positive
    k : int
    rng : numpy.random.Generator
        Not used by ``"variance"``.

    Returns
    -------
    ndarray, (k or fewer, d)
        Fewer only where there are fewer different points.
    """
    return _METHODS[method](points, weights, k, rng)
