"""CIEDE2000: how different two colors look.

Sharma, Wu and Dalal, "The CIEDE2000 color-difference formula: implementation notes, supplementary
test data, and mathematical observations", Color Research and Application 30 (2005).
"""

import numpy as np
from numpy.typing import NDArray

__all__ = ["ciede2000"]

Float64 = NDArray[np.float64]


def ciede2000(one: Float64, other: Float64) -> Float64:
    """Return the difference of colors; one just noticeable is about 1.

    Parameters
    ----------
    one, other : ndarray, (..., 3)
        L*, a* and b*.

    Returns
    -------
    ndarray, (...)
    """
    (l1, a1, b1), (l2, a2, b2) = np.moveaxis(one, -1, 0), np.moveaxis(other, -1, 0)
    # Equations 2 to 7.
    mean = _seventh((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2)
    a1, a2 = (a * (1.5 - mean / 2) for a in (a1, a2))
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = (np.degrees(np.arctan2(b, a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    gray = c1 * c2 == 0
    # Equations 8 to 11: the turn is the shorter way around the circle.
    turn = np.where(gray, 0.0, (h2 - h1 + 180) % 360 - 180)
    # A half turn has the sign of the difference.
    turn = np.where((turn == -180) & (h2 > h1), 180.0, turn)
    light, chroma = l2 - l1, c2 - c1
    hue = 2 * np.sqrt(c1 * c2) * _sine(turn / 2)
    # Equations 12 to 14.
    middle, c = (l1 + l2) / 2, (c1 + c2) / 2
    h = np.where(gray, h1 + h2, _middle(h1, h2))
    # Equations 15 to 22.
    t = (
        1
        - 0.17 * _sine(h + 60)
        + 0.24 * _sine(2 * h + 90)
        + 0.32 * _sine(3 * h + 96)
        - 0.20 * _sine(4 * h + 27)
    )
    rotation = 30 * np.exp(-np.square((h - 275) / 25))
    twist = -2 * _seventh(c) * _sine(2 * rotation)
    squared = np.square(middle - 50)
    light = light / (1 + 0.015 * squared / np.sqrt(20 + squared))
    chroma = chroma / (1 + 0.045 * c)
    hue = hue / (1 + 0.015 * c * t)
    total: Float64 = light * light + chroma * chroma + hue * hue + twist * chroma * hue
    # Functions of equal numbers may differ in the last bit by their place in an array.
    total = np.where((one == other).all(axis=-1), 0.0, total)
    return np.sqrt(np.maximum(total, 0.0))


def _seventh(chroma: Float64) -> Float64:
    power = chroma**7
    result: Float64 = np.sqrt(power / (power + 25.0**7))
    return result


def _sine(degrees: Float64) -> Float64:
    result: Float64 = np.sin(np.radians(degrees))
    return result


def _middle(h1: Float64, h2: Float64) -> Float64:
    """Return the middle of two hues on the shorter way around, in degrees."""
    total = h1 + h2
    wide = np.abs(h1 - h2) > 180
    result: Float64 = np.where(wide, np.where(total < 360, total + 360, total - 360), total) / 2
    return result
