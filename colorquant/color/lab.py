"""Colors as an eye weighs them: light, XYZ, and CIELAB.

Everything is for sRGB and its white, D65, as IEC 61966-2-1:1999 and CIE 15:2004 define them.
"""

import numpy as np
from numpy.typing import NDArray

__all__ = ["from_light", "lab_of_light", "lab_of_xyz", "to_light", "xyz_of_light"]

Float64 = NDArray[np.float64]

# From linear R, G and B to X, Y and Z, and those of white, with the digits of scikit-image.
_XYZ = (
    (0.412453, 0.357580, 0.180423),
    (0.212671, 0.715160, 0.072169),
    (0.019334, 0.119193, 0.950227),
)
_WHITE = (0.95047, 1.0, 1.08883)
# CIE 15:2004, section 8.2.1.
_EDGE = 6 / 29


def to_light(levels: NDArray[np.floating] | NDArray[np.uint8]) -> Float64:
    """Return the linear light, 0 to 1, of levels from 0 to 255, of any shape."""
    share = np.asarray(levels, np.float64) / 255
    light: Float64 = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return light


def from_light(light: Float64) -> Float64:
    """Return the levels, 0 to 255, with fractions, of linear light from 0 to 1."""
    share = np.clip(light, 0, 1)
    curve: Float64 = np.where(share <= 0.0031308, share * 12.92, 1.055 * share ** (1 / 2.4) - 0.055)
    return curve * 255


def xyz_of_light(light: Float64) -> Float64:
    """Return X, Y and Z of linear R, G and B, (..., 3); white has a Y of 1."""
    red, green, blue = np.moveaxis(light, -1, 0)
    return np.stack([r * red + g * green + b * blue for r, g, b in _XYZ], axis=-1)


def lab_of_light(light: Float64) -> Float64:
    """Return L*, a* and b* of linear R, G and B, (..., 3)."""
    return lab_of_xyz(xyz_of_light(light))


def lab_of_xyz(xyz: Float64) -> Float64:
    """Return L*, a* and b*, (..., 3); L* is 0 to 100."""
    share = xyz / _WHITE
    slope = share / (3 * _EDGE * _EDGE) + 4 / 29
    x, y, z = np.moveaxis(np.where(share > _EDGE**3, np.cbrt(share), slope), -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)
