"""Colors of large flat areas, which a palette has exactly.

Where many pixels have just the same color, as in drawn images, the eye sees every speckle, and
people expect logos and backgrounds to keep their color.
"""

import numpy as np
from numpy.typing import NDArray

from colorquant.color.points import ColorPoints
from colorquant.color.space import Float64, Space
from colorquant.palettes.spacing import spacing, squared_distances

__all__ = ["flat_colors", "with_flats"]

# Share of all pixels that a color's flat pixels need.
_SHARE = 0.004
# Up to this distance, in units of the error, an entry is moved to a flat color.
_REACH = 0.05
# Two steps of one gradient should not get two entries: flat colors keep this share of the
# palette's median distance between neighbors, unless they have pixels enough for an entry each.
_SPACING = 0.25


def flat_colors(colors: ColorPoints, centers: Float64) -> NDArray[np.uint8]:
    """Return the colors that a palette should have exactly, (m, 3 or 4), uint8, m <= k.

    Parameters
    ----------
    colors : ColorPoints
        Its table must count flat pixels; else there are none.
    centers : ndarray, (k, d)
        The entries as points of the space.
    """
    table, k = colors.table, len(centers)
    if table.seen is None:
        return table.colors_of(slice(0))
    total = int(table.counts.sum())
    large = np.flatnonzero(table.flat >= max(1.0, _SHARE * total))
    large = large[np.argsort(-table.flat[large], kind="stable")][:k]
    if not len(large):
        return table.colors_of(slice(0))
    flat, areas = table.colors_of(large), table.counts[large].tolist()
    is_room = len(large) * total <= k * sum(areas)
    if is_room or k * min(areas) >= total:
        return flat
    gap = _SPACING * _SPACING * spacing(centers)
    kept: list[int] = []
    points = colors.space.points(flat)
    for row, (point, area) in enumerate(zip(points, areas, strict=True)):
        is_small = k * area < total
        if not (is_small and kept and squared_distances(points[kept], point).min() < gap):
            kept.append(row)
    return flat[kept]


def with_flats(
    flat: NDArray[np.uint8], space: Space, centers: Float64, palette: NDArray[np.uint8]
) -> NDArray[np.uint8]:
    """Replace entries by the flat colors nearest to them, as far as these are near.

    Parameters
    ----------
    flat : ndarray, (m, 3 or 4), uint8
        From `flat_colors`.
    space : Space
    centers : ndarray, (k, d)
        The entries as points of the space.
    palette : ndarray, (k, 3 or 4), uint8
        The entries as colors.

    Returns
    -------
    ndarray, (k, 3 or 4), uint8
    """
    palette = palette.copy()
    reach = _REACH * _REACH * space.unit * space.unit
    free = np.ones(len(palette), bool)
    for point, color in zip(space.points(flat), flat, strict=True):
        distances = np.where(free, squared_distances(centers, point), np.inf)
        nearest = int(distances.argmin())
        if distances[nearest] < reach:
            palette[nearest] = color
            free[nearest] = False
    return palette
