"""The report of a run: both images, their color spaces, the search, and the palette."""

import io

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from colorquant.color.space import Space
from colorquant.errors import counted, printable
from colorquant.models import Raster, Result, Step
from colorquant.palette import Palette
from colorquant.report.lost import draw_lost, height_of_lost, outline_lost
from colorquant.report.page import MARGIN, OUR_LOOKS, WIDTH, Page, over_checkerboard, show
from colorquant.report.trials import draw_trials, height_of_trials

__all__ = ["draw", "render"]

Pixels = NDArray[np.uint8]

# Lengths in inches.
_BETWEEN = 0.4
_HALF = (WIDTH - 2 * MARGIN - _BETWEEN) / 2
_RIGHT = MARGIN + _HALF + _BETWEEN
_PLOT = 2.6
_SWATCH = 0.42
_LINE = 0.26

_SWATCH_COLUMNS = 16
_MOST_SWATCHES = 256
_MOST_PATHS = 256
# Letters that surely have room on a line.
_LETTERS = 120
_SCATTER_PIXELS = 10_000
# A background between the darkest and the lightest dots.
_GROUND = "#d4d4d4"
# Longer moves in one breath are drawn as jumps; in units of the axes.
_JUMP = 0.04


@OUR_LOOKS
def render(
    raster: Raster,
    result: Result,
    space: Space,
    *,
    title: str,
    sizes: tuple[int, int],
    seed: int,
    frames: int = 1,
) -> bytes:
    """Draw the report of a run.

    Parameters
    ----------
    raster : Raster
        The image that was quantized; of several frames, the first.
    result : Result
        Of several frames, its image is the first.
    space : Space
        The space of the result's history.
    title : str
        Name of the image.
    sizes : tuple of int
        Bytes of the source file and of the output.
    seed : int
        Seed of the choice of pixels in the scatter plots.
    frames : int
        Number of frames of the output.

    Returns
    -------
    bytes
        A PNG file.
    """
    stream = io.BytesIO()
    figure = draw(raster, result, space, title=title, sizes=sizes, seed=seed, frames=frames)
    figure.savefig(stream, format="png")
    return stream.getvalue()


@OUR_LOOKS
def draw(
    raster: Raster,
    result: Result,
    space: Space,
    *,
    title: str,
    sizes: tuple[int, int],
    seed: int,
    frames: int = 1,
) -> Figure:
    """Draw the report as a figure; the parameters are those of `render`."""
    height, width = raster.pixels.shape[:2]
    k = len(result.palette)
    image_height = min(8.0, max(0.5, _HALF * height / width))
    swatch_rows = -(-min(k, _MOST_SWATCHES) // _SWATCH_COLUMNS)
    plot_rows = 2 if result.history else 1
    bounded = result.bounded
    lost = bounded.lost if bounded else None
    told = _bounds(result)
    more = _LINE * len(told) + height_of_trials(bounded) + height_of_lost(lost)
    page = Page(2.6 + more + image_height + plot_rows * (_PLOT + 1.05) + swatch_rows * _SWATCH)

    page.text(printable(title), 20, below=0.2)
    page.text(_facts(result, (width, height), sizes, frames), 11, below=0.65)
    for place, line in enumerate(told, 1):
        page.text(line, 11, below=0.65 + place * _LINE)
    recolored = result.indexed.pixels()
    below = 1.4 + _LINE * len(told)
    shown = f", frame 1 of {frames:,}" if frames > 1 else ""
    show(page.axes(MARGIN, below, _HALF, image_height), raster.pixels, f"Original{shown}")
    area = page.axes(_RIGHT, below, _HALF, image_height)
    show(area, recolored, f"{counted(k, 'color')}{shown}")
    if frames == 1:
        outline_lost(area, lost)

    below += image_height + 0.7
    draw_lost(page, below - 0.15, lost)
    below += height_of_lost(lost)
    chosen = _choice(height * width, seed)
    total, dots = (" in all", "; dots of frame 1") if frames > 1 else ("", "")
    input_title = f"Input color space: {counted(result.source_colors, 'color')}{total}{dots}"
    _color_space(page, (MARGIN, below), input_title, raster.pixels, chosen)
    reduced_title = f"Reduced color space: {counted(k, 'color')}{dots}"
    _color_space(page, (_RIGHT, below), reduced_title, recolored, chosen)

    below += _PLOT + 1.05
    # The palette's pixels are those of all frames, or of one if each frame has its own palette.
    pixels = int(result.palette.counts.sum())
    own = " of frame 1" if frames > 1 and pixels == height * width else ""
    if result.history:
        _search(page, below, result.history, space, pixels=pixels, own=own)
        below += _PLOT + 1.05
    draw_trials(page, below, bounded)
    below += height_of_trials(bounded)
    area = page.axes(MARGIN, below, WIDTH - 2 * MARGIN, swatch_rows * _SWATCH)
    _swatches(area, result.palette, swatch_rows, own)
    return page.figure


def _facts(result: Result, size: tuple[int, int], sizes: tuple[int, int], frames: int) -> str:
    metrics, k = result.metrics, len(result.palette)
    error = "lossless" if result.lossless else f"MSE {metrics.mse:.2f}   PSNR {metrics.psnr:.2f} dB"
    seconds = sum(result.seconds.values())
    moving = f"{frames:,} frames   " if frames > 1 else ""
    return (
        f"{size[0]:,} x {size[1]:,} pixels   {moving}k = {k:,}   {error}   "
        f"{sizes[0]:,} → {sizes[1]:,} bytes   {seconds:.2f} s"
    )


def _bounds(result: Result) -> list[str]:
    """Return the lines on what was reached of bounds, each no wider than the page."""
    reached = result.bounded.reached if result.bounded else ()
    lines: list[str] = []
    for each in map(str, reached):
        if lines and len(lines[-1]) + len(each) < _LETTERS:
            lines[-1] += f"   {each}"
        else:
            lines.append(each)
    return lines


def _choice(pixels: int, seed: int) -> NDArray[np.int64]:
    size = min(pixels, _SCATTER_PIXELS)
    return np.random.default_rng(seed).choice(pixels, size, replace=False)


def _color_space(
    page: Page, place: tuple[float, float], title: str, pixels: Pixels, chosen: NDArray[np.int64]
) -> None:
    left, below = place
    page.text(title, 13, below=below - 0.35, left=left + 0.5)
    colors = pixels.reshape(-1, pixels.shape[2])[chosen] / 255
    # If many dots share few places, larger dots show better.
    size = 6.0 if len(np.unique(colors, axis=0)) > _MOST_SWATCHES else 24.0
    for column, (channel, name) in enumerate([(1, "green"), (2, "blue")]):
        axes = page.axes(left + 0.5 + column * (_PLOT + 0.6), below, _PLOT, _PLOT)
        axes.scatter(
            colors[:, 0], colors[:, channel], s=size, c=colors, linewidths=0, clip_on=False
        )
        _unit_square(axes, name)


def _unit_square(axes: Axes, vertical: str) -> None:
    axes.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.03), xlabel="red", ylabel=vertical)
    axes.set_facecolor(_GROUND)
    axes.set_xticks(np.linspace(0, 1, 6))
    axes.set_yticks(np.linspace(0, 1, 6))


def _search(
    page: Page, below: float, history: tuple[Step, ...], space: Space, *, pixels: int, own: str
) -> None:
    _paths(page.axes(MARGIN + 0.5, below, _PLOT, _PLOT), history, space)
    left = MARGIN + _PLOT + 1.6
    area = page.axes(left, below, WIDTH - MARGIN - left, _PLOT)
    area.set_title(f"Inertia per step{own}", size=13)
    _inertia(area, history, pixels, space)


def _paths(axes: Axes, history: tuple[Step, ...], space: Space) -> None:
    """Draw the path of each center from the seeding (ring) to the end (dot)."""
    axes.set_title("Centers from seeding to end", size=13)
    _unit_square(axes, "green")
    k = len(history[-1].centers)
    steps = [step for step in history if len(step.centers) == k]
    drawn = np.unique(np.linspace(0, k - 1, min(k, _MOST_PATHS)).astype(int))
    colors = np.stack([space.colors(step.centers * space.unit)[drawn] / 255 for step in steps])
    places, final = colors[:, :, :2], colors[-1, :, :3]
    moves = np.stack([places[:-1], places[1:]], axis=2)
    jumps = np.square(places[1:] - places[:-1]).sum(axis=2) > _JUMP * _JUMP
    jumps &= np.array([step.stage == "breath" for step in steps[1:]], bool)[:, None]
    tints = np.broadcast_to(final, (*jumps.shape, 3))
    axes.add_collection(LineCollection(list(moves[jumps]), colors="#00000050", linestyles=":"))
    axes.add_collection(LineCollection(list(moves[~jumps]), colors=tints[~jumps], linewidths=1.2))
    size = 30 if k <= 64 else 12
    first, last = places[0], places[-1]
    rings = [tuple(color) for color in final]
    axes.scatter(
        first[:, 0], first[:, 1], s=size, facecolors="none", edgecolors=rings, linewidths=0.8
    )
    axes.scatter(last[:, 0], last[:, 1], s=size, c=final, edgecolors="black", linewidths=0.4)


def _inertia(axes: Axes, history: tuple[Step, ...], pixels: int, space: Space) -> None:
    """Draw the inertia of each step, marked by stage.

    It is a squared error per pixel or, if colors weigh what the eye sees, a multiple of the last.
    """
    errors = np.array([step.inertia for step in history])
    if space.visible:
        axes.set(xlabel="step", ylabel="visible error, the last one = 1")
        errors /= max(errors[-1], np.finfo(float).tiny)
    else:
        axes.set(xlabel="step", ylabel="squared error per pixel")
        errors = errors * 255**2 / pixels
    last = max(1, len(history) - 1)
    axes.set_xlim(-0.02 * last, 1.02 * last)
    axes.plot(errors, color="#909090", linewidth=1)
    stages = np.array([step.stage for step in history])
    for stage in dict.fromkeys(stages.tolist()):
        at = np.flatnonzero(stages == stage)
        axes.plot(at, errors[at], "o", markersize=5, label=stage)
    axes.legend(frameon=False)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.ticklabel_format(useOffset=False)


def _swatches(axes: Axes, palette: Palette, rows: int, own: str) -> None:
    """Draw the palette from the most to the least used color, with hex code and share."""
    order = np.argsort(-palette.counts, kind="stable")[:_MOST_SWATCHES]
    columns = min(_SWATCH_COLUMNS, len(order))
    title = "" if len(order) == len(palette) else f": the {len(order)} most used"
    axes.set_title(f"Palette{own}{title}", size=13, loc="left")
    axes.set(xlim=(0, columns), ylim=(rows, 0))
    axes.set_axis_off()
    shown = over_checkerboard(palette.colors[order][None])[0] / 255
    names = palette.hex()
    shares = 100 * palette.counts / palette.counts.sum()
    for place, (entry, color) in enumerate(zip(order, shown, strict=True)):
        row, column = divmod(place, columns)
        axes.add_patch(
            Rectangle((column, row), 1, 1, facecolor=color, edgecolor="#c8c8c8", linewidth=0.5)
        )
        axes.text(
            column + 0.5,
            row + 0.5,
            f"{names[entry]}\n{shares[entry]:.2g} %",
            size=7,
            ha="center",
            va="center",
            color="white" if (color * (0.299, 0.587, 0.114)).sum() < 0.5 else "black",
        )
