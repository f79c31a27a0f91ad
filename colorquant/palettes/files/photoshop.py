"""Photoshop's color tables, .act, and color swatches, .aco.

Layouts follow Adobe Photoshop File Formats Specification, November 2019, "Color Table" and "Color
Swatches". That 10,000 is black in the gray of swatches, it leaves open; Photoshop's own swatch
"75% Gray" is 7,500.
"""

import struct
from collections.abc import Sequence

from colorquant.palette import Palette
from colorquant.palettes.files.colormodels import of_cmyk, of_gray, of_hsb, of_lab, of_rgb
from colorquant.palettes.files.fields import Fields, utf16
from colorquant.palettes.files.rows import palette_of

__all__ = ["is_aco", "is_act", "read_aco", "read_act", "write_aco", "write_act"]

# A color table has room for so many colors, always; then perhaps their count, and which of them is
# transparent.
_ROOM = 256
_TABLE, _COUNTED = 3 * _ROOM, 3 * _ROOM + 4
_NONE = 0xFFFF

_SPACES = dict(enumerate(["RGB", "HSB", "CMYK", "Pantone", "Focoltone", "Trumatch", "Toyo"]))
_SPACES |= {7: "Lab", 8: "grayscale", 10: "HKS"}
# Bytes of a color without its name: its space and four numbers.
_COLOR = 10


def is_act(data: bytes) -> bool:
    """Return whether a file may be a color table, which has nothing to know it by but its size."""
    return len(data) in (_TABLE, _COUNTED)


def read_act(data: bytes) -> Palette:
    """Return the palette in the bytes of a color table.

    Raises
    ------
    ValueError
        If it is damaged.
    """
    if not is_act(data):
        raise ValueError(f"a color table has {_TABLE} or {_COUNTED} bytes, not {len(data):,}")
    count, transparent = _ROOM, _NONE
    if len(data) == _COUNTED:
        count, transparent = struct.unpack(">HH", data[_TABLE:])
    if count > _ROOM:
        raise ValueError(f"a color table has up to {_ROOM} colors, not {count:,}")
    rows = [list(data[at : at + 3]) for at in range(0, 3 * count, 3)]
    if transparent < count:
        rows[transparent] = [0, 0, 0, 0]
    return palette_of(rows)


def write_act(palette: Palette) -> bytes:
    """Return a palette as the bytes of a color table.

    Raises
    ------
    ValueError
        If it has too many colors, or more than one transparent.
    """
    if len(palette) > _ROOM:
        raise ValueError(f"holds up to {_ROOM} colors, not {len(palette):,}")
    clear = [at for at, row in enumerate(palette.colors.tolist()) if row[3:] == [0]]
    if len(clear) > 1:
        raise ValueError(f"holds one transparent color, not {len(clear)}")
    table = palette.colors[:, :3].tobytes().ljust(_TABLE, b"\0")
    return table + struct.pack(">HH", len(palette), *clear or [_NONE])


def is_aco(data: bytes) -> bool:
    """Return whether the bytes of a file begin as color swatches."""
    version, count = struct.unpack(">HH", data[:4].ljust(4, b"\0"))
    if version not in (1, 2) or not 0 < count <= (len(data) - 4) // _COLOR:
        return False
    # Where names follow, only the first color has a known place.
    end = 4 + _COLOR * (count if version == 1 else 1)
    return set(data[4:end:_COLOR]) == {0} and set(data[5:end:_COLOR]) <= set(_SPACES)


def read_aco(data: bytes) -> Palette:
    """Return the palette in the bytes of color swatches.

    Newer files have the swatches twice, the second time with names.

    Raises
    ------
    ValueError
        If it is damaged, or a color is in a space that is not read.
    """
    fields = Fields(data, ">")
    version, count = fields.numbers("HH")
    if version == 1:
        plain = fields.part(_COLOR * count)
        again = fields.numbers("HH") if len(fields) >= 4 else (0, 0)
        if again[0] == 2:
            version, count = again
        else:
            fields = plain
    if version not in (1, 2):
        raise ValueError(f"its version is {version}, not 1 or 2")
    rows, names = [], []
    for number in range(count):
        rows.append(_levels(number, *fields.numbers("HHHHH")))
        names.append(fields.utf16(fields.number("I")) if version == 2 else "")
    return palette_of(rows, names)


def _levels(number: int, space: int, *amounts: int) -> Sequence[int]:
    """Return a color in sRGB; of its four amounts, some are unused in most spaces."""
    first, second, third, _ = amounts
    shares = [amount / 0xFFFF for amount in amounts]
    match _SPACES.get(space):
        case "RGB":
            return of_rgb(*shares[:3])
        case "HSB":
            return of_hsb(*shares[:3])
        case "CMYK":
            # All ink is 0.
            cyan, magenta, yellow, black = (1 - share for share in shares)
            return of_cmyk(cyan, magenta, yellow, black)
        case "Lab":
            return of_lab(first / 100, _signed(second) / 100, _signed(third) / 100)
        case "grayscale":
            return of_gray(1 - first / 10_000)
        case other:
            told = other or f"number {space}"
            raise ValueError(f"color {number + 1} is in the color space {told}, which is not read")


def _signed(number: int) -> int:
    return number - 0x10000 if number & 0x8000 else number


def write_aco(palette: Palette) -> bytes:
    """Return a palette as the bytes of color swatches, in RGB.

    Raises
    ------
    ValueError
        If it has too many colors.
    """
    count = len(palette)
    if count > 0xFFFF:
        raise ValueError(f"holds up to {0xFFFF:,} colors, not {count:,}")
    colors = [
        struct.pack(">HHHHH", 0, *(257 * level for level in row[:3]), 0)
        for row in palette.colors.tolist()
    ]
    names = [utf16(name) for name in palette.names or [""] * count]
    named = [
        color + struct.pack(">I", len(name) // 2) + name
        for color, name in zip(colors, names, strict=True)
    ]
    versions = struct.pack(">HH", 1, count), struct.pack(">HH", 2, count)
    return b"".join([versions[0], *colors, versions[1], *named])
