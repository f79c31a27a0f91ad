"""Distinct colors with their counts.

What k-means finds and what it costs depend only on these, and a photograph of millions of
pixels has far fewer of them. Tables add up: the table of two images is the sum of theirs.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from colorquant.colorspace import embed
from colorquant.errors import InvalidInputError
from colorquant.models import Raster

__all__ = ["ColorTable", "distinct", "pack", "strips", "unpack"]

Keys = NDArray[np.uint32]

_STRIP = 1 << 18
# Opaque images of more pixels are counted by a table over all 2^24 colors, which then is
# faster than sorting.
_SORTED_PIXELS = 1 << 20


def strips(n: int) -> Iterator[slice]:
    """Yield slices that cover n pixels or colors, of a size that suits a core's cache."""
    for start in range(0, n, _STRIP):
        yield slice(start, min(n, start + _STRIP))


def pack(colors: NDArray[np.uint8]) -> Keys:
    """Return each color as one number, R in the highest byte.

    Parameters
    ----------
    colors : ndarray, (n, 3 or 4), uint8

    Returns
    -------
    ndarray, (n,), uint32
        All fully transparent colors are 0.
    """
    channels = colors.shape[1]
    keys = colors[:, 0].astype(np.uint32)
    for channel in range(1, channels):
        keys <<= 8
        keys |= colors[:, channel]
    if channels == 4:
        keys[colors[:, 3] == 0] = 0
    return keys


def distinct(keys: Keys) -> tuple[Keys, NDArray[np.int64]]:
    """Return the different keys in ascending order, and how often each occurs.

    Parameters
    ----------
    keys : ndarray, (n,), uint32

    Returns
    -------
    keys : ndarray, (m,), uint32
    counts : ndarray, (m,), int64
    """
    ascending = np.sort(keys)
    first = _firsts(ascending)
    return ascending[first], np.diff(first, append=len(keys))


def _firsts(ascending: Keys) -> NDArray[np.int64]:
    """Return where each different key first stands."""
    return np.flatnonzero(np.append(True, ascending[1:] != ascending[:-1]))


def unpack(keys: Keys, channels: int) -> NDArray[np.uint8]:
    """Return the colors of which `pack` made the keys, (n, channels), uint8."""
    big_endian = keys.astype(">u4").view(np.uint8).reshape(-1, 4)
    return np.ascontiguousarray(big_endian[:, 4 - channels :])


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
            keys, counts = _merge([k for k, _ in parts], [c for _, c in parts])
        return cls(unpack(keys, channels), counts)

    def __add__(self, other: "ColorTable") -> "ColorTable":
        """Return the table of both images.

        Raises
        ------
        InvalidInputError
            If one has alpha and the other has not.
        """
        channels = self.colors.shape[1]
        if other.colors.shape[1] != channels:
            raise InvalidInputError("color tables add up only if both or neither have alpha")
        keys, counts = _merge([pack(self.colors), pack(other.colors)], [self.counts, other.counts])
        return ColorTable(unpack(keys, channels), counts)

    def coarse(self, bits: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Merge the colors that agree in the highest bits of every channel.

        Parameters
        ----------
        bits : int
            Bits a channel, 1 to 6; with alpha to 5.

        Returns
        -------
        points : ndarray, (m, 3 or 6), float64
            Exact mean of each group, in the coordinates of `colorquant.colorspace.embed`.
        weights : ndarray, (m,), float64
            Number of pixels of each group.
        """
        groups = 1 << (bits * self.colors.shape[1])
        weights = np.zeros(groups)
        sums = np.zeros((3 if self.colors.shape[1] == 3 else 6, groups))
        for part in strips(len(self)):
            colors, counts = self.colors[part], self.counts[part]
            keys = np.zeros(len(colors), np.intp)
            for channel in (colors >> (8 - bits)).T:
                keys <<= bits
                keys |= channel
            weights += np.bincount(keys, counts, groups)
            for axis, row in enumerate(embed(colors).T):
                sums[axis] += np.bincount(keys, row * counts, groups)
        occupied = np.flatnonzero(weights)
        weights = weights[occupied]
        return sums[:, occupied].T / weights[:, None], weights


def _merge(keys: list[Keys], counts: list[NDArray[np.int64]]) -> tuple[Keys, NDArray[np.int64]]:
    together = np.concatenate(keys)
    order = np.argsort(together, kind="stable")
    first = _firsts(together[order])
    return together[order[first]], np.add.reduceat(np.concatenate(counts)[order], first)


def _count_by_table(pixels: NDArray[np.uint8]) -> tuple[Keys, NDArray[np.int64]]:
    dtype = np.uint32 if len(pixels) < 1 << 32 else np.int64
    table = np.zeros(1 << 24, dtype)
    # NumPy's fast path takes whole numbers of the index type, and a value of the table's.
    one = dtype(1)
    for part in strips(len(pixels)):
        np.add.at(table, pack(pixels[part]).astype(np.intp), one)
    keys = np.flatnonzero(table)
    return keys.astype(np.uint32), table[keys].astype(np.int64)
