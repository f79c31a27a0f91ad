"""Distinct colors with their counts.

What k-means finds and what it costs depend only on these, and a photograph of millions of
pixels has far fewer of them. Tables add up: the table of two images is the sum of theirs.
"""

from collections.abc import Callable, Iterable, Iterator, Sized
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from colorquant.color.packing import Keys, cells, coarser, distinct, merge, pack, unpack
from colorquant.color.space import dimensions, embed, with_alpha
from colorquant.models import Raster

__all__ = ["ColorTable", "Summary", "merged_in_portions", "strips"]

Part = TypeVar("Part", bound=Sized)
Summary = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Points that stand for more colors, and their weights."""

_STRIP = 1 << 18
# Colors of tables that wait to be merged.
_WAITING = 1 << 18
# Opaque images of more pixels are counted by a table over all 2^24 colors, which then is
# faster than sorting.
_SORTED_PIXELS = 1 << 20


def strips(n: int) -> Iterator[slice]:
    """Yield slices that cover n pixels or colors, of a size that suits a core's cache."""
    for start in range(0, n, _STRIP):
        yield slice(start, min(n, start + _STRIP))


def merged_in_portions(
    parts: Iterable[Part], merge_all: Callable[[list[Part]], Part]
) -> Part | None:
    """Merge parts as they come, at a cost that does not grow faster than they do.

    Parameters
    ----------
    parts : iterable
        Of lengths.
    merge_all : callable

    Returns
    -------
    part or None
        None of none.
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


@dataclass(frozen=True, slots=True, eq=False)
class ColorTable:
    """The distinct colors of one image or many, in ascending order of `pack`.

    Parameters
    ----------
    colors : ndarray, (n, 3 or 4), uint8
        What is fully transparent is (0, 0, 0, 0).
    counts : ndarray, (n,), int64
        Number of pixels of each color.
    """

    colors: NDArray[np.uint8]
    counts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.colors)

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
        return cls(unpack(keys, channels), counts)

    def with_alpha(self) -> "ColorTable":
        """Return the same colors with alpha."""
        return ColorTable(with_alpha(self.colors), self.counts)

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
            yield cls(unpack(keys, 3), counts)

    def __add__(self, other: "ColorTable") -> "ColorTable":
        """Return the table of both images."""
        return ColorTable.total([self, other])

    @classmethod
    def total(cls, tables: Iterable["ColorTable"]) -> "ColorTable":
        """Return the table of all images, with alpha if one of them has some.

        Parameters
        ----------
        tables : iterable of ColorTable
            One or more; merged as they come, at a cost that does not grow faster than they
            do.
        """
        total = merged_in_portions(tables, cls._merged)
        if total is None:
            raise ValueError("there is no table")
        return total

    @classmethod
    def _merged(cls, tables: list["ColorTable"]) -> "ColorTable":
        channels = max(table.colors.shape[1] for table in tables)
        keys = [pack(with_alpha(t.colors) if channels == 4 else t.colors) for t in tables]
        counts = np.concatenate([table.counts for table in tables])
        together, counts = merge(np.concatenate(keys), counts)
        return cls(unpack(together, channels), counts)

    def coarse(self, *bits: int) -> list[Summary]:
        """Merge the colors that agree in the highest bits of every channel.

        Parameters
        ----------
        *bits : int
            Bits a channel, 1 to 7; with alpha to 5.

        Returns
        -------
        list of (points, weights)
            For each of the bits:

            points : ndarray, (m, 3 or 6), float64
                Exact mean of each group, in the coordinates of `colorquant.color.space.embed`.
            weights : ndarray, (m,), float64
                Number of pixels of each group.
        """
        channels = self.colors.shape[1]
        finest = max(bits)
        keys = np.empty(len(self), np.uint32)
        for part in strips(len(self)):
            keys[part] = cells(self.colors[part], finest)
        numbered, group = _numbered(keys, 1 << (finest * channels))
        weights = np.zeros(len(numbered))
        sums = np.zeros((dimensions(channels), len(numbered)))
        for part in strips(len(self)):
            weights += np.bincount(group[part], self.counts[part], len(numbered))
            for axis, row in enumerate(embed(self.colors[part]).T):
                sums[axis] += np.bincount(group[part], row * self.counts[part], len(numbered))
        fine = sums.T / weights[:, None], weights
        return [
            fine
            if level == finest
            else _averaged(coarser(numbered, finest, level, channels), *fine)
            for level in bits
        ]


def _numbered(keys: Keys, size: int) -> tuple[NDArray[np.intp], Keys]:
    """Return the different keys, all below the size, and which of them each key is."""
    present = np.full(size, fill_value=False)
    present[keys] = True
    different = np.flatnonzero(present)
    number = np.empty(size, np.uint32)
    number[different] = np.arange(len(different))
    return different, number[keys]


def _averaged(
    keys: NDArray[np.intp], points: NDArray[np.float64], weights: NDArray[np.float64]
) -> Summary:
    """Return the mean of the points of each key, and their weight."""
    totals = np.bincount(keys, weights)
    occupied = np.flatnonzero(totals)
    total: NDArray[np.float64] = totals[occupied].astype(np.float64, copy=False)
    sums = [np.bincount(keys, weights * row)[occupied] for row in points.T]
    return np.stack(sums, axis=1) / total[:, None], total


def _count_by_table(pixels: NDArray[np.uint8]) -> tuple[Keys, NDArray[np.int64]]:
    dtype = np.uint32 if len(pixels) < 1 << 32 else np.int64
    # Filled memory comes in large pages where the system has some, zeroed memory does not: on
    # random access a factor of two.
    table: NDArray[np.integer] = np.full(1 << 24, 0, dtype)
    _count_into(table, pixels)
    return _counted(table)


def _count_into(table: NDArray[np.integer], pixels: NDArray[np.uint8]) -> None:
    # NumPy's fast path takes whole numbers of the index type, and a value of the table's.
    one = table.dtype.type(1)
    for part in strips(len(pixels)):
        np.add.at(table, pack(pixels[part]).astype(np.intp), one)


def _counted(table: NDArray[np.integer]) -> tuple[Keys, NDArray[np.int64]]:
    found = table != 0
    counts = table[found].astype(np.int64)
    return np.flatnonzero(found).astype(np.uint32), counts
