"""The colors of many images, in bounded memory, whatever their order."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from colorquant.color.packing import FINE_BITS, cells, coarser, merge, pack, unpack
from colorquant.color.space import dimensions, embed, unembed, with_alpha
from colorquant.color.table import ColorTable, merged_in_portions, strips

__all__ = ["EXACT", "Gathered"]

# More different colors than these are kept as bins.
EXACT = 1 << 21


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """The colors of images: exactly, or of very many as bins with exact sums.

    Two add up to that of both images. As all numbers are whole, and bins are used just where
    there are too many different colors in all, neither order nor grouping matter.

    Parameters
    ----------
    keys : ndarray, (n,), uint32
        Ascending; colors as of `colorquant.color.table.pack`, or bins.
    counts : ndarray, (n,), int64
    channels : int
        3 or 4.
    sums : ndarray, (n, 3 or 6), int64, optional
        Of bins: sum of counts times coordinates, as `colorquant.color.space.embed` has them.
    """

    keys: NDArray[np.uint32]
    counts: NDArray[np.int64]
    channels: int
    sums: NDArray[np.int64] | None = None

    @classmethod
    def of(cls, table: ColorTable) -> "Gathered":
        """Return the colors of a table."""
        found = cls(pack(table.colors), table.counts, table.colors.shape[1])
        return found.bounded()

    def __len__(self) -> int:
        return len(self.keys)

    @classmethod
    def total(cls, parts: Iterable["Gathered"]) -> "Gathered | None":
        """Return the sum of parts, as they come; None of none."""
        return merged_in_portions(parts, cls._together)

    def __add__(self, other: "Gathered") -> "Gathered":
        return Gathered._together([self, other])

    @classmethod
    def _together(cls, parts: list["Gathered"]) -> "Gathered":
        channels = max(part.channels for part in parts)
        parts = [part.with_alpha() for part in parts] if channels == 4 else parts
        if any(part.sums is not None for part in parts):
            parts = [part.binned() for part in parts]
        keys = np.concatenate([part.keys for part in parts])
        counts = np.concatenate([part.counts for part in parts])
        sums = [part.sums for part in parts if part.sums is not None]
        return cls._merged(channels, keys, counts, *([np.concatenate(sums)] if sums else []))

    @classmethod
    def _merged(cls, channels: int, *columns: NDArray[Any]) -> "Gathered":
        keys, counts, *sums = merge(*columns)
        return cls(keys, counts, channels, *sums).bounded()

    def table(self) -> ColorTable:
        """Return the colors; of bins, their means, to whole numbers."""
        keys, counts = self.keys, self.counts
        if self.sums is not None:
            keys, counts = merge(pack(unembed(self.sums / counts[:, None])), counts)
        return ColorTable(unpack(keys, self.channels), counts)

    def with_alpha(self) -> "Gathered":
        """Return the same with alpha."""
        if self.channels == 4:
            return self
        if self.sums is None:
            return Gathered(pack(with_alpha(unpack(self.keys, 3))), self.counts, 4)
        # Bins of opaque colors are finer than those with alpha, of which these are the highest.
        keys = (
            coarser(self.keys, FINE_BITS[3], FINE_BITS[4], 3) << FINE_BITS[4]
            | (1 << FINE_BITS[4]) - 1
        )
        over_black = self.sums * 255
        over_white = over_black - 65_025 * self.counts[:, None]
        return self._merged(4, keys, self.counts, np.hstack([over_black, over_white]))

    def bounded(self) -> "Gathered":
        """Return bins of more colors than are kept exactly."""
        return self.binned() if self.sums is None and len(self) > EXACT else self

    def binned(self) -> "Gathered":
        """Return bins, however few the colors are."""
        if self.sums is not None:
            return self
        colors = unpack(self.keys, self.channels)
        sums = np.empty((len(colors), dimensions(self.channels)), np.int64)
        for part in strips(len(colors)):
            sums[part] = embed(colors[part]).astype(np.int64) * self.counts[part, None]
        return self._merged(
            self.channels, cells(colors, FINE_BITS[self.channels]), self.counts, sums
        )
