"""Sprites of Aseprite, .aseprite or .ase, as its docs/ase-file-specs.md describes them."""

import struct
import zlib
from collections.abc import Iterator
from itertools import chain

from colorquant.choices import MAX_COLORS
from colorquant.errors import counted
from colorquant.palette import Palette
from colorquant.palettes.files.fields import Fields
from colorquant.palettes.files.rows import palette_of

__all__ = ["is_aseprite", "read_aseprite", "write_aseprite"]

_MAGIC, _FRAME_MAGIC = 0xA5E0, 0xF1FA
_HEADER, _FRAME_HEADER = 128, 16
_INDEXED, _TRUE_COLOR = 8, 32
_EIGHT_BITS, _SIX_BITS, _PALETTE = 0x0004, 0x0011, 0x2019
_LAYER, _CEL, _PROFILE = 0x2004, 0x2005, 0x2007
_BLACK = (0, 0, 0, 255)
_LONGEST_NAME = 0xFFFF

Entries = dict[int, tuple[tuple[int, int, int, int], str]]
"""Color and name of each index."""


def is_aseprite(data: bytes) -> bool:
    """Return whether the bytes of a file begin as a sprite."""
    return len(data) >= _HEADER and data[4:6] == struct.pack("<H", _MAGIC)


def read_aseprite(data: bytes) -> Palette:
    """Return the palette of the first frame of a sprite.

    The color that stands for transparency in an indexed sprite becomes fully transparent.

    Raises
    ------
    ValueError
        If the file is damaged, or that frame has no palette.
    """
    if not is_aseprite(data):
        raise ValueError("it does not begin as a sprite of Aseprite")
    header = Fields(data[:_HEADER], "<")
    *_, depth = header.numbers("IHHHHH")
    header.take(14)
    transparent = header.number("B")
    size = 0
    entries: Entries = {}
    old: Entries = {}
    for kind, chunk in _chunks(Fields(data[_HEADER:], "<")):
        if kind == _PALETTE:
            size = _update(entries, chunk)
        elif kind in (_EIGHT_BITS, _SIX_BITS):
            _update_old(old, chunk, 63 if kind == _SIX_BITS else 255)
    if not size:
        # Beside a palette, Aseprite writes one for older programs, without alpha and names.
        size, entries = max(old, default=-1) + 1, old
    found = [entries.get(index, (_BLACK, "")) for index in range(size)]
    if depth == _INDEXED and transparent < size:
        found[transparent] = (0, 0, 0, 0), found[transparent][1]
    channels = 3 if all(color[3] == 255 for color, _ in found) else 4
    return palette_of([color[:channels] for color, _ in found], [name for _, name in found])


def _chunks(fields: Fields) -> Iterator[tuple[int, Fields]]:
    """Yield the chunks of the first frame, with their types."""
    length, magic, count, _, _, many = fields.numbers("IHHHHI")
    if magic != _FRAME_MAGIC:
        raise ValueError("its first frame does not begin as one")
    frame = fields.part(max(0, length - _FRAME_HEADER))
    for _ in range(many or count):
        size, kind = frame.numbers("IH")
        if size < 6:
            raise ValueError(f"it has a chunk of {size} bytes")
        yield kind, frame.part(size - 6)


def _update(entries: Entries, chunk: Fields) -> int:
    """Store the changes of a chunk, and return the size of the palette."""
    size, first, last, _ = chunk.numbers("III8s")
    # Each of these entries is in the file, but the size of the palette is just a number.
    if not first <= last < size <= MAX_COLORS:
        told = counted(size, "color")
        raise ValueError(f"it has a palette of {told}, and changes {first:,} to {last:,}")
    for index in range(first, last + 1):
        named, *color = chunk.numbers("HBBBB")
        name = chunk.take(chunk.number("H")).decode("utf-8", "replace") if named & 1 else ""
        red, green, blue, alpha = color
        entries[index] = (red, green, blue, alpha), name
    return int(size)


def _update_old(entries: Entries, chunk: Fields, most: int) -> None:
    """Store the changes of a chunk of levels up to `most`."""
    index = 0
    for _ in range(chunk.number("H")):
        skipped, count = chunk.numbers("BB")
        index += skipped
        for _ in range(count or 256):
            if index > 255:
                raise ValueError("it has an old palette of more than 256 colors")
            levels = chunk.take(3)
            red, green, blue = ((min(each, most) * 255 + most // 2) // most for each in levels)
            entries[index] = (red, green, blue, 255), ""
            index += 1


def write_aseprite(palette: Palette) -> bytes:
    """Return a palette as the bytes of a sprite of one pixel, which has the first color.

    The sprite is true color: in an indexed one, some color would have to stand for transparency.

    Raises
    ------
    ValueError
        If a name is too long.
    """
    opaque = [] if palette.has_alpha else [255]
    rows = [[*row, *opaque] for row in palette.colors.tolist()]
    names = palette.names or [""] * len(palette)
    entries = [_entry(*each) for each in zip(rows, names, strict=True)]
    size = len(palette)
    ends = struct.pack("<III8x", size, 0, size - 1)
    name = b"Layer 1"
    # Visible and editable; normal, at level 0; blended normally, opaque.
    layer = struct.pack("<HHHHHHB3xH", 3, 0, 0, 0, 0, 0, 255, len(name)) + name
    # On layer 0 at 0, 0; opaque; compressed, of one pixel.
    cel = struct.pack("<HhhBH7xHH", 0, 0, 0, 255, 2, 1, 1) + zlib.compress(bytes(rows[0]))
    # sRGB, without a gamma of its own.
    profile = struct.pack("<HHI8x", 1, 0, 0)
    chunks = [
        *((_PROFILE, profile), (_PALETTE, b"".join([ends, *entries]))),
        *((_LAYER, layer), (_CEL, cel)),
    ]
    content = b"".join(
        chain.from_iterable(
            (struct.pack("<IH", len(each) + 6, kind), each) for kind, each in chunks
        )
    )
    length = len(content) + _FRAME_HEADER
    duration = 100
    frame = struct.pack("<IHHH2xI", length, _FRAME_MAGIC, len(chunks), duration, len(chunks))
    # One frame of 1 x 1; opacities are valid; index 0 is transparent in indexed sprites; pixels
    # are square.
    header = struct.pack(
        "<IHHHHHIH8xB3xHBB",
        *(_HEADER + length, _MAGIC, 1, 1, 1, _TRUE_COLOR, 1, duration),
        *(0, min(size, 0xFFFF), 1, 1),
    )
    return header.ljust(_HEADER, b"\0") + frame + content


def _entry(row: list[int], name: str) -> bytes:
    text = name.encode("utf-8", "replace")
    if len(text) > _LONGEST_NAME:
        raise ValueError(f"holds names of up to {_LONGEST_NAME:,} bytes of UTF-8")
    return struct.pack("<HBBBB", bool(text), *row) + (
        struct.pack("<H", len(text)) + text if text else b""
    )
