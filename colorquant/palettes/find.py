"""From a color table to a palette: space, engine, 8 bits, exactly k colors, order."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from colorquant.clustering.engines import Progress
from colorquant.clustering.kmeans import kmeans
from colorquant.color.packing import FINE_BITS, distinct, pack, unpack
from colorquant.color.space import embed, scale, unembed, with_alpha
from colorquant.color.table import ColorTable, strips
from colorquant.mapping.remap import nearest_entries
from colorquant.measures.error import squared_errors
from colorquant.models import Palette, Step, index_type
from colorquant.options import QuantizeOptions

__all__ = ["BuiltPalette", "build_palette", "find_palette"]

# Up to so many distinct colors, coarser sets would save no time.
_FEW_COLORS = 1 << 13
# More distinct colors than these are clustered as fine bins, which costs next to no error:
# by number of channels.
_EXACT_COLORS = {3: 1 << 18, 4: 1 << 21}
_COARSE_BITS = {3: (5, 6), 4: (4, 5)}

_NEARLY_OPAQUE = 252

Entries = NDArray[np.uint8] | NDArray[np.uint16]
_Weighted = tuple[NDArray[np.float32], NDArray[np.float64]]


class BuiltPalette(NamedTuple):
    """A palette and how it fits the table that it was made from."""

    palette: Palette
    entries: Entries
    """Palette entry of each of the table's colors, (n,)."""
    history: tuple[Step, ...]


def build_palette(
    table: ColorTable,
    options: QuantizeOptions,
    progress: Progress | None = None,
    order: NDArray[np.uint8] | None = None,
) -> BuiltPalette:
    """Find the palette of a color table.

    Parameters
    ----------
    table : ColorTable
    options : QuantizeOptions
    progress : callable, optional
        As `colorquant.clustering.kmeans.kmeans` takes it.
    order : ndarray, (m, 4), uint8, optional
        Colors in the order in which they shall stand if all are kept.

    Returns
    -------
    BuiltPalette
        Exactly k colors, each of them used, or all of the table's where it has no more.
        Sorted by alpha, and from dark to light.
    """
    if len(table) <= options.k:
        rows = _order(table.colors) if order is None else _order_as(order, table.colors)
        entries = np.empty(len(table), index_type(len(table)))
        entries[rows] = np.arange(len(table))
        return BuiltPalette(Palette(table.colors[rows], table.counts[rows]), entries, ())
    if options.k > 1 and _is_hard(table.colors):
        return _hard_palette(table, options, progress)
    points, weights, coarse = _points(table, options)
    found = kmeans(
        points,
        options.k,
        weights=weights,
        engine=options.engine,
        effort=options.effort,
        restarts=options.restarts,
        seed=options.seed,
        coarse=coarse,
        progress=progress,
    )
    colors = unembed(found.centers / scale(points.shape[1]))
    if colors.shape[1] == 4:
        # The mean of opaque colors and of some that are nearly so would be, too.
        colors[colors[:, 3] >= _NEARLY_OPAQUE, 3] = 255
    colors, entries = _all_used(table, colors, options.k)
    if options.k > 1 and _has_clear(table.colors):
        # The mean of what is transparent and of the faintest others is a little less than
        # transparent, which shows on large areas.
        colors[entries[0]] = 0
        colors, entries = _all_used(table, colors, options.k)
    return BuiltPalette(_counted(table, colors, entries), entries, found.history)


def find_palette(
    table: ColorTable,
    given: Palette | None,
    options: QuantizeOptions,
    progress: Progress | None = None,
    order: NDArray[np.uint8] | None = None,
) -> tuple[ColorTable, BuiltPalette]:
    """Build the palette of a color table, or use one that is given.

    Parameters
    ----------
    table : ColorTable
        Opaque where the palette is.
    given : Palette, optional
    options, progress, order
        As by `build_palette`, where none is given.

    Returns
    -------
    table : ColorTable
        With alpha where the palette has some.
    found : BuiltPalette
        Of a given palette with all of its colors, in their order, whether they are used or
        not. What is opaque does not become transparent, however far from them it is.
    """
    if given is None:
        return table, build_palette(table, options, progress, order)
    table = table.with_alpha() if given.has_alpha else table
    return table, _mapped(table, given.colors)


def _mapped(table: ColorTable, colors: NDArray[np.uint8]) -> BuiltPalette:
    entries = nearest_entries(table.colors, colors)
    if colors.shape[1] == 4:
        opaque = table.colors[:, 3] == 255
        visible = np.flatnonzero(colors[:, 3] > 0)
        if len(visible) and opaque.any():
            nearest = nearest_entries(table.colors[opaque], colors[visible])
            entries[opaque] = visible[nearest]
    return BuiltPalette(_counted(table, colors, entries), entries, ())


def _is_hard(colors: NDArray[np.uint8]) -> bool:
    """Return whether the first color is transparent, and all others are opaque."""
    return _has_clear(colors) and bool((colors[1:, 3] == 255).all())


def _has_clear(colors: NDArray[np.uint8]) -> bool:
    return colors.shape[1] == 4 and bool(colors[0, 3] == 0)


def _hard_palette(
    table: ColorTable, options: QuantizeOptions, progress: Progress | None
) -> BuiltPalette:
    """Give the transparent color an entry of its own, and let all others be opaque.

    Neither becomes an opaque color transparent then, however far from the palette it is.
    """
    opaque = ColorTable(np.ascontiguousarray(table.colors[1:, :3]), table.counts[1:])
    found = build_palette(opaque, replace(options, k=options.k - 1), progress)
    colors = np.concatenate([table.colors[:1], with_alpha(found.palette.colors)])
    entries = np.zeros(len(table), index_type(len(colors)))
    entries[1:] = found.entries
    entries[1:] += 1
    return BuiltPalette(_counted(table, colors, entries), entries, found.history)


def _counted(table: ColorTable, colors: NDArray[np.uint8], entries: Entries) -> Palette:
    counts = np.zeros(len(colors))
    for part in strips(len(table)):
        counts += np.bincount(entries[part], table.counts[part], len(colors))
    return Palette(colors, counts.astype(np.int64))


def _points(
    table: ColorTable, options: QuantizeOptions
) -> tuple[NDArray[np.floating], NDArray[np.float64] | None, list[_Weighted]]:
    """Return what the engine clusters: points, their weights, and coarser sets of them."""
    channels = table.colors.shape[1]
    if options.engine == "sklearn":
        # The textbook's way: every pixel is a point.
        exact = embed(table.colors)
        return np.repeat(exact * scale(exact.shape[1]), table.counts, axis=0), None, []
    if len(table) > _EXACT_COLORS[channels]:
        *coarse, fine = table.coarse(*_COARSE_BITS[channels], FINE_BITS[channels])
    else:
        fine = embed(table.colors), table.counts.astype(np.float64)
        coarse = table.coarse(*_COARSE_BITS[channels]) if len(table) > _FEW_COLORS else []
    points, weights = _scaled(*fine)
    useful = [_scaled(*level) for level in coarse if 2 * len(level[1]) < len(points)]
    return points, weights, useful


def _scaled(points: NDArray[np.float64], weights: NDArray[np.float64]) -> _Weighted:
    return (points * scale(points.shape[1])).astype(np.float32), weights


def _order(colors: NDArray[np.uint8]) -> NDArray[np.intp]:
    """Return the order by alpha, then luma, then the channels."""
    luma = colors[:, :3].astype(np.int64) @ (299, 587, 114)
    alpha = colors[:, -1] if colors.shape[1] == 4 else np.zeros(len(colors), np.uint8)
    return np.lexsort((pack(colors), luma, alpha))


def _order_as(order: NDArray[np.uint8], colors: NDArray[np.uint8]) -> NDArray[np.intp]:
    """Return the order in which the colors stand in another list; those that do not, last."""
    keys = pack(order[:, : colors.shape[1]])
    first = dict(zip(reversed(keys.tolist()), reversed(range(len(keys))), strict=True))
    places = [first.get(key, len(keys)) for key in pack(colors).tolist()]
    return np.argsort(places, kind="stable")


def _all_used(
    table: ColorTable, colors: NDArray[np.uint8], k: int
) -> tuple[NDArray[np.uint8], Entries]:
    """Make k different colors of them, each the nearest one to some color of the table.

    What is missing is filled with the worst-fitted colors of the table. Each such color
    lowers the error, so this comes to an end.

    Returns
    -------
    colors : ndarray, (k, 3 or 4), uint8
    entries : ndarray, (n,)
        Palette entry of each of the table's colors.
    """
    while True:
        colors = unpack(distinct(pack(colors))[0], colors.shape[1])
        colors = colors[_order(colors)]
        entries = nearest_entries(table.colors, colors)
        used = np.bincount(entries, minlength=len(colors)) > 0
        missing = k - int(used.sum())
        if missing == 0:
            return colors, entries
        errors = squared_errors(table.colors, colors, entries) * table.counts
        worst = np.argsort(-errors, kind="stable")[:missing]
        colors = np.concatenate([colors[used], table.colors[worst]])
