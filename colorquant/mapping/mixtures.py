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

__all__ = ["GRAIN", "Mixer", "Mixtures", "best_mixtures"]

GRAIN = 0.2
"""How much of a mixture's variance counts where nothing is said."""

Indices = NDArray[np.intp]

# Partners are sought among so many neighbors of the nearest entry.
_NEIGHBORS = 24
# Points whose mixtures are compared at once, and pairs of entries.
_ROWS = 1 << 11
_PAIRS = 1 << 18
# Fully transparent entries are at one point, but nothing is to be divided by 0.
_LEAST = 1e-30


class Mixtures(NamedTuple):
    """Mixtures of two entries for n points."""

    first: Indices
    """The entry nearest to each point."""
    second: Indices
    share: Float64
    """Share of the second entry, 0 to 1."""


def best_mixtures(points: Float64, entries: Float64, grain: float) -> Mixtures:
    """Return the mixtures of `Mixer` for one set of points."""
    return Mixer(entries, grain)(points)


class Mixer:
    """Finds the best mixture of the nearest entry with another one for each point.

    Parameters
    ----------
    entries : ndarray, (k, d)
        All of different colors.
    grain : float
        How much of a mixture's variance counts, from 0 to below 1.
    """

    def __init__(self, entries: Float64, grain: float) -> None:
        self._entries = entries
        self._grain = grain
        if len(entries) == 1:
            return
        # The neighbors of each entry, with which it can be mixed, in rows of neighbors, (m, k), so
        # that the long axis of what is taken is the last one.
        self._neighbors = _neighbors(entries).T.copy()
        self._steps = [column[self._neighbors] - column for column in entries.T]
        squares = sum((step * step for step in self._steps), np.zeros(self._neighbors.shape))
        # Equal entries do not mix.
        self._squares = np.maximum(squares, _LEAST)

    def __call__(self, points: Float64) -> Mixtures:
        """Return the best mixtures for points, (n, d).

        With k = 1, the second entry is the first.
        """
        first = nearest_centers(points, self._entries)
        second, share = first.copy(), np.zeros(len(points))
        if len(self._entries) > 1:
            for start in range(0, len(points), _ROWS):
                part = slice(start, start + _ROWS)
                second[part], share[part] = self._best(points[part], first[part])
        return Mixtures(first, second, share)

    def _best(self, points: Float64, near: Indices) -> tuple[Indices, Float64]:
        """Return the best partner of each point's nearest entry, and its share."""
        grain = self._grain
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
    m = min(_NEIGHBORS, k - 1)
    result = np.empty((k, m), np.intp)
    # With its index, every distance is different, so that any algorithm finds the same.
    bits = (k - 1).bit_length()
    extents = np.ptp(entries, axis=0)
    scale = (1 << (62 - bits)) / max(float((extents * extents).sum()), _LEAST)
    at_once = max(1, _PAIRS // k)
    for start in range(0, k, at_once):
        own = np.arange(start, min(start + at_once, k))
        distances = np.zeros((len(own), k))
        for column in entries.T:
            step = column[own, None] - column
            step *= step
            distances += step
        distances *= scale
        keys = distances.astype(np.int64) << bits | np.arange(k)
        keys[own - start, own] = np.iinfo(np.int64).max
        nearest = np.sort(np.partition(keys, m - 1)[:, :m], axis=1)
        result[own] = nearest & ((1 << bits) - 1)
    return result
