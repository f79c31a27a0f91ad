"""Adobe Swatch Exchange, .ase, as Carl Camera's "ASE File Specification" describes it.

Adobe has not published the format. J Greely's notes on that description add that texts are UTF-16,
that numbers are big-endian, and the range of Lab. In the gray of Photoshop's own swatches, 1 is
white.
"""

import struct

from colorquant.choices import MAX_COLORS
from colorquant.palette import Palette
from colorquant.palettes.files.colormodels import of_cmyk, of_gray, of_lab, of_rgb
from colorquant.palettes.files.fields import Fields, utf16
from colorquant.palettes.files.rows import palette_of

__all__ = ["is_ase", "read_ase", "write_ase"]

_SIGNATURE = b"ASEF"
# The block of a color; those of groups, and unknown ones, are skipped.
_COLOR = 0x0001
# Kinds of colors: global, spot, and normal, which changes no other when it is edited.
_NORMAL = 2
_LONGEST_NAME = 0xFFFE


def is_ase(data: bytes) -> bool:
    """Return whether the bytes of a file begin as Adobe's swatches."""
    return data.startswith(_SIGNATURE)


def read_ase(data: bytes) -> Palette:
    """Return the palette in the bytes of a file: the colors of all groups, in their order.

    Raises
    ------
    ValueError
        If it is damaged, or a color is of an unknown model.
    """
    fields = Fields(data, ">")
    if fields.take(4) != _SIGNATURE:
        raise ValueError(f"it does not begin with {_SIGNATURE.decode()}")
    # Its version is 1.0 always, except that some programs swap the numbers.
    _, _, blocks = fields.numbers("HHI")
    rows: list[tuple[int, int, int]] = []
    names: list[str] = []
    for _ in range(blocks):
        kind, length = fields.numbers("HI")
        block = fields.part(length)
        # One more than a palette has is enough to refuse them.
        if kind == _COLOR and len(rows) <= MAX_COLORS:
            names.append(block.utf16(block.number("H")))
            rows.append(_levels(block))
    return palette_of(rows, names)


def _levels(block: Fields) -> tuple[int, int, int]:
    model = block.take(4)
    match model.upper():
        case b"RGB ":
            return of_rgb(*block.numbers("fff"))
        case b"CMYK":
            return of_cmyk(*block.numbers("ffff"))
        case b"LAB ":
            share, a, b = block.numbers("fff")
            return of_lab(100 * share, a, b)
        case b"GRAY":
            return of_gray(block.number("f"))
    raise ValueError(f"{model.decode('latin-1')!r} is no known color model")


def write_ase(palette: Palette) -> bytes:
    """Return a palette as the bytes of a file, in RGB.

    Raises
    ------
    ValueError
        If a name is too long.
    """
    parts = [_SIGNATURE, struct.pack(">HHI", 1, 0, len(palette))]
    names = palette.names or [""] * len(palette)
    for row, name in zip(palette.colors.tolist(), names, strict=True):
        text = utf16(name)
        units = len(text) // 2
        if units > _LONGEST_NAME + 1:
            raise ValueError(f"holds names of up to {_LONGEST_NAME:,} UTF-16 units")
        color = struct.pack(">4sfffH", b"RGB ", *(level / 255 for level in row[:3]), _NORMAL)
        block = struct.pack(">H", units) + text + color
        parts += [struct.pack(">HI", _COLOR, len(block)), block]
    return b"".join(parts)
