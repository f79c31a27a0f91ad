"""A page: a figure whose parts are placed in inches."""

import io
from collections.abc import Sequence
from math import ceil, log2
from typing import Any

import numpy as np
from matplotlib import rc_context, rcParamsDefault
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.cm import ScalarMappable
from matplotlib.figure import Figure
from numpy.typing import NDArray

__all__ = [
    "BOARD",
    "DPI",
    "MARGIN",
    "OUR_LOOKS",
    "TITLE",
    "WIDTH",
    "Page",
    "over_checkerboard",
    "saved",
    "show",
    "step_for",
    "ticks",
]

Pixels = NDArray[np.uint8]

WIDTH = 14.0
"""Of a page, in inches."""
MARGIN = 0.5
DPI = 110
TITLE = 13
"""Size of the letters of a title."""
# Between a title and what it is of, in inches.
_PAD = 1 / 12
BOARD = 208, 255
"""The two grays of the checkerboard behind what has alpha."""
# The names of parts of an SVG follow from a salt, which is random if there is none.
_SALT = {"svg.hashsalt": "colorquant"}
OUR_LOOKS = rc_context({k: _SALT.get(k, v) for k, v in rcParamsDefault.items() if k != "backend"})
"""The user's own settings of matplotlib must not change what is drawn."""

# Dates, without which the same picture has the same bytes each time.
_DATES: dict[str, dict[str, Any]] = {
    "png": {},
    "svg": {"Date": None},
    "pdf": {"CreationDate": None},
}
# Pixels per inch of images within drawings, which are looked at enlarged.
_FINE = 150

# Longer side of an image as drawn, in pixels: about twice what the page has room for.
_SHOWN = 1400


class Page:
    """A figure whose parts are placed in inches from its left and its top."""

    def __init__(self, height: float) -> None:
        # The pixels of images that are shown 1:1 must not stand between those of the page.
        pixels = ceil(height * DPI - 1e-6)
        while int(pixels / DPI * DPI) != pixels:
            pixels += 1
        self.height = pixels / DPI
        self.figure = Figure(figsize=(WIDTH, self.height), dpi=DPI)
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

    def title(self, axes: Axes, text: str, left: float = MARGIN, *, above: float = _PAD) -> None:
        """Write a title so many inches from the left of the page and above axes."""
        area = axes.get_position()
        x = (left / WIDTH - area.x0) / area.width
        axes.set_title(text, size=TITLE, loc="left", x=x, pad=72 * above)

    def scale(
        self, axes: Axes, drawn: ScalarMappable, size: tuple[int, int], *, is_cut: bool = False
    ) -> None:
        """Draw the scale of an image's colors beside it, which is at the left of its axes.

        Parameters
        ----------
        axes : Axes
        drawn : ScalarMappable
        size : tuple of int
            Height and width of the image.
        is_cut : bool
            Whether there are values above the scale.
        """
        height, width = size
        area = axes.get_position()
        across, down = area.width * WIDTH, area.height * self.height
        right = area.x0 * WIDTH + min(across, down * width / height) + 0.1
        below = (1 - area.y1) * self.height
        beside = self.axes(right, below, 0.15, min(down, across * height / width))
        self.figure.colorbar(drawn, cax=beside, extend="max" if is_cut else "neither")

    def one_to_one(self, left: float, below: float, pixels: Pixels) -> Axes:
        """Return axes near a place for pixels that are those of the page."""
        height, width = pixels.shape[:2]
        return self.axes(
            round(left * DPI) / DPI, round(below * DPI) / DPI, width / DPI, height / DPI
        )


def saved(figure: Figure, kind: str) -> bytes:
    """Return the file of a figure, the same bytes each time.

    Parameters
    ----------
    figure : Figure
    kind : {"png", "svg", "pdf"}
    """
    stream = io.BytesIO()
    dpi = DPI if kind == "png" else _FINE
    figure.savefig(stream, format=kind, dpi=dpi, metadata=_DATES[kind])
    return stream.getvalue()


def show(axes: Axes, pixels: Pixels, title: str) -> None:
    """Show an image, with alpha over a checkerboard; a large one with fewer pixels.

    Places on the axes are those of the image, whatever the number of pixels that are drawn.
    """
    height, width = pixels.shape[:2]
    step = step_for(height, width, _SHOWN)
    axes.imshow(over_checkerboard(pixels[::step, ::step]), extent=(0, width, height, 0))
    axes.set_title(title, size=TITLE, loc="left")
    axes.set_anchor("NW")
    axes.set_axis_off()


def step_for(height: int, width: int, longest: int) -> int:
    """Return of how many rows and columns one is taken so that no side is longer than that."""
    return -(-max(height, width) // longest)


def over_checkerboard(pixels: Pixels) -> Pixels:
    """Return pixels without alpha, those that had it composed over gray squares."""
    if pixels.shape[2] == 3:
        return pixels
    rows, columns = np.indices(pixels.shape[:2]) // max(1, max(pixels.shape[:2]) // 48)
    board = np.take(BOARD, (rows + columns) % 2)[:, :, None]
    alpha = pixels[:, :, 3:] / 255
    shown: Pixels = np.rint(pixels[:, :, :3] * alpha + board * (1 - alpha)).astype(np.uint8)
    return shown


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
