"""The command ``quantize``: recolor one image or many."""

import os
import sys
import time
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any

import click

from colorquant import __version__
from colorquant.bounded import lost_line
from colorquant.bounds import size_of
from colorquant.cli.completion import complete_image
from colorquant.cli.options.help import HELP, UsageError
from colorquant.cli.options.layered import LayeredCommand, lines_on_layers
from colorquant.cli.options.listed import NAMES, declared, parameters
from colorquant.cli.options.streams import STREAM, stdin, stdout
from colorquant.cli.options.together import quantize_options
from colorquant.cli.options.values import PATH
from colorquant.cli.shown.messages import Bar, say, say_done, translated, warned, write_line
from colorquant.errors import LargerThanSourceError, printable
from colorquant.options import QuantizeOptions
from colorquant.storage.places import as_place, read_errors

__all__ = ["quantize", "quantize_all"]

# The options that do not belong to `QuantizeOptions`.
_FILE_SETTINGS = (
    *("force", "in_place", "break_links", "format", "keep_times", "sync"),
    *("palette", "palette_out", "skip_if_larger", "min_saving", "optimize", "gallery"),
)
_MANY_SETTINGS = (
    *("recursive", "include", "exclude", "shared_palette", "weight"),
    *("jobs", "cluster", "memory", "dry_run", "as_json"),
)
# The exit code that shells give a process ended by an interrupt: 128 + SIGINT.
_INTERRUPTED = 130


@click.command(
    cls=LayeredCommand,
    shared=declared,
    check=quantize_options,
    context_settings=HELP,
    short_help="Recolor images. This word may be left out.",
)
@click.argument(
    *("images",),
    type=PATH,
    nargs=-1,
    required=True,
    metavar="IMAGE...",
    shell_complete=complete_image,
)
@parameters(*NAMES)
@click.version_option(__version__, prog_name="colorquant")
def quantize(
    images: tuple[str, ...],
    *,
    output: str | None,
    report: str | None,
    verbose: bool,
    quiet: bool,
    **chosen: Any,
) -> None:
    """Recolor images with the k colors that fit them best.

    IMAGE is a file, a folder, a URL such as s3://bucket/folder, or - for stdin.

    \b
    Examples:
      colorquant flower.jpg
      colorquant flower.jpg -k 64 -o out.png --effort best
      colorquant flower.jpg -k 16 -o out.png --report report.png
      colorquant icon.png -k 32 --in-place
      colorquant photos -r -k 256 -o small --format png
      colorquant - -k 32 < clip.gif > clip.webp --format webp
    """  # noqa: D301
    said: dict[str, Any] = {"output": output, "report": report, "verbose": verbose, "quiet": quiet}
    settings = {name: chosen[name] for name in (*_FILE_SETTINGS, *_MANY_SETTINGS)}
    with translated(images[0]):
        options = quantize_options({**chosen, "verbose": verbose, "quiet": quiet})
        if verbose:
            for line in lines_on_layers():
                say(printable(line))
        # One image is too little work for the threads of the math library to pay: starting
        # them takes time, and waking them takes more.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        code = quantize_all(images, options, **said, **settings)
    if code:
        raise SystemExit(code)


def quantize_all(
    images: tuple[str, ...],
    options: QuantizeOptions,
    *,
    output: str | None,
    report: str | None,
    **settings: Any,
) -> int:
    """Quantize one image or many; return the exit code.

    Parameters
    ----------
    images : tuple of str
    options : QuantizeOptions
    output, report : str, optional
    **settings
        `_FILE_SETTINGS`, `_MANY_SETTINGS`, ``verbose`` and ``quiet``.

    Raises
    ------
    UsageError
        If the options conflict.
    """
    memory = settings["memory"]
    settings["memory"] = float("inf") if memory is None else float(size_of("memory", memory))
    if settings["palette"]:
        from colorquant.palettes.builtin.catalog import palette_named

        settings["palette"] = palette_named(settings["palette"])
    for name in ("palette_out", "gallery"):
        settings[name] = as_place(settings[name]) if settings[name] else None
    single = len(images) == 1 and not _names_a_folder(images[0]) and not _names_a_folder(output)
    many = ("dry_run", "as_json", "shared_palette", "cluster")
    if single and not any(settings[name] for name in many):
        _one(images[0], output, options, report=report, **settings)
        return 0
    if report is not None:
        raise UsageError("--report is for one image")
    if STREAM in images or output == STREAM:
        raise UsageError("- is for one image alone")
    if output is not None and not (single or settings["in_place"]):
        _require_folder(output, images)
    place = as_place(output) if output is not None else None
    target, folder = (place, None) if single else (None, place)
    places = [as_place(image) for image in images]
    return _all(places, options, target=target, folder=folder, **settings)


def _names_a_folder(name: str | None) -> bool:
    if name is None or name == STREAM:
        return False
    place = as_place(name)
    with read_errors(place):
        return name.endswith(("/", os.sep)) or place.is_dir()


def _require_folder(output: str, images: tuple[str, ...]) -> None:
    """Refuse an output that names a file, not a folder, for the results of many images."""
    kind = as_place(output).suffix[1:].lower()
    if not kind:
        return
    from colorquant.images.writing.formats import EXTENSIONS
    from colorquant.palettes.files.formats import FORMATS

    palettes = (extension[1:] for each in FORMATS for extension in each.extensions)
    if kind in (*EXTENSIONS, *palettes, "cqt") and not _names_a_folder(output):
        why = "there is more than one image" if len(images) > 1 else f"{images[0]} is a folder"
        raise UsageError(f"{output} names a file, and {why}; name a folder")


def _one(
    image: str,
    output: str | None,
    options: QuantizeOptions,
    *,
    verbose: bool,
    quiet: bool,
    **settings: Any,
) -> None:
    # Imported here because it loads NumPy, which --help does not need.
    from colorquant.pipeline.files import quantize_file

    start = time.perf_counter()
    to_stdout = output == STREAM or (output is None and image == STREAM)
    about: dict[str, Any] = {"report": bool(settings["report"]), "optimize": settings["optimize"]}
    bar = Bar(options, **about) if _on_terminal() and not quiet else None
    try:
        with warned(quiet=quiet), bar or nullcontext():
            done = quantize_file(
                stdin() if image == STREAM else image,
                stdout() if to_stdout else output,
                options,
                observer=bar,
                **{name: settings[name] for name in (*_FILE_SETTINGS, "report")},
            )
    except LargerThanSourceError as error:
        if not settings["in_place"]:
            raise
        if not quiet:
            say(f"Kept {printable(str(error))}")
        return
    for lost in (done.result.bounded and done.result.bounded.lost) or ():
        (say if to_stdout else write_line)(lost_line(lost.facts()))
    if verbose or (_on_terminal() and not quiet):
        say_done(done, time.perf_counter() - start, verbose=verbose)


def _all(
    images: list[Path],
    options: QuantizeOptions,
    *,
    verbose: bool,
    quiet: bool,
    as_json: bool,
    recursive: bool,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    **settings: Any,
) -> int:
    """Quantize many images; return the exit code."""
    from colorquant.batch.discovery import Selection
    from colorquant.batch.many_images import quantize_files
    from colorquant.batch.plan import BatchOptions
    from colorquant.cli.shown.summary import Tally

    if as_json and sys.stdout is None:
        raise UsageError("--json writes to stdout, which is closed")
    links = not settings["in_place"]
    batch = BatchOptions(
        selection=Selection(recursive, include, exclude, links),
        estimate=verbose,
        **settings,
    )
    work = quantize_files(images, options, batch)
    bar = _on_terminal() and not quiet
    how = {"verbose": verbose, "quiet": quiet, "as_json": as_json, "bar": bar}
    tally = Tally(work.total, gallery=batch.gallery, **how)
    try:
        # Closing the generator stops the workers, whatever ends the loop.
        with closing(work.outcomes):
            for outcome in work.outcomes:
                tally.add(outcome)
    except KeyboardInterrupt:
        tally.close(interrupted=True)
        raise SystemExit(_INTERRUPTED) from None
    tally.close()
    return tally.code


def _on_terminal() -> bool:
    # A closed stderr is None.
    return sys.stderr is not None and sys.stderr.isatty()
