"""Spaces in which colors are compared: points whose squared distances are errors.

A space is chosen once, for opaque colors. `OpaqueSpace.of` gives its version for colors with
alpha, which has the coordinates twice: of the color composed over black, and over white. Its
error is the mean of the squared errors on the two backgrounds. For opaque colors that equals
the error of the opaque space.
"""

from abc import ABC, abstractmethod
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["SRGB", "Float64", "OpaqueSpace", "Space"]

Float64 = NDArray[np.float64]

_ROOT = float(np.sqrt(2))


class Space(ABC):
    """A conversion between colors and points.

    Attributes
    ----------
    name : str
    channels : int
        Channels of the colors: 3 for R, G and B, or 4 with alpha.
    dimensions : int
        Dimensions of the points.
    unit : float
        The distance that counts as an error of 1; in sRGB, the whole range of a channel.
    middle : float
        A value near the middle of each coordinate, whole if the points are whole.
    reach : float
        Upper bound on the distance of a color's point from the middle.
    whole : bool
        Whether the points of colors have whole coordinates.
    visible : bool
        Whether distances are meant to be those that the eye sees.
    """

    name: str
    channels: int
    dimensions: int
    unit: float
    middle: float
    reach: float
    whole: bool
    visible: bool = False

    @abstractmethod
    def points(self, colors: NDArray[np.uint8]) -> Float64:
        """Return the points of colors, each coordinate in one piece of memory if possible.

        Parameters
        ----------
        colors : ndarray, (n, channels), uint8
            R, G, B and, with alpha, straight alpha.

        Returns
        -------
        ndarray, (n, dimensions), float64
        """

    def planes(self, colors: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the points of colors in units of the error, (dimensions, n), float32."""
        scale = np.float32(1 / self.unit)
        return np.ascontiguousarray(self.points(colors).T, np.float32) * scale

    @abstractmethod
    def colors(self, points: NDArray[np.floating]) -> NDArray[np.uint8]:
        """Return the 8-bit colors nearest to points.

        Parameters
        ----------
        points : ndarray, (n, dimensions)
            Any points, also between and beyond those of colors.

        Returns
        -------
        ndarray, (n, channels), uint8
            Fully transparent colors are (0, 0, 0, 0).
        """


class OpaqueSpace(Space):
    """A space of opaque colors, defined by its coordinates for any R, G and B."""

    channels: ClassVar[int] = 3  # type: ignore[misc]

    @abstractmethod
    def from_levels(self, levels: Float64) -> Float64:
        """Return the points of colors, (n, 3), given in levels from 0 to 255, with fractions."""

    @abstractmethod
    def to_levels(self, points: NDArray[np.floating]) -> NDArray[np.floating]:
        """Return the levels, (n, 3), of points; beyond 0 to 255, any values will do."""

    def points(self, colors: NDArray[np.uint8]) -> Float64:
        """See `Space.points`."""
        return self.from_levels(colors.astype(np.float64, order="F"))

    def colors(self, points: NDArray[np.floating]) -> NDArray[np.uint8]:
        """See `Space.colors`."""
        return _to_uint8(self.to_levels(points))

    def of(self, channels: int) -> Space:
        """Return the space for colors of so many channels: itself, or its version with alpha."""
        return self if channels == self.channels else self._with_alpha

    @cached_property
    def _with_alpha(self) -> Space:
        return _OverBlackAndWhite(self)


class _OverBlackAndWhite(Space):
    """A space for colors with alpha, which has the coordinates of an opaque one twice."""

    def __init__(self, opaque: OpaqueSpace) -> None:
        self._opaque = opaque
        self.name = opaque.name
        self.channels = 4
        self.dimensions = 2 * opaque.dimensions
        self.whole = opaque.whole
        self.visible = opaque.visible
        # Whole coordinates stay whole if a level is 255 steps, as alpha has 255. They are
        # linear, so white can be subtracted from colors over white, which keeps them small.
        self._steps, self._white = (255, 0.0) if self.whole else (1, 255.0)
        self.unit = opaque.unit * self._steps * _ROOT
        self.middle = 0.0
        farthest = opaque.reach + abs(opaque.middle) * float(np.sqrt(opaque.dimensions))
        self.reach = farthest * self._steps * _ROOT

    def points(self, colors: NDArray[np.uint8]) -> Float64:
        values = colors.astype(np.float64, order="F")
        alpha = values[:, 3:]
        over_black = values[:, :3] * alpha
        # In steps of 1/255 level; white is subtracted from the second.
        seen = over_black, over_black - 255 * alpha
        if not self.whole:
            seen = seen[0] / 255, seen[1] / 255 + self._white
        return np.hstack([self._opaque.from_levels(each) for each in seen])

    def colors(self, points: NDArray[np.floating]) -> NDArray[np.uint8]:
        half = self._opaque.dimensions
        over_black: Any = self._opaque.to_levels(points[:, :half])
        over_white: Any = self._opaque.to_levels(points[:, half:])
        if not self.whole:
            over_black, over_white = over_black * 255, (over_white - self._white) * 255
        alpha = _to_uint8((over_black - over_white).mean(axis=1, keepdims=True) / 255)
        # Both points give an estimate of color times alpha. The mean has the least squared
        # error.
        target = (over_black + over_white + 255.0 * alpha) / 2
        straight = np.divide(target, alpha, out=np.zeros_like(target), where=alpha > 0)
        return np.hstack([_to_uint8(straight), alpha])


class _Srgb(OpaqueSpace):
    """Stored R, G and B as coordinates: errors are those of MSE and PSNR."""

    name = "srgb"
    dimensions = 3
    unit = 255.0
    middle = 128.0
    reach = 128.0 * float(np.sqrt(3))
    whole = True

    def from_levels(self, levels: Float64) -> Float64:
        return levels

    def to_levels(self, points: NDArray[np.floating]) -> NDArray[np.floating]:
        return points


def _to_uint8(values: NDArray[np.floating]) -> NDArray[np.uint8]:
    rounded: NDArray[np.uint8] = np.rint(np.clip(values, 0, 255)).astype(np.uint8)
    return rounded


SRGB = _Srgb()
"""The space of stored R, G and B."""
