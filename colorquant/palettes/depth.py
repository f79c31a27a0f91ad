"""Palettes of colors that few bits can hold, as displays and old machines have them.

A level of b bits is one of 8 bits by repeating its bits. Rounding each entry of a palette to such
levels is far from the best palette of them. Entries are therefore moved, one by one and by one
level of one channel, as long as that lowers the error.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from colorquant.color.packing import pack
from colorquant.color.points import ColorPoints
from colorquant.color.space import Float64
from colorquant.mapping.nearest import nearest_entries
from colorquant.measures.error import squared_errors
from colorquant.palettes.order import from_dark_to_light
from colorquant.palettes.spacing import squared_distances

__all__ = [
    "DEEP",
    "Bits",
    "fitted_to_depth",
    "is_representable",
    "levels",
    "rounded_to_depth",
    "snapped",
]

Bits = tuple[int, int, int]
"""Bits of R, G and B."""
Colors = NDArray[np.uint8]

DEEP: Bits = (8, 8, 8)
"""The depth of all colors."""

# A move must lower the error by more than this share of all error: less is rounding.
_LEAST = 1e-12


@cache
def levels(bits: int) -> NDArray[np.uint8]:
    """Return the levels of 8 bits that so many bits can hold, (2 ** bits,), ascending."""
    top = np.arange(1 << bits) << (8 - bits)
    found = sum(top >> bits * repeat for repeat in range(-(-8 // bits)))
    return np.asarray(found, np.uint8)


@cache
def _nearest_levels(bits: int) -> NDArray[np.uint8]:
    """Return the nearest level of so many bits for each one of 8 bits, (256,)."""
    own = levels(bits).astype(np.int64)
    nearest: Colors = own[np.abs(np.arange(256)[:, None] - own).argmin(axis=1)].astype(np.uint8)
    return nearest


def snapped(colors: Colors, bits: Bits) -> Colors:
    """Return colors, (n, 3 or 4), with the nearest levels of a depth; alpha stays."""
    near = colors.copy()
    for channel, own in enumerate(bits):
        near[:, channel] = _nearest_levels(own).take(colors[:, channel])
    return near


def is_representable(colors: Colors, bits: Bits) -> bool:
    """Return whether all colors, (n, 3 or 4), have levels of a depth."""
    return bits == DEEP or bool((snapped(colors, bits) == colors).all())


def rounded_to_depth(colors: ColorPoints, palette: Colors, bits: Bits, fixed: int) -> Colors:
    """Return a palette with each entry at the nearest color of a depth.

    Parameters
    ----------
    colors : ColorPoints
    palette : ndarray, (k, 3 or 4), uint8
    bits : (int, int, int)
    fixed : int
        Number of entries, the first ones, that have the depth and stay.

    Returns
    -------
    ndarray, (k, 3 or 4), uint8
        All different. Of equal entries, all but one are replaced by colors near the worst-fitted
        ones of the table. Fewer only if the table has too few colors.
    """
    pinned, free = palette[:fixed], snapped(palette[fixed:], bits)
    return _filled(colors, pinned, free, bits, len(palette), unused=True)


def fitted_to_depth(colors: ColorPoints, palette: Colors, bits: Bits, fixed: int) -> Colors:
    """Search for the palette of a depth, from one of any colors.

    Parameters
    ----------
    colors, palette, bits, fixed
        As for `rounded_to_depth`.

    Returns
    -------
    ndarray, (k, 3 or 4), uint8
        All different, and all but the fixed ones used. There are fewer only if the table's
        colors have fewer nearest colors of the depth. No entry that is not fixed could move by
        one level of one channel and lower the error. Of tables that are searched in fine bins,
        that is the error of the bins, see `ColorPoints.levels`.
    """
    k, pinned = len(palette), palette[:fixed]
    palette = _filled(colors, pinned, snapped(palette[fixed:], bits), bits, k, unused=False)
    while True:
        moved = _descended(colors, palette, bits, fixed)
        # Each color that replaces an unused one lowers the error, so this comes to an end.
        palette = _filled(colors, pinned, moved[fixed:], bits, k, unused=False)
        if set(pack(palette).tolist()) == set(pack(moved).tolist()):
            return palette


def _filled(
    colors: ColorPoints, fixed: Colors, free: Colors, bits: Bits, k: int, *, unused: bool
) -> Colors:
    """Return k different entries, if not `unused` all used; fixed ones first, then sorted."""
    m, tried = len(fixed), set(pack(fixed).tolist())
    while True:
        free = free[_new_rows(free, set(pack(fixed).tolist()))]
        free = free[from_dark_to_light(free)]
        palette = np.concatenate([fixed, free])
        entries = nearest_entries(colors, palette)
        used = np.bincount(entries, minlength=len(palette)) > 0
        used[: len(palette) if unused else m] = True
        free = free[used[m:]]
        missing = k - m - len(free)
        if not missing:
            return palette[used]
        tried |= set(pack(palette).tolist())
        errors = squared_errors(colors, palette, entries) * colors.weights
        worst = np.argsort(-errors, kind="stable")
        near = snapped(colors.table.colors_of(worst[errors[worst] > 0]), bits)
        more = near[_new_rows(near, tried)[:missing]]
        if not len(more):
            return palette[used]
        free = np.concatenate([free, more])


def _new_rows(colors: Colors, known: set[int]) -> NDArray[np.intp]:
    """Return the rows of colors that are neither known nor come again."""
    keys = pack(colors)
    first = np.sort(np.unique(keys, return_index=True)[1])
    return first[[key not in known for key in keys[first].tolist()]]


class _Fit:
    """Points, and the two entries nearest to each.

    Attributes
    ----------
    points, weights, entries
        As given.
    first, second : ndarray, (n,), intp
        The two nearest entries.
    least, less : ndarray, (n,)
        Squared distances to them.
    radius : ndarray, (k,)
        Largest squared distance of an entry's points, or more.
    unit : float
        The error of all points together.
    """

    def __init__(self, points: Float64, weights: Float64, entries: Float64) -> None:
        n = len(points)
        self.points, self.weights, self.entries = points, weights, entries
        self.first, self.second = np.zeros(n, np.intp), np.zeros(n, np.intp)
        self.least, self.less = np.zeros(n), np.zeros(n)
        self._search(np.arange(n))
        self.radius = np.zeros(len(entries))
        np.maximum.at(self.radius, self.first, self.least)
        self.unit = _total(weights * self.least)

    def _search(self, rows: NDArray[np.intp]) -> None:
        """Find the two nearest entries of some points."""
        points = self.points[rows]
        least, less = np.full(len(rows), np.inf), np.full(len(rows), np.inf)
        first, second = np.zeros(len(rows), np.intp), np.zeros(len(rows), np.intp)
        for number, entry in enumerate(self.entries):
            apart = squared_distances(points, entry)
            close = np.flatnonzero(apart < less)
            nearest = apart[close] < least[close]
            nearer, next_to = close[nearest], close[~nearest]
            second[nearer], less[nearer] = first[nearer], least[nearer]
            first[nearer], least[nearer] = number, apart[nearer]
            second[next_to], less[next_to] = number, apart[next_to]
        self.first[rows], self.second[rows] = first, second
        self.least[rows], self.less[rows] = least, less

    def move(self, number: int, place: Float64) -> None:
        """Move an entry."""
        self.entries[number] = place
        apart = squared_distances(self.points, place)
        own = self.first == number
        lost = (own | (self.second == number)) & (apart > self.less)
        stays = own & ~lost
        self.least[stays] = apart[stays]
        nearer = ~own & (apart < self.least)
        closer = ~own & ~nearer & (apart < self.less)
        self.second[nearer], self.less[nearer] = self.first[nearer], self.least[nearer]
        self.first[nearer], self.least[nearer] = number, apart[nearer]
        self.second[closer], self.less[closer] = number, apart[closer]
        self._search(np.flatnonzero(lost))
        changed = np.flatnonzero(lost | stays | nearer)
        np.maximum.at(self.radius, self.first[changed], self.least[changed])


def _descended(colors: ColorPoints, palette: Colors, bits: Bits, fixed: int) -> Colors:
    """Move entries by single levels as long as that lowers the error."""
    scale = 1 / colors.space.unit
    palette = palette.copy()
    free = np.arange(len(palette)) >= fixed
    if palette.shape[1] == 4:
        free &= palette[:, 3] > 0
    # Coarse levels come first, as most moves are found there in less time.
    for points, weights in colors.levels():
        fit = _Fit(points, weights, colors.space.points(palette) * scale)
        taken = set(pack(palette).tolist())
        while _swept(fit, colors, palette, bits, free=np.flatnonzero(free), taken=taken):
            pass
    return palette


def _swept(
    fit: _Fit,
    colors: ColorPoints,
    palette: Colors,
    bits: Bits,
    *,
    free: NDArray[np.intp],
    taken: set[int],
) -> bool:
    """Move each entry, in place, as long as that lowers the error; return whether any moved."""
    scale, moved = 1 / colors.space.unit, False
    for number in free.tolist():
        while True:
            steps = _steps(palette[number], bits)
            keys = pack(steps).tolist()
            steps = steps[[key not in taken for key in keys]]
            places = colors.space.points(steps) * scale
            best = _best_step(fit, number, places) if len(steps) else None
            if best is None:
                break
            taken.discard(int(pack(palette[number : number + 1])[0]))
            palette[number] = steps[best]
            taken.add(int(pack(palette[number : number + 1])[0]))
            fit.move(number, places[best])
            moved = True
    return moved


def _steps(color: Colors, bits: Bits) -> Colors:
    """Return the colors one level of one channel away, (up to 6, 3 or 4)."""
    found = []
    for channel, own in enumerate(bits):
        all_levels = levels(own)
        place = int(np.searchsorted(all_levels, color[channel]))
        for other in (place - 1, place + 1):
            if 0 <= other < len(all_levels):
                step = color.copy()
                step[channel] = all_levels[other]
                found.append(step)
    return np.array(found, np.uint8)


def _best_step(fit: _Fit, number: int, places: Float64) -> int | None:
    """Return the step of an entry that lowers the error most, if any does."""
    entry = fit.entries[number]
    reach = np.sqrt(max(squared_distances(places, entry)))
    # A point that is nearer to a place than to its own entry is not far from both.
    apart = np.sqrt(squared_distances(fit.entries, entry))
    near = apart < 2 * np.sqrt(fit.radius) + reach
    near[number] = True
    rows = np.flatnonzero(near[fit.first])
    limit = np.sqrt(fit.least[rows]) + reach
    within = squared_distances(fit.points[rows], entry) < limit * limit
    rows = rows[within | (fit.first[rows] == number)]
    points, weights, least = fit.points[rows], fit.weights[rows], fit.least[rows]
    # What the points are away from the other entries.
    others = np.where(fit.first[rows] == number, fit.less[rows], least)
    now = _total(weights * least)
    costs = [_total(weights * np.minimum(others, squared_distances(points, at))) for at in places]
    best = int(np.argmin(costs))
    return best if costs[best] < now - _LEAST * fit.unit else None


def _total(values: Float64) -> float:
    """Return the sum of values, added one after another."""
    return float(values.cumsum()[-1]) if len(values) else 0.0
