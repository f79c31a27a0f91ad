"""Points rounded to whole numbers, so that their comparison with centers is exact."""

from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "BOXED_CENTERS",
    "SHORTEST",
    "Floats",
    "Rounded",
    "box_length",
    "max_norm",
    "power_of_two",
]

Floats = NDArray[np.float32] | NDArray[np.float64]

SHORTEST = 1 << 8
"""Points in a box, at least, but for the last box."""

BOXED_CENTERS = 64
"""With fewer centers, boxes save no time."""

# Points in a box, at most. Boxes save no time with fewer costs, in all, than the last number.
_LONGEST = 1 << 10
_BOX = 3 << 16
_BOXED = 1 << 21


def power_of_two(k: int) -> int:
    """Return the power of two that is k or next above."""
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
        For float32, 724 for 16 centers, and 181 for 256.
    """
    whole = 1 << (np.finfo(dtype).nmant + 1)
    return sqrt(max(0.0, (whole / power_of_two(k) - 1) / 2))


def box_length(n: int, k: int) -> int:
    """Return how many of n points make up a box, for k centers; 0 for no boxes.

    It is a power of two.
    """
    if k < BOXED_CENTERS or n * k < _BOXED:
        return 0
    return max(SHORTEST, min(_LONGEST, power_of_two(_BOX // k + 1) // 2))


class Rounded(NamedTuple):
    """Points rounded to whole numbers, of norm at most `max_norm`, laid out for comparison."""

    rows: Floats
    """The coordinates, and ones, (d + 1, n)."""
    length: int = 0
    """Points in a box, but for the last; 0 if there are no boxes."""
    middles: NDArray[np.float64] = np.empty((0, 0))
    """Of the boxes: whole coordinates, and ones, (m, d + 1)."""
    radii: NDArray[np.float64] = np.empty(0)
    """Distance of each box's farthest point from its middle, (m,)."""

    @classmethod
    def of(
        cls,
        points: NDArray[np.number],
        dtype: type[np.floating],
        length: int = 0,
        scale: float = 1.0,
    ) -> "Rounded":
        """Round points and lay them out.

        Parameters
        ----------
        points : ndarray, (d, n)
        dtype : type
            ``np.float32`` or ``np.float64``.
        length : int
            From `box_length`.
        scale : float
            A factor on all coordinates, before they are rounded.
        """
        d, n = points.shape
        rows: Floats = np.empty((d + 1, n), dtype)
        for row, coordinates in zip(rows, points, strict=False):
            row[:] = np.rint(coordinates * scale)
        rows[d] = 1
        if not length:
            return cls(rows)
        first = np.arange(0, n, length)
        middles = np.ones((len(first), d + 1))
        # The norm of a mean, unlike that of other middles, is at most that of the points.
        means = np.add.reduceat(rows[:d], first, axis=1) / np.diff(first, append=n)
        middles[:, :d] = np.trunc(means.T)
        squares = np.zeros(n)
        for row, middle in zip(rows[:d], middles.T, strict=False):
            squares += np.square(row - np.repeat(middle, length)[:n])
        return cls(rows, length, middles, np.sqrt(np.maximum.reduceat(squares, first)))

    def picked(self, picks: NDArray[np.intp]) -> "Rounded":
        """Return some of the points, by index, without boxes."""
        return Rounded(self.rows[:, picks])
