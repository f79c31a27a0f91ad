"""The part of a report on the images: before, after, where they differ, and both pixel by pixel."""

from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from colorquant.measures.images import difference_map
from colorquant.report.comparison import worst_place
from colorquant.report.page import DPI, MARGIN, TITLE, WIDTH, Page, show, step_for

__all__ = ["Images", "draw_overview", "height_of_overview"]

Pixels = NDArray[np.uint8]
Float64 = NDArray[np.float64]

# Lengths in inches: of the page, between columns, of the scale of errors with its numbers, and of
# what stands above each image and below all of them.
_ACROSS = WIDTH - 2 * MARGIN
_BETWEEN, _SCALE, _TITLE, _UNDER = 0.4, 0.66, 0.4, 0.3
_TALLEST, _LEAST = 6.0, 0.4
# Images that are wider by so much are under each other; beside taller ones is room for crops.
_WIDE, _TALL = 3.2, 4.0
_NARROW, _TITLE_LINE = 1.75, 0.22
# Height of a crop in pixels, which are those of the page.
_CROP = 220
# Longer side of the map of errors in pixels: about twice what the page has room for.
_MAPPED = 900
# Share of the pixels whose errors the scale has; it is no shorter than the least error seen.
_SHARE, _SEEN = 99.9, 1.0
_COLORS, _EDGE = "inferno", "#56b4e9"

Area = tuple[float, float, float, float]
"""Distances from the left of the page and from the top of the part, width and height, in inches."""


class Images(NamedTuple):
    """An image before and after, of the same height and width."""

    before: Pixels
    """(H, W, 3 or 4)."""
    after: Pixels
    name: str
    """What the image after is."""
    frame: str
    """Which frame of an animation they are, with a comma before it."""
    soft: bool
    """Whether pixels run together to what is seen, as those of a dithered image do."""
    differ: bool


class _Layout(NamedTuple):
    areas: list[Area]
    """Of the image before and after, and of the map of errors."""
    crops: list[Area]
    """Where crops have room: of the two images, and of the map; none if all is seen anyway."""
    height: float
    titles: list[str]


class _Errors(NamedTuple):
    found: Float64
    step: int
    """Of so many rows and columns, one has errors."""
    highest: float
    """The end of the scale."""


def _layout(images: Images) -> _Layout:
    height, width = images.before.shape[:2]
    number = 3 if images.differ else 2
    errors = f"CIEDE2000{', blurred' if images.soft else ''}"
    titles = [f"{each}{images.frame}" for each in ("Original", images.name, errors)][:number]
    room = _ACROSS - (_SCALE if images.differ else 0)
    top = _TITLE
    beside: list[float] = []
    if width >= _WIDE * height:
        across, down = room, max(_LEAST, room * height / width)
        areas = [(MARGIN, top + n * (down + _TITLE), across, down) for n in range(number)]
        third = (across - 2 * _BETWEEN) / 3
    else:
        if height >= _TALL * width:
            titles = [title.replace(", ", "\n") for title in titles]
            top += _TITLE_LINE * max(title.count("\n") for title in titles)
            across, down = max(_NARROW, _TALLEST * width / height), _TALLEST
            left = MARGIN + number * (across + _BETWEEN) + _SCALE
            third = (WIDTH - MARGIN - left - 2 * _BETWEEN) / 3
            beside = [left + n * (third + _BETWEEN) for n in range(3)]
        else:
            across = third = (room - (number - 1) * _BETWEEN) / number
            down = min(_TALLEST, max(_LEAST, across * height / width))
        areas = [(MARGIN + n * (across + _BETWEEN), top, across, down) for n in range(number)]
    bottom = areas[-1][1] + down
    crops: list[Area] = []
    if images.differ and min(across / width, down / height) * DPI < 1:
        if beside:
            crops = [(left, top, third, down) for left in beside]
        else:
            lefts = [MARGIN + n * (third + _BETWEEN) for n in range(3)]
            high = min(height, _CROP) / DPI
            crops = [(left, bottom + _TITLE, third, high) for left in lefts]
            bottom += _TITLE + high
    return _Layout(areas, crops, bottom + _UNDER, titles)


def height_of_overview(images: Images) -> float:
    """Return the height that `draw_overview` needs, in inches."""
    return _layout(images).height


def draw_overview(page: Page, below: float, images: Images) -> Axes:
    """Draw the images, where they differ, and the place where they differ most, pixel by pixel.

    Parameters
    ----------
    page : Page
    below : float
        Distance of the titles from the top of the page, in inches.
    images : Images

    Returns
    -------
    Axes
        Those of the image after, which count its pixels.
    """
    layout = _layout(images)
    shown = []
    for left, top, *size in layout.areas:
        shown.append(page.axes(left, below + top, *size))
    for axes, pixels, title in zip(shown, images[:2], layout.titles, strict=False):
        show(axes, pixels, title)
    if images.differ:
        height, width = images.before.shape[:2]
        step = step_for(height, width, _MAPPED)
        found = difference_map(images.before, images.after, step, soft=images.soft)
        errors = _Errors(found, step, max(_SEEN, float(np.percentile(found, _SHARE))))
        _map(page, shown[2], errors, (height, width))
        shown[2].set_title(layout.titles[2], size=TITLE, loc="left")
        if layout.crops:
            areas = [(left, below + top, *size) for left, top, *size in layout.crops]
            place = _draw_crops(page, areas, images, errors)
            shown[2].add_patch(place)
    return shown[1]


def _map(page: Page, axes: Axes, errors: _Errors, size: tuple[int, int]) -> None:
    """Draw the map of errors, and its scale beside it."""
    height, width = size
    drawn = axes.imshow(
        errors.found,
        cmap=_COLORS,
        vmin=0,
        vmax=errors.highest,
        extent=(0, width, height, 0),
        interpolation_stage="data",
    )
    axes.set_anchor("NW")
    axes.set_axis_off()
    page.scale(axes, drawn, (height, width), is_cut=bool((errors.found > errors.highest).any()))


def _draw_crops(
    page: Page, areas: list[tuple[float, ...]], images: Images, errors: _Errors
) -> Rectangle:
    """Draw the place with the largest errors, a pixel of the images as one of the page.

    Returns
    -------
    Rectangle
        Its outline.
    """
    height, width = images.before.shape[:2]
    step = errors.step
    across, down = (
        min(length, round(room * DPI - 0.4))
        for length, room in zip((width, height), areas[0][2:], strict=True)
    )
    top, left = worst_place(errors.found, (-(-down // step), -(-across // step)))
    top, left = min(top * step, height - down), min(left * step, width - across)
    place = slice(top, top + down), slice(left, left + across)
    before, after = images.before[place], images.after[place]
    for (x, y, *_), pixels in zip(areas, (before, after), strict=False):
        axes = page.one_to_one(x, y, pixels)
        is_first = pixels is before
        show(axes, pixels, f"1:1 where the error is largest, at {left:,}, {top:,}" * is_first)
        axes.images[0].set_interpolation("nearest")
    axes = page.one_to_one(areas[2][0], areas[2][1], before)
    own = difference_map(before, after, soft=images.soft)
    axes.imshow(own, cmap=_COLORS, vmin=0, vmax=errors.highest, interpolation="nearest")
    axes.set_axis_off()
    return Rectangle(
        (left, top), across, down, fill=False, edgecolor=_EDGE, linewidth=1.2, clip_on=False
    )
