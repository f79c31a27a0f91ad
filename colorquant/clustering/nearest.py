"""The E-step: which center is nearest to each point.

The squared distance of a point x to a center c is |x|² + |c|² - 2 x·c, so the nearest center is
the one of least cost |c|² - 2 x·c. The costs of a block of points are one matrix product: of the
centers, each with its |c|² appended, and the points, each with a 1 appended.

Points and centers hold whole numbers, so costs are whole, too. Few centers pack their indices
into the costs: with K a power of two, no less than the number of centers, costs are multiplied by
K and the index is added. The least of these packed costs tells both the least cost and its
center, the lowest index among equals, without a search for the place of the minimum, which
would take most of the time. Many centers would need a coarse grid for that; there the product
takes most of the time, and the place of the least cost is searched.

All of this is exact in floating point if no partial sum of a product exceeds 2 to the number of
bits of the significand. Let R be the largest norm of points and centers. With R² subtracted from
each |c|², a partial sum of packed costs is at least ``-K (R² - |c|² + 2 |x| |c|)`` and at most
``K (|c|² - R² + 2 |x| |c|) + K - 1``, so ``2 K R² + K`` is the bound. Otherwise half the costs,
|c|²/2 - x·c, are at most 1.5 R² in steps of 1/2, so the bound is ``3 R²``. So the result does not
depend on the order in which the math library adds, on its threads or on the processor, and ties
are true ties.
"""

from collections.abc import Iterator
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from colorquant.threads import for_each

__all__ = ["FEW", "Floats", "homogeneous", "max_norm", "nearest", "parts", "two_nearest"]

Floats = NDArray[np.float32] | NDArray[np.float64]

FEW = 128
"""Centers that pack their indices, at most."""

# Few centers: how many are multiplied at once, and bytes of their costs. Many centers: the number
# of multiplications in a product. So costs stay in a core's cache, and OpenBLAS stays on the
# calling thread, because waking others costs more than it saves.
_ROWS = 32
_ROOM = 1 << 19
_BLOCK = 1 << 18
# Number of costs that is worth a thread of its own, and of points that take little memory.
_PART = 1 << 23
_POINTS = 1 << 16


def _power(k: int) -> int:
    return 1 << (k - 1).bit_length()


def max_norm(dtype: type[np.floating], k: int) -> float:
    """Return the largest norm of points and of k centers at which costs are exact.

    Parameters
    ----------
    dtype : type
        Floating-point type of the points.
    k : int
        Number of centers, at most.

    Returns
    -------
    float
        For float32, 724 for 16 centers, 256 for 128, and 2364 for more.
    """
    whole = 1 << (np.finfo(dtype).nmant + 1)
    return sqrt((whole / _power(k) - 1) / 2 if k <= FEW else whole / 3)


def homogeneous(points: NDArray[np.number], dtype: type[np.floating]) -> Floats:
    """Append a coordinate 1 to each point.

    Parameters
    ----------
    points : ndarray, (d, n)
        Whole numbers, of norm at most `max_norm`.
    dtype : type
        ``np.float32`` or ``np.float64``.

    Returns
    -------
    ndarray, (d + 1, n)
    """
    d, n = points.shape
    result: Floats = np.empty((d + 1, n), dtype)
    result[:d] = points
    result[d] = 1
    return result


def parts(n: int, k: int) -> Iterator[slice]:
    """Yield slices of n points, each enough work with k centers for a thread of its own."""
    rows = max(1, min(_PART // k, _POINTS))
    for start in range(0, n, rows):
        yield slice(start, min(start + rows, n))


class _Few:
    """Packed costs of points for few centers."""

    def __init__(self, points: Floats, centers: NDArray[np.number], power: int) -> None:
        k = len(centers)
        self._points = points
        self._power = power
        norm = max_norm(points.dtype.type, power)
        square = int(norm * norm)
        self._rows: Floats = np.empty((k, len(points)), points.dtype)
        self._rows[:, :-1] = centers * (-2 * self._power)
        own = (centers * centers).sum(axis=1) - square
        self._rows[:, -1] = own * self._power + np.arange(k)
        self._columns = max(1, _ROOM // points.itemsize // min(k, _ROWS))

    def _blocks(self, part: slice) -> Iterator[tuple[slice, "Iterator[tuple[int, Floats]]"]]:
        """Yield blocks of a part of the points, with their costs for some centers at a time."""
        room = np.empty(min(len(self._rows), _ROWS) * self._columns, self._points.dtype)
        for start in range(part.start, part.stop, self._columns):
            block = slice(start, min(start + self._columns, part.stop))
            yield block, self._costs(self._points[:, block], room)

    def _costs(self, points: Floats, room: Floats) -> Iterator[tuple[int, Floats]]:
        for first in range(0, len(self._rows), _ROWS):
            rows = self._rows[first : first + _ROWS]
            shape = len(rows), points.shape[1]
            yield first, np.matmul(rows, points, out=room[: shape[0] * shape[1]].reshape(shape))

    def _index(self, packed: Floats) -> NDArray[np.intp]:
        return packed.astype(np.intp) & (self._power - 1)

    def label(self, part: slice, labels: NDArray[np.intp]) -> None:
        for block, costs in self._blocks(part):
            least = np.minimum.reduce(next(costs)[1], axis=0)
            for _, more in costs:
                np.minimum(least, np.minimum.reduce(more, axis=0), out=least)
            labels[block] = self._index(least)

    def measure(self, part: slice, labels: NDArray[np.intp], gaps: NDArray[np.float64]) -> None:
        for block, costs in self._blocks(part):
            each = np.arange(block.stop - block.start)
            least = second = np.full(len(each), np.inf, self._points.dtype)
            for first, some in costs:
                own = np.minimum.reduce(some, axis=0)
                some[self._index(own) - first, each] = np.inf
                runner_up = np.minimum(np.maximum(least, own), np.minimum.reduce(some, axis=0))
                second = np.minimum(second, runner_up)
                least = np.minimum(least, own)
            labels[block] = self._index(least)
            # Without their indices, costs are multiples of the power.
            whole = [np.floor(packed / self._power) for packed in (second, least)]
            gaps[block] = whole[0] - whole[1]


class _Many:
    """Half the costs of points, negative, for many centers."""

    def __init__(self, points: Floats, centers: NDArray[np.number]) -> None:
        self._points = points
        self._columns: Floats = np.empty((len(points), len(centers)), points.dtype)
        self._columns[:-1] = centers.T
        self._columns[-1] = (centers * centers).sum(axis=1) / -2

    def _blocks(self, part: slice) -> Iterator[tuple[slice, Floats]]:
        length = max(1, _BLOCK // self._columns.size)
        room = np.empty((length, self._columns.shape[1]), self._points.dtype)
        for start in range(part.start, part.stop, length):
            block = slice(start, min(start + length, part.stop))
            points = self._points[:, block].T
            yield block, np.matmul(points, self._columns, out=room[: len(points)])

    def label(self, part: slice, labels: NDArray[np.intp]) -> None:
        for block, scores in self._blocks(part):
            scores.argmax(axis=1, out=labels[block])

    def measure(self, part: slice, labels: NDArray[np.intp], gaps: NDArray[np.float64]) -> None:
        for block, scores in self._blocks(part):
            best = scores.argmax(axis=1)
            each = np.arange(len(best))
            labels[block] = best
            gaps[block] = scores[each, best]
            scores[each, best] = -np.inf
            gaps[block] -= scores.max(axis=1)
            gaps[block] *= 2


def _costs_of(points: Floats, centers: NDArray[np.number], most: int | None) -> _Few | _Many:
    k = len(centers) if most is None else most
    return _Few(points, centers, _power(k)) if k <= FEW else _Many(points, centers)


def nearest(
    points: Floats, centers: NDArray[np.number], most: int | None = None
) -> NDArray[np.intp]:
    """Return the index of the center nearest to each point, the lowest among equals.

    Parameters
    ----------
    points : ndarray, (d + 1, n)
        From `homogeneous`.
    centers : ndarray, (k, d)
        Whole numbers, of norm at most `max_norm`.
    most : int, optional
        The number of centers of that `max_norm`, if it is not k but more.

    Returns
    -------
    ndarray, (n,), intp
    """
    labels = np.empty(points.shape[1], np.intp)
    costs = _costs_of(points, centers, most)
    for_each(lambda part: costs.label(part, labels), parts(len(labels), len(centers)))
    return labels


def two_nearest(
    points: Floats, centers: NDArray[np.number], most: int | None = None
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return the nearest center to each point, and how much farther the second-nearest is.

    Parameters
    ----------
    points : ndarray, (d + 1, n)
        From `homogeneous`.
    centers : ndarray, (k, d), k >= 2
        Whole numbers, of norm at most `max_norm`.
    most : int, optional
        As `nearest` takes it.

    Returns
    -------
    labels : ndarray, (n,), intp
        As `nearest` returns them.
    gaps : ndarray, (n,), float64
        Squared distance to the second-nearest center less that to the nearest.
    """
    n = points.shape[1]
    labels, gaps = np.empty(n, np.intp), np.empty(n)
    costs = _costs_of(points, centers, most)
    for_each(lambda part: costs.measure(part, labels, gaps), parts(n, len(centers)))
    return labels, gaps
