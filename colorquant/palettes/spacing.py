"""How far the entries of a palette are from each other."""

import numpy as np
from numpy.typing import NDArray

from colorquant.color.perceptual import PERCEPTUAL
from colorquant.color.space import Float64
from colorquant.linear import inner_products

__all__ = ["has_gaps", "is_coarse", "spacing", "squared_distances"]

# Colors that are so far apart, in the space of visible differences, are seen mixed as their light
# mixes. Between nearer ones, that space mixes better.
_COARSE = 0.12
# Above this distance, the neighbor of a gray may be a color that is clearly not gray.
_GAPS = 0.06
# No more colors are so far apart: balls around half of them would not fit into the space.
_MOST_COARSE = 1024


def squared_distances(points: Float64, point: Float64) -> Float64:
    """Return the squared distance of points, (n, d), to another one, (d,)."""
    steps = points - point
    return inner_products(steps, steps)


def spacing(points: Float64) -> float:
    """Return the median squared distance of points, (k, d), to their nearest neighbor.

    Its time grows with the square of k.
    """
    if len(points) == 1:
        return 0.0
    nearest = [np.partition(squared_distances(points, point), 1)[1] for point in points]
    return float(np.sort(nearest)[len(nearest) // 2])


def is_coarse(palette: NDArray[np.uint8]) -> bool:
    """Return whether the visible colors of a palette, (k, 3 or 4), are far apart, as inks are."""
    return _is_apart(palette, _COARSE)


def has_gaps(palette: NDArray[np.uint8]) -> bool:
    """Return whether a gray between the colors of a palette may be far from all of them."""
    return _is_apart(palette, _GAPS)


def _is_apart(palette: NDArray[np.uint8], distance: float) -> bool:
    seen = palette[palette[:, 3:].all(axis=1), :3]
    if not 1 < len(seen) <= _MOST_COARSE:
        return False
    return spacing(PERCEPTUAL.points(seen)) > distance * distance
