"""The spaces in which colors are compared: points whose squared distances are errors.

A space is chosen once, for opaque colors; `Space.of` is the same space for colors with alpha. It
uses the coordinates twice then, of the color as seen over black and as seen over white. The
mean of the squared errors that a viewer sees on the two backgrounds is the error, which equals
that of the opaque space where both colors are opaque.
"""

from abc import ABC, abstractmethod
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["SRGB", "Float64", "OpaqueSpace", "Space"]

Float64 = NDArray[np.float64]


class Space(ABC):
    """Colors as points, and points as colors.

    Attributes
    ----------
    name : str
    channels : int
        Of its colors: 3 for R, G and B, or 4 with alpha.
    dimensions : int
        Of its points.
    unit : float
        The distance that is an error of 1; in sRGB, of the whole range of a channel.
    reach : float
        No color's point is farther from the origin.
    whole : bool
        Whether the points of colors have whole coordinates.
    """

    name: str
    channels: int
    dimensions: int
    unit: float
    reach: float
    whole: bool

    @abstractmethod
    def points(self, colors: NDArray[np.uint8]) -> Float64:
        """Return the points of colors.

        Parameters
        ----------
        colors : ndarray, (n, channels), uint8
            R, G, B and, with alpha, straight alpha.

        Returns
        -------
        ndarray, (n, dimensions), float64
        """

    @abstractmethod
    def colors(self, points: NDArray[np.floating]) -> NDArray[np.uint8]:
        """Return the colors nearest to points in 8 bits.

        Parameters
        ----------
        points : ndarray, (n, dimensions)
            Any, also between and beyond those of colors.

        Returns
        -------
        ndarray, (n, channels), uint8
            What is fully transparent is (0, 0, 0, 0).
        """


class OpaqueSpace(Space):
    """A space as a module adds it: by its coordinates of R, G and B, between levels, too."""

    channels: ClassVar[int] = 3  # type: ignore[misc]

    @abstractmethod
    def from_levels(self, levels: Float64) -> Float64:
        """Return the points of colors, (n, 3), given in levels of 0 to 255 and between."""

    @abstractmethod
    def to_levels(self, points: NDArray[np.floating]) -> NDArray[np.floating]:
        """Return the levels, (n, 3), of points; beyond 0 to 255 they may be anything there."""

    def points(self, colors: NDArray[np.uint8]) -> Float64:
        """See `Space.points`."""
        return self.from_levels(colors.astype(np.float64))

    def colors(self, points: NDArray[np.floating]) -> NDArray[np.uint8]:
        """See `Space.colors`."""
        return _to_uint8(self.to_levels(points))

    def of(self, channels: int) -> Space:
        """Return the space for colors of so many channels: itself, or the one with alpha."""
        return self if channels == self.channels else self._with_alpha

    @cached_property
    def _with_alpha(self) -> Space:
        return _OverBlackAndWhite(self)


class _OverBlackAndWhite(Space):
    """A space for colors with alpha: twice that of opaque ones."""

    def __init__(self, opaque: OpaqueSpace) -> None:
        self._opaque = opaque
        self.name = opaque.name
        self.channels = 4
        self.dimensions = 2 * opaque.dimensions
        self.whole = opaque.whole
        # Whole coordinates stay whole where a level is 255 steps, as alpha has 255. They are
        # linear, so that white may be taken from what is seen over it, which keeps them small.
        self._steps, self._white = (255, 0.0) if self.whole else (1, 255.0)
        self.unit = opaque.unit * self._steps * np.sqrt(2)
        self.reach = opaque.reach * self._steps * np.sqrt(2)

    def points(self, colors: NDArray[np.uint8]) -> Float64:
        values = colors.astype(np.float64)
        alpha = values[:, 3:]
        over_black = values[:, :3] * alpha
        # In steps of 1/255 level, the second less white.
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
        # Of a and b, both of which the color over black and over white should match, the mean
        # is the best common estimate.
        target = (over_black + over_white + 255.0 * alpha) / 2
        straight = np.divide(target, alpha, out=np.zeros_like(target), where=alpha > 0)
        return np.hstack([_to_uint8(straight), alpha])


class _Srgb(OpaqueSpace):
    """The numbers as they stand: errors are those that MSE and PSNR count."""

    name = "srgb"
    dimensions = 3
    unit = 255.0
    reach = 255.0 * float(np.sqrt(3))
    whole = True

    def from_levels(self, levels: Float64) -> Float64:
        return levels

    def to_levels(self, points: NDArray[np.floating]) -> NDArray[np.floating]:
        return points


def _to_uint8(values: NDArray[np.floating]) -> NDArray[np.uint8]:
    rounded: NDArray[np.uint8] = np.rint(np.clip(values, 0, 255)).astype(np.uint8)
    return rounded


SRGB = _Srgb()
"""The stored R, G and B themselves."""
