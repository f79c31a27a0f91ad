"""The command: its options, and one library call."""

import os
from functools import partial
from pathlib import Path
from typing import Any

import click

from colorquant import __version__
from colorquant.commands import Command, Group, GroupedOption, UsageError
from colorquant.messages import translated
from colorquant.options import EFFORTS, ENGINES, ICC, METADATA, WEIGHTS, QuantizeOptions
from colorquant.running import FILE_SETTINGS, MANY_SETTINGS, quantize_all

__all__ = ["main"]

# Not checked by Click: the library names the cause, and exits with 1.
_PATH = click.Path(path_type=Path, readable=False)

_result = partial(click.option, cls=GroupedOption, group="Result")
_files = partial(click.option, cls=GroupedOption, group="Files")
_many = partial(click.option, cls=GroupedOption, group="Many images")
_search = partial(click.option, cls=GroupedOption, group="Search")
_messages = partial(click.option, cls=GroupedOption, group="Messages")


@click.group(cls=Group, add_help_option=False)
def main() -> None:
    """Find a palette for an image, and recolor it."""


@main.command(cls=Command, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("images", type=_PATH, nargs=-1, required=True, metavar="IMAGE...")
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
    type=click.Path(readable=False),
    help="Where to write; a folder for many images, and - for stdout. The extension chooses the "
    "format: png, apng, gif, bmp, tif, tiff, jpg, jpeg, webp, avif, jp2 or ppm. Without it, "
    "<stem>-<k>colors.png beside the image, and stdout for an image from stdin.",
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
@_result(
    "--palette",
    type=_PATH,
    metavar="FILE",
    help="Use this palette, a .json or .gpl, all of it and in its order, instead of k colors.",
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
@_many("-r", "--recursive", is_flag=True, help="Take the images of subfolders, too.")
@_many(
    "--include",
    multiple=True,
    metavar="GLOB",
    help="Of folders, take what matches, as '*.jpg' or 'raw/*'. May be given again.",
)
@_many("--exclude", multiple=True, metavar="GLOB", help="Leave out what matches.")
@_many(
    "--shared-palette", is_flag=True, help="Find one palette for all images together, and use it."
)
@_many(
    "--weight",
    type=click.Choice(WEIGHTS),
    default="pixels",
    show_default=True,
    help="What counts alike for a shared palette: every pixel, or every image.",
)
@_many(
    "--palette-out",
    type=_PATH,
    metavar="FILE",
    help="Write the shared palette as .json or GIMP's .gpl.",
)
@_many("--jobs", type=int, metavar="N", help="Number of processes.  [default: one a core]")
@_many(
    "--memory",
    metavar="SIZE",
    help="What images under way may take together, as 500M or 2G; an estimate.",
)
@_many("--skip-if-larger", is_flag=True, help="Keep a source whose result is not smaller.")
@_many("--dry-run", is_flag=True, help="Say what would be done; with -v the sizes, too.")
@_many("--json", "as_json", is_flag=True, help="Write an object for each image to stdout.")
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
    images: tuple[Path, ...],
    *,
    output: str | None,
    report: Path | None,
    verbose: bool,
    quiet: bool,
    **chosen: Any,
) -> None:
    """Recolor images with the k colors that fit them best.

    IMAGE is a file, a folder, or - for stdin.

    \b
    Examples:
      colorquant flower.jpg
      colorquant flower.jpg -k 64 -o out.png --effort best
      colorquant flower.jpg -k 16 -o out.png --report report.png
      colorquant icon.png -k 32 --in-place
      colorquant photos -r -k 256 -o small --format png
      colorquant - -k 32 < clip.gif > clip.webp --format webp
    """  # noqa: D301
    if verbose and quiet:
        raise UsageError("--verbose and --quiet exclude each other")
    given = click.get_current_context().get_parameter_source("k")
    if chosen["palette"] and given is not click.core.ParameterSource.DEFAULT:
        raise UsageError("a palette has its own number of colors; leave out --colors")
    said: dict[str, Any] = {"output": output, "report": report, "verbose": verbose, "quiet": quiet}
    settings = {name: chosen.pop(name) for name in (*FILE_SETTINGS, *MANY_SETTINGS)}
    with translated(images[0]):
        options = QuantizeOptions(**chosen)
        # One image is too little work for the threads of the math library, which cost time to
        # start and more to wake.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        failed = quantize_all(images, options, **said, **settings)
    if failed:
        raise SystemExit(1)
