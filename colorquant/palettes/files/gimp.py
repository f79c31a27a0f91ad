"""GIMP's palettes, .gpl, as its developer documentation describes them ("GIMP Palette")."""

import re

from colorquant.models import Palette
from colorquant.palettes.files.rows import palette_of

__all__ = ["is_gpl", "read_gpl", "write_gpl"]

_COLOR = re.compile(r"\s*(\d{1,3})\s+(\d{1,3})\s+(\d{1,3})(\s.*)?")


def is_gpl(data: bytes) -> bool:
    """Return whether the bytes of a file begin as a palette of GIMP."""
    return data.lstrip().startswith(b"GIMP Palette")


def read_gpl(data: bytes) -> Palette:
    """Return the palette in the bytes of a file.

    Raises
    ------
    ValueError
        If it is damaged.
    """
    first, *lines = data.decode("utf-8", "replace").splitlines() or [""]
    if first.strip() != "GIMP Palette":
        raise ValueError("its first line is not GIMP Palette")
    rows = []
    for line in lines:
        if not line.strip() or line.lstrip().startswith("#") or re.match(r"(Name|Columns):", line):
            continue
        found = _COLOR.fullmatch(line)
        levels = [int(level) for level in found.groups()[:3]] if found else []
        if not levels or max(levels) > 255:
            raise ValueError(f"{line.strip()[:40]!r} is no color")
        rows.append(levels)
    return palette_of(rows)


def write_gpl(palette: Palette) -> bytes:
    """Return a palette as the bytes of a file."""
    lines = ["GIMP Palette", "Name: colorquant", "Columns: 16", "#"]
    lines += [f"{r:3} {g:3} {b:3}\t#{r:02x}{g:02x}{b:02x}" for r, g, b in palette.colors.tolist()]
    return ("\n".join(lines) + "\n").encode()
