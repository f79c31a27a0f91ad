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

__all__ = ["Area", "is_kept", "lost_areas", "lost_groups", "nearest_left"]

Float64 = NDArray[np.float64]
Pixels = NDArray[np.uint8]

# CIEDE2000 above which a color is gone; up to it, colors are told as one.
_DISTANCE = 10.0
# Difference of L* of which CIEDE2000 makes more than that: it is divided by 1.747 at most, and the
# terms beside it add up to no less than 0.
_LIGHTNESS = 1.75 * _DISTANCE
# Share of the image that an area has at least.
_SHARE = 0.0005
# Pixels that are looked at together.
_STRIP = 1 << 18


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
    colors = table.colors_of(rest)
    labs = _labs(colors, colors)
    leaders = []
    while len(rest):
        leaders.append(rest[0])
        near = _is_near(labs, [each[:1] for each in labs])
        groups[rest[near]] = len(leaders)
        rest, labs = rest[~near], [each[~near] for each in labs]
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
    rest = np.arange(len(colors))
    labs, entries = _labs(colors, palette), _labs(palette, colors)
    for number in range(len(palette)):
        if not len(rest):
            break
        far = ~_is_near(labs, [each[number : number + 1] for each in entries])
        rest, labs = rest[far], [each[far] for each in labs]
    kept = np.ones(len(colors), bool)
    kept[rest] = False
    return kept


def nearest_left(color: Pixels, palette: Pixels) -> tuple[int, float]:
    """Return the entry that looks most like a color, and how far it is.

    Parameters
    ----------
    color : ndarray, (3 or 4,), uint8
    palette : ndarray, (k, 3 or 4), uint8

    Returns
    -------
    entry : int
    difference : float
        CIEDE2000; with alpha, the larger over black and white.
    """
    differences = _differences(np.tile(color, (len(palette), 1)), palette)
    entry = int(differences.argmin())
    return entry, float(differences[entry])


def lost_areas(groups: NDArray[np.uint32]) -> Iterator[Area]:
    """Yield the connected areas of each group in an image, those of at least 0.05 % of it.

    Pixels are connected to all eight neighbors.

    Parameters
    ----------
    groups : ndarray, (H, W), uint32
        The number of the group of each pixel, 0 where nothing is lost.
    """
    least = max(1, ceil(_SHARE * groups.size))
    large = _sizes(groups) >= least
    large[0] = False
    if not large.any():
        return
    runs = _runs(groups, large)
    order, starts = _together(runs)
    pixels = np.add.reduceat(runs.ends[order] - runs.starts[order], starts)
    found = np.flatnonzero(pixels >= least)
    # By group, and then by the first pixel from above.
    found = found[np.argsort(runs.groups[order[starts[found]]], kind="stable")]
    bounds = np.append(starts, len(order))
    for area in found.tolist():
        own = order[bounds[area] : bounds[area + 1]]
        left, right = int(runs.starts[own].min()), int(runs.ends[own].max())
        top, bottom = int(runs.rows[own[0]]), int(runs.rows[own[-1]]) + 1
        box = (right - left, bottom - top, left, top)
        yield Area(int(runs.groups[own[0]]), box, int(pixels[area]))


class _Runs(NamedTuple):
    """Neighboring pixels of a row that are of one group, row by row from the left."""

    groups: NDArray[np.uint32]
    rows: NDArray[np.int32]
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    """Columns behind the last ones."""


def _runs(groups: NDArray[np.uint32], large: NDArray[np.bool_]) -> _Runs:
    """Return the runs of the large groups."""
    height, width = groups.shape
    parts = []
    step = max(1, _STRIP // width)
    for top in range(0, height, step):
        part = groups[top : top + step]
        borders = np.ones((len(part), width + 1), bool)
        np.not_equal(part[:, 1:], part[:, :-1], out=borders[:, 1:-1])
        counted = large[part]
        rows, starts = np.nonzero(borders[:, :-1] & counted)
        ends = np.nonzero(borders[:, 1:] & counted)[1] + 1
        told = (rows + top, starts, ends)
        parts.append((part[rows, starts], *(each.astype(np.int32) for each in told)))
    return _Runs(*(np.concatenate(each) for each in zip(*parts, strict=True)))


def _together(runs: _Runs) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Sort runs by the area that they are of, and return the order and where each area starts.

    Areas are in the order of their first runs, and so are the runs of each.
    """
    # Imported here, as it is slow to load.
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    number = len(runs.groups)
    # Places in one row after another, with a gap between rows that no neighbor bridges.
    length = int(runs.ends.max()) + 2
    base = runs.rows.astype(np.int64) * length
    starts, ends = base + runs.starts, base + runs.ends
    pairs = []
    for part in strips(number):
        # The runs of the next row that begin no later than one column behind, and end no sooner
        # than one column before.
        first = np.searchsorted(ends, starts[part] + length, "left")
        last = np.searchsorted(starts, ends[part] + length, "right")
        counts = np.maximum(last - first, 0)
        upper = np.repeat(np.arange(part.start, part.stop), counts)
        lower = np.arange(len(upper)) + np.repeat(first - (np.cumsum(counts) - counts), counts)
        same = runs.groups[upper] == runs.groups[lower]
        pairs.append(np.stack([upper[same], lower[same]]).astype(np.int32))
    ones, others = np.concatenate(pairs, axis=1)
    links = coo_array((np.ones(len(ones), bool), (ones, others)), shape=(number, number))
    _, areas = connected_components(links, directed=False)
    # Numbered by their first runs.
    _, firsts, places = np.unique(areas, return_index=True, return_inverse=True)
    areas = np.argsort(np.argsort(firsts))[places]
    order = np.argsort(areas, kind="stable")
    return order, np.flatnonzero(np.diff(areas[order], prepend=-1))


def _sizes(groups: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Return the number of pixels of each group, in strips, as counting takes much memory."""
    number, flat = int(groups.max()) + 1, groups.ravel()
    found = np.zeros(number, np.int64)
    for part in strips(len(flat)):
        found += np.bincount(flat[part], minlength=number)
    return found


def _differences(one: Pixels, other: Pixels) -> Float64:
    """Return the CIEDE2000 of colors, (n,); with alpha, the larger over black and white."""
    pairs = zip(_labs(one, other), _labs(other, one), strict=True)
    larger: Float64 = np.maximum.reduce([ciede2000(*pair) for pair in pairs])
    return larger


def _labs(colors: Pixels, others: Pixels) -> list[Float64]:
    """Return L*, a* and b* of colors, (n, 3), over black and white if they or others have alpha."""
    return [lab_of_light(to_light(each)) for each in composed(colors, others)]


def _is_near(labs: list[Float64], entry: list[Float64]) -> NDArray[np.bool_]:
    """Return whether each color is within a CIEDE2000 of 10 of an entry, (1, 3), on all grounds."""
    near = np.ones(len(labs[0]), bool)
    for lab, own in zip(labs, entry, strict=True):
        near &= np.abs(lab[:, 0] - own[0, 0]) <= _LIGHTNESS
    some = np.flatnonzero(near)
    for lab, own in zip(labs, entry, strict=True):
        near[some] &= ciede2000(lab[some], own) <= _DISTANCE
    return near
