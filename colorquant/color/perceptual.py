"""A space in which distances are about as large as differences look: Oklab with a bias.

Oklab is from Björn Ottosson, "A perceptual color space for image processing" (2020). Its cube
root has an infinite slope at black, so that differences between very dark colors would count
too much. As in the space XYB of JPEG XL (ISO/IEC 18181-1), a bias is added before the root is
taken, and its root is subtracted afterwards.

Cone responses are rounded to about 16 bits, and roots are from a table of Newton's iterations,
so that the same colors have the same points on every processor.
"""

from functools import cache, cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from colorquant.color.light import STEPS, encoded_levels, linear_levels, root
from colorquant.color.space import Float64, OpaqueSpace
from colorquant.linear import product

__all__ = ["BIAS", "PERCEPTUAL"]

Real = TypeVar("Real", bound=np.floating[Any])

# Ottosson (2020): linear sRGB to cone responses, and their cube roots to L, a and b.
_CONES = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
_OPPONENTS = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
BIAS = 0.002
"""What is added to cone responses, which are 1 for white."""

# What a response of 1 is rounded to. Of the numbers near 2 to 16, this one brings all 8-bit
# colors back with most to spare; with 2 to 16, and with 1 less, a few come back changed.
_TOP = 65_857
# The three responses of a color are parts of one number.
_FIELD = 20
_MASK = (1 << _FIELD) - 1


class _Perceptual(OpaqueSpace):
    """Oklab with a bias: squared distances are visible errors."""

    name = "perceptual"
    dimensions = 3
    unit = 1.0
    middle = 0.25
    reach = 0.8
    whole = False
    visible = True

    def points(self, colors: NDArray[np.uint8]) -> Float64:
        """See `Space.points`."""
        return _points(colors, self._of_levels, self._roots)

    def planes(self, colors: NDArray[np.uint8]) -> NDArray[np.float32]:
        """See `Space.planes`."""
        return _points(colors, self._of_levels, self._short_roots).T

    def from_levels(self, levels: Float64) -> Float64:
        """See `OpaqueSpace.from_levels`."""
        steps = np.rint(levels * STEPS).astype(np.intp)
        return _points(steps, _responses(STEPS), self._roots)

    def to_levels(self, points: NDArray[np.floating]) -> NDArray[np.floating]:
        """See `OpaqueSpace.to_levels`."""
        black = root(np.float64(BIAS), 3)
        roots = [row + black for row in product(_inverse(_OPPONENTS), points.T)]
        responses = [np.maximum(row * row * row - BIAS, 0) for row in roots]
        linear = np.stack(product(_inverse(_CONES), responses), axis=1)
        return encoded_levels(linear)

    @cached_property
    def _of_levels(self) -> NDArray[np.int64]:
        return _responses(1)

    @cached_property
    def _roots(self) -> Float64:
        """The root of each cone response, less that of black."""
        biased = np.arange(_TOP + 3) / _TOP + BIAS
        roots = root(biased, 3)
        differences: Float64 = roots - roots[0]
        return differences

    @cached_property
    def _short_roots(self) -> NDArray[np.float32]:
        return self._roots.astype(np.float32)


_SHIFTS = (2 * _FIELD, _FIELD, 0)


def _points(
    levels: NDArray[Any], responses: NDArray[np.int64], roots: NDArray[Real]
) -> NDArray[Real]:
    """Return the points, (n, 3), of colors given by indices into the responses."""
    cones = responses[0].take(levels[:, 0])
    cones += responses[1].take(levels[:, 1])
    cones += responses[2].take(levels[:, 2])
    own = [roots.take(cones >> shift & _MASK) for shift in _SHIFTS]
    points = np.empty((3, len(levels)), roots.dtype)
    for row, factors in zip(points, _OPPONENTS, strict=True):
        _weighted(factors, own, row)
    return points.T


@cache
def _responses(steps: int) -> NDArray[np.int64]:
    """Return the share of each level of each channel in all cone responses, (3, levels)."""
    linear = linear_levels(steps) * _TOP
    packed = np.zeros((3, len(linear)), np.int64)
    for shift, factors in zip(_SHIFTS, _CONES, strict=True):
        for channel, factor in enumerate(factors):
            packed[channel] += np.rint(linear * factor).astype(np.int64) << shift
    return packed


def _weighted(factors: Any, rows: Any, out: NDArray[Any]) -> None:
    """Write the weighted sum of rows, added in order."""
    first, second, third = (out.dtype.type(factor) for factor in factors)
    np.multiply(rows[0], first, out=out)
    out += rows[1] * second
    out += rows[2] * third


def _inverse(matrix: Any) -> list[list[float]]:
    """Return the inverse of a matrix of three rows, by its adjugate."""
    a, b, c = matrix
    cross = [_cross(b, c), _cross(c, a), _cross(a, b)]
    determinant = a[0] * cross[0][0] + a[1] * cross[0][1] + a[2] * cross[0][2]
    return [[each[row] / determinant for each in cross] for row in range(3)]


def _cross(u: Any, v: Any) -> list[float]:
    return [
        u[1] * v[2] - u[2] * v[1],
        u[2] * v[0] - u[0] * v[2],
        u[0] * v[1] - u[1] * v[0],
    ]


PERCEPTUAL = _Perceptual()
"""The space of visible differences."""
