"""The built-in palettes by name; their files are read when they are asked for."""

import re
from functools import cache
from importlib import resources
from pathlib import PurePath
from typing import NamedTuple

from colorquant.errors import ImageReadError, InvalidInputError
from colorquant.palette import Palette
from colorquant.palettes.files.formats import read_palette
from colorquant.palettes.files.gimp import read_gpl
from colorquant.storage.places import PlaceLike, as_place, is_place

__all__ = ["About", "about", "builtin", "given_palette", "names", "palette_named"]

_EXTENSION = ".gpl"


class About(NamedTuple):
    """What the file of a built-in palette tells of it."""

    title: str
    source: str
    """Where the colors are from."""
    licence: str


@cache
def names() -> tuple[str, ...]:
    """Return the names of all built-in palettes, sorted."""
    files = (each.name for each in resources.files(__package__).iterdir())
    return tuple(sorted(f.removesuffix(_EXTENSION) for f in files if f.endswith(_EXTENSION)))


@cache
def builtin(name: str) -> Palette:
    """Return a built-in palette.

    Parameters
    ----------
    name : str
        In lower or upper case.

    Raises
    ------
    InvalidInputError
        If there is none of this name.
    """
    return read_gpl(_content(name))


def about(name: str) -> About:
    """Return title, source and licence of a built-in palette.

    Raises
    ------
    InvalidInputError
        If there is none of this name.
    """
    text = _content(name).decode()
    found = re.search(r"^Name: (.*)\n# source: (.*)\n# licence: (.*)$", text, re.MULTILINE)
    if not found:
        raise AssertionError(name)
    return About(*found.groups())


def palette_named(text: PlaceLike) -> Palette:
    """Return the built-in palette of a name, or else the palette in a file.

    Parameters
    ----------
    text : str or path
        A path object is always a file, and so is text that is no name: ``./nes`` is a file, ``nes``
        is built in.

    Raises
    ------
    ImageReadError
        If the file cannot be read, or is not a palette.
    InvalidInputError
        If no file can have the name.
    """
    if isinstance(text, str) and text.lower() in names():
        return builtin(text.lower())
    place = as_place(text)
    try:
        return read_palette(place)
    except ImageReadError as error:
        missing = isinstance(error.__context__, FileNotFoundError)
        near = _near(text) if isinstance(text, str) and PurePath(text).name == text else None
        if not (missing and near):
            raise
        said = f"{place}: no such file, and no built-in palette of that name; did you mean {near}?"
        raise ImageReadError(said) from None


def given_palette(palette: Palette | PlaceLike | None) -> Palette | None:
    """Return a palette that a caller gave: itself, or the one that is built in or in a file.

    Raises
    ------
    ImageReadError
        If the file cannot be read, or is not a palette.
    InvalidInputError
        If it is neither a palette nor a place.
    """
    if palette is None or isinstance(palette, Palette):
        return palette
    if not is_place(palette):
        raise InvalidInputError(
            f"palette must be a Palette, a name or a path, not {type(palette).__name__}"
        )
    return palette_named(palette)


def _content(name: str) -> bytes:
    """Return the bytes of the file of a built-in palette."""
    found = name.lower()
    if found not in names():
        near = _near(name)
        hint = f"did you mean {near}?" if near else f"there are {', '.join(names())}"
        raise InvalidInputError(f"there is no built-in palette {name!r}; {hint}")
    return (resources.files(__package__) / f"{found}{_EXTENSION}").read_bytes()


def _near(name: str) -> str | None:
    """Return the name of a built-in palette that is like another name, if there is one."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(name.lower(), names(), 1)), None)
