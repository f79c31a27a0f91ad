"""Threshold masks for ordered dithering."""

from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

__all__ = ["MASK_LEVELS", "bayer", "blue_noise"]

Ranks = NDArray[np.uint16]

MASK_LEVELS = {"bayer": 64, "blue-noise": 4096}
"""Number of thresholds of each mask."""

_SIDE = 64
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

    It was made by the method of Ulichney, "The void-and-cluster method for dither array
    generation" (Proceedings of SPIE 1913, 1993), as in ``tests/void_and_cluster.py``.
    """
    return np.frombuffer(_FILE.read_bytes(), "<u2").astype(np.uint16).reshape(_SIDE, _SIDE)
