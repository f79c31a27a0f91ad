"""Colors, and bins of colors, packed into single numbers, which sort and merge fast."""

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["Keys", "cells", "coarser", "distinct", "merge", "pack", "runs", "unpack"]

Keys = NDArray[np.uint32]
Whole = TypeVar("Whole", bound=np.integer[Any])


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


def distinct(keys: Keys, *numbers: NDArray[np.integer]) -> tuple[Any, ...]:
    """Count equal keys, and add up their numbers.

    Parameters
    ----------
    keys : ndarray, (n,), uint32
    *numbers : ndarray, (n,)

    Returns
    -------
    keys : ndarray, (m,), uint32
        Distinct, in ascending order.
    counts : ndarray, (m,), int64
    *numbers : ndarray, (m,), int64
    """
    order = _order(keys)
    ascending = keys.take(order)
    first = _firsts(ascending)
    sums = (np.add.reduceat(each.take(order), first, dtype=np.int64) for each in numbers)
    return ascending[first], np.diff(first, append=len(keys)), *sums


def runs(keys: Keys) -> tuple[Keys, NDArray[np.int64]]:
    """Return the key of each run of equal keys, and its length."""
    first = _firsts(keys)
    return keys[first], np.diff(first, append=len(keys))


def _order(keys: Keys) -> NDArray[np.intp]:
    """Return the stable order of keys, by their halves: NumPy sorts 16 bits in linear time."""
    order: NDArray[np.intp] = np.lexsort((keys.astype(np.uint16), (keys >> 16).astype(np.uint16)))
    return order


def _firsts(keys: Keys) -> NDArray[np.int64]:
    """Return the index of the first of each run of equal keys."""
    return np.flatnonzero(np.append(len(keys) > 0, keys[1:] != keys[:-1]))


def unpack(keys: Keys, channels: int) -> NDArray[np.uint8]:
    """Return the colors of keys from `pack`, (n, channels), uint8."""
    big_endian = keys.astype(">u4").view(np.uint8).reshape(-1, 4)
    return np.ascontiguousarray(big_endian[:, 4 - channels :])


def merge(keys: Keys, *numbers: NDArray[np.int64] | None) -> tuple[Any, ...]:
    """Add up the numbers of equal keys.

    Parameters
    ----------
    keys : ndarray, (n,), uint32
    *numbers : ndarray, (n, ...), int64, or None

    Returns
    -------
    keys : ndarray, (m,), uint32
        Distinct, in ascending order.
    *numbers : ndarray, (m, ...), int64, or None
    """
    order = _order(keys)
    first = _firsts(keys[order])
    sums = (None if each is None else _sums(each, order, first) for each in numbers)
    return keys[order[first]], *sums


def _sums(
    numbers: NDArray[np.int64], order: NDArray[np.intp], first: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the sums of runs of numbers, taken in an order."""
    if numbers.ndim == 1:
        return np.add.reduceat(numbers[order], first)
    # Columns are added far faster than rows.
    return np.stack([_sums(column, order, first) for column in numbers.T]).T


def cells(colors: NDArray[np.uint8], bits: int) -> Keys:
    """Return the highest bits of every channel as one number."""
    keys = np.zeros(len(colors), np.uint32)
    for channel in (colors >> (8 - bits)).T:
        keys <<= bits
        keys |= channel
    return keys


def coarser(keys: NDArray[Whole], bits: int, fewer: int, channels: int) -> NDArray[Whole]:
    """Reduce keys of so many bits a channel to fewer bits, the highest ones."""
    result = np.zeros_like(keys)
    for channel in reversed(range(channels)):
        level = keys >> (bits * channel) & ((1 << bits) - 1)
        result = result << fewer | level >> (bits - fewer)
    return result
