"""The picture of a comparison: images side by side, where they differ, and the worst places."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from colorquant.errors import printable
from colorquant.report.page import DPI, MARGIN, OUR_LOOKS, TITLE, WIDTH, Page, saved, show

__all__ = ["Row", "render", "worst_place", "worst_places"]

Pixels = NDArray[np.uint8]
Float64 = NDArray[np.float64]

# Lengths in inches.
_BETWEEN = 0.25
_THIRD = (WIDTH - 2 * MARGIN - 2 * _BETWEEN - 0.8) / 3
_TALLEST = 6.0
_TITLE = 0.45
# Places shown, and their width in pixels, of which each is one of the page.
_PLACES = 3
_CROP = 220
# Width of the windows by which places are compared.
_WINDOW = 16


class Row(NamedTuple):
    """An image that is compared with the reference."""

    name: str
    facts: str
    """A line of figures."""
    pixels: Pixels
    """(H, W, 3 or 4)."""
    differences: Float64
    """CIEDE2000 of each pixel, (H, W)."""


@OUR_LOOKS
def render(name: str, reference: Pixels, rows: list[Row], kind: str = "png") -> bytes:
    """Draw a comparison.

    Parameters
    ----------
    name : str
        Name of the reference.
    reference : ndarray, (H, W, 3 or 4), uint8
    rows : list of Row
        Of the same height and width.
    kind : {"png", "svg", "pdf"}

    Returns
    -------
    bytes
        The file.
    """
    height, width = reference.shape[:2]
    tall = min(_TALLEST, max(0.5, _THIRD * height / width))
    crop = min(_CROP, height) / DPI
    each = 0.7 + _TITLE + tall + 0.3 + _TITLE + crop + 0.4
    page = Page(0.9 + each * len(rows))
    page.text(f"Compared with {printable(name)}", 20, below=0.2)
    for number, row in enumerate(rows):
        _draw(page, 0.9 + number * each, tall, reference, row)
    return saved(page.figure, kind)


def _draw(page: Page, below: float, tall: float, reference: Pixels, row: Row) -> None:
    """Draw a row at that distance from the top."""
    page.text(printable(row.name), 14, below=below)
    page.text(row.facts, 11, below=below + 0.35)
    below += 0.7 + _TITLE
    left = MARGIN
    for pixels, title in ((reference, "Reference"), (row.pixels, "Compared")):
        show(page.axes(left, below, _THIRD, tall), pixels, title)
        left += _THIRD + _BETWEEN
    axes = page.axes(left, below, _THIRD, tall)
    drawn = axes.imshow(row.differences, cmap="inferno", vmin=0, interpolation_stage="data")
    axes.set_title("CIEDE2000", size=TITLE, loc="left")
    axes.set_anchor("NW")
    axes.set_axis_off()
    page.scale(axes, drawn, (row.differences.shape[0], row.differences.shape[1]))
    below += tall + 0.3 + _TITLE
    left = MARGIN
    for place in worst_places(row.differences):
        top, start = place
        area = slice(top, top + _CROP), slice(start, start + _CROP)
        where = f"at {start:,}, {top:,}"
        for pixels, title in ((reference, f"Reference {where}"), (row.pixels, "Compared")):
            axes = page.one_to_one(left, below, pixels[area])
            show(axes, pixels[area], "")
            axes.set_title(title, size=11, loc="left")
            axes.images[0].set_interpolation("nearest")
            # Titles have room beside narrow images, too.
            left += _CROP / DPI + 0.1
        left += 0.12


def worst_places(differences: Float64) -> list[tuple[int, int]]:
    """Return the upper left corners of the squares that differ most, the worst first.

    Parameters
    ----------
    differences : ndarray, (H, W)

    Returns
    -------
    list of (row, column)
        Up to three, around windows of 16 x 16 pixels of the largest mean difference, each at least
        half a square from the others. Equal images have none.
    """
    places: list[tuple[int, int]] = []
    for top, left in _places(differences, (_CROP, _CROP)):
        if len(places) == _PLACES:
            break
        if all(max(abs(top - y), abs(left - x)) >= _CROP // 2 for y, x in places):
            places.append((top, left))
    return places


def worst_place(differences: Float64, size: tuple[int, int]) -> tuple[int, int]:
    """Return the upper left corner of the area of a height and width that differs most.

    That is the one around the window of 16 x 16 pixels of the largest mean difference.
    """
    return next(_places(differences, size), (0, 0))


def _places(differences: Float64, size: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """Yield the corners of areas around all windows that differ, the worst first."""
    ends = differences.shape
    tops, lefts = (np.arange(0, length, _WINDOW) for length in ends)
    sums = np.add.reduceat(np.add.reduceat(differences, tops, axis=0), lefts, axis=1)
    rows, columns = (
        np.diff(each, append=end) for each, end in zip((tops, lefts), ends, strict=True)
    )
    means = sums / (rows[:, None] * columns)
    for window in np.argsort(-means, axis=None, kind="stable"):
        row, column = np.unravel_index(window, means.shape)
        if means[row, column] <= 0:
            break
        middle = tops[row] + rows[row] // 2, lefts[column] + columns[column] // 2
        top, left = (
            int(np.clip(at - length // 2, 0, max(0, end - length)))
            for at, length, end in zip(middle, size, ends, strict=True)
        )
        yield top, left
