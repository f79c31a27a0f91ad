"""The part of a report on color spaces: the colors of pixels in planes through such a space."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from colorquant.color.perceptual import PERCEPTUAL
from colorquant.report.page import MARGIN, WIDTH, Page

__all__ = ["BETWEEN", "HALF", "RIGHT", "draw_planes", "height_of_planes", "unit_square"]

Pixels = NDArray[np.uint8]
Float64 = NDArray[np.float64]

# Lengths in inches: of halves of the page, of what is between two plots, and around them.
BETWEEN = 0.4
HALF = (WIDTH - 2 * MARGIN - BETWEEN) / 2
RIGHT = MARGIN + HALF + BETWEEN
_LABELS, _APART, _AROUND = 0.5, 0.1, 1.05
# If many dots share few places, larger dots show better.
_FEW = 256
# A background between the darkest and the lightest dots.
_GROUND = "#d4d4d4"
# More chroma than 8-bit colors have.
_CHROMA = 0.4


class _Plane(NamedTuple):
    across: str
    down: str
    places: Callable[[Pixels], Float64]
    """Returns the places, (n, 2), of opaque colors."""
    width: float = 1.0


def _lightness_and_chroma(colors: Pixels) -> Float64:
    """Return places in the space of visible differences, in which white has a lightness of 1."""
    points = PERCEPTUAL.points(colors) / PERCEPTUAL.points(np.full((1, 3), 255, np.uint8))[0, 0]
    chroma = np.sqrt(np.square(points[:, 1]) + np.square(points[:, 2]))
    return np.stack([chroma, points[:, 0]], axis=1)


_STORED = (
    _Plane("red", "green", lambda colors: colors[:, [0, 1]] / 255),
    _Plane("red", "blue", lambda colors: colors[:, [0, 2]] / 255),
)
_SEEN = (*_STORED, _Plane("chroma", "lightness", _lightness_and_chroma, _CHROMA))


def _side(planes: int) -> float:
    """Return the width and height of a plot, in inches."""
    return (HALF - planes * _LABELS - (planes - 1) * _APART) / planes


def height_of_planes(*, seen: bool) -> float:
    """Return the height that `draw_planes` needs, in inches."""
    return _side(len(_SEEN if seen else _STORED)) + _AROUND


def draw_planes(
    page: Page, place: tuple[float, float], title: str, pixels: Pixels, *, seen: bool
) -> None:
    """Draw pixels as dots in the planes of red and green and of red and blue.

    Parameters
    ----------
    page : Page
    place : tuple of float
        Distances of the plots from the left and the top of the page, in inches.
    title : str
    pixels : ndarray, (n, 3 or 4), uint8
    seen : bool
        Whether to draw the plane of chroma and lightness, too.
    """
    left, below = place
    colors = np.ascontiguousarray(pixels[:, :3])
    size = 6.0 if len(np.unique(colors, axis=0)) > _FEW else 24.0
    planes = _SEEN if seen else _STORED
    side = _side(len(planes))
    for number, plane in enumerate(planes):
        x = left + _LABELS + number * (side + _LABELS + _APART)
        axes = page.axes(x, below, side, side)
        places = plane.places(colors)
        # As an image in drawings, which would be large otherwise.
        axes.scatter(
            *(places[:, 0], places[:, 1]),
            s=size * side / _side(len(_STORED)),
            c=pixels / 255,
            linewidths=0,
            clip_on=False,
            rasterized=True,
        )
        unit_square(axes, plane.across, plane.down, plane.width)
        if len(planes) > len(_STORED):
            axes.set_xticks(np.linspace(0, plane.width, 3))
            axes.set_yticks(np.linspace(0, 1, 3))
        if number == 0:
            page.title(axes, title, left)


def unit_square(axes: Axes, across: str, down: str, width: float = 1.0) -> None:
    """Set the scales of a plot of colors."""
    room = 0.03
    axes.set(xlim=(-room * width, (1 + room) * width), ylim=(-room, 1 + room))
    axes.set(xlabel=across, ylabel=down)
    axes.set_facecolor(_GROUND)
    axes.set_xticks(np.linspace(0, width, 6))
    axes.set_yticks(np.linspace(0, 1, 6))
