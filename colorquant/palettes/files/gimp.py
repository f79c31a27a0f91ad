"""GIMP's palettes, .gpl.

Documentation: "GIMP Palette Format Version 2" among the standards at developer.gimp.org. Alpha, in
a fourth column after a line ``Channels: RGBA``, is described by "GIMP Palette File Format
Extension" in the documents of Aseprite.
"""

import re

from colorquant.palette import Palette
from colorquant.palettes.files.texts import Colors, lines_of, names_of, shown, start_of

__all__ = ["is_gpl", "read_gpl", "write_gpl"]

_FIRST = "GIMP Palette"
_LEVEL = r"([0-9]{1,3})"
_RGB = re.compile(rf"{_LEVEL}\s+{_LEVEL}\s+{_LEVEL}(?:\s+(.*))?")
_RGBA = re.compile(rf"{_LEVEL}\s+{_LEVEL}\s+{_LEVEL}\s+{_LEVEL}(?:\s+(.*))?")
_HEADER = re.compile(r"[A-Za-z][\w ]*:")
# What GIMP calls a color without a name.
_NAMELESS = "Untitled"


def is_gpl(data: bytes) -> bool:
    """Return whether the bytes of a file begin as a palette of GIMP."""
    return start_of(data).startswith(_FIRST)


def read_gpl(data: bytes) -> Palette:
    """Return the palette in the bytes of a file.

    A name that only repeats the color in hexadecimal is none.

    Raises
    ------
    ValueError
        If it is damaged.
    """
    lines = lines_of(data)
    if next(lines, "") != _FIRST:
        raise ValueError(f"its first line is not {_FIRST}")
    colors = Colors()
    pattern = _RGB
    for line in lines:
        if line.startswith("#"):
            continue
        if not len(colors) and _HEADER.match(line):
            key, _, value = line.partition(":")
            if key == "Channels" and value.strip() == "RGBA":
                pattern = _RGBA
            continue
        found = pattern.fullmatch(line)
        *levels, name = found.groups("") if found else [""]
        row = [int(level) for level in levels]
        if not row or max(row) > 255:
            raise ValueError(f"{shown(line)} is no color")
        own = name == _NAMELESS or name.lower().removeprefix("#") == bytes(row).hex()
        colors.add(row, "" if own else name)
    return colors.palette()


def write_gpl(palette: Palette) -> bytes:
    """Return a palette as the bytes of a file."""
    lines = [
        _FIRST,
        *["Channels: RGBA"] * palette.has_alpha,
        "Name: colorquant",
        "Columns: 16",
        "#",
    ]
    for row, name, code in zip(
        palette.colors.tolist(), names_of(palette), palette.hex(), strict=True
    ):
        lines.append(" ".join(f"{level:3}" for level in row) + f"\t{name or code}")
    return ("\n".join(lines) + "\n").encode()
