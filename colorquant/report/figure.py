"""The report of a run: both images, their color spaces, the search, and the palette."""

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from colorquant.color.space import SRGB, Space
from colorquant.errors import counted, printable
from colorquant.models import Raster, Result
from colorquant.report.course import draw_course, height_of_course
from colorquant.report.lost import draw_lost, height_of_lost, outline_lost
from colorquant.report.overview import Images, draw_overview, height_of_overview
from colorquant.report.page import MARGIN, OUR_LOOKS, Page, saved
from colorquant.report.planes import RIGHT, draw_planes, height_of_planes
from colorquant.report.swatches import draw_swatches, height_of_swatches
from colorquant.report.trials import draw_trials, height_of_trials

__all__ = ["draw", "render"]

# Lengths in inches: of a line of text, and of what is above the images.
_LINE, _HEAD, _TITLE = 0.26, 1.0, 0.35
# Letters that surely have room on a line.
_LETTERS = 120
_SCATTER_PIXELS = 10_000


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
    soft: bool = False,
    kind: str = "png",
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
    soft : bool
        Whether the result is dithered: its pixels are compared after a small blur.
    kind : {"png", "svg", "pdf"}
        The format of the picture.

    Returns
    -------
    bytes
        The file.
    """
    figure = draw(
        *(raster, result, space),
        title=title,
        sizes=sizes,
        seed=seed,
        frames=frames,
        soft=soft,
    )
    return saved(figure, kind)


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
    soft: bool = False,
) -> Figure:
    """Draw the report as a figure; the parameters are those of `render`."""
    height, width = raster.pixels.shape[:2]
    k = len(result.palette)
    bounded = result.bounded
    lost = bounded.lost if bounded else None
    told = _bounds(result)
    after = result.indexed.pixels()
    frame = f", frame 1 of {frames:,}" if frames > 1 else ""
    images = Images(
        *(raster.pixels, after, counted(k, "color"), frame), soft=soft, differ=not result.lossless
    )
    seen = space.name != SRGB.name
    parts = [
        height_of_overview(images),
        height_of_lost(lost),
        height_of_planes(seen=seen),
        height_of_course(result.history),
        height_of_trials(bounded),
        height_of_swatches(k),
    ]
    page = Page(_HEAD + _LINE * len(told) + sum(parts) + MARGIN)

    page.text(printable(title), 20, below=0.2)
    page.text(_facts(result, (width, height), sizes, frames), 11, below=0.65)
    for place, line in enumerate(told, 1):
        page.text(line, 11, below=0.65 + place * _LINE)
    # Where each part begins.
    tops = np.cumsum([_HEAD + _LINE * len(told), *parts]).tolist()
    area = draw_overview(page, tops[0], images)
    if frames == 1:
        outline_lost(area, lost)
    draw_lost(page, tops[1] + _TITLE, lost)

    chosen = _choice(height * width, seed)
    total, dots = (" in all", f"; dots{frame.replace(',', ':', 1)}") if frames > 1 else ("", "")
    below = tops[2] + _TITLE
    for left, pixels, name, number in (
        (MARGIN, raster.pixels, "Input", f"{counted(result.source_colors, 'color')}{total}"),
        (RIGHT, after, "Reduced", counted(k, "color")),
    ):
        dots_of = pixels.reshape(-1, pixels.shape[2])[chosen]
        draw_planes(page, (left, below), f"{name} color space: {number}{dots}", dots_of, seen=seen)
    # The palette's pixels are those of all frames, or of one if each frame has its own palette.
    counts = int(result.palette.counts.sum())
    scope = _scope(frames, of_first=counts == height * width)
    history = result.history
    draw_course(page, tops[3] + _TITLE, history, space, pixels=counts, scope=scope)
    draw_trials(page, tops[4] + _TITLE, bounded)
    draw_swatches(page, tops[5], result.palette, scope)
    return page.figure


def _scope(frames: int, *, of_first: bool) -> str:
    """Return what of an animation a palette is of, with a comma before it."""
    if frames == 1:
        return ""
    return f", frame 1 of {frames:,}" if of_first else f", all {frames:,} frames"


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
