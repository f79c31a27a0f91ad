"""The E-step: which center is nearest to each point.

The squared distance of a point x to a center c is |x|² + |c|² - 2 x·c, so the nearest center is
the one of least cost |c|² - 2 x·c. The costs of a block of points are one matrix product: of the
centers, each with its |c|² appended, and the points, each with a 1 appended.

Points and centers hold whole numbers, so costs are whole, too. That leaves room to pack the
indices of centers into them: with K a power of two, no less than the number of centers, costs are
multiplied by K and the index is added. The least of these packed costs tells both the least cost
and its center, the lowest index among equals, without a search for the place of the minimum,
which would take most of the time.

All of this is exact in floating point if no partial sum of a product exceeds 2 to the number of
bits of the significand. Let R be the largest norm of points and centers. With R² subtracted from
each |c|², a partial sum is at least ``-K (R² - |c|² + 2 |x| |c|)`` and at most
``K (|c|² - R² + 2 |x| |c|) + K - 1``, so ``2 K R² + K`` is the bound. So the result does not
depend on the order in which the math library adds, on its threads or on the processor, and ties
are true ties.

If there are many points, they come in boxes: runs of points that are close to each other. Let D
be the distance of a center to the middle of a box, and r that of the box's farthest point. The
center is between D - r and D + r from any point of the box. So none can be nearest to one of
them whose D exceeds the least D by more than 2 r, nor among the two nearest if it so exceeds the
second-least, and only the others are compared. The filtering of Kanungo et al., "An efficient
k-means clustering algorithm", IEEE Transactions on Pattern Analysis and Machine Intelligence 24
(2002), section 2, does that on the cells of a tree.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from colorquant.clustering.rounded import SHORTEST, Floats, Rounded, max_norm, power_of_two
from colorquant.threads import for_each

__all__ = ["nearest", "parts", "two_nearest"]

# Costs that are computed at once stay in a core's cache. With no more multiplications in a product,
# OpenBLAS stays on the calling thread, because waking others costs more than it saves.
_ROOM = 1 << 16
_PRODUCT = 1 << 18
# Centers of which costs are computed at once, if there are no boxes.
_ROWS = 32
# Number of costs that is worth a thread of its own, and of points that take little memory.
_PART = 1 << 23
_POINTS = 1 << 16


def parts(n: int, k: int) -> Iterator[slice]:
    """Yield slices of n points, each enough work with k centers for a thread of its own."""
    # A power of two, so that no box is in two parts.
    rows = max(SHORTEST, min(_PART // power_of_two(k), _POINTS))
    for start in range(0, n, rows):
        yield slice(start, min(start + rows, n))


class _Costs:
    """Packed costs of points for centers."""

    def __init__(self, points: Rounded, centers: NDArray[np.number], most: int | None) -> None:
        k, dtype = len(centers), points.rows.dtype
        self._points = points
        self._power = power = power_of_two(k if most is None else most)
        if k > power:
            # Indices would not fit, and costs might not be exact.
            raise ValueError(f"{k} centers, but the points are laid out for {power}")
        norm = max_norm(dtype.type, power)
        squares = (centers * centers).sum(axis=1)
        self._rows: Floats = np.empty((k, len(points.rows)), dtype)
        self._rows[:, :-1] = centers * (-2 * power)
        self._rows[:, -1] = (squares - int(norm * norm)) * power + np.arange(k)
        # Costs of a product.
        self._most = min(_ROOM, max(1, _PRODUCT // len(points.rows)))
        # For the middles of boxes.
        self._plain = np.vstack([centers.T * -2.0, squares])

    def label(self, part: slice, labels: NDArray[np.intp]) -> None:
        """Find the nearest center of each point of a part."""
        least = np.empty(part.stop - part.start, self._rows.dtype)
        room = self._room()
        for block, _, rows in self._blocks(part, 1):
            own = least[block.start - part.start : block.stop - part.start]
            for first, costs in self._of(block, rows, room):
                if first:
                    np.minimum(own, np.minimum.reduce(costs, axis=0), out=own)
                else:
                    np.minimum.reduce(costs, axis=0, out=own)
        labels[part] = self._index(least)

    def measure(self, part: slice, labels: NDArray[np.intp], gaps: NDArray[np.float64]) -> None:
        """Find the nearest center of each point of a part, and the gap to the second-nearest."""
        place = np.empty(len(self._rows), np.intp)
        room = self._room()
        for block, centers, rows in self._blocks(part, 2):
            place[centers] = np.arange(len(rows))
            each = np.arange(block.stop - block.start)
            least = second = np.full(len(each), np.inf, self._rows.dtype)
            for first, costs in self._of(block, rows, room):
                own = np.minimum.reduce(costs, axis=0)
                costs[place[self._index(own)] - first, each] = np.inf
                runner_up = np.minimum(np.maximum(least, own), np.minimum.reduce(costs, axis=0))
                second = np.minimum(second, runner_up)
                least = np.minimum(least, own)
            labels[block] = self._index(least)
            # Without their indices, costs are multiples of the power.
            whole = [np.floor(packed / self._power) for packed in (second, least)]
            gaps[block] = whole[0] - whole[1]

    def _index(self, packed: Floats) -> NDArray[np.intp]:
        return packed.astype(np.intp) & (self._power - 1)

    def _blocks(self, part: slice, nth: int) -> Iterator[tuple[slice, NDArray[np.intp], Floats]]:
        """Yield blocks of a part, with the centers to compare there, and their rows.

        These are all that can be the nth-nearest of a point, or nearer.
        """
        length = self._points.length
        if not length:
            everything = np.arange(len(self._rows))
            length = max(1, self._most // min(len(self._rows), _ROWS))
            for start in range(part.start, part.stop, length):
                yield slice(start, min(start + length, part.stop)), everything, self._rows
            return
        at_once = max(1, _PRODUCT // self._rows.size) * length
        for first in range(part.start, part.stop, at_once):
            starts = range(first, min(first + at_once, part.stop), length)
            near = self._near(slice(first // length, first // length + len(starts)), nth)
            box, center = near.nonzero()
            rows = self._rows[center]
            ends = np.searchsorted(box, np.arange(len(starts) + 1)).tolist()
            for start, low, high in zip(starts, ends, ends[1:], strict=False):
                yield slice(start, min(start + length, part.stop)), center[low:high], rows[low:high]

    def _near(self, boxes: slice, nth: int) -> NDArray[np.bool_]:
        """Tell for each box and center whether it can be among the nth nearest of a point."""
        middles = self._points.middles[boxes]
        squares = np.matmul(middles, self._plain)
        squares += (middles[:, :-1] * middles[:, :-1]).sum(axis=1)[:, None]
        distances = np.sqrt(squares, out=squares)
        place = min(nth, distances.shape[1]) - 1
        least = np.partition(distances, place)[:, place] if place else distances.min(axis=1)
        # A unit more than the bound, as distances are rounded.
        bound = least + 2 * self._points.radii[boxes] + 1
        near: NDArray[np.bool_] = distances <= bound[:, None]
        return near

    def _room(self) -> Floats:
        return np.empty(max(_ROOM, self._points.length), self._rows.dtype)

    def _of(self, block: slice, rows: Floats, room: Floats) -> Iterator[tuple[int, Floats]]:
        """Yield the costs of a block for some of the rows at a time, after the first one's index.

        They are overwritten by the next.
        """
        points = self._points.rows[:, block]
        at_once = max(1, self._most // points.shape[1])
        for first in range(0, len(rows), at_once):
            some = rows[first : first + at_once]
            shape = len(some), points.shape[1]
            yield first, np.matmul(some, points, out=room[: shape[0] * shape[1]].reshape(shape))


def nearest(
    points: Rounded, centers: NDArray[np.number], most: int | None = None
) -> NDArray[np.intp]:
    """Return the index of the center nearest to each point, the lowest among equals.

    Parameters
    ----------
    points : Rounded
        n points.
    centers : ndarray, (k, d)
        Whole numbers, of norm at most `max_norm`.
    most : int, optional
        The number of centers of that `max_norm`, if it is not k but more.

    Returns
    -------
    ndarray, (n,), intp
    """
    labels = np.empty(points.rows.shape[1], np.intp)
    costs = _Costs(points, centers, most)
    for_each(lambda part: costs.label(part, labels), parts(len(labels), len(centers)))
    return labels


def two_nearest(
    points: Rounded, centers: NDArray[np.number], most: int | None = None
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return the nearest center to each point, and how much farther the second-nearest is.

    Parameters
    ----------
    points : Rounded
        n points.
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
    n = points.rows.shape[1]
    labels, gaps = np.empty(n, np.intp), np.empty(n)
    costs = _Costs(points, centers, most)
    for_each(lambda part: costs.measure(part, labels, gaps), parts(n, len(centers)))
    return labels, gaps
