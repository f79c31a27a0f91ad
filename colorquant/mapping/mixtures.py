"""The two entries whose mixture shows a color best, and the share of the second.

Where pixels of two entries alternate, the eye sees their mean, and also the grain of the
pattern. A mixture of ``(1 - r) p + r q`` costs the squared distance of the mean to the color,
and in part its variance, ``r (1 - r) |p - q|²``.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from colorquant.color.space import Float64
from colorquant.mapping.nearest import nearest_centers

__all__ = ["Mixtures", "best_mixtures", "mixture_costs"]

Indices = NDArray[np.intp]

# Partners are sought among so many neighbors of the nearest entry.
_NEIGHBORS = 24
# Points whose mixtures are compared at once.
_ROWS = 1 << 11
_TINY = 1e-30


class Mixtures(NamedTuple):
    """Mixtures of two entries for n points."""

    first: Indices
    """The entry nearest to each point."""
    second: Indices
    share: Float64
    """Share of the second entry, 0 to 1."""


def best_mixtures(points: Float64, entries: Float64, grain: float) -> Mixtures:
    """Return the best mixture of the nearest entry with another one for each point.

    Parameters
    ----------
    points : ndarray, (n, d)
    entries : ndarray, (k, d)
        All different.
    grain : float
        How much of a mixture's variance counts, from 0 to below 1.

    Returns
    -------
    Mixtures
        With k = 1, the second entry is the first.
    """
    first = nearest_centers(points, entries)
    second, share = first.copy(), np.zeros(len(points))
    if len(entries) == 1:
        return Mixtures(first, second, share)
    partners = _Partners(entries)
    for start in range(0, len(points), _ROWS):
        part = slice(start, start + _ROWS)
        second[part], share[part] = partners.best(points[part], first[part], grain)
    return Mixtures(first, second, share)


class _Partners:
    """The neighbors of each entry, with which it can be mixed."""

    def __init__(self, entries: Float64) -> None:
        self._entries = entries
        # In rows of neighbors, (m, k), so that the long axis of what is taken is the last one.
        self._neighbors = _neighbors(entries).T.copy()
        self._steps = [column[self._neighbors] - column for column in entries.T]
        squares = sum((step * step for step in self._steps), np.zeros(self._neighbors.shape))
        # Equal entries do not mix.
        self._squares = np.maximum(squares, _TINY)

    def best(self, points: Float64, near: Indices, grain: float) -> tuple[Indices, Float64]:
        """Return the best partner of each point's nearest entry, and its share."""
        cross = np.zeros((len(self._neighbors), len(points)))
        for step, row, column in zip(self._steps, points.T, self._entries.T, strict=True):
            along = step.take(near, axis=1)
            along *= row - column[near]
            cross += along
        squares = self._squares.take(near, axis=1)
        share = cross - (grain / 2) * squares
        share /= (1 - grain) * squares
        np.clip(share, 0, 1, out=share)
        # The cost less the squared distance to the nearest entry.
        cost = (1 - grain) * share
        cost += grain
        cost *= squares
        cost -= 2 * cross
        cost *= share
        best = cost.argmin(axis=0)
        each = np.arange(len(near))
        return self._neighbors[best, near], share[best, each]


def _neighbors(entries: Float64) -> Indices:
    """Return the entries nearest to each of two entries or more, (k, m), nearest first."""
    k = len(entries)
    distances = np.zeros((k, k))
    for column in entries.T:
        step = column[:, None] - column
        distances += step * step
    # With its index, every distance is different, so that any algorithm finds the same.
    bits = (k - 1).bit_length()
    scale = (1 << (62 - bits)) / max(float(distances.max()), _TINY)
    keys = (distances * scale).astype(np.int64) << bits | np.arange(k)
    np.fill_diagonal(keys, np.iinfo(np.int64).max)
    m = min(_NEIGHBORS, k - 1)
    nearest = np.sort(np.partition(keys, m - 1)[:, :m], axis=1)
    return (nearest & ((1 << bits) - 1)).astype(np.intp)


def mixture_costs(points: Float64, entries: Float64, mixtures: Mixtures, grain: float) -> Float64:
    """Return the cost of each point's mixture, (n,): squared error, and grain times variance."""
    first, second, share = mixtures
    cost = np.zeros(len(points))
    for column, row in zip(entries.T, points.T, strict=True):
        step = column[second] - column[first]
        error = row - column[first] - share * step
        cost += error * error + grain * share * (1 - share) * (step * step)
    return cost
