"""Choice of the first centers: by variance splits, k-means++, or random points."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from colorquant.clustering.points import Float64
from colorquant.linear import inner_products, principal_axes

__all__ = ["SEEDINGS", "Seed", "seed_centers"]

# Clusters of at least this share of the largest variance are split together.
_WIDE = 0.5
# In more dimensions, the axis is that coordinate axis along which a cluster is widest: the time for
# principal axes grows as the cube of the dimensions.
_PRINCIPAL = 16
# Narrower clusters are points: the division by their width could overflow.
_NARROW = 1e-300
# NumPy's random module takes 10 ms to load, so a generator is made only where it is used.
Seed = tuple[int, ...]


class _Clusters(NamedTuple):
    """Groups of points, m of them, each a contiguous part of the array of all points."""

    start: NDArray[np.intp]
    size: NDArray[np.intp]
    mean: Float64
    """(m, d)"""
    variance: Float64
    """Variance along the axis, times the weight, (m,)."""
    axis: Float64
    """(m, d)"""

    def rows(self) -> NDArray[np.intp]:
        """Return the indices of the points, one group after another."""
        first = np.cumsum(self.size) - self.size
        shift: NDArray[np.intp] = np.repeat(self.start - first, self.size)
        return shift + np.arange(len(shift))


def _described(
    points: Float64, weights: Float64, start: NDArray[np.intp], size: NDArray[np.intp]
) -> _Clusters:
    """Describe groups of points, (d, n); `start` is where each begins in the array of all."""
    first = np.cumsum(size) - size
    mass = np.add.reduceat(weights, first)
    mean = np.add.reduceat(points * weights, first, axis=1) / mass
    spread = points - np.repeat(mean, size, axis=1)
    values, axes = (_principal if len(points) <= _PRINCIPAL else _widest)(spread, weights, first)
    return _Clusters(start, size, mean.T, np.where(size > 1, values, 0.0), axes)


def _principal(
    spread: Float64, weights: Float64, first: NDArray[np.intp]
) -> tuple[Float64, Float64]:
    """Return the variance of each group along its principal axis, (m,), and the axis, (m, d)."""
    covariance = np.empty((len(spread), len(spread), len(first)))
    for i, weighted in enumerate(spread * weights):
        for j in range(i + 1):
            covariance[i, j] = covariance[j, i] = np.add.reduceat(weighted * spread[j], first)
    return principal_axes(covariance)


def _widest(spread: Float64, weights: Float64, first: NDArray[np.intp]) -> tuple[Float64, Float64]:
    """Return the largest variance of each group along a coordinate axis, and that axis."""
    variances = np.add.reduceat(weights * spread * spread, first, axis=1)
    widest = variances.argmax(axis=0)
    return variances.max(axis=0), np.eye(len(spread))[widest]


def _cut(points: Float64, weights: Float64, clusters: _Clusters) -> NDArray[np.intp]:
    """Sort each cluster's points, (d, n), along its axis, in place, and return where to cut.

    The cut minimizes the sum of the halves' squared errors along the axis, but for points closer
    than 1/65,535 of the cluster's width, which stay together.

    Returns
    -------
    ndarray, (m,)
        The size of each first half; 0 if all points are equal.
    """
    size = clusters.size
    first = np.cumsum(size) - size
    last = first + size - 1
    group = np.repeat(np.arange(len(size)), size)

    def running(values: Float64) -> Float64:
        total: Float64 = np.cumsum(values)
        before: Float64 = (total[first] - values[first])[group]
        return total - before

    along = np.zeros(len(group))
    for row, mean, axis in zip(points, clusters.mean.T, clusters.axis.T, strict=True):
        along += (row - mean[group]) * axis[group]
    order, place = _sorted_within(group, along, first)
    points[:], weights[:], along = points.take(order, axis=1), weights[order], along[order]
    left = running(weights)
    right = left[last][group] - left
    right[last] = 1.0
    # The means are 0, so the right half's moment is minus the left one's.
    moment = running(weights * along)
    gain = moment * moment * (1 / left + 1 / right)
    gain[:-1][place[1:] == place[:-1]] = -1.0
    gain[last] = -1.0
    best = np.maximum.reduceat(gain, first)
    places = np.where(gain == best[group], np.arange(len(gain)), len(gain))
    return np.where(best < 0, 0, np.minimum.reduceat(places, first) - first + 1)


def _sorted_within(
    group: NDArray[np.intp], values: Float64, first: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.uint16]]:
    """Sort values within their groups, rounded to 16 bits, which takes linear time.

    Returns
    -------
    order : ndarray, (n,)
    place : ndarray, (n,), uint16
        The rounded values in that order: 0 to 65,535 from the least to the largest of a group.
    """
    low = np.minimum.reduceat(values, first)
    width = np.maximum.reduceat(values, first) - low
    scale = np.divide(65535, width, out=np.zeros_like(width), where=width > _NARROW)
    place = np.minimum(65535, (values - low[group]) * scale[group]).astype(np.uint16)
    order = np.lexsort((place, group.astype(np.uint16) if len(first) <= 1 << 16 else group))
    return order, place[order]


def _variance(points: Float64, weights: Float64, k: int, _seed: Seed) -> Float64:
    """Split the clusters of largest principal variance along their axes until there are k.

    The criterion and the cut follow Wu, "Color quantization by dynamic programming and
    principal analysis", ACM Transactions on Graphics 11 (1992), section 4. Clusters of
    similarly large variance are split together.
    """
    points, weights = points.T.copy(), weights.copy()
    everything = np.zeros(1, np.intp), np.array([len(weights)])
    clusters = _described(points, weights, *everything)
    while len(clusters.size) < k and clusters.variance.max() > 0:
        widest = np.argsort(-clusters.variance, kind="stable")[: k - len(clusters.size)]
        widest = widest[clusters.variance[widest] >= _WIDE * clusters.variance[widest[0]]]
        chosen = _Clusters(*(column[widest] for column in clusters))
        rows = chosen.rows()
        own, masses = points.take(rows, axis=1), weights[rows]
        half = _cut(own, masses, chosen)
        points[:, rows], weights[rows] = own, masses
        if not half.all():
            clusters.variance[widest[half == 0]] = 0.0
            continue
        start = np.stack([chosen.start, chosen.start + half], axis=1).ravel()
        size = np.stack([half, chosen.size - half], axis=1).ravel()
        halves = _described(own, masses, start, size)
        columns = [
            np.concatenate([old, new[1::2]]) for old, new in zip(clusters, halves, strict=True)
        ]
        for column, new in zip(columns, halves, strict=True):
            column[widest] = new[::2]
        clusters = _Clusters(*columns)
    return clusters.mean


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
        errors = np.minimum(errors, inner_products(spread, spread))
        odds = weights * errors
    return points[chosen]


def _random(points: Float64, weights: Float64, k: int, seed: Seed) -> Float64:
    """Draw k points without replacement, with probability proportional to their weight."""
    rng = np.random.default_rng(seed)
    size = min(k, len(points))
    return points[rng.choice(len(points), size, replace=False, p=weights / weights.sum())]


_METHODS = {"variance": _variance, "k-means++": _plus_plus, "random": _random}
SEEDINGS = tuple(_METHODS)


def seed_centers(method: str, points: Float64, weights: Float64, k: int, seed: Seed) -> Float64:
    """Return the first centers.

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
        Fewer only if there are fewer distinct points.
    """
    return _METHODS[method](points, weights, k, seed)
