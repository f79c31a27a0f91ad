"""The command: its options, and one library call."""

import os
import sys
import time
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import click

from colorquant import __version__
from colorquant.commands import Command, Group, GroupedOption, UsageError
from colorquant.messages import Bar, say_done, translated, warned
from colorquant.options import EFFORTS, ENGINES, ICC, METADATA, QuantizeOptions

__all__ = ["main"]

# Not checked by Click: the library names the cause, and exits with 1.
_PATH = click.Path(path_type=Path, readable=False)
_STREAM = Path("-")

_result = partial(click.option, cls=GroupedOption, group="Result")
_files = partial(click.option, cls=GroupedOption, group="Files")
_search = partial(click.option, cls=GroupedOption, group="Search")
_messages = partial(click.option, cls=GroupedOption, group="Messages")


@click.group(cls=Group, add_help_option=False)
def main() -> None:
    """Find a palette for an image, and recolor it."""


@main.command(cls=Command, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("image", type=_PATH)
@_result(
    "-k",
    "--colors",
    "k",
    type=int,
    default=QuantizeOptions.k,
    show_default=True,
    metavar="N",
    help="Number of colors, 1 to 65536. Up to 256, formats that can be are indexed.",
)
@_result(
    "-o",
    "--output",
    type=_PATH,
    help="Where to write; - is stdout. The extension chooses the format: png, apng, gif, bmp, "
    "tif, tiff, jpg, jpeg, webp, avif, jp2 or ppm. Without it, <stem>-<k>colors.png beside the "
    "image, and stdout for an image from stdin.",
)
@_result(
    "--format",
    metavar="NAME",
    help="Write this format, whatever the extension; png for stdout.",
)
@_result(
    "--background",
    metavar="COLOR",
    help="Compose alpha over this color, as #fff or white. Without it, alpha stays where the "
    "format has it, and is composed over white elsewhere.",
)
@_result(
    "--per-frame-palette",
    is_flag=True,
    help="Give each frame of an animation, or page, its own palette.",
)
@_result(
    "--icc",
    type=click.Choice(ICC),
    default=QuantizeOptions.icc,
    show_default=True,
    help="An RGB color profile: keep it, convert to sRGB, or drop it and keep the numbers.",
)
@_result(
    "--metadata",
    type=click.Choice(METADATA),
    default=QuantizeOptions.metadata,
    show_default=True,
    help="Keep all (EXIF, XMP, comment), profile and resolution only, or none.",
)
@_result(
    "--report",
    type=_PATH,
    help="Also write a PNG that shows both images, their color spaces, the palette and the "
    "search. Needs the extra colorquant[report].",
)
@_files("--force", is_flag=True, help="Replace existing files.")
@_files("--in-place", is_flag=True, help="Replace the image itself.")
@_files("--keep-times", is_flag=True, help="Give the output the image's times.")
@_files("--sync", is_flag=True, help="Name the output when all of it is on the disk.")
@_files(
    "--max-pixels",
    type=int,
    default=QuantizeOptions.max_pixels,
    show_default=True,
    metavar="N",
    help="Refuse larger images, all frames together.",
)
@_search(
    "--effort",
    type=click.Choice(EFFORTS),
    default=QuantizeOptions.effort,
    show_default=True,
    help="How long engine minibatch searches.",
)
@_search(
    "--engine",
    type=click.Choice(ENGINES),
    default=QuantizeOptions.engine,
    show_default=True,
    help="minibatch: mini-batches, escapes from local optima, full passes. lloyd: full "
    "passes to convergence. sklearn: scikit-learn's MiniBatchKMeans on all pixels.",
)
@_search(
    "--restarts",
    type=int,
    default=QuantizeOptions.restarts,
    show_default=True,
    metavar="N",
    help="Search from N starts and keep the best.",
)
@_search(
    "--seed",
    type=int,
    default=QuantizeOptions.seed,
    show_default=True,
    metavar="N",
    help="Seed of everything random. The same seed gives the same file.",
)
@_messages("-v", "--verbose", is_flag=True, help="Say more, stages with times.")
@_messages("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
@click.version_option(__version__, prog_name="colorquant")
def quantize(
    image: Path,
    *,
    output: Path | None,
    report: Path | None,
    force: bool,
    in_place: bool,
    verbose: bool,
    quiet: bool,
    **chosen: Any,
) -> None:
    """Recolor IMAGE, or stdin for -, with the k colors that fit it best.

    \b
    Examples:
      colorquant flower.jpg
      colorquant flower.jpg -k 64 -o out.png --effort best
      colorquant flower.jpg -k 16 -o out.png --report report.png
      colorquant icon.png -k 32 --in-place
      colorquant - -k 32 < clip.gif > clip.webp --format webp
    """  # noqa: D301
    if verbose and quiet:
        raise UsageError("--verbose and --quiet exclude each other")
    start = time.perf_counter()
    # A closed stderr is None.
    terminal = sys.stderr is not None and sys.stderr.isatty()
    bar = Bar() if terminal and not quiet else None
    files = {name: chosen.pop(name) for name in ("format", "keep_times", "sync")}
    with translated(image), warned(quiet=quiet), bar or nullcontext():
        options = QuantizeOptions(**chosen)
        # One image is too little work for the threads of the math library, which cost time to
        # start and more to wake.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        # Imported here, as it loads NumPy, which --help does without.
        from colorquant.pipeline import quantize_file

        done = quantize_file(
            _stdin() if image == _STREAM else image,
            _stdout() if _STREAM in (output, image if output is None else None) else output,
            options,
            report=report,
            force=force,
            in_place=in_place,
            observer=bar,
            **files,
        )
    if verbose or (terminal and not quiet):
        say_done(done, time.perf_counter() - start, verbose=verbose)


def _stdin() -> BinaryIO:
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageError("- reads an image from stdin; redirect one to it")
    return sys.stdin.buffer


def _stdout() -> BinaryIO:
    if sys.stdout is None or sys.stdout.isatty():
        raise UsageError("an image is not written to a terminal; name an output with -o")
    return sys.stdout.buffer
