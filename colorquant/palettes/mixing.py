"""Palettes for dithering: entries placed for mixtures of two, not for means.

Dithering shows any color between two entries. So k-means' centers, each in the middle of its
colors, are too far inside: colors at the rim cannot be mixed. Here, two steps alternate, as in
k-means. Each color finds its best mixture; then the entries move to the least total cost of
these mixtures, which is quadratic in the entries.
"""

import numpy as np

from colorquant.color.space import Float64
from colorquant.linear import Sparse, inner_products, solved
from colorquant.mapping.mixtures import Mixtures, best_mixtures

__all__ = ["MOST_MIXED", "mixed", "mixed_cost"]

MOST_MIXED = 1024
"""The entries of larger palettes are so close to each other that mixing gains nothing."""

_ROUNDS = 8
# Weight of an entry's own place, as a share of its mean weight: it holds unused entries.
_INERTIA = 1e-3


def mixed(
    points: Float64, weights: Float64, centers: Float64, grain: float, fixed: int = 0
) -> Float64:
    """Move centers to where mixtures of two show the points best.

    Parameters
    ----------
    points : ndarray, (n, d)
    weights : ndarray, (n,), positive
    centers : ndarray, (k, d)
    grain : float
        See `colorquant.mapping.mixtures.best_mixtures`.
    fixed : int
        Number of centers, the first ones, that stay.

    Returns
    -------
    ndarray, (k, d)
        Of few points, some may be equal.
    """
    centers = centers.copy()
    for _ in range(_ROUNDS):
        mixtures = _mixtures(points, centers, grain)
        matrix, right = _system(points, weights, centers, mixtures, grain)
        centers[fixed:] += solved(_without(matrix, fixed), right[fixed:])
    return centers


def mixed_cost(points: Float64, weights: Float64, centers: Float64, grain: float) -> float:
    """Return the total cost of the best mixture for each point.

    Parameters
    ----------
    points, weights, centers, grain
        As for `mixed`.
    """
    p, q, r = _mixtures(points, centers, grain)
    step = centers[q] - centers[p]
    error = points - centers[p] - r[:, None] * step
    cost = inner_products(error, error) + grain * r * (1 - r) * inner_products(step, step)
    return float((weights * cost).cumsum()[-1])


def _mixtures(points: Float64, centers: Float64, grain: float) -> Mixtures:
    """Return the best mixture for each point, without the repetitions of a center."""
    different = np.sort(np.unique(centers, axis=0, return_index=True)[1])
    first, second, share = best_mixtures(points, centers[different], grain)
    return Mixtures(different[first], different[second], share)


def _system(
    points: Float64, weights: Float64, centers: Float64, mixtures: Mixtures, grain: float
) -> tuple[Sparse, Float64]:
    """Return the normal equations for the steps of all centers."""
    (p, q, r), k = mixtures, len(centers)
    variance = grain * r * (1 - r)
    own, other = weights * ((1 - r) * (1 - r) + variance), weights * (r * r + variance)
    between = weights * (1 - grain) * r * (1 - r)
    diagonal = np.bincount(p, own, k) + np.bincount(q, other, k)
    pair, place = np.unique(p * k + q, return_inverse=True)
    both = np.bincount(place, between)
    first, second = pair // k, pair % k
    each = np.arange(k)
    inertia = _INERTIA * float(weights.cumsum()[-1]) / k
    matrix = Sparse(
        np.concatenate([each, first, second]),
        np.concatenate([each, second, first]),
        np.concatenate([diagonal + inertia, both, both]),
    )
    right = np.empty_like(centers)
    for axis, (column, row) in enumerate(zip(centers.T, points.T, strict=True)):
        step = column[q] - column[p]
        error = row - column[p] - r * step
        # Half the negative slope of the cost.
        pull = weights * ((1 - r) * error + variance * step)
        push = weights * (r * error - variance * step)
        right[:, axis] = np.bincount(p, pull, k) + np.bincount(q, push, k)
    return matrix, right


def _without(matrix: Sparse, fixed: int) -> Sparse:
    """Return a matrix without its first rows and columns."""
    rows, columns, values = matrix
    free = (rows >= fixed) & (columns >= fixed)
    return Sparse(rows[free] - fixed, columns[free] - fixed, values[free])
