"""Counting of pixels by color, and of what the eye sees of each color."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from colorquant.color.packing import Keys, distinct, merge, runs

__all__ = ["Counted", "LargeCount", "Pixels", "added", "count", "stacked"]

Int64 = NDArray[np.int64]

# With importance, the lowest bits of a cell are the count. The bits above suffice for as many
# pixels, each of an importance of up to 255.
_COUNT_BITS = 28
# So many pixels, all of one color, do not overflow a cell.
_MOST: dict[type, int] = {np.uint32: (1 << 32) - 1, np.uint64: (1 << _COUNT_BITS) - 1}
# More colors of flat pixels are counted in an array, too.
_FEW_FLAT = 1 << 20


class Pixels(NamedTuple):
    """Pixels to count.

    Parameters
    ----------
    keys : ndarray, (n,), uint32
        The color of each, as from `colorquant.color.packing.pack`.
    importance : ndarray, (n,), uint8, optional
    flat : ndarray, (n,), bool, optional
        Given exactly if the importance is given.
    """

    keys: Keys
    importance: NDArray[np.uint8] | None = None
    flat: NDArray[np.bool_] | None = None

    def flat_by_color(self) -> tuple[Keys, Int64]:
        """Return the colors of flat pixels, and how many there are of each."""
        # In flat areas, runs are long.
        keys, numbers = merge(*runs(self.keys[self.flat]))
        return keys, numbers


class Counted(NamedTuple):
    """Colors and their numbers.

    Parameters
    ----------
    keys : ndarray, (n,), uint32
        Distinct, ascending.
    counts : ndarray, (n,), int64
    seen : ndarray, (n, 2), int64, optional
        For each color, the sum of the importance of its pixels, and how many of them are flat.
    """

    keys: Keys
    counts: Int64
    seen: Int64 | None

    def add_flat(self, keys: Keys, numbers: Int64) -> None:
        """Add numbers of flat pixels, given by color, in place."""
        if self.seen is not None:
            self.seen[np.searchsorted(self.keys, keys), 1] += numbers


def stacked(parts: Sequence[Int64 | None]) -> Int64 | None:
    """Return the rows of all parts; None if all parts are None.

    Raises
    ------
    ValueError
        If some are None.
    """
    present = [part for part in parts if part is not None]
    if not present:
        return None
    if len(present) < len(parts):
        raise ValueError("the importance of some colors was counted, that of others was not")
    return np.concatenate(present)


def added(parts: Sequence[Counted]) -> Counted:
    """Return the sum of counts.

    Raises
    ------
    ValueError
        If some, but not all, have `Counted.seen`.
    """
    if len(parts) == 1:
        return parts[0]
    keys = np.concatenate([part.keys for part in parts])
    counts = np.concatenate([part.counts for part in parts])
    return Counted(*merge(keys, counts, stacked([part.seen for part in parts])))


def count(pixels: Pixels) -> Counted:
    """Count pixels by sorting them."""
    keys, importance, flat = pixels
    if importance is None or flat is None:
        different, counts = distinct(keys)
        return Counted(different, counts, None)
    different, counts, total = distinct(keys, importance)
    found = Counted(different, counts, np.stack([total, np.zeros_like(total)]).T)
    if flat.any():
        found.add_flat(*pixels.flat_by_color())
    return found


class LargeCount:
    """A count of any number of pixels without alpha, in an array over all 2^24 colors.

    Parameters
    ----------
    seen : bool
        Whether to count what the eye sees.
    """

    def __init__(self, *, seen: bool) -> None:
        self._seen = seen
        self._type = np.uint64 if seen else np.uint32
        # Filled memory, unlike zeroed memory, comes in large pages if the system has them. They
        # make random access twice as fast.
        self._cells: NDArray[np.unsignedinteger] = np.full(1 << 24, 0, self._type)
        # Pixels that are counted there, and what was counted before.
        self._pixels = 0
        self._before: list[Counted] = []
        # Colors of flat pixels, with their numbers; an array over all colors if there are many.
        self._flat: list[tuple[Keys, Int64]] = []
        self._flat_colors = 0
        self._flat_cells: NDArray[np.uint32] | None = None

    def add_all(self, parts: Iterable[Pixels]) -> None:
        """Add pixels, in parts of up to 2^28; with importance exactly if `seen` was set."""
        for part in parts:
            if self._pixels + len(part.keys) > _MOST[self._type]:
                self._before.append(self._counted(*self._taken()))
                self._cells[:] = 0
                self._pixels = 0
            self._pixels += len(part.keys)
            # NumPy's fast path needs indices of the index type, and values of the cells' type.
            cells = part.keys.astype(np.intp)
            if part.importance is None:
                np.add.at(self._cells, cells, self._type(1))
                continue
            values = part.importance.astype(np.uint64)
            values <<= _COUNT_BITS
            values |= 1
            np.add.at(self._cells, cells, values)
            if part.flat is not None and part.flat.any():
                self._keep_flat(*part.flat_by_color())

    def total(self) -> Counted:
        """Return the sum of all; nothing can be added later."""
        taken = self._taken()
        # The result may need as much memory.
        del self._cells
        return added([*self._before, self._counted(*taken)])

    def _taken(self) -> tuple[Keys, NDArray[np.unsignedinteger]]:
        found = self._cells != 0
        return np.flatnonzero(found).astype(np.uint32), self._cells[found]

    def _counted(self, keys: Keys, cells: NDArray[np.unsignedinteger]) -> Counted:
        if not self._seen:
            return Counted(keys, cells.astype(np.int64), None)
        # Each column in one piece of memory, and the counts in that of the cells.
        seen = np.zeros((2, len(keys)), np.int64).T
        seen[:, 0] = cells >> _COUNT_BITS
        cells &= (1 << _COUNT_BITS) - 1
        found = Counted(keys, cells.view(np.int64), seen)
        for flat in self._flat:
            found.add_flat(*flat)
        if self._flat_cells is not None:
            seen[:, 1] += self._flat_cells[keys]
        self._flat, self._flat_colors, self._flat_cells = [], 0, None
        return found

    def _keep_flat(self, keys: Keys, numbers: Int64) -> None:
        self._flat.append((keys, numbers))
        self._flat_colors += len(keys)
        if self._flat_colors <= _FEW_FLAT:
            return
        if self._flat_cells is None:
            self._flat_cells = np.full(1 << 24, 0, np.uint32)
        for colors, number in self._flat:
            self._flat_cells[colors] += number.astype(np.uint32)
        self._flat, self._flat_colors = [], 0
