"""The part of a report on colors that are visibly gone: a list of them, and where they were."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.patheffects import AbstractPathEffect, withStroke

from colorquant.bounded import LostColor
from colorquant.errors import counted
from colorquant.report.page import DPI, MARGIN, WIDTH, Page
from colorquant.report.swatches import checkered

__all__ = ["draw_lost", "height_of_lost", "outline_lost"]

# Lengths in inches.
_ROW, _TITLE = 0.42, 0.6
_ACROSS = WIDTH - 2 * MARGIN
_COLUMNS, _MOST = 3, 15
# Least distances of two numbers on the image, across and down, in inches.
_APART = 0.24, 0.2
_OUTLINE = "#ff2d87"
_EDGE: list[AbstractPathEffect] = [withStroke(linewidth=3, foreground="white")]


def height_of_lost(lost: Sequence[LostColor] | None) -> float:
    """Return the height that `draw_lost` needs, in inches: none if no color is lost."""
    return _rows(lost) * _ROW + _TITLE if lost else 0.0


def draw_lost(page: Page, below: float, lost: Sequence[LostColor] | None) -> None:
    """List the colors that are lost: a swatch, its code, and where its largest area is.

    Parameters
    ----------
    page : Page
    below : float
        Distance of the list from the top of the page, in inches.
    lost : sequence of LostColor, optional
        The largest areas first.
    """
    if not lost:
        return
    axes = page.axes(MARGIN, below, _ACROSS, _rows(lost) * _ROW)
    more = f": the {_MOST} of the largest areas" if len(lost) > _MOST else ""
    axes.set_title(f"{counted(len(lost), 'lost color')}{more}", size=13, loc="left")
    for place, each in enumerate(lost[:_MOST]):
        row, column = divmod(place, _COLUMNS)
        _list(axes, (column * _ACROSS / _COLUMNS, row * _ROW), place + 1, each)
    axes.set(xlim=(0, _ACROSS), ylim=(_rows(lost) * _ROW, 0))
    axes.set_axis_off()


def outline_lost(axes: Axes, lost: Sequence[LostColor] | None) -> None:
    """Outline and number the listed areas on an image, whose axes count its pixels.

    A number that would stand on another is left out.
    """
    across, down = (abs(float(np.diff(each)[0])) for each in (axes.get_xlim(), axes.get_ylim()))
    area = axes.get_window_extent()
    apart = _APART[0] * DPI * across / area.width, _APART[1] * DPI * down / area.height
    numbered: list[tuple[float, float]] = []
    for number, each in enumerate((lost or ())[:_MOST], 1):
        width, height, left, top = each.box
        box = Rectangle((left, top), width, height, fill=False, edgecolor=_OUTLINE, linewidth=1.5)
        box.set_path_effects(_EDGE)
        axes.add_patch(box)
        x, y = left + width / 2, top + height / 2
        if any(abs(x - a) < apart[0] and abs(y - b) < apart[1] for a, b in numbered):
            continue
        numbered.append((x, y))
        text = axes.annotate(
            *(str(number), (x, y)),
            size=9,
            weight="bold",
            color=_OUTLINE,
            ha="center",
            va="center",
        )
        text.set_path_effects(_EDGE)


def _rows(lost: Sequence[LostColor] | None) -> int:
    return -(-min(len(lost or ()), _MOST) // _COLUMNS)


def _list(axes: Axes, place: tuple[float, float], number: int, lost: LostColor) -> None:
    left, top = place
    side = _ROW - 0.08
    swatch = checkered(np.array([lost.color], np.uint8), 4, 4)[0]
    extent = left + 0.3, left + 0.3 + side, top + side, top
    axes.imshow(swatch, interpolation="nearest", extent=extent, aspect="auto")
    edge = Rectangle((left + 0.3, top), side, side, fill=False, edgecolor="#c8c8c8", linewidth=0.5)
    axes.add_patch(edge)
    middle = top + side / 2
    axes.text(left, middle, str(number), size=11, color=_OUTLINE, weight="bold", va="center")
    width, height, x, y = lost.box
    axes.text(
        left + 0.3 + side + 0.1,
        middle,
        f"#{bytes(lost.color).hex()}   {width:,} x {height:,} at {x:,}, {y:,}",
        size=10,
        va="center",
    )
