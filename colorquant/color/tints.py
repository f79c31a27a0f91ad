"""The space in which the entry of a given palette is chosen: tints count as they are seen.

In Oklab, a gray is no farther from a dark blue than from black, if the steps of lightness and of
chroma are as long. But next to gray a tint is seen at once: CIEDE2000 weighs it about four times
as much as lightness, and more chroma less. Where a palette has few colors, grays would turn blue
or brown. Here chroma C becomes C (1 + A / (1 + C / D)), which is steep at first. A and D are such
that colors mapped to palettes of old machines differ least by CIEDE2000.
"""

import numpy as np
from numpy.typing import NDArray

from colorquant.color.perceptual import PERCEPTUAL
from colorquant.color.space import Float64, OpaqueSpace

__all__ = ["TINTS"]

_MORE = 5.0
_FADES = 0.05


class _Tints(OpaqueSpace):
    """The space of visible differences, with the tints of grays enlarged."""

    name = "tints"
    dimensions = 3
    unit = 1.0
    middle = 0.25
    reach = 1.2
    whole = False

    def from_levels(self, levels: Float64) -> Float64:
        """See `OpaqueSpace.from_levels`."""
        return _enlarged(PERCEPTUAL.from_levels(levels))

    def points(self, colors: NDArray[np.uint8]) -> Float64:
        """See `Space.points`."""
        return _enlarged(PERCEPTUAL.points(colors))

    def to_levels(self, points: NDArray[np.floating]) -> NDArray[np.floating]:
        """See `OpaqueSpace.to_levels`."""
        tint = _chroma(points)
        # The root of the quadratic equation that the enlarged chroma solves.
        half = (tint - _FADES * (1 + _MORE)) / 2
        chroma = half + np.sqrt(half * half + _FADES * tint)
        share = np.where(tint > 0, chroma / np.where(tint > 0, tint, 1), 1 / (1 + _MORE))
        return PERCEPTUAL.to_levels(_scaled(points, share))


def _enlarged(points: Float64) -> Float64:
    return _scaled(points, 1 + _MORE / (1 + _chroma(points) / _FADES))


def _chroma(points: NDArray[np.floating]) -> Float64:
    a, b = points[:, 1], points[:, 2]
    chroma: Float64 = np.sqrt(a * a + b * b)
    return chroma


def _scaled(points: NDArray[np.floating], scale: Float64) -> Float64:
    """Return points with their chroma scaled."""
    return np.stack([points[:, 0], points[:, 1] * scale, points[:, 2] * scale]).T


TINTS = _Tints()
"""The space of visible differences, with the tints of grays enlarged."""
