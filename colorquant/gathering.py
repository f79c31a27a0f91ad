"""The colors of many images, in bounded memory, whatever their order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from colorquant.colorspace import embed, unembed, with_alpha
from colorquant.colortable import ColorTable, distinct, pack, strips, unpack
from colorquant.encode import Format
from colorquant.fitting import Fitting, reading_options
from colorquant.image_io import Source
from colorquant.options import QuantizeOptions

__all__ = ["BITS", "EXACT", "Gathered", "colors_of"]

# More different colors than these are kept as bins; by number of channels, the highest bits
# that make them.
EXACT = 1 << 21
BITS = {3: 7, 4: 5}
# What each image weighs where all weigh alike: as much as the largest that is counted exactly,
# and so little that a million of them do not overflow.
_IMAGE_WEIGHT = 1 << 24


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """The colors of images: exactly, or of very many as bins with exact sums.

    Two add up to that of both images. As all numbers are whole, and bins are used just where
    there are too many different colors in all, neither order nor grouping matter.

    Parameters
    ----------
    keys : ndarray, (n,), uint32
        Ascending; colors as of `colorquant.colortable.pack`, or bins.
    counts : ndarray, (n,), int64
    channels : int
        3 or 4.
    sums : ndarray, (n, 3 or 6), int64, optional
        Of bins: sum of counts times coordinates, as `colorquant.colorspace.embed` has them.
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

    @classmethod
    def total(cls, parts: Iterable["Gathered"]) -> "Gathered | None":
        """Return the sum of parts, as they come; None of none."""
        result: Gathered | None = None
        for part in parts:
            result = part if result is None else result + part
        return result

    def __add__(self, other: "Gathered") -> "Gathered":
        channels = max(self.channels, other.channels)
        one, two = self._as(channels), other._as(channels)
        if one.sums is not None or two.sums is not None:
            one, two = one._binned(), two._binned()
        sums = None
        if one.sums is not None and two.sums is not None:
            sums = np.concatenate([one.sums, two.sums])
        keys = np.concatenate([one.keys, two.keys])
        counts = np.concatenate([one.counts, two.counts])
        return _merged(keys, counts, sums, channels).bounded()

    def table(self) -> ColorTable:
        """Return the colors; of bins, their means, to whole numbers."""
        if self.sums is None:
            return ColorTable(unpack(self.keys, self.channels), self.counts)
        means = unembed(self.sums / self.counts[:, None])
        keys = pack(means)
        different, _ = distinct(keys)
        counts = np.zeros(len(different), np.int64)
        np.add.at(counts, np.searchsorted(different, keys), self.counts)
        return ColorTable(unpack(different, self.channels), counts)

    def _as(self, channels: int) -> "Gathered":
        if channels == self.channels:
            return self
        if self.sums is None:
            keys = pack(with_alpha(unpack(self.keys, 3)))
            return Gathered(keys, self.counts, 4)
        # Bins of opaque colors are finer than those with alpha.
        levels = [(self.keys >> shift & 127) >> 2 for shift in (14, 7, 0)]
        keys = _joined([*levels, np.full_like(self.keys, 31)], 5)
        over_black = self.sums * 255
        over_white = over_black - 65_025 * self.counts[:, None]
        return _merged(keys, self.counts, np.hstack([over_black, over_white]), 4)

    def bounded(self) -> "Gathered":
        """Return bins of more colors than are kept exactly."""
        return self._binned() if self.sums is None and len(self.keys) > EXACT else self

    def _binned(self) -> "Gathered":
        if self.sums is not None:
            return self
        bits = BITS[self.channels]
        colors = unpack(self.keys, self.channels)
        keys = _joined([channel >> (8 - bits) for channel in colors.T], bits)
        sums = np.empty((len(colors), 3 if self.channels == 3 else 6), np.int64)
        for part in strips(len(colors)):
            sums[part] = embed(colors[part]).astype(np.int64) * self.counts[part, None]
        return _merged(keys, self.counts, sums, self.channels)


def _joined(levels: Sequence[NDArray[np.integer]], bits: int) -> NDArray[np.uint32]:
    keys = np.zeros(len(levels[0]), np.uint32)
    for level in levels:
        keys <<= bits
        keys |= level.astype(np.uint32)
    return keys


def _merged(
    keys: NDArray[np.uint32],
    counts: NDArray[np.int64],
    sums: NDArray[np.int64] | None,
    channels: int,
) -> Gathered:
    order = np.argsort(keys, kind="stable")
    different, _ = distinct(keys)
    first = np.searchsorted(keys[order], different)
    together = None if sums is None else np.add.reduceat(sums[order], first, axis=0)
    return Gathered(different, np.add.reduceat(counts[order], first), channels, together)


def colors_of(
    path: Path, kind: Format, options: QuantizeOptions, *, alike: bool = False
) -> Gathered:
    """Return the colors of an image as a format will hold it.

    Parameters
    ----------
    path : Path
    kind : Format
    options : QuantizeOptions
    alike : bool
        Whether the image weighs as much as any other.

    Returns
    -------
    Gathered

    Raises
    ------
    ImageReadError
        If it cannot be read.
    """
    fitting = Fitting(kind, options, str(path))
    with Source(path, reading_options(options, kind)) as source:
        if source.frames > 1 and kind.frames and (source.uniform or kind.name == "TIFF"):
            table = ColorTable.of_all(fitting(raster) for raster in source.rasters())
        else:
            table = ColorTable.of(fitting(source.first()))
    if not alike:
        return Gathered.of(table)
    pixels = int(table.counts.sum())
    counts = np.maximum(1, np.rint(table.counts * (_IMAGE_WEIGHT / pixels)).astype(np.int64))
    return Gathered.of(ColorTable(table.colors, counts))
