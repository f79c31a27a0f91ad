"""Threshold masks for ordered dithering."""

from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

__all__ = ["MASK_LEVELS", "bayer", "blue_noise", "void_and_cluster"]

Ranks = NDArray[np.uint16]

MASK_LEVELS = {"bayer": 64, "blue-noise": 4096}
"""Number of thresholds of each mask."""

_SIDE = 64
_SIGMA = 1.9
# Share of the pixels of the first pattern.
_FIRST = 0.1
_FILE = Path(__file__).with_name("blue_noise.bin")


def bayer() -> Ranks:
    """Return the ranks of Bayer's mask, (8, 8), uint16, 0 to 63.

    Bayer, "An optimum method for two-level rendition of continuous-tone pictures" (IEEE
    International Conference on Communications, 1973).
    """
    mask = np.zeros((1, 1), np.uint16)
    for _ in range(3):
        quarters = [4 * mask, 4 * mask + 2, 4 * mask + 3, 4 * mask + 1]
        mask = np.block([quarters[:2], quarters[2:]]).astype(np.uint16)
    return mask


@cache
def blue_noise() -> Ranks:
    """Return the ranks of a blue-noise mask, (64, 64), uint16, 0 to 4,095.

    It was made by `void_and_cluster`.
    """
    return np.frombuffer(_FILE.read_bytes(), "<u2").astype(np.uint16).reshape(_SIDE, _SIDE)


def void_and_cluster(seed: int = 0) -> Ranks:
    """Make a blue-noise mask, (64, 64), uint16, 0 to 4,095.

    Ulichney, "The void-and-cluster method for dither array generation" (Proceedings of SPIE
    1913, 1993), with the Gaussian of sigma 1.9 pixels that he recommends for its second part.
    """
    n = _SIDE * _SIDE
    axis = np.minimum(np.arange(_SIDE), _SIDE - np.arange(_SIDE))
    gauss = np.exp(-(axis**2) / (2 * _SIGMA**2))
    kernel = np.outer(gauss, gauss)
    generator = np.random.default_rng(seed)
    pattern = np.zeros((_SIDE, _SIDE), bool)
    pattern.reshape(-1)[generator.permutation(n)[: int(n * _FIRST)]] = True
    field = np.zeros((_SIDE, _SIDE))
    for y, x in np.argwhere(pattern):
        field += np.roll(kernel, (y, x), (0, 1))

    def flip(place: int) -> None:
        y, x = divmod(place, _SIDE)
        sign = -1 if pattern[y, x] else 1
        pattern[y, x] = not pattern[y, x]
        field[:] = field + sign * np.roll(kernel, (y, x), (0, 1))

    def cluster() -> int:
        return int(np.where(pattern, field, -np.inf).argmax())

    def void() -> int:
        return int(np.where(pattern, np.inf, field).argmin())

    # Move pixels from the tightest cluster to the largest void until they would go back.
    while True:
        tightest = cluster()
        flip(tightest)
        largest = void()
        flip(largest)
        if largest == tightest:
            break
    ranks = np.zeros(n, np.uint16)
    ones = int(pattern.sum())
    start = pattern.copy(), field.copy()
    for rank in reversed(range(ones)):
        place = cluster()
        flip(place)
        ranks[place] = rank
    pattern[:], field[:] = start
    for rank in range(ones, n):
        place = void()
        flip(place)
        ranks[place] = rank
    return ranks.reshape(_SIDE, _SIDE)
