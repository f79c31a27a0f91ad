"""The command ``palette``: find the palette of images, show it or write it."""

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import combinations
from typing import TYPE_CHECKING, Any

import click

from colorquant.cli.help import HELP, Command, UsageError
from colorquant.cli.messages import say, translated, warned
from colorquant.cli.options import parameters, result_option
from colorquant.cli.streams import STREAM, stdin
from colorquant.cli.swatches import contrast_lines, painting, swatch_lines
from colorquant.cli.values import PATH, WORD
from colorquant.errors import ImageWriteError, printable
from colorquant.options import QuantizeOptions
from colorquant.storage.places import as_place, check_target, same_place

if TYPE_CHECKING:
    from colorquant.batch.paletting import Progress
    from colorquant.batch.plan import BatchOptions
    from colorquant.models import Palette

__all__ = ["palette"]

# Seconds of work after which a progress bar appears.
_BAR_DELAY = 1.0
_BAR = "{percentage:3.0f}%|{bar:30}| {n_fmt}/{total_fmt} images"


@click.command(cls=Command, context_settings=HELP)
@click.argument("inputs", type=PATH, nargs=-1, required=True, metavar="IMAGE...")
@result_option(
    *("-k", "--colors", "k"),
    type=int,
    metavar="N",
    help="Find so many colors, 1 to 65536. Without it, a palette file, an indexed image and an "
    "image of at most 256 colors have their own; for anything else 16 are found.",
)
@result_option(
    *("-o", "--output"),
    type=PATH,
    metavar="FILE",
    help="Write the palette to this file, or - for stdout. The extension chooses the format.",
)
@result_option(
    "--format",
    type=WORD,
    metavar="NAME",
    help="Write this format of palette files, whatever the extension.",
)
@result_option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@result_option(
    "--contrast", is_flag=True, help="Print the contrast of each two colors, as WCAG defines it."
)
@parameters(
    *("background", "icc", "objective", "perceptual", "dither", "dither_strength"),
    *("force", "max_pixels", "max_frames", "recursive", "include", "exclude"),
    *("weight", "jobs", "effort", "engine", "restarts", "seed", "quiet"),
)
def palette(
    inputs: tuple[str, ...],
    *,
    k: int | None,
    output: str | None,
    format: str | None,  # noqa: A002  named as for the user
    as_json: bool,
    contrast: bool,
    force: bool,
    quiet: bool,
    recursive: bool,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    weight: str,
    jobs: int | None,
    **chosen: Any,
) -> None:
    """Show the palette of images, or write it to a file.

    IMAGE is a file, a folder, a URL, or - for stdin; for several, one palette is found for all.
    It may also be a palette file, or a file of counted colors.

    \b
    Examples:
      colorquant palette flower.jpg -k 8
      colorquant palette sprites -r -k 64 -o sprites.gpl
      colorquant palette icon.png --json --contrast
    """  # noqa: D301
    with translated(inputs[0]), warned(quiet=quiet):
        _check_output(output, format, as_json=as_json, contrast=contrast)
        options = QuantizeOptions(QuantizeOptions().k if k is None else k, **chosen)
        _check_target(inputs, output, format, force=force)

        from colorquant.batch.discovery import Selection
        from colorquant.batch.plan import BatchOptions

        selection = Selection(recursive, include, exclude)
        batch = BatchOptions(selection=selection, format="png", weight=weight, jobs=jobs)
        with _progress(quiet=quiet) as told:
            found, errors = _found(inputs, options, batch, searched=k is not None, told=told)
        for error in errors:
            say(f"Error: {printable(error)}")
        if found is not None:
            _give(found, output, format, as_json=as_json, contrast=contrast, force=force)
    if errors:
        raise SystemExit(1)


def _check_output(
    output: str | None,
    format: str | None,  # noqa: A002
    *,
    as_json: bool,
    contrast: bool,
) -> None:
    """Refuse options that conflict."""
    if output is None and format is not None:
        raise UsageError("--format is for -o; name a file, or - for stdout")
    if output == STREAM and format is None:
        raise UsageError("-o - needs --format, as stdout has no extension")
    if output == STREAM and (as_json or contrast):
        raise UsageError("with -o - the palette alone is written to stdout")
    if output is not None and contrast and not as_json:
        raise UsageError("with -o nothing is printed; leave out --contrast, or add --json")
    if sys.stdout is None and (output in (None, STREAM) or as_json):
        raise UsageError("the palette is written to stdout, which is closed")


def _check_target(
    inputs: tuple[str, ...],
    output: str | None,
    format: str | None,  # noqa: A002
    *,
    force: bool,
) -> None:
    """Refuse an output that cannot be written, before any work."""
    if len(inputs) > 1 and STREAM in inputs:
        raise UsageError("- is for one image alone")
    if output is None:
        return
    from colorquant.palettes.files.formats import palette_format

    target = as_place(output)
    palette_format(target, format)
    if output == STREAM:
        return
    if any(same_place(target, as_place(each)) for each in inputs if each != STREAM):
        raise ImageWriteError(f"{target}: is one of the images")
    check_target(target, overwrite=force)


def _found(
    inputs: tuple[str, ...], options: QuantizeOptions, batch: "BatchOptions", **how: Any
) -> "tuple[Palette | None, list[str]]":
    # Imported here because it loads NumPy, which --help does not need.
    from colorquant.batch.paletting import palette_of

    places = [stdin() if name == STREAM else as_place(name) for name in inputs]
    return palette_of(places, options, batch, **how)


@contextmanager
def _progress(*, quiet: bool) -> "Iterator[Progress | None]":
    """Yield what shows how many images are done: a bar, on a terminal."""
    if quiet or sys.stderr is None or not sys.stderr.isatty():
        yield None
        return
    start = time.perf_counter()
    with ExitStack() as stack:
        bars: list[Any] = []

        def told(done: int, total: int) -> None:
            if time.perf_counter() - start < _BAR_DELAY:
                return
            if not bars:
                from tqdm import tqdm

                bars.append(stack.enter_context(tqdm(total=total, bar_format=_BAR, leave=False)))
            bars[0].n = done
            bars[0].refresh()

        yield told


def _give(
    found: "Palette",
    output: str | None,
    format: str | None,  # noqa: A002
    *,
    as_json: bool,
    contrast: bool,
    force: bool,
) -> None:
    """Write a palette to its file or to stdout."""
    from colorquant.palettes.files.formats import palette_bytes
    from colorquant.storage.files import Writing, write_files, write_stream

    # All is made before anything is written.
    printed = b""
    if as_json or output is None:
        lines = [_object(found, contrast=contrast)] if as_json else _lines(found, contrast=contrast)
        text = "".join(f"{line}\n" for line in lines)
        printed = text.encode(getattr(sys.stdout, "encoding", None) or "utf-8", "replace")
    if output is not None:
        target = as_place(output)
        data = palette_bytes(found, target, format)
        if output == STREAM:
            printed = _for_stream(data)
        else:
            write_files({target: data}, Writing(overwrite=force))
    if printed:
        write_stream(sys.stdout.buffer, printed)


def _for_stream(data: bytes) -> bytes:
    """Refuse a file that is not text for a terminal."""
    try:
        data.decode()
    except UnicodeDecodeError:
        if sys.stdout.isatty():
            raise UsageError(
                "this format is not text, so it is not written to a terminal"
            ) from None
    return data


def _object(found: "Palette", *, contrast: bool) -> str:
    from colorquant.palettes.described import described, described_contrast

    told: dict[str, Any] = {"colors": described(found)}
    if contrast:
        told["contrast"] = described_contrast(found)
    return json.dumps(told)


def _lines(found: "Palette", *, contrast: bool) -> "list[str]":
    """Return what is printed: on a terminal for people, elsewhere for programs."""
    if sys.stdout.isatty():
        lines = swatch_lines(found, painting(os.environ))
        return [*lines, "", *contrast_lines(found)] if contrast else lines
    if contrast:
        return _pairs(found)
    return found.hex()


def _pairs(found: "Palette") -> list[str]:
    from colorquant.palettes.described import described_contrast

    ratios = described_contrast(found)
    colors = found.hex()
    return [
        f"{colors[one]}\t{colors[other]}\t{ratio:.2f}"
        for one, other in combinations(range(len(colors)), 2)
        if (ratio := ratios[one][other]) is not None
    ]
