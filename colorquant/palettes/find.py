"""Search for the palette of a color table: exactly k colors of 8 bits, in order."""

from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from colorquant.color.alpha import nearly_opaque_made_opaque, with_alpha
from colorquant.color.packing import distinct, pack, unpack
from colorquant.color.points import ColorPoints
from colorquant.color.space import Space
from colorquant.color.table import ColorTable, strips
from colorquant.mapping.nearest import nearest_entries
from colorquant.measures.error import squared_errors
from colorquant.models import Labels, Step, index_type
from colorquant.palette import Palette
from colorquant.palettes.centers import placed_centers
from colorquant.palettes.depth import (
    DEEP,
    Bits,
    fitted_to_depth,
    is_representable,
    rounded_to_depth,
)
from colorquant.palettes.flats import flat_colors, with_flats
from colorquant.palettes.order import from_dark_to_light, order_as
from colorquant.progress import Progress
from colorquant.search import SearchOptions

__all__ = ["Found", "all_used", "find_palette", "nearest_seen", "use_palette"]

Colors = NDArray[np.uint8]


class Found(NamedTuple):
    """A palette, and its fit to a color table."""

    palette: Palette
    entries: Labels
    """Palette entry of each of the table's colors, (n,)."""
    space: Space
    """The space in which colors were compared."""
    history: tuple[Step, ...] = ()
    """Steps of the search; centers are points of the space, in units of its error."""


def find_palette(
    colors: ColorPoints,
    k: int,
    search: SearchOptions | None = None,
    *,
    fixed: Colors | None = None,
    bits: Bits = DEEP,
    order: Colors | None = None,
    grain: float | None = None,
    progress: Progress | None = None,
) -> Found:
    """Find k colors that fit a color table, some of which may be fixed.

    Parameters
    ----------
    colors : ColorPoints
        The table, in the space in which errors are minimized.
    k : int
        Number of colors, 1 to 65,536.
    search : SearchOptions, optional
    fixed : ndarray, (m, 3 or 4), uint8, optional
        Distinct colors, up to k of them, with alpha if the table has alpha.
    bits : (int, int, int)
        Bits of R, G and B; all colors, the fixed ones too, have levels of so many.
    order : ndarray, (m, 4), uint8, optional
        Colors whose order the palette follows if all colors of the table are kept.
    grain : float, optional
        For a palette for dithering: how much of a mixture's variance counts, see
        `colorquant.palettes.mixing`.
    progress : callable, optional
        As for `colorquant.clustering.kmeans.kmeans`.

    Returns
    -------
    Found
        The fixed colors in their order, then others, sorted by alpha and from dark to light.
        All others are used, if not for dithering. There are k in all, or fewer if the table
        and the fixed ones have fewer together. Each color has the entry nearest to it or, in a
        space of visible distances, that of `nearest_seen`.
    """
    table = colors.table
    if fixed is None:
        fixed = np.empty((0, table.channels), np.uint8)
    if len(table) <= k and is_representable(table.colors, bits):
        others = table.colors[~np.isin(table.keys, pack(fixed))]
        if len(fixed) + len(others) <= k:
            return _all_kept(colors, fixed, others, order)
    search = search or SearchOptions()
    if _leaves_clear_aside(table, k, fixed):
        return _beside_clear(colors, k, search, fixed, bits=bits, grain=grain, progress=progress)
    place = partial(placed_centers, colors, k, search, bits=bits, grain=grain, progress=progress)
    points, history = place(fixed)
    found = nearly_opaque_made_opaque(colors.space.colors(points))
    if search.clusterer:
        # Whatever it finds, that much is wanted.
        found = _those_used(colors, found)
        k = len(found)
    elif colors.space.visible:
        flats = flat_colors(colors, points)
        found = with_flats(flats, colors.space, points, found)
        lost = ~np.isin(pack(flats), pack(np.concatenate([fixed, found])))
        if lost.any() and len(fixed) + len(flats) < k:
            # Search again, around the flat colors.
            flats = flats[~np.isin(pack(flats), pack(fixed))]
            pinned = np.concatenate([fixed, flats])
            points, history = place(pinned)
            found = np.concatenate([flats, nearly_opaque_made_opaque(colors.space.colors(points))])
    palette, entries = _all_used(colors, k, fixed, found, refill=grain is None)
    if k > 1 and table.has_clear and entries[0] >= len(fixed):
        # The mean of fully transparent pixels and the faintest other colors is not quite
        # transparent, which shows on large areas.
        found = palette[len(fixed) :].copy()
        found[entries[0] - len(fixed)] = 0
        palette, entries = _all_used(colors, k, fixed, found)
    if bits != DEEP:
        fit = fitted_to_depth if grain is None else rounded_to_depth
        palette = fit(colors, palette, bits, len(fixed))
        entries = _entries_of(colors, palette)
    return Found(_counted(table, palette, entries), entries, colors.space, history)


def _leaves_clear_aside(table: ColorTable, k: int, fixed: Colors) -> bool:
    """Return whether one entry is for the transparent color, and all else is opaque."""
    if not (table.is_hard and k > 1 and len(table) > 1) or (fixed[:, -1] % 255).any():
        return False
    return len(fixed) < k or not fixed[:, -1].all()


def use_palette(colors: ColorPoints, palette: Colors) -> Found:
    """Fit a color table to a given palette, without a search.

    Parameters
    ----------
    colors : ColorPoints
        The table, in the space in which the nearest entry is found. It has alpha exactly if
        the palette has alpha.
    palette : ndarray, (k, 3 or 4), uint8
        All different.

    Returns
    -------
    Found
        With all colors of the palette, in their order, used or not. Each color has the entry
        of `nearest_seen`.
    """
    entries = nearest_seen(colors, palette)
    return Found(_counted(colors.table, palette, entries), entries, colors.space)


def nearest_seen(colors: ColorPoints, palette: Colors) -> Labels:
    """Return the entry nearest to each color, (n,).

    Opaque colors never become fully transparent, however far they are from the other entries.
    """
    table, entries = colors.table, nearest_entries(colors, palette)
    visible = np.flatnonzero(palette[:, 3:].all(axis=1))
    if 0 < len(visible) < len(palette):
        opaque = np.flatnonzero(table.opaque)
        part = ColorTable(table.keys[opaque], table.counts[opaque], table.channels)
        entries[opaque] = visible[nearest_entries(colors.of(part), palette[visible])]
    return entries


def all_used(colors: ColorPoints, palette: Colors, pinned: int = 0) -> tuple[Colors, Labels]:
    """Return a palette with the colors that no color of a table is nearest to replaced.

    Parameters
    ----------
    colors : ColorPoints
        More than k of them.
    palette : ndarray, (k, 3 or 4), uint8
    pinned : int
        Number of colors, the first ones, that stay in any case.

    Returns
    -------
    palette : ndarray, (k, 3 or 4), uint8
        The colors that are kept have their places.
    entries : ndarray, (n,)
        Palette entry of each of the table's colors.
    """
    fixed, free = palette[:pinned], palette[pinned:]
    found, entries = _all_used(colors, len(palette), fixed, free)
    before, after = pack(palette), pack(found)
    keys = before.copy()
    keys[~np.isin(before, after)] = after[~np.isin(after, before)]
    order = np.argsort(keys)
    places = order[np.searchsorted(keys, after, sorter=order)]
    entries[:] = places[entries]
    return unpack(keys, palette.shape[1]), entries


def _all_kept(points: ColorPoints, fixed: Colors, others: Colors, order: Colors | None) -> Found:
    """Return a palette of all colors of the table, after the fixed ones."""
    rows = from_dark_to_light(others) if order is None else order_as(order, others)
    palette = np.concatenate([fixed, others[rows]])
    keys = pack(palette)
    place = np.argsort(keys)
    entries: Labels = np.empty(len(points), index_type(len(palette)))
    entries[:] = place[np.searchsorted(keys, points.table.keys, sorter=place)]
    return Found(_counted(points.table, palette, entries), entries, points.space)


def _beside_clear(
    colors: ColorPoints,
    k: int,
    search: SearchOptions,
    fixed: Colors,
    *,
    bits: Bits,
    grain: float | None,
    progress: Progress | None,
) -> Found:
    """Reserve an entry for fully transparent pixels if all others are opaque.

    No other color may use that entry, so the search is for opaque colors.
    """
    table, visible = colors.table, fixed[:, -1] > 0
    rest = colors.of(table.without_clear())
    opaque = np.ascontiguousarray(fixed[visible, :3]) if len(fixed) else None
    part = partial(find_palette, rest, k - 1, search, grain=grain, progress=progress)
    found = part(fixed=opaque, bits=bits)
    place = int(visible.argmin()) if not visible.all() else len(fixed)
    palette = np.insert(with_alpha(found.palette.colors), place, 0, axis=0)
    entries = np.full(len(table), place, index_type(len(palette)))
    entries[1:] = found.entries
    entries[1:] += found.entries >= place
    return found._replace(palette=_counted(table, palette, entries), entries=entries)


def _all_used(
    colors: ColorPoints, k: int, fixed: Colors, found: Colors, *, refill: bool = True
) -> tuple[Colors, Labels]:
    """Return k distinct colors, fixed and found, all but the fixed ones used by the table.

    The worst-fitted colors of the table replace repeated ones and, with `refill`, unused ones.
    Each of them lowers the error, so this comes to an end.

    Returns
    -------
    palette : ndarray, (k or fewer, 3 or 4), uint8
        Fewer only if all errors are 0.
    entries : ndarray, (n,)
        Palette entry of each of the table's colors.
    """
    m, pinned = len(fixed), set(pack(fixed).tolist())
    while True:
        own = [key for key in distinct(pack(found))[0].tolist() if key not in pinned]
        found = unpack(np.array(own, np.uint32), fixed.shape[1])
        palette = np.concatenate([fixed, found[from_dark_to_light(found)]])
        entries = _entries_of(colors, palette)
        used = np.bincount(entries, minlength=len(palette)) > 0
        used[: m if refill else None] = True
        missing = k - int(used.sum())
        if missing == 0:
            return palette, entries
        found = palette[m:][used[m:]]
        errors = squared_errors(colors, palette, entries) * colors.weights
        if not errors.any():
            # No color of the table is missing.
            k = m + len(found)
            continue
        worst = np.argsort(-errors, kind="stable")[:missing]
        found = np.concatenate([found, colors.table.colors_of(worst)])


def _those_used(colors: ColorPoints, found: Colors) -> Colors:
    """Return the distinct ones of the colors to which some color of a table is nearest."""
    different = unpack(distinct(pack(found))[0], found.shape[1])
    used: Colors = different[np.unique(_entries_of(colors, different))]
    return used


def _entries_of(colors: ColorPoints, palette: Colors) -> Labels:
    """Return the entry of each color, (n,), in a palette that is searched for."""
    nearest = nearest_seen if colors.space.visible else nearest_entries
    return nearest(colors, palette)


def _counted(table: ColorTable, colors: Colors, entries: Labels) -> Palette:
    counts = np.zeros(len(colors))
    for part in strips(len(table)):
        counts += np.bincount(entries[part], table.counts[part], len(colors))
    return Palette(colors, counts.astype(np.int64))
