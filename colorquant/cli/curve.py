"""The command ``curve``: error and size of an image by the number of colors."""

import json
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from colorquant.choices import AUTO
from colorquant.cli.options.help import HELP, UsageError
from colorquant.cli.options.layered import LayeredCommand
from colorquant.cli.options.listed import SETTINGS, declared, parameters, result_option
from colorquant.cli.options.streams import STREAM, stdin
from colorquant.cli.options.together import image_options
from colorquant.cli.options.values import PATH
from colorquant.cli.shown.counting import counting
from colorquant.cli.shown.messages import translated, warned
from colorquant.options import QuantizeOptions

if TYPE_CHECKING:
    from pathlib import Path

    from colorquant.pipeline.curve import Curve, Point

__all__ = ["curve"]

_FIGURES = (".csv", ".json")
_HEAD = ("colors", "MSE", "PSNR", "CIEDE2000", "bytes")


def _options(chosen: Mapping[str, Any]) -> QuantizeOptions:
    """Return the options for the curve; refuse those that exclude each other."""
    return image_options(chosen, k=AUTO)


@click.command(cls=LayeredCommand, shared=declared, check=_options, context_settings=HELP)
@click.argument("image", type=PATH, metavar="IMAGE")
@result_option(
    *("-o", "--output"),
    type=PATH,
    metavar="FILE",
    often="Write the curve as a picture, .csv or .json.",
    help="Write the curve to this file instead of printing a table: a picture as .png, .svg or "
    ".pdf, or the figures as .csv or .json.",
)
@parameters(
    *("background", "alpha", "downscale", "pixelate", "icc", "metadata", "optimize"),
    *("pins", "depth", "order"),
    *("objective", "perceptual", "dither", "dither_strength", "compact", "nearest"),
    *("max_colors", "min_psnr", "max_delta_e", "min_ssim", "quality", "max_bytes", "max_lost"),
    *("force", "max_pixels", "max_frames"),
    *("effort", "engine", "restarts", "seed", *SETTINGS, "quiet"),
)
def curve(
    image: str, *, output: str | None, force: bool, quiet: bool, optimize: Any, **chosen: Any
) -> None:
    """Show the error and the size of IMAGE by the number of colors.

    IMAGE is a file, a URL, or - for stdin. The number of colors that meets the bounds, as quantize
    finds it, is marked; without bounds, that of -k auto.

    \b
    Examples:
      colorquant curve flower.jpg
      colorquant curve flower.jpg --min-psnr 32 -o curve.png
    """  # noqa: D301
    with translated(image), warned(quiet=quiet):
        options = _options(chosen)
        target = None if output is None else _checked_target(output, image, force=force)
        if not target and sys.stdout is None:
            raise UsageError("the figures are written to stdout, which is closed")

        from colorquant.pipeline.curve import curve_of
        from colorquant.storage.files import Writing, write_files, write_stream
        from colorquant.storage.places import as_place

        source = stdin() if image == STREAM else as_place(image)
        with counting("results", quiet=quiet) as told:
            found = curve_of(source, options, told, optimize=optimize)
        if target:
            write_files({target: _contents(found, target)}, Writing(overwrite=force))
        else:
            write_stream(sys.stdout.buffer, _text(_table(found)))


def _checked_target(output: str, image: str, *, force: bool) -> "Path":
    """Return the place of the curve, or refuse it."""
    from colorquant.errors import ImageWriteError
    from colorquant.pipeline.drawing import drawing, picture_kind
    from colorquant.storage.places import as_place, check_target, same_place

    target = as_place(output)
    picture = picture_kind(target)
    if not picture and target.suffix.lower() not in _FIGURES:
        raise UsageError(f"{output}: a curve is a .png, .svg, .pdf, .csv or .json; name it so")
    if image != STREAM and same_place(target, as_place(image)):
        raise ImageWriteError(f"{target}: is the image itself")
    check_target(target, overwrite=force)
    if picture:
        drawing("curve", "the picture of a curve")
    return target


def _contents(found: "Curve", target: "Path") -> bytes:
    """Return the file of a curve."""
    from colorquant.pipeline.curve import curve_picture
    from colorquant.pipeline.drawing import picture_kind

    picture = picture_kind(target)
    if picture:
        return curve_picture(found, picture)
    facts = found.facts()
    if target.suffix.lower() == ".json":
        return _text([json.dumps(facts, indent=2)])
    points = facts["points"]
    lines = [[_cell(value) for value in point.values()] for point in points]
    return _text([",".join(line) for line in [list(points[0]), *lines]])


def _cell(value: float | None) -> str:
    """Return a value for CSV."""
    if isinstance(value, bool):
        return str(value).lower()
    return "inf" if value is None else str(value)


def _text(lines: list[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def _table(found: "Curve") -> list[str]:
    """Return the lines of a table, the chosen row marked, and what it reached of the bounds."""
    rows = [("", *_HEAD), *((_mark(found, each), *_cells(each)) for each in found.points)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    ]
    if found.chosen is None:
        return lines
    told = [str(each) for each in found.bounds]
    if found.chosen.strength != found.look.strength:
        told.insert(0, f"dithered at strength {found.chosen.strength:.3g}")
    return [*lines, "", *(f"* {each}" for each in told)]


def _mark(found: "Curve", point: "Point") -> str:
    return "*" if point == found.chosen else ""


def _cells(point: "Point") -> list[str]:
    return [
        f"{point.k:,}",
        f"{point.mse:.2f}",
        f"{point.psnr:.2f}",
        f"{point.delta_e:.2f}",
        f"{point.bytes:,}",
    ]
