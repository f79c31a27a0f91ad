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
    said: dict[str, Any] = {"verbose": verbose, "quiet": quiet}
    many = {name: chosen.pop(name) for name in _MANY}
    files = {name: chosen.pop(name) for name in _FILES}
    with translated(images[0]):
        options = QuantizeOptions(**chosen)
        # One image is too little work for the threads of the math library, which cost time to
        # start and more to wake.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        single = len(images) == 1 and not images[0].is_dir() and not _names_a_folder(output)
        if single and not (many["dry_run"] or many["as_json"]):
            _one(images[0], output, options, report=report, **files, **many, **said)
            return
        if report is not None:
            raise UsageError("a report is of one image")
        if _STREAM in images or output == "-":
            raise UsageError("- is for one image, without --json and --dry-run")
        place = Path(output) if output is not None else None
        target, folder = (place, None) if single else (None, place)
        failed = _all(images, options, target=target, folder=folder, **files, **many, **said)
    if failed:
        raise SystemExit(1)


_FILES = ("force", "in_place", "format", "keep_times", "sync")
_MANY = (
    *("recursive", "include", "exclude", "jobs", "memory"),
    *("skip_if_larger", "dry_run", "as_json"),
)


def _names_a_folder(output: str | None) -> bool:
    return output is not None and (output.endswith(("/", os.sep)) or Path(output).is_dir())


def _one(
    image: Path,
    output: str | None,
    options: QuantizeOptions,
    *,
    verbose: bool,
    quiet: bool,
    skip_if_larger: bool,
    **settings: Any,
) -> None:
    # Imported here, as it loads NumPy, which --help does without.
    from colorquant.pipeline import quantize_file

    start = time.perf_counter()
    for name in _MANY:
        settings.pop(name, None)
    to_stdout = output == "-" or (output is None and image == _STREAM)
    bar = Bar() if _on_terminal() and not quiet else None
    with warned(quiet=quiet), bar or nullcontext():
        done = quantize_file(
            _stdin() if image == _STREAM else image,
            _stdout() if to_stdout else output,
            options,
            skip_if_larger=skip_if_larger,
            observer=bar,
            **settings,
        )
    if verbose or (_on_terminal() and not quiet):
        say_done(done, time.perf_counter() - start, verbose=verbose)


def _all(
    images: tuple[Path, ...],
    options: QuantizeOptions,
    *,
    verbose: bool,
    quiet: bool,
    as_json: bool,
    memory: str | None,
    recursive: bool,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    **settings: Any,
) -> bool:
    """Do many images; return whether some failed."""
    from colorquant.batch import quantize_files
    from colorquant.discovery import Selection
    from colorquant.plan import BatchOptions, parse_size
    from colorquant.tally import Tally

    links = not settings["in_place"]
    batch = BatchOptions(
        selection=Selection(recursive, include, exclude, links),
        estimate=verbose,
        memory=parse_size(memory) if memory else float("inf"),
        **settings,
    )
    work = quantize_files(images, options, batch)
    bar = _on_terminal() and not quiet
    tally = Tally(work.total, verbose=verbose, quiet=quiet, as_json=as_json, bar=bar)
    try:
        for outcome in work.outcomes:
            tally.add(outcome)
    except KeyboardInterrupt:
        tally.close(interrupted=True)
        raise
    tally.close()
    return tally.failed


def _on_terminal() -> bool:
    # A closed stderr is None.
    return sys.stderr is not None and sys.stderr.isatty()


def _stdin() -> BinaryIO:
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageError("- reads an image from stdin; redirect one to it")
    return sys.stdin.buffer


def _stdout() -> BinaryIO:
    if sys.stdout is None or sys.stdout.isatty():
        raise UsageError("an image is not written to a terminal; name an output with -o")
    return sys.stdout.buffer
