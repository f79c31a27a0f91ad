"""The options of the commands, each in one place."""

from collections.abc import Callable
from functools import partial
from typing import Any

import click

from colorquant.choices import EFFORTS, ENGINES, ICC, METADATA, WEIGHTS
from colorquant.cli.help import GroupedOption
from colorquant.options import QuantizeOptions, ReadingOptions, SearchOptions

__all__ = ["NAMES", "PATH", "WORD", "parameters", "result_option"]


class _Place(click.Path):
    """A name or URL that is not empty: as a path, it would be the current folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":
            self.fail("an empty name is no place", param, ctx)
        return super().convert(value, param, ctx)


class _Word(click.types.StringParamType):
    """Text that is not empty: as such, it would be taken for nothing."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":
            self.fail("it is empty", param, ctx)
        return super().convert(value, param, ctx)


# Not checked by Click: the library names the cause, and exits with 1.
PATH = _Place(readable=False)
WORD = _Word()

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
        type=int,
        default=QuantizeOptions().k,
        show_default=True,
        metavar="N",
        help="Number of colors, 1 to 65536. Up to 256, formats that can be are indexed.",
    ),
    "output": result_option(
        "-o",
        "--output",
        type=PATH,
        help="Where to write; a folder for many images, and - for stdout. The extension chooses "
        "the format: png, apng, gif, bmp, tif, tiff, jpg, jpeg, webp, avif, jp2 or ppm. Without "
        "it, <stem>-<k>colors.png beside the image, and stdout for an image from stdin.",
    ),
    "format": result_option(
        "--format",
        type=WORD,
        metavar="NAME",
        help="Write this format, whatever the extension; png for stdout.",
    ),
    "background": result_option(
        "--background",
        metavar="COLOR",
        help="Compose alpha over this color, as #fff or white. Without it, alpha stays where the "
        "format has it, and is composed over white elsewhere.",
    ),
    "per_frame_palette": result_option(
        "--per-frame-palette",
        is_flag=True,
        help="Give each frame of an animation, or page, its own palette.",
    ),
    "icc": result_option(
        "--icc",
        type=click.Choice(ICC),
        default=ReadingOptions.icc,
        show_default=True,
        help="An RGB color profile: keep it, convert to sRGB, or drop it and keep the numbers.",
    ),
    "metadata": result_option(
        "--metadata",
        type=click.Choice(METADATA),
        default=ReadingOptions.metadata,
        show_default=True,
        help="Keep all (EXIF, XMP, comment), profile and resolution only, or none.",
    ),
    "report": result_option(
        "--report",
        type=PATH,
        help="Also write a PNG that shows both images, their color spaces, the palette and the "
        "search. Needs the extra colorquant[report].",
    ),
    "palette": result_option(
        "--palette",
        type=PATH,
        metavar="FILE",
        help="Use this palette, a .json or .gpl, all of it and in its order, instead of k colors.",
    ),
    "force": _files("--force", is_flag=True, help="Replace existing files."),
    "in_place": _files("--in-place", is_flag=True, help="Replace the image itself."),
    "break_links": _files(
        "--break-links",
        is_flag=True,
        help="Replace a file that has other hard links, too; these keep the old one.",
    ),
    "keep_times": _files("--keep-times", is_flag=True, help="Give the output the image's times."),
    "sync": _files("--sync", is_flag=True, help="Name the output when all of it is on the disk."),
    "max_pixels": _files(
        "--max-pixels",
        type=int,
        default=ReadingOptions.max_pixels,
        show_default=True,
        metavar="N",
        help="Refuse larger images, all frames together.",
    ),
    "max_frames": _files(
        "--max-frames",
        type=int,
        default=ReadingOptions.max_frames,
        show_default=True,
        metavar="N",
        help="Refuse images of more frames or pages.",
    ),
    "recursive": _many(
        "-r", "--recursive", is_flag=True, help="Take the images of subfolders, too."
    ),
    "include": _many(
        "--include",
        type=WORD,
        multiple=True,
        metavar="GLOB",
        help="Of folders, take what matches, as '*.jpg' or 'raw/*'. May be given again.",
    ),
    "exclude": _many(
        "--exclude",
        type=WORD,
        multiple=True,
        metavar="GLOB",
        help="Leave out files and subfolders that match.",
    ),
    "shared_palette": _many(
        "--shared-palette",
        is_flag=True,
        help="Find and use one palette for all images together.",
    ),
    "weight": _many(
        "--weight",
        type=click.Choice(WEIGHTS),
        default="pixels",
        show_default=True,
        help="What counts alike for a shared palette: every pixel, or every image.",
    ),
    "palette_out": _many(
        "--palette-out",
        type=PATH,
        metavar="FILE",
        help="Write the shared palette as .json or GIMP's .gpl.",
    ),
    "jobs": _many(
        "--jobs", type=int, metavar="N", help="Number of processes.  [default: one a core]"
    ),
    "cluster": _many(
        "--cluster",
        type=WORD,
        metavar="ADDRESS",
        help="Let a Dask cluster do it: the scheduler's tcp://host:8786, or local.",
    ),
    "memory": _many(
        "--memory",
        type=WORD,
        metavar="SIZE",
        help="What images under way may take together, as 500M or 2G; an estimate.",
    ),
    "skip_if_larger": _many(
        "--skip-if-larger", is_flag=True, help="Keep a source whose result is not smaller."
    ),
    "dry_run": _many(
        "--dry-run", is_flag=True, help="Say what would be done; with -v the sizes, too."
    ),
    "as_json": _many(
        "--json", "as_json", is_flag=True, help="Write an object for each image to stdout."
    ),
    "effort": _search(
        "--effort",
        type=click.Choice(EFFORTS),
        default=SearchOptions.effort,
        show_default=True,
        help="How long engine minibatch searches.",
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
        help="Search from N starts and keep the best.",
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
        "-v", "--verbose", is_flag=True, help="Say more, in a pipe, too: stages with times."
    ),
    "quiet": _messages("-q", "--quiet", is_flag=True, help="Say nothing but errors."),
}
NAMES = tuple(_PARAMETERS)


def parameters(*names: str) -> Callable[[Any], Any]:
    """Return a decorator that gives a command these options, in this order."""

    def decorate(command: Any) -> Any:
        for name in reversed(names):
            command = _PARAMETERS[name](command)
        return command

    return decorate
