"""The terms of the tidy pass for a number of colors, found by trying on photographs."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from colorquant.mapping.tidy import Terms

__all__ = ["SIGMA", "dithered_terms", "plain_terms"]

SIGMA = 0.8
"""Of the blur, in pixels."""

# At this strength and above, the price of grain is the least; below, it rises so much.
_USUAL_STRENGTH, _WEAKNESS = 0.85, 0.25

# Rewards for equal neighbors, by number of colors.
_DITHERED = ((8, 6e-4), (16, 2.4e-4), (32, 1.2e-4), (64, 5e-5), (128, 2.5e-5), (256, 1.2e-5))
_PLAIN = ((8, 4e-4), (16, 2e-4), (32, 1e-4), (64, 5e-5), (256, 1.2e-5))
# Less important pixels are rewarded more, but not without bound.
_LEAST = 0.1
_IMPORTANCE = np.maximum(np.arange(256), 1) / 255


def dithered_terms(k: int, compact: int, strength: float = _USUAL_STRENGTH) -> Terms:
    """Return the terms for an image that error diffusion began.

    Parameters
    ----------
    k : int
        Number of colors.
    compact : int
        Factor of the reward, 0 to 2.
    strength : float
        Strength of dithering, above 0. Below the usual one, grain has a higher price, which has no
        limit as the strength falls to 0.
    """
    grain = 0.05 + 0.15 * _IMPORTANCE
    grain += max(0.0, _WEAKNESS * (1 / strength - 1 / _USUAL_STRENGTH))
    # The most important pixels are in smooth gradients, where rewards would make streaks.
    rewards = 0.6 / np.maximum(_IMPORTANCE, _LEAST) - 0.35
    rewards *= compact * _interpolated(_DITHERED, k)
    return _terms(grain, rewards, k, vertical=False)


def plain_terms(k: int, compact: int) -> Terms:
    """Return the terms for an image without dithering; see `dithered_terms`.

    The price of grain rises with the square of importance. If it did not, flat areas would get
    ragged contours.
    """
    grain = 0.3 + 6 * _IMPORTANCE * _IMPORTANCE
    rewards = compact * _interpolated(_PLAIN, k) / np.maximum(_IMPORTANCE, _LEAST)
    return _terms(grain, rewards, k, vertical=True)


def _terms(
    grain: NDArray[np.float64], rewards: NDArray[np.float64], k: int, *, vertical: bool
) -> Terms:
    # Bytes compress if they are equal, and hold several pixels if there are few colors.
    distance = 8 if k <= 2 else 4 if k <= 4 else 2 if k <= 16 else 1
    return Terms(SIGMA, grain.astype(np.float32), rewards.astype(np.float32), distance, vertical)


def _interpolated(points: tuple[tuple[int, float], ...], k: int) -> float:
    """Return the value at k between points, and beyond them in proportion to 1 / k."""
    for (k0, v0), (k1, v1) in pairwise(points):
        if k0 <= k <= k1:
            return v0 + (v1 - v0) * (k - k0) / (k1 - k0)
    end, value = points[0] if k < points[0][0] else points[-1]
    return value * end / k
