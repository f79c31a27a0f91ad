"""The options for the entries of a palette, which `listed` has among all others."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from colorquant.choices import DEPTHS, ORDERS
from colorquant.cli.options.option import GroupedOption
from colorquant.cli.options.values import PALETTE, PATH, WORD

if TYPE_CHECKING:
    from colorquant.choices import Pin

__all__ = ["ENTRIES", "pins_of"]

_entries = partial(click.option, cls=GroupedOption, group="Palette")

ENTRIES: dict[str, Callable[[Any], Any]] = {
    "palette": _entries(
        "--palette",
        type=PALETTE,
        metavar="FILE|NAME",
        often="Use the colors of a file, or a built-in palette.",
        help="Use all colors of a palette file, an image or a built-in palette, in its order, "
        "instead of finding k. colorquant palette --list names the built-in ones.",
    ),
    "drop_unused": _entries(
        "--drop-unused",
        is_flag=True,
        help="Leave out the colors of --palette that no pixel uses.",
    ),
    "pins": _entries(
        "--pin",
        "pins",
        type=WORD,
        multiple=True,
        metavar="COLOR",
        help="Have this color exactly, such as #e63946 or red, and find the others around it. "
        "@FILE pins all colors of a palette. May be repeated.",
    ),
    "depth": _entries(
        "--depth",
        type=click.Choice(tuple(DEPTHS)),
        metavar="DEPTH",
        help="Find only colors that so many bits can hold: rgb565, rgb555, rgb444, rgb332, or 1 "
        "to 8 bits for each of R, G and B.",
    ),
    "order": _entries(
        "--order",
        type=click.Choice(ORDERS),
        help="Order of the colors: from dark to light, by hue, by the number of pixels, as in "
        "the image, or similar ones side by side.  [default: luma; if all colors are kept, source]",
    ),
    "palette_out": _entries(
        "--palette-out",
        type=PATH,
        elsewhere=True,
        metavar="FILE",
        help="Also write the palette to this file. Its extension chooses the format, such as .gpl, "
        ".hex, .ase, .act, .css or .png.",
    ),
}
"""The options by the names of their parameters."""


def pins_of(words: Iterable[str]) -> "list[str | Pin]":
    """Return the colors that are pinned, those of palette files and built-in ones after @, too.

    Raises
    ------
    ImageReadError
        If a palette cannot be read.
    InvalidInputError
        If a palette has no such name.
    """
    pins: list[str | Pin] = []
    for word in words:
        if not word.startswith("@"):
            pins.append(word)
            continue
        from colorquant.palettes.builtin.catalog import palette_named

        pins += map(tuple, palette_named(word[1:]).colors.tolist())
    return pins
