"""A page: a figure whose parts are placed in inches."""

from collections.abc import Sequence
from math import log2

import numpy as np
from matplotlib import rc_context, rcParamsDefault
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray

__all__ = ["DPI", "MARGIN", "OUR_LOOKS", "WIDTH", "Page", "over_checkerboard", "show", "ticks"]

Pixels = NDArray[np.uint8]

WIDTH = 14.0
"""Of a page, in inches."""
MARGIN = 0.5
DPI = 110
OUR_LOOKS = rc_context({k: v for k, v in rcParamsDefault.items() if k != "backend"})
"""The user's own settings of matplotlib must not change what is drawn."""

# Longer side of an image as drawn, in pixels: about twice what the page has room for.
_SHOWN = 1400


class Page:
    """A figure whose parts are placed in inches from its left and its top."""

    def __init__(self, height: float) -> None:
        self.height = height
        self.figure = Figure(figsize=(WIDTH, height), dpi=DPI)
        FigureCanvasAgg(self.figure)

    def axes(self, left: float, below: float, width: float, height: float) -> Axes:
        """Return axes for an area of the page."""
        bottom = self.height - below - height
        return self.figure.add_axes(
            (left / WIDTH, bottom / self.height, width / WIDTH, height / self.height)
        )

    def text(self, text: str, size: float, *, below: float, left: float = MARGIN) -> None:
        """Write text."""
        # Dollar signs in file names do not mark formulas.
        self.figure.text(
            left / WIDTH, 1 - below / self.height, text, size=size, va="top", parse_math=False
        )


def show(axes: Axes, pixels: Pixels, title: str) -> None:
    """Show an image, with alpha over a checkerboard; a large one with fewer pixels.

    Places on the axes are those of the image, whatever the number of pixels that are drawn.
    """
    height, width = pixels.shape[:2]
    step = -(-max(height, width) // _SHOWN)
    axes.imshow(over_checkerboard(pixels[::step, ::step]), extent=(0, width, height, 0))
    axes.set_title(title, size=13)
    axes.set_axis_off()


def over_checkerboard(pixels: Pixels) -> Pixels:
    """Return pixels without alpha, those that had it composed over gray squares."""
    if pixels.shape[2] == 3:
        return pixels
    rows, columns = np.indices(pixels.shape[:2]) // max(1, max(pixels.shape[:2]) // 48)
    board = np.where((rows + columns) % 2, 255.0, 208.0)[:, :, None]
    alpha = pixels[:, :, 3:] / 255
    return np.rint(pixels[:, :, :3] * alpha + board * (1 - alpha)).astype(np.uint8)


def ticks(numbers: Sequence[int], room: float) -> list[int]:
    """Return the numbers that are written below a logarithmic scale: the last, and others apart.

    Parameters
    ----------
    numbers : sequence of int
        Ascending.
    room : float
        How many numbers have room side by side.
    """
    first, last = numbers[0], numbers[-1]
    apart = log2(last / first) / room
    kept = [last]
    for number in reversed(numbers):
        if number != kept[-1] and log2(kept[-1] / number) >= apart:
            kept.append(number)
    return kept[::-1]
