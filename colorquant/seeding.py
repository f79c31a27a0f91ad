"""Where the centers start: variance splits, k-means++, or random points."""

import heapq
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from colorquant.em import Float64

__all__ = ["SEEDINGS", "Seed", "seed_centers"]

# NumPy's random numbers take 10 ms to load, so a generator is made only where one is used.
Seed = tuple[int, ...]


class _Cluster(NamedTuple):
    """Points that stand together, from ``start`` to ``stop``."""

    start: int
    stop: int
    mean: Float64
    variance: float
    """Along the principal axis, times the weight."""
    axis: Float64


def _clusters(points: Float64, weights: Float64, edges: list[int]) -> list[_Cluster]:
    """Return the clusters between the edges."""
    spans = list(pairwise(edges))
    means, covariances = [], []
    for start, stop in spans:
        own, mass = points[start:stop], weights[start:stop]
        # einsum, not a matrix product: its sums do not depend on the math library's threads.
        mean = np.einsum("n,nd->d", mass, own) / mass.sum()
        spread = own - mean
        means.append(mean)
        covariances.append(np.einsum("ni,nj->ij", spread * mass[:, None], spread))
    values, axes = np.linalg.eigh(np.stack(covariances))
    return [
        _Cluster(*span, mean, value[-1] if span[1] - span[0] > 1 else 0.0, axis[:, -1])
        for span, mean, value, axis in zip(spans, means, values, axes, strict=True)
    ]


def _cut(points: Float64, weights: Float64, cluster: _Cluster) -> int:
    """Sort a cluster along its axis, in place, and return where to cut it.

    That is where the sum of the halves' squared errors along the axis is least; its start
    where all points are equal.
    """
    own = slice(cluster.start, cluster.stop)
    along = np.einsum("nd,d->n", points[own] - cluster.mean, cluster.axis)
    order = np.argsort(along, kind="stable")
    along = along[order]
    if along[0] == along[-1]:
        return cluster.start
    points[own], weights[own] = points[own][order], weights[own][order]
    mass = weights[own]
    left = np.cumsum(mass)
    total = left[-1]
    moment = np.cumsum(mass * along)[:-1]
    left = left[:-1]
    # The mean is 0, so the right half's moment is minus the left one's.
    gain = moment * moment * (1 / left + 1 / (total - left))
    gain[along[1:] == along[:-1]] = -1.0
    return cluster.start + int(gain.argmax()) + 1


def _variance(points: Float64, weights: Float64, k: int, _seed: Seed) -> Float64:
    """Split the cluster of largest principal variance along its axis, until there are k.

    The criterion and the cut follow Wu, "Color quantization by dynamic programming and
    principal analysis", ACM Transactions on Graphics 11 (1992), section 4.
    """
    points, weights = points.copy(), weights.copy()
    clusters = _clusters(points, weights, [0, len(points)])
    queue = [(-clusters[0].variance, 0)]
    while len(clusters) < k and queue:
        _, widest = heapq.heappop(queue)
        cluster = clusters[widest]
        at = _cut(points, weights, cluster)
        if at == cluster.start:
            continue
        halves = _clusters(points, weights, [cluster.start, at, cluster.stop])
        clusters[widest] = halves[0]
        clusters.append(halves[1])
        for place, half in zip((widest, len(clusters) - 1), halves, strict=True):
            heapq.heappush(queue, (-half.variance, place))
    return np.stack([cluster.mean for cluster in clusters])


def _plus_plus(points: Float64, weights: Float64, k: int, seed: Seed) -> Float64:
    """Draw points with probability proportional to their error so far.

    Arthur and Vassilvitskii, "k-means++: the advantages of careful seeding", SODA 2007.
    """
    rng = np.random.default_rng(seed)
    chosen: list[int] = []
    errors = np.full(len(points), np.inf)
    odds = weights
    while len(chosen) < k and odds.any():
        chosen.append(int(rng.choice(len(points), p=odds / odds.sum())))
        spread = points - points[chosen[-1]]
        errors = np.minimum(errors, np.einsum("nd,nd->n", spread, spread))
        odds = weights * errors
    return points[chosen]


def _random(points: Float64, weights: Float64, k: int, seed: Seed) -> Float64:
    """Draw k different points, with probability proportional to their weight."""
    rng = np.random.default_rng(seed)
    size = min(k, len(points))
    return points[rng.choice(len(points), size, replace=False, p=weights / weights.sum())]


_METHODS = {"variance": _variance, "k-means++": _plus_plus, "random": _random}
SEEDINGS = tuple(_METHODS)


def seed_centers(method: str, points: Float64, weights: Float64, k: int, seed: Seed) -> Float64:
    """Return starting centers.

    Parameters
    ----------
    method : {"variance", "k-means++", "random"}
    points : ndarray, (n, d)
    weights : ndarray, (n,), positive
    k : int
    seed : tuple of int
        Not used by ``"variance"``.

    Returns
    -------
    ndarray, (k or fewer, d)
        Fewer only where there are fewer different points.
    """
    return _METHODS[method](points, weights, k, seed)
