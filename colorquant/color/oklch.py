"""Oklch: lightness, chroma and hue, as people speak of colors.

Ottosson, "A perceptual color space for image processing" (2020); CSS Color Module Level 4, W3C,
sections 9.2 and 9.4.
"""

import numpy as np
from numpy.typing import NDArray

from colorquant.color.lab import to_light

__all__ = ["oklch"]

Float64 = NDArray[np.float64]

# From linear R, G and B to cones, and from their cube roots to L, a and b.
_CONES = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
_LAB = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
# Colors of less chroma have no hue, as in CSS.
_GRAY = 4e-6


def oklch(colors: NDArray[np.uint8]) -> Float64:
    """Return lightness (0 to 1), chroma and hue (in degrees) of sRGB colors.

    Parameters
    ----------
    colors : ndarray, (..., 3), uint8

    Returns
    -------
    ndarray, (..., 3), float64
        The chroma of grays is 0, and their hue NaN.
    """
    light = to_light(colors)
    lightness, a, b = np.moveaxis(_mixed(_LAB, np.cbrt(_mixed(_CONES, light))), -1, 0)
    chroma = np.hypot(a, b)
    gray = chroma <= _GRAY
    hue = np.where(gray, np.nan, np.degrees(np.arctan2(b, a)) % 360)
    return np.stack([lightness, np.where(gray, 0.0, chroma), hue], axis=-1)


def _mixed(rows: tuple[tuple[float, float, float], ...], values: Float64) -> Float64:
    one, two, three = np.moveaxis(values, -1, 0)
    return np.stack([x * one + y * two + z * three for x, y, z in rows], axis=-1)
