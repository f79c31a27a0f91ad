"""The colors of a table as points in a space, made once for all code that compares colors.

In a space of visible distances, a color weighs as much as its pixels are important: an error
shows in flat areas, and hardly in texture. As large areas have much weight, small accents would
still be lost, so the weight of each cell of similar colors is raised to a power below 1.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from colorquant.color.packing import Keys, cells, coarser
from colorquant.color.space import Float64, OpaqueSpace, Space
from colorquant.color.table import ColorTable, strips

__all__ = ["FINE_BITS", "ColorPoints", "Summary"]

Summary = tuple[Float64, Float64]
"""Points, (m, d), that represent colors, and the weight of each, (m,)."""

# Bits a channel of the finest bins, by number of channels. With alpha, more bits would make too
# many bins.
FINE_BITS = {3: 7, 4: 5}
_COARSE_BITS = {3: (5, 6), 4: (4, 5)}
# Up to so many distinct colors, coarser sets would save no time.
_FEW_COLORS = 1 << 13
# More distinct colors than these, by number of channels, are clustered as fine bins, which
# adds next to no error.
_EXACT_COLORS = {3: 1 << 18, 4: 1 << 21}
# The points of up to so many colors are kept; those of more are computed when needed.
_KEPT = 1 << 18
# Bits a channel of the cells of similar colors.
_CELL_BITS = 4


class ColorPoints:
    """The colors of a table as points, with their weights and coarser levels.

    Parameters
    ----------
    table : ColorTable
    space : OpaqueSpace
        A table with alpha uses its version with alpha, see `OpaqueSpace.of`.

    Attributes
    ----------
    table : ColorTable
    space : Space
    weights : ndarray, (n,)
        Weight of each color: its number of pixels or, in a space of visible distances, its
        importance, tempered, if the table has it.
    """

    def __init__(self, table: ColorTable, space: OpaqueSpace) -> None:
        self.table = table
        self.space: Space = space.of(table.channels)
        self._opaque = space
        self.weights: NDArray[np.int64] | Float64 = table.counts
        if self.space.visible and table.seen is not None:
            self.weights = _tempered(table)
        self._kept = self.space.points(table.colors) if len(table) <= _KEPT else None

    def __len__(self) -> int:
        return len(self.table)

    def of(self, table: ColorTable) -> "ColorPoints":
        """Return another table in the same space."""
        return ColorPoints(table, self._opaque)

    def __getitem__(self, part: slice) -> Float64:
        """Return the points of some colors, (m, d), float64."""
        if self._kept is not None:
            return self._kept[part]
        return self.space.points(self.table.colors_of(part))

    def parts(self) -> Iterator[tuple[slice, Float64]]:
        """Yield the points in parts that suit a core's cache, each after its slice."""
        for part in strips(len(self)):
            yield part, self[part]

    def levels(self) -> list[Summary]:
        """Return sets of points that represent the colors, coarsest first, in units of the error.

        The last set is the colors themselves, or fine bins if there are very many. Each point
        is the exact mean of its colors. Sets that would save no time are left out.
        """
        channels = self.table.channels
        exact = len(self) <= _EXACT_COLORS[channels]
        bits = dict.fromkeys(_COARSE_BITS[channels] if len(self) > _FEW_COLORS else ())
        if not exact:
            bits[FINE_BITS[channels]] = None
        levels = self.binned(*bits)
        scale = 1 / self.space.unit
        for points, _ in levels:
            np.multiply(points, scale, out=points)
        if exact:
            levels.append((self[:] * scale, self.weights.astype(np.float64)))
        finest = len(levels[-1][1])
        return [level for level in levels[:-1] if 2 * len(level[1]) < finest] + levels[-1:]

    def binned(self, *bits: int) -> list[Summary]:
        """Merge the colors that agree in the highest bits of every channel.

        Parameters
        ----------
        *bits : int
            Bits a channel, 1 to 7; with alpha, up to 5.

        Returns
        -------
        list of (points, weights)
            For each number of bits, the mean of each group, and its weight.
        """
        if not bits:
            return []
        channels = self.table.channels
        finest = max(bits)
        keys = np.empty(len(self), np.uint32)
        for part in strips(len(self)):
            keys[part] = cells(self.table.colors_of(part), finest)
        numbered, group = _numbered(keys, 1 << (finest * channels))
        weights = np.zeros(len(numbered))
        sums = np.zeros((self.space.dimensions, len(numbered)))
        for part, points in self.parts():
            own = self.weights[part]
            weights += np.bincount(group[part], own, len(numbered))
            for axis, row in enumerate(points.T):
                sums[axis] += np.bincount(group[part], row * own, len(numbered))
        fine = sums.T / weights[:, None], weights
        return [
            fine
            if level == finest
            else _averaged(coarser(numbered, finest, level, channels), *fine)
            for level in bits
        ]


def _numbered(keys: Keys, size: int) -> tuple[NDArray[np.intp], Keys]:
    """Return the distinct keys, all below the size, and each key's index among them."""
    present = np.full(size, fill_value=False)
    present[keys] = True
    different = np.flatnonzero(present)
    number = np.empty(size, np.uint32)
    number[different] = np.arange(len(different))
    return different, number[keys]


def _averaged(keys: NDArray[np.intp], points: Float64, weights: Float64) -> Summary:
    """Return the mean of the points of each key, and their total weight."""
    totals = np.bincount(keys, weights)
    occupied = np.flatnonzero(totals)
    total: Float64 = totals[occupied].astype(np.float64, copy=False)
    sums = [np.bincount(keys, weights * row)[occupied] for row in points.T]
    return np.stack(sums).T / total[:, None], total


def _tempered(table: ColorTable) -> Float64:
    """Return the importance of each color, divided by the fourth root of that of its cell."""
    cell = np.empty(len(table), np.uint32)
    for part in strips(len(table)):
        cell[part] = cells(table.colors_of(part), _CELL_BITS)
    _, group = _numbered(cell, 1 << (_CELL_BITS * table.channels))
    totals = np.bincount(group, table.importance)
    tempered: Float64 = table.importance / np.sqrt(np.sqrt(totals))[group]
    return tempered
