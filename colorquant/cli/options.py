"""The options of all commands, each declared once."""

from collections.abc import Callable
from functools import partial
from typing import Any

import click

from colorquant.choices import ALPHAS, EFFORTS, ENGINES, ICC, METADATA, WEIGHTS
from colorquant.cli.bounds import BOUNDS, COLORS
from colorquant.cli.entries import ENTRIES
from colorquant.cli.help import GroupedOption, LoneOption
from colorquant.cli.look import LOOK
from colorquant.cli.values import LEVEL, PATH, WORD
from colorquant.options import QuantizeOptions
from colorquant.reading import ReadingOptions
from colorquant.search import SearchOptions
from colorquant.shaping import ShapingOptions

__all__ = ["NAMES", "parameters", "result_option"]


result_option = partial(click.option, cls=GroupedOption, group="Result")
_files = partial(click.option, cls=GroupedOption, group="Files")
_many = partial(click.option, cls=GroupedOption, group="Many images")
_search = partial(click.option, cls=GroupedOption, group="Search")
_messages = partial(click.option, cls=GroupedOption, group="Messages")

_PARAMETERS: dict[str, Callable[[Any], Any]] = {
    "k": result_option(
        "-k",
        "--colors",
        "k",
        type=COLORS,
        metavar="N",
        help="Number of colors, 1 to 65536, or auto: the fewest that meet the bounds, or else look "
        "right. Up to 256, the output is indexed if the format can be.  "
        f"[default: {QuantizeOptions().k}; with a bound auto]",
    ),
    "output": result_option(
        "-o",
        "--output",
        type=PATH,
        help="Where to write: a file, a folder for many images, or - for stdout. The extension "
        "chooses the format: png, apng, gif, bmp, tif, tiff, jpg, jpeg, webp, avif, jp2 or ppm. "
        "Without -o, <stem>-<k>colors.png or <stem>-auto.png beside the image, or stdout for an "
        "image from stdin.",
    ),
    "format": result_option(
        "--format",
        type=WORD,
        metavar="NAME",
        help="Write this format, whatever the extension. For stdout, png if not set.",
    ),
    "background": result_option(
        "--background",
        metavar="COLOR",
        help="Flatten images with alpha on this color, such as #fff or white. Without it, alpha is "
        "kept if the format has alpha; otherwise images are flattened on white.",
    ),
    "alpha": result_option(
        "--alpha",
        type=click.Choice(ALPHAS),
        help="For soft edges: keep them, cut them at half alpha, or dither them.  "
        "[default: keep; threshold if the format or a given palette has no soft alpha]",
    ),
    "downscale": result_option(
        "--downscale",
        type=int,
        default=ShapingOptions.downscale,
        show_default=True,
        metavar="N",
        help="Average blocks of N x N pixels to one pixel each.",
    ),
    "pixelate": result_option(
        "--pixelate",
        type=int,
        default=ShapingOptions.pixelate,
        show_default=True,
        metavar="N",
        help="The same, then enlarge the result to the size of the image.",
    ),
    "per_frame_palette": result_option(
        "--per-frame-palette",
        is_flag=True,
        help="Give each frame of an animation, or each page, its own palette.",
    ),
    "icc": result_option(
        "--icc",
        type=click.Choice(ICC),
        default=ReadingOptions.icc,
        show_default=True,
        help="For an RGB color profile: keep it, convert to sRGB, or drop it and keep the numbers.",
    ),
    "metadata": result_option(
        "--metadata",
        type=click.Choice(METADATA),
        default=ReadingOptions.metadata,
        show_default=True,
        help="Keep all (EXIF, XMP, comment), only color profile and resolution, or nothing.",
    ),
    "optimize": result_option(
        "--optimize",
        cls=LoneOption,
        lone="2",
        values=("1", "2", "3", "4", "5", "6", "max"),
        type=LEVEL,
        metavar="LEVEL",
        help="Make a PNG smaller by more work: LEVEL is 1 to 6, or max; 2 without it. Pixels and "
        "palette stay. Needs the extra colorquant[optimize].",
    ),
    "report": result_option(
        "--report",
        type=PATH,
        help="Also write a .png, .svg or .pdf that shows both images, their color spaces, the "
        "palette and the search. Needs the extra colorquant[report].",
    ),
    **ENTRIES,
    **LOOK,
    **BOUNDS,
    "force": _files("--force", is_flag=True, help="Replace existing files."),
    "in_place": _files("--in-place", is_flag=True, help="Replace the image itself."),
    "break_links": _files(
        "--break-links",
        is_flag=True,
        help="Replace a file even if it has other hard links; these keep the old content.",
    ),
    "keep_times": _files(
        "--keep-times",
        is_flag=True,
        help="Give the output the image's access and modification times.",
    ),
    "sync": _files(
        "--sync",
        is_flag=True,
        help="Flush the output to disk (fsync) before it gets its final name.",
    ),
    "max_pixels": _files(
        "--max-pixels",
        type=int,
        default=ReadingOptions.max_pixels,
        show_default=True,
        metavar="N",
        help="Refuse images with more pixels, counted over all frames.",
    ),
    "max_frames": _files(
        "--max-frames",
        type=int,
        default=ReadingOptions.max_frames,
        show_default=True,
        metavar="N",
        help="Refuse images with more frames or pages.",
    ),
    "recursive": _many("-r", "--recursive", is_flag=True, help="Include the images in subfolders."),
    "include": _many(
        "--include",
        type=WORD,
        multiple=True,
        metavar="GLOB",
        help="In folders, take only files that match, like '*.jpg' or 'raw/*'. May be repeated.",
    ),
    "exclude": _many(
        "--exclude",
        type=WORD,
        multiple=True,
        metavar="GLOB",
        help="In folders, leave out files and subfolders that match. May be repeated.",
    ),
    "shared_palette": _many(
        "--shared-palette",
        is_flag=True,
        help="Find one palette for all images together.",
    ),
    "weight": _many(
        "--weight",
        type=click.Choice(WEIGHTS),
        default="pixels",
        show_default=True,
        help="For a shared palette, give every pixel or every image the same weight.",
    ),
    "jobs": _many(
        "--jobs",
        type=int,
        metavar="N",
        help="Largest number of processes.  [default: one per core]",
    ),
    "cluster": _many(
        "--cluster",
        type=WORD,
        metavar="ADDRESS",
        help="Use a Dask cluster: the address of its scheduler, tcp://host:8786, or local.",
    ),
    "memory": _many(
        "--memory",
        type=WORD,
        metavar="SIZE",
        help="Memory limit for all images processed at once, such as 500M or 2G; an estimate.",
    ),
    "skip_if_larger": _many(
        "--skip-if-larger", is_flag=True, help="Keep the source if its result is not smaller."
    ),
    "min_saving": _many(
        "--min-saving",
        type=float,
        metavar="PERCENT",
        help="Keep the source if its result saves less than this much of its bytes, 0 to 100.",
    ),
    "dry_run": _many(
        "--dry-run", is_flag=True, help="Only print what would be done; with -v, also the sizes."
    ),
    "as_json": _many(
        "--json", "as_json", is_flag=True, help="Write a JSON object for each image to stdout."
    ),
    "effort": _search(
        "--effort",
        type=click.Choice(EFFORTS),
        default=SearchOptions.effort,
        show_default=True,
        help="How long the engine minibatch searches.",
    ),
    "engine": _search(
        "--engine",
        type=click.Choice(ENGINES),
        default=SearchOptions.engine,
        show_default=True,
        help="minibatch: mini-batches, escapes from local optima, full passes. lloyd: full "
        "passes to convergence. sklearn: scikit-learn's MiniBatchKMeans on all pixels.",
    ),
    "restarts": _search(
        "--restarts",
        type=int,
        default=SearchOptions.restarts,
        show_default=True,
        metavar="N",
        help="Search from N different starts and keep the best result.",
    ),
    "seed": _search(
        "--seed",
        type=int,
        default=SearchOptions.seed,
        show_default=True,
        metavar="N",
        help="Seed of everything random. The same seed gives the same file.",
    ),
    "verbose": _messages(
        "-v", "--verbose", is_flag=True, help="Print more, such as stage times, even in a pipe."
    ),
    "quiet": _messages("-q", "--quiet", is_flag=True, help="Print only errors."),
}
NAMES = tuple(_PARAMETERS)


def parameters(*names: str) -> Callable[[Any], Any]:
    """Return a decorator that gives a command these options, in this order."""

    def decorate(command: Any) -> Any:
        for name in reversed(names):
            command = _PARAMETERS[name](command)
        return command

    return decorate
