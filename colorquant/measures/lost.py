"""Colors of an image that a palette has nothing like, over areas large enough to be seen."""

from collections.abc import Iterator
from functools import partial
from math import ceil
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from colorquant.color.difference import ciede2000
from colorquant.color.lab import lab_of_light, to_light
from colorquant.color.table import ColorTable, strips
from colorquant.measures.images import composed
from colorquant.models import Labels
from colorquant.threads import for_each

__all__ = ["Area", "is_kept", "lost_areas", "lost_groups"]

Float64 = NDArray[np.float64]
Pixels = NDArray[np.uint8]

# CIEDE2000 above which a color is gone; up to it, colors are told as one.
_DISTANCE = 10.0
# Share of the image that an area has at least.
_SHARE = 0.0005
# Neighbors of a pixel: all eight.
_AROUND = np.ones((3, 3), int)


class Area(NamedTuple):
    """A connected area of a lost color."""

    group: int
    """Number of the group of its colors, from 1."""
    box: tuple[int, int, int, int]
    """Width, height, left and top in pixels."""
    pixels: int


def lost_groups(
    table: ColorTable, palette: Pixels, entries: Labels
) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    """Return the colors that have no entry within a CIEDE2000 of 10, similar ones as one group.

    With alpha, that is over black or over white.

    Parameters
    ----------
    table : ColorTable
        The colors of the image, with alpha if the palette has alpha.
    palette : ndarray, (k, 3 or 4), uint8
    entries : ndarray, (n,)
        An entry near each color, for a first look.

    Returns
    -------
    groups : ndarray, (n,), uint32
        The number of each color's group, from 1; 0 for colors that are not lost.
    colors : ndarray, (m, 3 or 4), uint8
        The most frequent color of each group, by its number less 1.
    """
    groups = np.zeros(len(table), np.uint32)
    work = partial(_far_from_own, table, palette, entries)
    far = np.flatnonzero(np.concatenate(for_each(work, strips(len(table)))))
    if len(far):
        far = far[~is_kept(table.colors_of(far), palette)]
    # Each group is around the most frequent color that is left.
    rest = far[np.argsort(-table.counts[far], kind="stable")]
    leaders = []
    while len(rest):
        leaders.append(rest[0])
        near = is_kept(table.colors_of(rest), table.colors_of(rest[:1]))
        groups[rest[near]] = len(leaders)
        rest = rest[~near]
    return groups, table.colors_of(np.array(leaders, np.intp))


def _far_from_own(
    table: ColorTable, palette: Pixels, entries: Labels, part: slice
) -> NDArray[np.bool_]:
    colors = table.colors_of(part)
    return _differences(colors, palette[entries[part]]) > _DISTANCE


def is_kept(colors: Pixels, palette: Pixels) -> NDArray[np.bool_]:
    """Return whether each color has an entry within a CIEDE2000 of 10.

    Parameters
    ----------
    colors : ndarray, (n, 3 or 4), uint8
    palette : ndarray, (k, 3 or 4), uint8

    Returns
    -------
    ndarray, (n,), bool
    """
    kept = np.zeros(len(colors), bool)
    for entry in palette:
        rest = np.flatnonzero(~kept)
        if not len(rest):
            break
        kept[rest] = _differences(colors[rest], entry[None]) <= _DISTANCE
    return kept


def lost_areas(groups: NDArray[np.uint32]) -> Iterator[Area]:
    """Yield the connected areas of each group in an image, those of at least 0.05 % of it.

    Pixels are connected to all eight neighbors.

    Parameters
    ----------
    groups : ndarray, (H, W), uint32
        The number of the group of each pixel, 0 where nothing is lost.
    """
    # Imported here, as it is slow to load.
    from scipy.ndimage import find_objects, label

    least = max(1, ceil(_SHARE * groups.size))
    for group in np.flatnonzero(np.bincount(groups.ravel())[1:] >= least) + 1:
        labels, number = label(groups == group, _AROUND)
        sizes = np.bincount(labels.ravel(), minlength=number + 1)
        for area, (rows, columns) in enumerate(find_objects(labels), 1):
            if sizes[area] >= least:
                width, height = columns.stop - columns.start, rows.stop - rows.start
                box = (width, height, columns.start, rows.start)
                yield Area(int(group), box, int(sizes[area]))


def _differences(one: Pixels, other: Pixels) -> Float64:
    """Return the CIEDE2000 of colors, (n,); with alpha, the larger over black and over white."""
    pairs = zip(composed(one, other), composed(other, one), strict=True)
    found = [ciede2000(_lab(first), _lab(second)) for first, second in pairs]
    larger: Float64 = np.maximum.reduce(found)
    return larger


def _lab(levels: Float64) -> Float64:
    return lab_of_light(to_light(levels))
