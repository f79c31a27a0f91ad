"""The colors of many images in bounded memory, independent of the order of the images."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from colorquant.color.counting import stacked
from colorquant.color.packing import Keys, cells, coarser, merge, pack
from colorquant.color.points import FINE_BITS, ColorPoints
from colorquant.color.space import SRGB
from colorquant.color.table import ColorTable, merged_in_portions

__all__ = ["EXACT", "EXACT_BITS", "Gathered", "Kind", "alike_in_weight"]

# More distinct colors than these are kept as bins.
EXACT = 1 << 21
EXACT_BITS = 8
# Larger total counts could overflow when many are added.
_LARGEST_COUNT = 1 << 44
# Total count of each image where all images weigh the same: no image of up to 16 megapixels is
# scaled down, and the counts of a million images do not overflow.
_IMAGE_WEIGHT = 1 << 24


class Kind(NamedTuple):
    """The kind of the entries of gathered colors.

    Parameters
    ----------
    channels : int
        3, or 4 with alpha.
    bits : int
        Bits a channel: `EXACT_BITS` for colors, fewer for bins.
    """

    channels: int
    bits: int

    @property
    def is_known(self) -> bool:
        """Whether this kind exists."""
        return self.bits in (EXACT_BITS, FINE_BITS.get(self.channels)) and (
            self.channels in FINE_BITS
        )

    @property
    def columns(self) -> int:
        """Number of sums of each entry."""
        return 0 if self.bits == EXACT_BITS else SRGB.of(self.channels).dimensions

    @property
    def most(self) -> int:
        """Highest number of entries."""
        return EXACT if self.bits == EXACT_BITS else 1 << (self.bits * self.channels)


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """The colors of images: exact, or very many of them as bins with exact sums.

    The sum of two holds the colors of both. All numbers are whole, and bins are used only if
    the total of distinct colors is too large. So neither order nor grouping affects a sum.

    Parameters
    ----------
    keys : ndarray, (n,), uint32
        Ascending; colors as from `colorquant.color.packing.pack`, or bins.
    counts : ndarray, (n,), int64
    channels : int
        3, or 4 with alpha.
    sums : ndarray, (n, 3 or 6), int64, optional
        For each bin, the sum of counts times coordinates in sRGB.
    seen : ndarray, (n, 2), int64, optional
        As in `colorquant.color.table.ColorTable`. All parts of a sum have it, or none.
    """

    keys: Keys
    counts: NDArray[np.int64]
    channels: int
    sums: NDArray[np.int64] | None = None
    seen: NDArray[np.int64] | None = None

    @classmethod
    def of(cls, table: ColorTable) -> "Gathered":
        """Return the colors of a table."""
        return cls(table.keys, table.counts, table.channels, seen=table.seen).bounded()

    def __len__(self) -> int:
        return len(self.keys)

    @classmethod
    def total(cls, parts: Iterable["Gathered"]) -> "Gathered | None":
        """Return the sum of parts, added as they come; None if there are none."""
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
        sums = stacked([part.sums for part in parts])
        return cls._merged(channels, keys, counts, sums, stacked([part.seen for part in parts]))

    @classmethod
    def _merged(
        cls, channels: int, keys: NDArray[Any], *numbers: NDArray[Any] | None
    ) -> "Gathered":
        keys, counts, sums, seen = merge(keys, *numbers)
        return cls(keys, counts, channels, sums, seen).bounded()

    def table(self) -> ColorTable:
        """Return the table of the colors; bins become their rounded mean colors."""
        keys, counts, seen = self.keys, self.counts, self.seen
        if self.sums is not None:
            means = SRGB.of(self.channels).colors(self.sums / counts[:, None])
            keys, counts, seen = merge(pack(means), counts, seen)
        return ColorTable(keys, counts, self.channels, seen)

    def with_alpha(self) -> "Gathered":
        """Return the same with alpha."""
        if self.channels == 4:
            return self
        if self.sums is None:
            return Gathered.of(self.table().with_alpha())
        # Bins of opaque colors are finer than bins with alpha. They fall into those of the
        # highest alpha.
        keys = (
            coarser(self.keys, FINE_BITS[3], FINE_BITS[4], 3) << FINE_BITS[4]
            | (1 << FINE_BITS[4]) - 1
        )
        over_black = self.sums * 255
        over_white = over_black - 65_025 * self.counts[:, None]
        sums = np.hstack([over_black, over_white])
        return self._merged(4, keys, self.counts, sums, self.seen)

    def bounded(self) -> "Gathered":
        """Return the same, as bins if there are too many colors to keep exactly."""
        return self.binned() if self.sums is None and len(self) > EXACT else self

    def binned(self) -> "Gathered":
        """Return the same as bins, even if there are few colors."""
        if self.sums is not None:
            return self
        colors = ColorPoints(self.table(), SRGB)
        sums = np.empty((len(colors), colors.space.dimensions), np.int64)
        for part, points in colors.parts():
            sums[part] = points.astype(np.int64) * self.counts[part, None]
        keys = cells(colors.table.colors, FINE_BITS[self.channels])
        return self._merged(self.channels, keys, self.counts, sums, self.seen)

    @property
    def kind(self) -> Kind:
        """The kind of the entries."""
        exact = self.sums is None
        return Kind(self.channels, EXACT_BITS if exact else FINE_BITS[self.channels])

    def check(self) -> None:
        """Raise an error if there are numbers that no image can give.

        Raises
        ------
        ValueError
            If there are any.
        """
        channels, bits = self.kind
        keys, counts = self.keys, self.counts
        if (keys[1:] <= keys[:-1]).any() or int(keys[-1]) >> (bits * channels):
            raise ValueError("its colors are not in order")
        if counts.min() < 1 or int(counts.sum(dtype=np.float64)) > _LARGEST_COUNT:
            raise ValueError("a count is out of range")
        if self.seen is not None:
            self._check_seen(*self.seen.T)
        if self.sums is not None:
            self._check_sums(self.sums)
        elif channels == 4 and ((keys & 255 == 0) & (keys != 0)).any():
            raise ValueError("what is transparent has a color")

    def _check_seen(self, importance: NDArray[np.int64], flat: NDArray[np.int64]) -> None:
        if (importance < self.counts).any() or (importance > 255 * self.counts).any():
            raise ValueError("an importance is out of range")
        if (flat < 0).any() or (flat > self.counts).any():
            raise ValueError("a number of flat pixels is out of range")

    def _check_sums(self, sums: NDArray[np.int64]) -> None:
        weight = self.counts[:, None]
        over_black = low = high = sums
        bottom, most = 0, 255
        if self.channels == 4:
            over_black, low = sums[:, :3], sums[:, 3:]
            high = over_black - low
            bottom, most = -65_025, 65_025
        top = 0 if self.channels == 4 else most
        outside = (low < bottom * weight) | (low > top * weight) | (over_black < 0) | (high < 0)
        if (outside | (high > most * weight)).any():
            raise ValueError("a sum is out of range")


def alike_in_weight(table: ColorTable) -> ColorTable:
    """Return the colors of an image with scaled counts, so that all images have the same total."""
    scale = _IMAGE_WEIGHT / int(table.counts.sum())
    counts = np.maximum(1, _scaled(table.counts, scale))
    seen = None
    if table.seen is not None:
        # What holds for pixels still holds, whatever is rounded.
        weights = np.clip(_scaled(table.importance, scale), counts, 255 * counts)
        seen = np.stack([weights, np.minimum(_scaled(table.flat, scale), counts)]).T
    return ColorTable(table.keys, counts, table.channels, seen)


def _scaled(numbers: NDArray[np.int64], scale: float) -> NDArray[np.int64]:
    scaled: NDArray[np.int64] = np.rint(numbers * scale).astype(np.int64)
    return scaled
