"""The two kinds of .pal: text of JASC's Paint Shop Pro, and Microsoft's, which is binary.

Documentation: for JASC's, "JASC PAL" in the list of file types at cryer.co.uk; for Microsoft's,
"Multimedia Programming Interface and Data Specifications 1.0" of IBM and Microsoft (RIFF, the PAL
form) and LOGPALETTE and PALETTEENTRY in the documentation of Windows.
"""

import re
import struct

from colorquant.choices import MAX_COLORS
from colorquant.errors import ImageWriteError
from colorquant.palette import Palette
from colorquant.palettes.files.rows import palette_of
from colorquant.palettes.files.texts import Colors, lines_of, shown, start_of

__all__ = ["is_jasc", "is_riff", "read_jasc", "read_riff", "write_jasc", "write_riff"]

_FIRST = "JASC-PAL"
_VERSION = "0100"
_ROW = re.compile(r"([0-9]{1,3})\s+([0-9]{1,3})\s+([0-9]{1,3})(?:\s+([0-9]{1,3}))?")
_RIFF_VERSION = 0x300
# Its count of colors has 16 bits.
_RIFF_LARGEST = (1 << 16) - 1


def is_jasc(data: bytes) -> bool:
    """Return whether the bytes of a file begin as a palette of JASC."""
    return start_of(data).startswith(_FIRST)


def is_riff(data: bytes) -> bool:
    """Return whether the bytes of a file begin as a palette of Microsoft."""
    return data[:4] == b"RIFF" and data[8:12] == b"PAL "


def read_jasc(data: bytes) -> Palette:
    """Return the palette in the bytes of a file of JASC.

    It ends after as many colors as its third line says.

    Raises
    ------
    ValueError
        If it is damaged, or has fewer colors.
    """
    lines = lines_of(data)
    if next(lines, "") != _FIRST:
        raise ValueError(f"its first line is not {_FIRST}")
    version = next(lines, "")
    if version != _VERSION:
        raise ValueError(f"its version is {shown(version)}, not {_VERSION}")
    said = next(lines, "")
    if not re.fullmatch("[0-9]{1,9}", said) or not 1 <= int(said) <= MAX_COLORS:
        raise ValueError(f"its number of colors is {shown(said)}, not 1 to {MAX_COLORS:,}")
    colors = Colors()
    for line in lines:
        found = _ROW.fullmatch(line)
        row = [int(level) for level in found.groups() if level] if found else [256]
        if max(row) > 255:
            raise ValueError(f"{shown(line)} is no color")
        colors.add(row)
        if len(colors) == int(said):
            return colors.palette()
    raise ValueError(f"it has {len(colors):,} of the {int(said):,} colors that it says it has")


def write_jasc(palette: Palette) -> bytes:
    """Return a palette as the bytes of a file of JASC, which has no alpha."""
    lines = [_FIRST, _VERSION, str(len(palette))]
    lines += [f"{r} {g} {b}" for r, g, b in palette.colors[:, :3].tolist()]
    return ("\r\n".join(lines) + "\r\n").encode()


def read_riff(data: bytes) -> Palette:
    """Return the palette in the bytes of a file of Microsoft.

    Sizes that writers get wrong do not matter: of the whole file, and of the chunk of colors.

    Raises
    ------
    ValueError
        If it is damaged.
    """
    if not is_riff(data):
        raise ValueError("it does not begin with RIFF and PAL")
    at = 12
    while at + 8 <= len(data):
        kind, size = struct.unpack_from("<4sI", data, at)
        at += 8
        if kind == b"data":
            break
        # Chunks begin at even places.
        at += size + size % 2
    else:
        raise ValueError("it has no chunk of colors")
    version, n = struct.unpack_from("<HH", data, at) if at + 4 <= len(data) else (0, 0)
    if version != _RIFF_VERSION:
        raise ValueError(f"its version is {version:#06x}, not {_RIFF_VERSION:#06x}")
    there = (len(data) - at - 4) // 4
    if there < n:
        raise ValueError(f"it has {there:,} of the {n:,} colors that it says it has")
    # The fourth byte says how Windows may use the color.
    return palette_of([data[place : place + 3] for place in range(at + 4, at + 4 + 4 * n, 4)])


def write_riff(palette: Palette) -> bytes:
    """Return a palette as the bytes of a file of Microsoft, which has no alpha.

    Raises
    ------
    ImageWriteError
        If it has too many colors.
    """
    n = len(palette)
    if n > _RIFF_LARGEST:
        raise ImageWriteError(f"riff has at most {_RIFF_LARGEST:,} colors, not {n:,}")
    rows = b"".join(bytes([*row, 0]) for row in palette.colors[:, :3].tolist())
    content = struct.pack("<HH", _RIFF_VERSION, n) + rows
    chunk = struct.pack("<4sI", b"data", len(content)) + content
    return struct.pack("<4sI4s", b"RIFF", 4 + len(chunk), b"PAL ") + chunk
