"""Distinct colors with their counts.

The result and the cost of k-means depend only on these, and a photograph of millions of pixels
has far fewer distinct colors. Tables add up: the table of two images is the sum of theirs.
"""

from collections.abc import Callable, Iterable, Iterator, Sized
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from colorquant.color.alpha import with_alpha
from colorquant.color.packing import Keys, distinct, merge, pack, unpack
from colorquant.models import Raster

__all__ = ["ColorTable", "merged_in_portions", "strips"]

Part = TypeVar("Part", bound=Sized)

_STRIP = 1 << 18
# Tables are merged when those that wait have more colors in all.
_WAITING = 1 << 18
# Opaque images of more pixels are counted in an array over all 2^24 colors, which is then
# faster than sorting.
_SORTED_PIXELS = 1 << 20


def strips(n: int) -> Iterator[slice]:
    """Yield slices that cover n pixels or colors, of a size that suits a core's cache."""
    for start in range(0, n, _STRIP):
        yield slice(start, min(n, start + _STRIP))


def merged_in_portions(
    parts: Iterable[Part], merge_all: Callable[[list[Part]], Part]
) -> Part | None:
    """Merge parts as they come, at a cost that grows no faster than their total length.

    Parameters
    ----------
    parts : iterable
        Parts that have a length.
    merge_all : callable

    Returns
    -------
    part or None
        None if there are no parts.
    """
    merged: list[Part] = []
    waiting: list[Part] = []
    colors = 0
    for part in parts:
        waiting.append(part)
        colors += len(part)
        if colors > max(_WAITING, *map(len, merged), 0):
            merged, waiting, colors = [merge_all(merged + waiting)], [], 0
    rest = merged + waiting
    return merge_all(rest) if len(rest) > 1 else rest[0] if rest else None


@dataclass(frozen=True, eq=False)
class ColorTable:
    """The distinct colors of one image or many.

    Parameters
    ----------
    keys : ndarray, (n,), uint32
        The colors as from `colorquant.color.packing.pack`, ascending. The fully transparent
        color is 0, and hence the first.
    counts : ndarray, (n,), int64
        Number of pixels of each color.
    channels : int
        3, or 4 with alpha.
    """

    keys: Keys
    counts: NDArray[np.int64]
    channels: int

    def __len__(self) -> int:
        return len(self.keys)

    @cached_property
    def colors(self) -> NDArray[np.uint8]:
        """The colors, (n, channels), uint8."""
        return unpack(self.keys, self.channels)

    def colors_of(self, rows: slice | NDArray[np.intp]) -> NDArray[np.uint8]:
        """Return some of the colors, (m, channels), uint8; the others take no memory."""
        return unpack(self.keys[rows], self.channels)

    @property
    def has_clear(self) -> bool:
        """Whether the first color is fully transparent."""
        return self.channels == 4 and int(self.keys[0]) == 0

    @property
    def is_hard(self) -> bool:
        """Whether the first color is fully transparent, and all others are opaque."""
        return self.has_clear and bool((self.keys[1:] & 255 == 255).all())

    @property
    def opaque(self) -> NDArray[np.bool_]:
        """Whether each color is opaque, (n,)."""
        opaque: NDArray[np.bool_] = self.keys & 255 == 255
        return opaque if self.channels == 4 else np.ones(len(self), bool)

    def like(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return pixels, (..., 3 or 4), with alpha if the colors of this table have alpha."""
        return with_alpha(pixels) if self.channels == 4 else pixels

    def keys_of(self, pixels: NDArray[np.uint8]) -> Keys:
        """Return the keys of pixels, (n, 3 or 4), as this table has them."""
        return pack(self.like(pixels))

    @classmethod
    def of(cls, raster: Raster) -> "ColorTable":
        """Count the colors of an image."""
        channels = raster.pixels.shape[2]
        pixels = raster.pixels.reshape(-1, channels)
        if len(pixels) <= _SORTED_PIXELS:
            keys, counts = distinct(pack(pixels))
        elif channels == 3:
            keys, counts = _count_by_table(pixels)
        else:
            parts = [distinct(pack(pixels[part])) for part in strips(len(pixels))]
            keys, counts = merge(*map(np.concatenate, zip(*parts, strict=True)))
        return cls(keys, counts, channels)

    def with_alpha(self) -> "ColorTable":
        """Return the same colors with alpha."""
        if self.channels == 4:
            return self
        return ColorTable(self.keys << np.uint32(8) | np.uint32(255), self.counts, 4)

    def without_clear(self) -> "ColorTable":
        """Return the opaque colors of a table that `is_hard`, without alpha."""
        return ColorTable(self.keys[1:] >> np.uint32(8), self.counts[1:], 3)

    @classmethod
    def of_all(cls, rasters: Iterable[Raster]) -> "ColorTable":
        """Count the colors of several images, one or more, with one in memory at a time."""
        return cls.total(cls._of_each(rasters))

    @classmethod
    def _of_each(cls, rasters: Iterable[Raster]) -> Iterator["ColorTable"]:
        seen = 0
        by_color: NDArray[np.int64] | None = None
        for raster in rasters:
            flat = raster.pixels.reshape(-1, raster.pixels.shape[2])
            seen += len(flat)
            if flat.shape[1] == 4 or seen <= _SORTED_PIXELS:
                yield cls.of(raster)
                continue
            if by_color is None:
                by_color = np.full(1 << 24, 0, np.int64)
            _count_into(by_color, flat)
        if by_color is not None:
            keys, counts = _counted(by_color)
            yield cls(keys, counts, 3)

    def __add__(self, other: "ColorTable") -> "ColorTable":
        """Return the table of both images."""
        return ColorTable.total([self, other])

    @classmethod
    def total(cls, tables: Iterable["ColorTable"]) -> "ColorTable":
        """Return the table of all images, with alpha if one of them has alpha.

        Parameters
        ----------
        tables : iterable of ColorTable
            One or more; merged as they come, see `merged_in_portions`.
        """
        total = merged_in_portions(tables, cls._merged)
        if total is None:
            raise ValueError("there is no table")
        return total

    @classmethod
    def _merged(cls, tables: list["ColorTable"]) -> "ColorTable":
        channels = max(table.channels for table in tables)
        alike = [table.with_alpha() if channels == 4 else table for table in tables]
        keys = np.concatenate([table.keys for table in alike])
        counts = np.concatenate([table.counts for table in alike])
        together, counts = merge(keys, counts)
        return cls(together, counts, channels)


def _count_by_table(pixels: NDArray[np.uint8]) -> tuple[Keys, NDArray[np.int64]]:
    dtype = np.uint32 if len(pixels) < 1 << 32 else np.int64
    # Filled memory, unlike zeroed memory, comes in large pages if the system has them. They
    # make random access twice as fast.
    table: NDArray[np.integer] = np.full(1 << 24, 0, dtype)
    _count_into(table, pixels)
    return _counted(table)


def _count_into(table: NDArray[np.integer], pixels: NDArray[np.uint8]) -> None:
    # NumPy's fast path needs indices of the index type, and a value of the table's type.
    one = table.dtype.type(1)
    for part in strips(len(pixels)):
        np.add.at(table, pack(pixels[part]).astype(np.intp), one)


def _counted(table: NDArray[np.integer]) -> tuple[Keys, NDArray[np.int64]]:
    found = table != 0
    counts = table[found].astype(np.int64)
    return np.flatnonzero(found).astype(np.uint32), counts
