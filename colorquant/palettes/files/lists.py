"""One color a line in hexadecimal: Lospec's .hex and paint.net's .txt.

Documentation: the palettes of lospec.com, which can be had as HEX files; "Working with Palettes" in
the documentation of paint.net at getpaint.net.
"""

import re

from colorquant.palette import Palette
from colorquant.palettes.files.texts import Colors, first_lines, hex_row, lines_of, shown

__all__ = ["is_hex", "is_paintnet", "read_hex", "read_paintnet", "write_hex", "write_paintnet"]

_HEX = re.compile(r"#?[0-9a-fA-F]{6}(?:[0-9a-fA-F]{2})?")
_ARGB = re.compile(r"([0-9a-fA-F]{2})?([0-9a-fA-F]{6})\s*(?:;.*)?")


def is_hex(data: bytes) -> bool:
    """Return whether the first lines of a file are colors, rrggbb or rrggbbaa, perhaps after #."""
    lines = first_lines(data)
    return bool(lines) and all(_HEX.fullmatch(line) for line in lines)


def is_paintnet(data: bytes) -> bool:
    """Return whether the first lines of a file are as paint.net writes them.

    That is, comments after ``;`` and AARRGGBB, not only colors of six digits.
    """
    lines = first_lines(data)
    fit = all(line.startswith(";") or _ARGB.fullmatch(line) for line in lines)
    return fit and any(line.startswith(";") or len(line) > 6 for line in lines)


def read_hex(data: bytes) -> Palette:
    """Return the palette in the bytes of a file of rrggbb or rrggbbaa.

    Raises
    ------
    ValueError
        If it is damaged.
    """
    colors = Colors()
    for line in lines_of(data):
        row = hex_row(line)
        if row is None:
            raise ValueError(f"{shown(line)} is not rrggbb or rrggbbaa")
        colors.add(row)
    return colors.palette()


def read_paintnet(data: bytes) -> Palette:
    """Return the palette in the bytes of a file of AARRGGBB; rrggbb is opaque.

    It has alpha only if one of its colors is not opaque.

    Raises
    ------
    ValueError
        If it is damaged.
    """
    colors = Colors()
    for line in lines_of(data):
        if line.startswith(";"):
            continue
        found = _ARGB.fullmatch(line)
        if not found:
            raise ValueError(f"{shown(line)} is not AARRGGBB")
        alpha, rgb = found.groups("ff")
        row = bytes.fromhex(rgb if alpha.lower() == "ff" else rgb + alpha)
        colors.add(list(row))
    return colors.palette()


def write_hex(palette: Palette) -> bytes:
    """Return a palette as rrggbb or, with alpha, as #rrggbbaa, which is not taken for AARRGGBB."""
    codes = palette.hex()
    if not palette.has_alpha:
        codes = [code[1:] for code in codes]
    return ("\n".join(codes) + "\n").encode()


def write_paintnet(palette: Palette) -> bytes:
    """Return a palette as AARRGGBB, as paint.net reads it."""
    lines = ["; paint.net palette", f"; Colors: {len(palette)}"]
    lines += [f"{code[7:] or 'ff'}{code[1:7]}".upper() for code in palette.hex()]
    return ("\r\n".join(lines) + "\r\n").encode()
