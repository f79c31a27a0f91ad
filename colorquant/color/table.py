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
from colorquant.color.counting import Counted, LargeCount, Pixels, added, count
from colorquant.color.importance import flat, importance
from colorquant.color.packing import Keys, pack, unpack
from colorquant.models import Raster

__all__ = ["ColorTable", "merged_in_portions", "strips"]

Part = TypeVar("Part", bound=Sized)

_STRIP = 1 << 18
# Tables are merged when those that wait have more colors in all: those of images, of which
# several processes may each hold some, and those of strips of one image.
_WAITING = 1 << 18
_WAITING_STRIPS = 1 << 21
# Opaque images of more pixels are counted in an array over all 2^24 colors, which is then
# faster than sorting.
_SORTED_PIXELS = 1 << 20


def strips(n: int) -> Iterator[slice]:
    """Yield slices that cover n pixels or colors, of a size that suits a core's cache."""
    for start in range(0, n, _STRIP):
        yield slice(start, min(n, start + _STRIP))


def merged_in_portions(
    parts: Iterable[Part], merge_all: Callable[[list[Part]], Part], most: int | None = None
) -> Part | None:
    """Merge parts as they come, at a cost that grows no faster than their total length.

    Parameters
    ----------
    parts : iterable
        Parts that have a length.
    merge_all : callable
    most : int, optional
        Length in all of parts that may wait to be merged, if no merged one is longer.

    Returns
    -------
    part or None
        None if there are no parts.
    """
    merged: list[Part] = []
    waiting: list[Part] = []
    colors = 0
    most = _WAITING if most is None else most
    for part in parts:
        waiting.append(part)
        colors += len(part)
        if colors > max(most, *map(len, merged), 0):
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
    seen : ndarray, (n, 2), int64, optional
        For each color, the sum of `colorquant.color.importance.importance` over its pixels, and
        how many of its pixels are `colorquant.color.importance.flat`.
    """

    keys: Keys
    counts: NDArray[np.int64]
    channels: int
    seen: NDArray[np.int64] | None = None

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
    def importance(self) -> NDArray[np.int64]:
        """The sum of importance over the pixels of each color, (n,), int64."""
        return self._known[:, 0]

    @property
    def flat(self) -> NDArray[np.int64]:
        """The number of flat pixels of each color, (n,), int64."""
        return self._known[:, 1]

    @property
    def _known(self) -> NDArray[np.int64]:
        if self.seen is None:
            raise ValueError("the importance of these colors was not counted")
        return self.seen

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
    def of(cls, raster: Raster, *, seen: bool = False) -> "ColorTable":
        """Count the colors of an image; with `seen`, also what the eye sees of them."""
        height, width, channels = raster.pixels.shape
        if channels == 3 and height * width > _SORTED_PIXELS:
            large = LargeCount(seen=seen)
            large.add_all(_parts(raster, seen=seen))
            return cls._with(large.total(), channels)
        whole = height * width <= _SORTED_PIXELS
        parts = map(count, _parts(raster, seen=seen, whole=whole))
        return cls.total((cls._with(part, channels) for part in parts), most=_WAITING_STRIPS)

    @classmethod
    def _with(cls, counted: Counted, channels: int) -> "ColorTable":
        return cls(counted.keys, counted.counts, channels, counted.seen)

    def with_alpha(self) -> "ColorTable":
        """Return the same colors with alpha."""
        if self.channels == 4:
            return self
        keys = self.keys << np.uint32(8) | np.uint32(255)
        return ColorTable(keys, self.counts, 4, self.seen)

    def without_clear(self) -> "ColorTable":
        """Return the opaque colors of a table that `is_hard`, without alpha."""
        seen = None if self.seen is None else self.seen[1:]
        return ColorTable(self.keys[1:] >> np.uint32(8), self.counts[1:], 3, seen)

    @classmethod
    def of_all(cls, rasters: Iterable[Raster], *, seen: bool = False) -> "ColorTable":
        """Count the colors of several images, one or more, with one in memory at a time."""
        return cls.total(cls._of_each(rasters, seen=seen))

    @classmethod
    def _of_each(cls, rasters: Iterable[Raster], *, seen: bool) -> Iterator["ColorTable"]:
        pixels = 0
        large: LargeCount | None = None
        for raster in rasters:
            height, width, channels = raster.pixels.shape
            pixels += height * width
            if channels == 4 or pixels <= _SORTED_PIXELS:
                yield cls.of(raster, seen=seen)
                continue
            large = large or LargeCount(seen=seen)
            large.add_all(_parts(raster, seen=seen))
        if large:
            yield cls._with(large.total(), 3)

    def __add__(self, other: "ColorTable") -> "ColorTable":
        """Return the table of both images."""
        return ColorTable.total([self, other])

    @classmethod
    def total(cls, tables: Iterable["ColorTable"], *, most: int | None = None) -> "ColorTable":
        """Return the table of all images, with alpha if one of them has alpha.

        Parameters
        ----------
        tables : iterable of ColorTable
            One or more, all with `seen` or all without; merged as they come.
        most : int, optional
            See `merged_in_portions`.

        Raises
        ------
        ValueError
            If there is none, or only some have `seen`.
        """
        total = merged_in_portions(tables, cls._merged, most)
        if total is None:
            raise ValueError("there is no table")
        return total

    @classmethod
    def _merged(cls, tables: list["ColorTable"]) -> "ColorTable":
        channels = max(table.channels for table in tables)
        alike = [table.with_alpha() if channels == 4 else table for table in tables]
        parts = [Counted(table.keys, table.counts, table.seen) for table in alike]
        return cls._with(added(parts), channels)


def _parts(raster: Raster, *, seen: bool, whole: bool = False) -> Iterator[Pixels]:
    """Yield the pixels of an image, in strips unless they are wanted as a whole."""
    image = raster.pixels
    pixels = image.reshape(-1, image.shape[2])
    weights = importance(image).reshape(-1) if seen else None
    still = flat(image).reshape(-1) if seen else None
    for part in [slice(None)] if whole else strips(len(pixels)):
        keys = pack(pixels[part])
        if weights is None or still is None:
            yield Pixels(keys)
        else:
            yield Pixels(keys, weights[part], still[part])
