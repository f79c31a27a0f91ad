"""The E-step: the search for the center nearest to each point.

The center nearest to x has the largest score x·c - |c|²/2. The scores of a block of points are
one matrix product: of the points with a 1 appended, and the centers with their bias appended.

Points and centers are whole numbers, small enough that every product and partial sum is exact
in their floating-point type. The result thus does not depend on the order in which the math
library adds, on its threads or on the processor. Ties are true ties, and go to the lowest
index.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from colorquant.linear import inner_products
from colorquant.threads import for_each

__all__ = ["Floats", "homogeneous", "max_norm", "nearest", "parts", "two_nearest"]

Floats = NDArray[np.float32] | NDArray[np.float64]

# Multiplications in a block's product. Up to so many, OpenBLAS stays on the calling thread (to
# wake others costs more than it saves), and the scores stay in a core's cache.
_BLOCK = 1 << 18
# Number of scores that is worth a thread.
_PART = 1 << 23


def max_norm(dtype: type[np.floating]) -> float:
    """Return the largest norm of points and centers at which scores are exact.

    A score has a magnitude of at most 1.5 |x|² and a resolution of 1/2.

    Parameters
    ----------
    dtype : type
        Floating-point type of the points.

    Returns
    -------
    float
    """
    return float(np.sqrt((1 << (np.finfo(dtype).nmant + 1)) / 3))


def homogeneous(points: NDArray[np.number], dtype: type[np.floating]) -> Floats:
    """Append a coordinate 1 to each point.

    Parameters
    ----------
    points : ndarray, (n, d)
        Whole numbers, of norm at most `max_norm`.
    dtype : type
        ``np.float32`` or ``np.float64``.

    Returns
    -------
    ndarray, (n, d + 1)
    """
    n, d = points.shape
    result: Floats = np.empty((n, d + 1), dtype)
    result[:, :d] = points
    result[:, d] = 1
    return result


def _columns(centers: NDArray[np.number], dtype: np.dtype[np.floating]) -> Floats:
    """Return the centers with their biases, (d + 1, k)."""
    columns: Floats = np.empty((centers.shape[1] + 1, len(centers)), dtype)
    columns[:-1] = centers.T
    columns[-1] = (centers * centers).sum(axis=1) / -2
    return columns


def _score_blocks(points: Floats, part: slice, columns: Floats) -> Iterator[tuple[slice, Floats]]:
    """Yield the scores of a part of the points, block by block."""
    rows = max(1, _BLOCK // columns.size)
    buffer = np.empty((min(rows, part.stop - part.start), columns.shape[1]), points.dtype)
    for start in range(part.start, part.stop, rows):
        block = points[start : min(start + rows, part.stop)]
        scores = np.matmul(block, columns, out=buffer[: len(block)])
        yield slice(start, start + len(block)), scores


def parts(n: int, k: int) -> Iterator[slice]:
    """Yield slices of n points; each, with k centers, is enough work for a thread."""
    rows = max(1, _PART // k)
    for start in range(0, n, rows):
        yield slice(start, min(start + rows, n))


def nearest(points: Floats, centers: NDArray[np.number]) -> NDArray[np.intp]:
    """Return the index of the center nearest to each point; the lowest in a tie.

    Parameters
    ----------
    points : ndarray, (n, d + 1)
        From `homogeneous`.
    centers : ndarray, (k, d)
        Whole numbers, of norm at most `max_norm`.

    Returns
    -------
    ndarray, (n,), intp
    """
    labels = np.empty(len(points), np.intp)
    columns = _columns(centers, points.dtype)

    def label(part: slice) -> None:
        for rows, scores in _score_blocks(points, part, columns):
            scores.argmax(axis=1, out=labels[rows])

    for_each(label, parts(len(points), len(centers)))
    return labels


def two_nearest(
    points: Floats, centers: NDArray[np.number]
) -> tuple[NDArray[np.intp], NDArray[np.float64], NDArray[np.float64]]:
    """Return the center nearest to each point, and the distances to the two nearest.

    Parameters
    ----------
    points : ndarray, (n, d + 1)
        From `homogeneous`.
    centers : ndarray, (k, d), k >= 2
        Whole numbers, of norm at most `max_norm`.

    Returns
    -------
    labels : ndarray, (n,), intp
        As from `nearest`.
    first, second : ndarray, (n,), float64
        Squared distances to the nearest and to the second-nearest center.
    """
    n = len(points)
    labels = np.empty(n, np.intp)
    first, second = np.empty(n), np.empty(n)
    columns = _columns(centers, points.dtype)

    def measure(part: slice) -> None:
        for rows, scores in _score_blocks(points, part, columns):
            best = scores.argmax(axis=1)
            each = np.arange(len(best))
            labels[rows] = best
            first[rows] = scores[each, best]
            scores[each, best] = -np.inf
            second[rows] = scores.max(axis=1)

    for_each(measure, parts(n, len(centers)))
    coordinates = points[:, :-1]
    squares = inner_products(coordinates, coordinates).astype(np.float64)
    return labels, squares - 2 * first, squares - 2 * second
