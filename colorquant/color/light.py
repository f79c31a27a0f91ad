"""Linear light, and the space of it.

All roots are from Newton's iterations, which IEEE 754 rounds, so that the same colors have the
same points on every processor.
"""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from colorquant.color.space import Float64, OpaqueSpace

__all__ = ["LIGHT", "STEPS", "encoded_levels", "linear_levels", "root"]

STEPS = 255
"""Steps of a level between which colors with alpha are composed."""


def linear_levels(steps: int) -> Float64:
    """Return the linear intensity, 0 to 1, of each level of sRGB, in steps of a level.

    Parameters
    ----------
    steps : int
        Steps of each of the 255 levels.

    Returns
    -------
    ndarray, (255 * steps + 1,), float64
        As IEC 61966-2-1 has it, with roots by Newton's method.
    """
    value = np.arange(255 * steps + 1) / (255 * steps)
    base = (value + 0.055) / 1.055
    square = base * base
    # The power of 2.4.
    linear: Float64 = np.where(value <= 0.04045, value / 12.92, square * root(square, 5))
    return linear


def root(values: Any, degree: int) -> Any:
    """Return a root of degree 3 or 5 of numbers above 0, by operations that IEEE 754 rounds."""
    found = np.sqrt(np.sqrt(values))
    for _ in range(8):
        power = found * found if degree == 3 else found * found * found * found
        found = ((degree - 1) * found + values / power) / degree
    return found


def encoded_levels(linear: Float64) -> Float64:
    """Return the levels of sRGB, 0 to 255 with fractions, of linear intensities.

    Parameters
    ----------
    linear : ndarray
        Clipped to 0 to 1.
    """
    linear = np.clip(linear, 0, 1)
    # The power of 1 / 2.4 is the fourth root times the sixth.
    bright = np.maximum(linear, 0.003)
    power = np.sqrt(np.sqrt(bright)) * np.sqrt(root(bright, 3))
    encoded: Float64 = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * power - 0.055)
    return 255 * encoded


class _Light(OpaqueSpace):
    """The intensity of each channel: what mixes where the eye blurs pixels."""

    name = "light"
    dimensions = 3
    unit = 1.0
    middle = 0.5
    reach = 0.5 * float(np.sqrt(3))
    whole = False

    def from_levels(self, levels: Float64) -> Float64:
        """See `OpaqueSpace.from_levels`."""
        return _fine_levels().take(np.rint(levels.T * STEPS).astype(np.intp)).T

    def to_levels(self, points: NDArray[np.floating]) -> NDArray[np.floating]:
        """See `OpaqueSpace.to_levels`."""
        return encoded_levels(points.astype(np.float64))


@cache
def _fine_levels() -> Float64:
    return linear_levels(STEPS)


LIGHT = _Light()
"""The space of linear light."""
