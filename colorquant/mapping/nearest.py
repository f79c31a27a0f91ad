"""Exact search for the palette entry nearest to each color."""

import math

import numpy as np
from numpy.typing import NDArray

from colorquant.clustering.nearest import homogeneous, max_norm, nearest, parts
from colorquant.color.points import ColorPoints
from colorquant.color.space import Float64, Space
from colorquant.models import index_type
from colorquant.threads import for_each

__all__ = ["Entries", "nearest_entries"]

Entries = NDArray[np.uint8] | NDArray[np.uint16]


def nearest_entries(colors: ColorPoints, palette: NDArray[np.uint8]) -> Entries:
    """Return the palette entry exactly nearest to each color; the lowest in a tie.

    Coordinates that are not whole are rounded to about 1 part in 30 million of the largest.

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
    factor, dtype = _exact(colors.space)
    entries = _whole(colors.space.points(palette), factor)
    result = np.empty(len(colors), index_type(len(palette)))

    def find(part: slice) -> None:
        result[part] = nearest(homogeneous(_whole(colors[part], factor), dtype), entries)

    for_each(find, parts(len(colors), len(palette)))
    return result


def _exact(space: Space) -> tuple[float, type[np.floating]]:
    """Return a factor for points, and the type in which they then compare exactly."""
    if not space.whole:
        # A power of two changes only the exponent of a coordinate.
        room = max_norm(np.float64) - math.sqrt(space.dimensions)
        return math.ldexp(0.5, math.frexp(room / space.reach)[1]), np.float64
    return 1.0, np.float32 if space.reach <= max_norm(np.float32) else np.float64


def _whole(points: Float64, factor: float) -> Float64:
    return points if factor == 1.0 else np.rint(points * factor)
