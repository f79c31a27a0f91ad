"""Colors of large flat areas, which a palette has exactly.

Where many pixels have just the same color, as in drawn images, the eye sees every speckle, and
people expect logos and backgrounds to keep their color.
"""

import numpy as np
from numpy.typing import NDArray

from colorquant.color.points import ColorPoints
from colorquant.color.space import Float64
from colorquant.linear import inner_products

__all__ = ["with_flats"]

# Share of all pixels that a color's flat pixels need.
_SHARE = 0.004
# Up to this distance, in units of the error, an entry is moved to a flat color.
_REACH = 0.05
# Two steps of one gradient should not get two entries: flat colors keep this share of the
# palette's median distance between neighbors, unless they have pixels enough for an entry each.
_SPACING = 0.25


def with_flats(
    colors: ColorPoints, centers: Float64, palette: NDArray[np.uint8]
) -> NDArray[np.uint8]:
    """Replace entries by the flat colors nearest to them.

    Parameters
    ----------
    colors : ColorPoints
        Its table must count flat pixels; without them, nothing changes.
    centers : ndarray, (k, d)
        The entries as points of the space.
    palette : ndarray, (k, 3 or 4), uint8
        The entries as colors.

    Returns
    -------
    ndarray, (k, 3 or 4), uint8
    """
    table, unit = colors.table, colors.space.unit
    if table.seen is None:
        return palette
    large = np.flatnonzero(table.flat >= max(1.0, _SHARE * int(table.counts.sum())))
    large = large[np.argsort(-table.flat[large], kind="stable")][: len(palette)]
    if not len(large):
        return palette
    palette, k = palette.copy(), len(palette)
    flat, areas = table.colors_of(large), table.counts[large].tolist()
    total = int(table.counts.sum())
    is_room = len(large) * total <= k * sum(areas)
    gap = _SPACING * _SPACING * _spacing(centers)
    reach = _REACH * _REACH * unit * unit
    free = np.ones(k, bool)
    done: list[Float64] = []
    for point, color, area in zip(colors.space.points(flat), flat, areas, strict=True):
        is_small = not is_room and k * area < total
        if is_small and done and _squares(np.stack(done), point).min() < gap:
            continue
        distances = np.where(free, _squares(centers, point), np.inf)
        nearest = int(distances.argmin())
        if distances[nearest] < reach:
            palette[nearest] = color
            free[nearest] = False
            done.append(point)
    return palette


def _squares(points: Float64, point: Float64) -> Float64:
    steps = points - point
    return inner_products(steps, steps)


def _spacing(centers: Float64) -> float:
    """Return the median squared distance of centers to their nearest neighbor."""
    if len(centers) == 1:
        return 0.0
    nearest = [np.partition(_squares(centers, center), 1)[1] for center in centers]
    return float(np.sort(nearest)[len(nearest) // 2])
