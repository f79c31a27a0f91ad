"""The part of a report on the palette: swatches with what they are and how much they are used."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from colorquant.color.contrast import contrast_ratios
from colorquant.palette import Palette
from colorquant.report.page import BOARD, MARGIN, WIDTH, Page

__all__ = ["checkered", "draw_swatches", "height_of_swatches", "share_text"]

Pixels = NDArray[np.uint8]

# Lengths in inches: of a large swatch at most, of a row of small ones, and of what is beside them.
_LARGE = (WIDTH - 2 * MARGIN) / 8, 0.85
_ROW, _BESIDE, _ABOVE = 0.42, 0.4, 0.25
_ACROSS = WIDTH - 2 * MARGIN
# Up to so many colors have large swatches; small ones are as many in a row.
_COLUMNS = 16
_MOST = 256
# Between a title and what is below it.
_PAD = 0.08
# Width of a square of the checkerboard within a swatch, in inches.
_SQUARE = 0.1
_EDGE, _GRAY = "#c8c8c8", "#606060"


def height_of_swatches(k: int) -> float:
    """Return the height that `draw_swatches` needs for k colors, in inches, with the title."""
    if k <= _COLUMNS:
        return _LARGE[1] + _ABOVE
    return _ROW * -(-min(k, _MOST) // _COLUMNS) + (2 if k <= _MOST else 1) * _ABOVE


def draw_swatches(page: Page, below: float, palette: Palette, scope: str) -> None:
    """Draw the palette in its order, with hex codes and shares of the pixels.

    More than 16 colors are a grid, with the number of each row's first color beside it. Of more
    than 256 colors, the most used are shown, from the most to the least used.

    Parameters
    ----------
    page : Page
    below : float
        Distance of the title from the top of the page, in inches.
    palette : Palette
    scope : str
        What of an animation the palette is of, with a comma before it.
    """
    k = len(palette)
    order = np.arange(k)
    more = ""
    if k > _MOST:
        order = np.argsort(-palette.counts, kind="stable")[:_MOST]
        more = f": the {_MOST} most used"
    columns = min(_COLUMNS, k)
    rows = -(-len(order) // columns)
    left, top, above = MARGIN, below + _ABOVE, _PAD
    size = (min(_LARGE[0], _ACROSS / k), _LARGE[1]) if k <= _COLUMNS else (_ACROSS / columns, _ROW)
    is_numbered = _COLUMNS < k <= _MOST
    if is_numbered:
        left, top, above = MARGIN + _BESIDE, top + _ABOVE, above + _ABOVE
        size = (_ACROSS - _BESIDE) / columns, _ROW
    axes = page.axes(left, top, columns * size[0], rows * size[1])
    axes.set_axis_off()
    _draw(axes, palette, order, columns, size)
    page.title(axes, f"Palette{scope}{more}", above=above)
    if is_numbered:
        _number(axes, rows, columns)


def _draw(
    axes: Axes, palette: Palette, order: NDArray[np.intp], columns: int, size: tuple[float, float]
) -> None:
    """Draw swatches of a size in inches; an unit of the axes is a swatch."""
    rows = -(-len(order) // columns)
    colors = palette.colors[order]
    across, down = (max(2, 2 * round(length / _SQUARE / 2)) for length in size)
    squares = np.full((rows * columns, down, across, 3), 255, np.uint8)
    squares[: len(order)] = checkered(colors, across, down)
    whole = squares.reshape(rows, columns, down, across, 3).swapaxes(1, 2)
    whole = whole.reshape(rows * down, columns * across, 3)
    axes.imshow(whole, interpolation="nearest", extent=(0, columns, rows, 0), aspect="auto")
    names, shares = palette.hex(), 100 * palette.counts / palette.counts.sum()
    inks = _inks(colors)
    is_large = rows == 1
    for place, entry in enumerate(order.tolist()):
        row, column = divmod(place, columns)
        edge = Rectangle((column, row), 1, 1, fill=False, edgecolor=_EDGE, lw=0.5, clip_on=False)
        axes.add_patch(edge)
        axes.text(
            column + 0.5,
            row + 0.5,
            f"{names[entry]}\n{share_text(shares[entry])}",
            size=(10 if columns <= 8 else 8.5) if is_large else 7,
            ha="center",
            va="center",
            color=inks[place],
        )


def _number(axes: Axes, rows: int, columns: int) -> None:
    """Write the numbers of the first entry of each row, and of the columns."""
    for row in range(rows):
        axes.text(
            -0.12, row + 0.5, str(row * columns), size=8, color=_GRAY, ha="right", va="center"
        )
    for column in range(columns):
        axes.text(column + 0.5, -0.12, f"+{column}", size=8, color=_GRAY, ha="center", va="bottom")


def checkered(colors: Pixels, across: int, down: int) -> Pixels:
    """Return a small image of each color, what has alpha over a checkerboard.

    Parameters
    ----------
    colors : ndarray, (n, 3 or 4), uint8
    across, down : int
        Squares of the checkerboard.

    Returns
    -------
    ndarray, (n, down, across, 3), uint8
    """
    light_and_dark = _over_board(colors)
    rows, columns = np.indices((down, across))
    return light_and_dark[:, (rows + columns) % 2]


def _over_board(colors: Pixels) -> Pixels:
    """Return colors over the two grays of the checkerboard, (n, 2, 3)."""
    alpha = colors[:, 3:] / 255 if colors.shape[1] == 4 else np.ones((len(colors), 1))
    over = [colors[:, :3] * alpha + gray * (1 - alpha) for gray in BOARD]
    return np.rint(np.stack(over, axis=1)).astype(np.uint8)


def _inks(colors: Pixels) -> list[str]:
    """Return for each color whether black or white is read better on it."""
    grounds = _over_board(colors).reshape(-1, 3)
    letters = np.array([[0, 0, 0], [255, 255, 255]], np.uint8)
    ratios = contrast_ratios(np.concatenate([letters, grounds]))[:2, 2:]
    # What is read worse of the two grounds counts.
    black, white = ratios.reshape(2, -1, 2).min(axis=2)
    return ["white" if better else "black" for better in white > black]


def share_text(share: float) -> str:
    """Return a share in percent, with two digits."""
    if share == 0 or share >= 9.95:
        return f"{share:.0f} %"
    return f"{share:.2g} %" if share >= 0.01 else "< 0.01 %"
