"""The command ``compare``: measure how far images are from another one."""

import json
import math
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from colorquant.bounds import delta_e_bound
from colorquant.cli.options.help import HELP, UsageError
from colorquant.cli.options.layered import LayeredCommand
from colorquant.cli.options.listed import declared, parameters, result_option
from colorquant.cli.options.streams import STREAM, stdin
from colorquant.cli.options.values import PATH, WORD
from colorquant.cli.shown.messages import say, translated, warned
from colorquant.errors import InvalidInputError, printable
from colorquant.reading import ReadingOptions

if TYPE_CHECKING:
    from pathlib import Path

    from colorquant.measures.images import Differences
    from colorquant.pipeline.compare import Comparison, Measured

__all__ = ["compare"]

# Exit code for an image that is farther away than it may be.
_FARTHER = 99
_SHARES = {"mean": "delta_e", "p95": "delta_e_p95", "max": "delta_e_max"}
_NAMES = ("MSE", "PSNR", "SSIM", "CIEDE2000", "p95", "max", "S-CIELAB")


def _bound(
    ctx: click.Context, param: click.Parameter, value: str | None
) -> tuple[str, float] | None:
    """Return what of CIEDE2000 is bounded, and the bound."""
    if value is None:
        return None
    try:
        return delta_e_bound("max_delta_e", value)
    except InvalidInputError as error:
        message = f"{value!r} is not a number, p95:number or max:number"
        raise click.BadParameter(message, ctx, param) from error


def _reading(chosen: Mapping[str, Any]) -> ReadingOptions:
    """Return the options for reading."""
    return ReadingOptions(**{name: chosen[name] for name in ("max_pixels", "max_frames")})


@click.command(cls=LayeredCommand, shared=declared, check=_reading, context_settings=HELP)
@click.argument("reference", type=PATH, metavar="IMAGE")
@click.argument("others", type=PATH, nargs=-1, required=True, metavar="OTHER...")
@result_option(
    *("-o", "--output"),
    type=PATH,
    metavar="FILE",
    often="Draw the images and where they differ.",
    help="Draw the images, where they differ and the worst places, as .png, .svg or .pdf.",
)
@result_option(
    "--json",
    "as_json",
    is_flag=True,
    often="Print one object a line for each other.",
    help="Print one object a line for each other.",
)
@result_option(
    "--min-psnr",
    type=click.FloatRange(0),
    metavar="DB",
    often="Fail if one's PSNR is lower.",
    help="Fail if one's PSNR is lower.",
)
@result_option(
    "--min-ssim",
    type=click.FloatRange(-1, 1),
    metavar="S",
    often="Fail if one's SSIM is lower.",
    help="Fail if one's SSIM is lower.",
)
@result_option(
    "--max-delta-e",
    type=WORD,
    callback=_bound,
    metavar="D",
    often="Fail if one's CIEDE2000 is higher.",
    help="Fail if one's CIEDE2000 is higher: 2 bounds the mean, p95:4 that of 95 % of the pixels, "
    "max:10 the largest.",
)
@parameters("gallery", "force", "max_pixels", "max_frames", "config", "no_config", "quiet")
def compare(
    reference: str,
    others: tuple[str, ...],
    *,
    output: str | None,
    gallery: str | None,
    as_json: bool,
    force: bool,
    quiet: bool,
    min_psnr: float | None,
    min_ssim: float | None,
    max_delta_e: tuple[str, float] | None,
    **reading: Any,
) -> None:
    """Measure how far each OTHER image is from IMAGE.

    One of them may be - for stdin. Fails with exit code 99 if one is farther than allowed.

    \b
    Examples:
      colorquant compare flower.jpg out.png -o compare.png
      colorquant compare flower.jpg a.png b.png --min-ssim 0.9 --max-delta-e p95:4
    """  # noqa: D301
    with translated(reference), warned(quiet=quiet):
        from colorquant.pipeline.compare import compare_files, comparison_picture
        from colorquant.pipeline.drawing import picture_kind
        from colorquant.pipeline.gallery import compared_gallery, find_gallery
        from colorquant.storage.files import Writing, write_files
        from colorquant.storage.places import as_place

        options = _reading(reading)
        names = (reference, *others)
        if names.count(STREAM) > 1:
            raise UsageError("- is stdin, which holds one image only")
        places = [as_place(name) for name in names if name != STREAM]
        target = None if output is None else _checked_target(as_place(output), places, force=force)
        page = find_gallery(gallery, [*places, target], force=force)
        images = [stdin() if name == STREAM else name for name in names]
        first, found = compare_files(images[0], images[1:], options)
        lines = [_line(each, first) for each in found] if as_json else _table(first, found)
        _print(lines)
        if target:
            kind = picture_kind(target) or "png"
            picture = comparison_picture(first, found, [_facts(each) for each in found], kind)
            write_files({target: picture}, Writing(overwrite=force))
        if page:
            compared_gallery(page, first, found, Writing(overwrite=force))
    missed = [
        f"{printable(each.file.name)}: {miss}"
        for each in found
        for miss in _misses(each.seen.plain, min_psnr, min_ssim, max_delta_e)
    ]
    for line in missed:
        say(f"Error: {line}")
    if missed:
        raise SystemExit(_FARTHER)


def _checked_target(target: "Path", images: "list[Path]", *, force: bool) -> "Path":
    from colorquant.errors import ImageWriteError
    from colorquant.pipeline.drawing import drawing, picture_kind
    from colorquant.storage.places import check_target, same_place

    if picture_kind(target) is None:
        raise UsageError(f"{target}: a comparison is a .png, .svg or .pdf; name it so")
    if any(same_place(target, each) for each in images):
        raise ImageWriteError(f"{target}: is one of the images")
    check_target(target, overwrite=force)
    drawing("comparison", "the picture of a comparison")
    return target


def _print(lines: list[str]) -> None:
    from colorquant.storage.files import write_stream

    if sys.stdout is None:
        raise UsageError("the figures are written to stdout, which is closed")
    write_stream(sys.stdout.buffer, "".join(f"{line}\n" for line in lines).encode())


def _table(reference: "Measured", found: "list[Comparison]") -> list[str]:
    """Return the lines of a table: two for each image, pixel by pixel and after a small blur."""
    rows = [["", "colors", "bytes", *_NAMES], [*_own(reference), *[""] * len(_NAMES)]]
    for each in found:
        rows.append([*_own(each.file), *_cells(each.seen.plain)])
        rows.append(["  after a small blur", "", "", *_cells(each.seen.blurred)])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _own(file: "Measured") -> list[str]:
    return [printable(file.name), f"{file.colors:,}", f"{file.bytes:,}"]


def _cells(own: "Differences") -> list[str]:
    return [
        f"{own.mse:.2f}",
        f"{own.psnr:.2f}",
        "" if own.ssim is None else f"{own.ssim:.4f}",
        *(f"{each:.2f}" for each in (own.delta_e, own.delta_e_p95, own.delta_e_max, own.scielab)),
    ]


def _facts(own: "Comparison") -> str:
    """Return the line that stands above an image in the picture."""
    pairs = zip(_NAMES, _cells(own.seen.plain), strict=True)
    told = "   ".join(f"{name} {cell}" for name, cell in pairs if cell)
    return f"{own.file.colors:,} colors   {own.file.bytes:,} bytes   {told}"


def _line(own: "Comparison", reference: "Measured") -> str:
    """Return an image's JSON; an infinite PSNR is null."""
    plain, blurred = (
        {name: None if value == math.inf else value for name, value in each._asdict().items()}
        for each in own.seen
    )
    record = {"file": own.file.name, "reference": reference.name}
    counts = {"colors": own.file.colors, "bytes": own.file.bytes}
    return json.dumps({**record, **counts, **plain, "blurred": blurred})


def _misses(
    found: "Differences",
    min_psnr: float | None,
    min_ssim: float | None,
    max_delta_e: tuple[str, float] | None,
) -> list[str]:
    """Return what is farther than it may be."""
    missed = []
    if min_psnr is not None and found.psnr < min_psnr:
        missed.append(f"a PSNR of {found.psnr:.4f} is below {min_psnr:g}")
    if min_ssim is not None and found.ssim is None:
        missed.append("it is too small for SSIM, which needs 7 x 7 pixels")
    elif min_ssim is not None and found.ssim is not None and found.ssim < min_ssim:
        missed.append(f"an SSIM of {found.ssim:.6f} is below {min_ssim:g}")
    if max_delta_e is not None:
        share, bound = max_delta_e
        value: float = getattr(found, _SHARES[share])
        if value > bound:
            missed.append(f"a CIEDE2000 of {value:.4f} ({share}) is above {bound:g}")
    return missed
