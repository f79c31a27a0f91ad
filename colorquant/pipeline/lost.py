"""The colors of an image that are visibly gone, and how many more colors would keep them."""

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from colorquant.bounded import LostColor
from colorquant.color.table import ColorTable
from colorquant.mapping.remap import Mapping
from colorquant.measures.lost import Area, is_kept, lost_areas, lost_groups
from colorquant.models import Labels
from colorquant.pipeline.fitted import Fitted

__all__ = ["lost_colors", "lost_in", "with_more"]

Pixels = NDArray[np.uint8]

# How many more colors are tried.
_LADDER = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256)


def lost_in(fitted: Fitted, frames: Iterable[Pixels]) -> list[LostColor]:
    """Return the colors that are visibly gone, those of the largest areas first.

    Parameters
    ----------
    fitted : Fitted
        The palette. Each color is judged by the nearest entry, whatever the dithering.
    frames : iterable of ndarray, (H, W, 3 or 4), uint8
    """
    return lost_colors(*fitted.nearest, frames)


def lost_colors(
    table: ColorTable, palette: Pixels, entries: Labels, frames: Iterable[Pixels]
) -> list[LostColor]:
    """Return the colors that a palette has nothing like, those of the largest areas first.

    Parameters
    ----------
    table, palette, entries
        See `colorquant.measures.lost.lost_groups`.
    frames : iterable of ndarray, (H, W, 3 or 4), uint8
    """
    groups, colors = lost_groups(table, palette, entries)
    if not len(colors):
        return []
    mapping = Mapping(table, groups)
    largest: dict[int, Area] = {}
    for pixels in frames:
        for area in lost_areas(mapping(pixels)):
            if area.group not in largest or area.pixels > largest[area.group].pixels:
                largest[area.group] = area
    found = sorted(largest.values(), key=lambda area: (-area.pixels, area.group))
    return [
        LostColor(tuple(colors[area.group - 1].tolist()), area.box, area.pixels) for area in found
    ]


def with_more(
    lost: Iterable[LostColor], k: int, palette_of: Callable[[int], Pixels]
) -> list[LostColor]:
    """Return lost colors with how many more colors would keep each.

    Parameters
    ----------
    lost : iterable of LostColor
    k : int
        Number of colors of the palette that has lost them.
    palette_of : callable
        Returns the palette of a number of colors.
    """
    palette = cache(palette_of)
    return [replace(each, more=_more(each.color, k, palette)) for each in lost]


def _more(color: tuple[int, ...], k: int, palette_of: Callable[[int], Pixels]) -> int | None:
    """Return the first number of the ladder of colors beside k that keep a color."""
    row = np.array([color], np.uint8)
    place = bisect_left(_LADDER, True, key=lambda more: bool(is_kept(row, palette_of(k + more))[0]))
    return _LADDER[place] if place < len(_LADDER) else None
