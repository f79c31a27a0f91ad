"""S-CIELAB: color differences after what the eye blurs, which is more in color than in lightness.

Zhang and Wandell, "A spatial extension of CIELAB for digital color image reproduction", SID
International Symposium Digest of Technical Papers 27 (1996), with the difference of CIE 1976.
"""

import numpy as np
from numpy.typing import NDArray

from colorquant.color.lab import lab_of_xyz, xyz_of_light
from colorquant.measures.blur import blurred

__all__ = ["BACK", "KERNELS", "scielab"]

Float64 = NDArray[np.float64]

# From X, Y and Z to light against dark, red against green, blue against yellow.
# The paper prints the last number of the second row as negative, which would make white green.
# It is positive in its authors' program, and so in the inverse that is published in Johnson and
# Fairchild, "A top down description of S-CIELAB and CIEDE2000" (Color Research and Application
# 28, 2003).
_OPPONENT = ((0.279, 0.720, -0.107), (-0.449, 0.290, 0.077), (0.086, -0.590, 0.501))
BACK = (
    (0.98175067, -1.53187490, 0.44511315),
    (1.19203536, 0.76689491, 0.13672031),
    (1.23527007, 1.16608630, 2.08060929),
)
"""From the opponent channels to X, Y and Z."""
KERNELS = (
    ((0.921, 0.0283), (0.105, 0.133), (-0.108, 4.336)),
    ((0.531, 0.0392), (0.330, 0.494)),
    ((0.488, 0.0536), (0.371, 0.386)),
)
"""Of each opponent channel: weight and spread of each Gaussian, in degrees; the distance at which
it has fallen to 1/e."""

# Of a screen seen from about 60 cm.
_PIXELS_PER_DEGREE = 45


def scielab(one: Float64, other: Float64) -> float:
    """Return the mean S-CIELAB difference of two images, at 45 pixels a degree.

    Parameters
    ----------
    one, other : ndarray, (H, W, 3)
        Linear light, 0 to 1.
    """
    first, second = (lab_of_xyz(_seen(xyz_of_light(each))) for each in (one, other))
    return float(np.sqrt(np.square(first - second).sum(axis=-1)).mean())


def _seen(xyz: Float64) -> Float64:
    """Return X, Y and Z as the eye blurs them."""
    channels = np.moveaxis(_times(_OPPONENT, xyz), -1, 0)
    for channel, kernel in zip(channels, KERNELS, strict=True):
        total = sum(weight for weight, _ in kernel)
        channel[:] = sum(
            weight / total * blurred(channel, spread / np.sqrt(2) * _PIXELS_PER_DEGREE)
            for weight, spread in kernel
        )
    return _times(BACK, np.moveaxis(channels, 0, -1))


def _times(matrix: tuple[tuple[float, ...], ...], colors: Float64) -> Float64:
    x, y, z = np.moveaxis(colors, -1, 0)
    return np.stack([a * x + b * y + c * z for a, b, c in matrix], axis=-1)
