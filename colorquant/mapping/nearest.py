"""Exact search for the palette entry nearest to each color."""

import math

import numpy as np
from numpy.typing import NDArray

from colorquant.clustering.curve import curve_order
from colorquant.clustering.nearest import nearest, parts
from colorquant.clustering.points import Grid
from colorquant.clustering.rounded import Rounded, box_length, max_norm
from colorquant.color.points import ColorPoints
from colorquant.color.space import Float64, Space
from colorquant.models import Labels, index_type
from colorquant.threads import for_each

__all__ = ["nearest_centers", "nearest_entries"]


def nearest_entries(colors: ColorPoints, palette: NDArray[np.uint8]) -> Labels:
    """Return the palette entry exactly nearest to each color; the lowest in a tie.

    Coordinates that are not whole are rounded: for 256 entries, to 1 part in 2 million of the
    largest or finer.

    Parameters
    ----------
    colors : ColorPoints
        Points of n colors.
    palette : ndarray, (k, 3 or 4), uint8
        With alpha if the colors have alpha.

    Returns
    -------
    ndarray, (n,), uint8 or uint16
    """
    whole = _Whole(colors.space, len(palette))
    entries = whole(colors.space.points(palette))
    result = np.empty(len(colors), index_type(len(palette)))

    def find(part: slice) -> None:
        points = whole(colors[part]).T
        length = box_length(points.shape[1], len(entries))
        if not length:
            result[part] = nearest(Rounded.of(points, whole.dtype), entries)
            return
        order = curve_order(points)
        labels = nearest(Rounded.of(points.take(order, axis=1), whole.dtype, length), entries)
        result[part][order] = labels

    for_each(find, parts(len(colors), len(palette)))
    return result


def nearest_centers(points: Float64, centers: Float64) -> NDArray[np.intp]:
    """Return the index of the center nearest to each point, (n,); the lowest in a tie.

    Points, (n, d), and centers, (k, d), are rounded to a grid of `Grid.over` all of them.
    """
    grid = Grid.over(np.concatenate([points, centers]), len(centers))
    rows = Rounded.of(np.ascontiguousarray(grid.to_grid(points).T), np.float64, 0)
    return nearest(rows, np.rint(grid.to_grid(centers)))


class _Whole:
    """Moves and scales points to whole numbers small enough to compare exactly with k others.

    Attributes
    ----------
    dtype : type
        The floating-point type in which they do.
    """

    def __init__(self, space: Space, k: int) -> None:
        self._factor = 1.0
        self._middle = space.middle
        self.dtype: type[np.floating] = np.float64
        if not space.whole:
            # A power of two changes only the exponent of a coordinate.
            room = max_norm(np.float64, k) - math.sqrt(space.dimensions)
            self._factor = math.ldexp(0.5, math.frexp(room / space.reach)[1])
        elif space.reach <= max_norm(np.float32, k):
            self.dtype = np.float32

    def __call__(self, points: Float64) -> Float64:
        moved = points - self._middle
        return moved if self._factor == 1.0 else np.rint(moved * self._factor)
