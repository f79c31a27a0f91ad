"""Colors of other models than RGB as levels of 8-bit sRGB.

Amounts beyond their range are clipped; what is not a number is refused.
"""

import colorsys
import math

import numpy as np

from colorquant.color.lab import from_light

__all__ = ["of_cmyk", "of_gray", "of_hsb", "of_lab", "of_rgb"]

RGB = tuple[int, int, int]

# The white of Lab in Adobe's files, D50, and the matrix from its XYZ to linear sRGB, adapted to
# D65 by Bradford's method, with the digits of Bruce Lindbloom's tables.
_D50 = (0.96422, 1.0, 0.82521)
_LINEAR = (
    (3.1338561, -1.6168667, -0.4906146),
    (-0.9787684, 1.9161415, 0.0334540),
    (0.0719453, -0.2289914, 1.4052427),
)
# CIE 15:2004, section 8.2.1.
_EDGE = 6 / 29


def of_rgb(red: float, green: float, blue: float) -> RGB:
    """Return the levels of a color in sRGB, each of 0 to 1.

    Raises
    ------
    ValueError
        If an amount is not a number. So do all functions here.
    """
    return _level(red), _level(green), _level(blue)


def of_gray(light: float) -> RGB:
    """Return the levels of a gray from 0 (black) to 1 (white), on the curve of sRGB."""
    level = _level(light)
    return level, level, level


def of_hsb(hue: float, saturation: float, brightness: float) -> RGB:
    """Return the levels of a color by hue, saturation and brightness (also "value"), 0 to 1."""
    # A full turn is the hue 0 again.
    return of_rgb(
        *colorsys.hsv_to_rgb(*(_clip(each, 0, 1) for each in (hue, saturation, brightness)))
    )


def of_cmyk(cyan: float, magenta: float, yellow: float, black: float) -> RGB:
    """Return the levels of amounts of ink, 0 to 1.

    Each ink takes its share of one channel, and black its share of all, as if inks were ideal.
    Programs with color profiles show other, mostly duller colors.
    """
    left = 1 - _clip(black, 0, 1)
    inks = (cyan, magenta, yellow)
    red, green, blue = ((1 - _clip(ink, 0, 1)) * left for ink in inks)
    return of_rgb(red, green, blue)


def of_lab(lightness: float, a: float, b: float) -> RGB:
    """Return the levels of a color in CIELAB with the white D50.

    What sRGB does not have is clipped, channel by channel.
    """
    middle = (_clip(lightness, 0, 100) + 16) / 116
    roots = (middle + _clip(a, -128, 127) / 500, middle, middle - _clip(b, -128, 127) / 200)
    xyz = [white * _uncurved(root) for white, root in zip(_D50, roots, strict=True)]
    x, y, z = xyz
    light = np.array([r * x + g * y + b * z for r, g, b in _LINEAR])
    red, green, blue = (from_light(light) / 255).tolist()
    return of_rgb(red, green, blue)


def _uncurved(root: float) -> float:
    if root > _EDGE:
        return root * root * root
    return 3 * _EDGE * _EDGE * (root - 4 / 29)


def _level(share: float) -> int:
    return math.floor(_clip(share, 0, 1) * 255 + 0.5)


def _clip(amount: float, low: float, high: float) -> float:
    if math.isnan(amount):
        raise ValueError("one of its colors has an amount that is not a number")
    return min(max(amount, low), high)
