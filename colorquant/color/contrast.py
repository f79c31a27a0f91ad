"""Contrast of text on a ground: Web Content Accessibility Guidelines 2.1, W3C, section 1.4.3."""

import numpy as np
from numpy.typing import NDArray

from colorquant.color.lab import to_light

__all__ = ["contrast_ratios", "cut"]

# The shares of linear R, G and B in relative luminance, and the light of a room on a screen.
_RED, _GREEN, _BLUE = 0.2126, 0.7152, 0.0722
_FLARE = 0.05
# Keeps sums of fractions that ought to be whole from falling just below.
_SLACK = 1e-9


def contrast_ratios(colors: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the contrast ratio of each color to each, from 1 to 21.

    Parameters
    ----------
    colors : ndarray, (k, 3 or 4), uint8

    Returns
    -------
    ndarray, (k, k), float64
        Symmetric. NaN where one of the two is not opaque: what is behind it decides.
    """
    red, green, blue = to_light(colors[:, :3]).T
    luminance = _RED * red + _GREEN * green + _BLUE * blue + _FLARE
    if colors.shape[1] == 4:
        luminance = np.where(colors[:, 3] == 255, luminance, np.nan)
    one, other = luminance[:, None], luminance[None, :]
    ratios: NDArray[np.float64] = np.maximum(one, other) / np.minimum(one, other)
    return ratios


def cut(ratio: float, digits: int) -> float:
    """Return a ratio cut to 1 or 2 decimals: rounded up, it could seem to reach a bound."""
    scale = (1, 10, 100)[digits]
    return float(np.floor(ratio * scale + _SLACK) / scale)
