"""The command ``palette``: find the palette of images, show it or write it."""

import os
import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import click

from colorquant.cli.options.help import HELP
from colorquant.cli.options.layered import LayeredCommand
from colorquant.cli.options.listed import SETTINGS, declared, parameters, result_option
from colorquant.cli.options.streams import STREAM, stdin
from colorquant.cli.options.together import image_options
from colorquant.cli.options.values import PATH, WORD
from colorquant.cli.shown.counting import counting
from colorquant.cli.shown.messages import say, translated, warned
from colorquant.cli.shown.paletteout import Output, print_lines
from colorquant.cli.shown.swatches import list_lines, painting
from colorquant.errors import printable
from colorquant.options import QuantizeOptions
from colorquant.storage.places import as_place

if TYPE_CHECKING:
    from colorquant.batch.plan import BatchOptions
    from colorquant.palette import Palette

__all__ = ["palette"]


def _list_built_in(context: click.Context, _option: click.Parameter, asked: bool) -> None:
    """Print the built-in palettes, and end."""
    if not asked or context.resilient_parsing:
        return
    from colorquant.palettes.builtin.catalog import builtin, names

    with translated(""):
        lines: Iterable[str] = names()
        if sys.stdout is not None and sys.stdout.isatty():
            lines = list_lines({name: builtin(name) for name in names()}, painting(os.environ))
        print_lines(lines)
    context.exit()


def _options(chosen: Mapping[str, Any]) -> QuantizeOptions:
    """Return the options for the palette; refuse those that exclude each other."""
    k = chosen["k"]
    return image_options(chosen, k=QuantizeOptions().k if k is None else k)


@click.command(cls=LayeredCommand, shared=declared, check=_options, context_settings=HELP)
@click.argument("inputs", type=PATH, nargs=-1, required=True, metavar="IMAGE...")
@result_option(
    *("-k", "--colors", "k"),
    type=int,
    metavar="N",
    often="Find so many colors.",
    help="Find so many colors, 1 to 65536. Without it, a palette file, an indexed image and an "
    "image of at most 256 colors have their own; for anything else 16 are found.",
)
@result_option(
    *("-o", "--output"),
    type=PATH,
    metavar="FILE",
    often="Write the palette to this file, such as .gpl, .hex or .png.",
    help="Write the palette to this file, or - for stdout. The extension chooses the format.",
)
@result_option(
    "--format",
    type=WORD,
    metavar="NAME",
    help="Write this format of palette files, whatever the extension.",
)
@result_option(
    "--swatch",
    type=int,
    default=1,
    show_default=True,
    metavar="N",
    help="In a PNG, make each color a square of N x N pixels.",
)
@result_option(
    "--json",
    "as_json",
    is_flag=True,
    often="Print one JSON object.",
    help="Print one JSON object.",
)
@result_option(
    "--contrast", is_flag=True, help="Print the contrast of each two colors, as WCAG defines it."
)
@result_option(
    "--list",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_list_built_in,
    often="List the built-in palettes.",
    help="List the built-in palettes, by name in a pipe.",
)
@parameters(
    *("pins", "depth", "order", "background", "alpha", "downscale", "icc"),
    *("objective", "perceptual", "dither", "dither_strength"),
    *("force", "max_pixels", "max_frames", "recursive", "include", "exclude"),
    *("weight", "jobs", "effort", "engine", "restarts", "seed", *SETTINGS, "quiet"),
)
def palette(
    inputs: tuple[str, ...],
    *,
    k: int | None,
    output: str | None,
    format: str | None,  # noqa: A002  named as for the user
    swatch: int,
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
    It may also be a palette file, a built-in palette, or a file of counted colors.

    \b
    Examples:
      colorquant palette flower.jpg -k 8
      colorquant palette sprites -r -k 64 -o sprites.gpl
      colorquant palette icon.png --json --contrast
    """  # noqa: D301
    with translated(inputs[0]), warned(quiet=quiet):
        target = Output(output, format, swatch, as_json=as_json, contrast=contrast, force=force)
        options = _options({**chosen, "k": k})
        target.check(inputs)

        from colorquant.batch.discovery import Selection
        from colorquant.batch.plan import BatchOptions

        selection = Selection(recursive, include, exclude)
        batch = BatchOptions(selection=selection, format="png", weight=weight, jobs=jobs)
        with counting("images", quiet=quiet) as told:
            found, errors = _found(inputs, options, batch, searched=k is not None, told=told)
        for error in errors:
            say(f"Error: {printable(error)}")
        if found is not None:
            target.give(found)
    if errors:
        raise SystemExit(1)


def _found(
    inputs: tuple[str, ...], options: QuantizeOptions, batch: "BatchOptions", **how: Any
) -> "tuple[Palette | None, list[str]]":
    # Imported here because it loads NumPy, which --help does not need.
    from colorquant.batch.paletting import palette_of
    from colorquant.palettes.builtin.catalog import builtin, names

    if len(inputs) == 1 and inputs[0].lower() in names():
        return palette_of([builtin(inputs[0])], options, batch, **how)
    places = [stdin() if name == STREAM else as_place(name) for name in inputs]
    return palette_of(places, options, batch, **how)
