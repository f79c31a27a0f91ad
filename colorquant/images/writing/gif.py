"""Writing of GIF files of one frame or several; Pillow compresses the pixels.

The layout follows Graphics Interchange Format, version 89a, CompuServe 1990, sections 17 to 26.
"""

import struct
from collections.abc import Iterable
from itertools import chain

import numpy as np
from PIL import GifImagePlugin, Image

from colorquant.images.writing.frames import Patch
from colorquant.palette import Palette

__all__ = ["gif"]

# What a viewer does with a frame before the next: keep it, or clear its area.
_KEEP, _CLEAR = 1, 2
# In 1/100 s. Viewers take shorter delays for a mistake, and wait a tenth of a second.
_SHORTEST = 2


def gif(
    patches: Iterable[Patch], size: tuple[int, int], plays: int, comment: bytes | None
) -> bytes:
    """Return a GIF file.

    Parameters
    ----------
    patches : iterable of Patch
        With palettes of up to 256 colors, at most one of them transparent and the others
        opaque. Patches with the palette of the first one use the global color table.
    size : tuple of int
        Width and height.
    plays : int
        How many times an animation is played; 0 is forever.
    comment : bytes, optional

    Returns
    -------
    bytes
    """
    patches = iter(patches)
    first = next(patches)
    table, bits = _table(first.palette, spare=first.spare)
    # Flags: there is a global color table, of 2 ** (1 + the lowest three bits) colors.
    parts = [b"GIF89a", struct.pack("<HHBBB", *size, 0xF0 | (bits - 1), 0, 0), table]
    if plays != 1:
        repeats = max(0, plays - 1)
        parts.append(
            b"!\xff\x0bNETSCAPE2.0\x03\x01" + struct.pack("<H", min(repeats, 65535)) + b"\0"
        )
    if comment:
        blocks = (comment[i : i + 255] for i in range(0, len(comment), 255))
        parts.append(b"!\xfe" + b"".join(bytes([len(b)]) + b for b in blocks) + b"\0")
    parts += [_frame(patch, first.palette) for patch in chain([first], patches)]
    return b"".join(parts) + b";"


def _frame(patch: Patch, shared: Palette) -> bytes:
    transparent = patch.transparent
    packed = (_CLEAR if patch.clear else _KEEP) << 2 | (transparent is not None)
    control = struct.pack("<BHB", packed, _delay(patch.duration), transparent or 0)
    table, flags = b"", 0
    if patch.palette is not shared:
        table, bits = _table(patch.palette, spare=patch.spare)
        flags = 0x80 | (bits - 1)
    height, width = patch.indices.shape
    place = struct.pack("<HHHHB", patch.x, patch.y, width, height, flags)
    coded = b"".join(GifImagePlugin.getdata(Image.fromarray(np.asarray(patch.indices, np.uint8))))
    # Pillow's data begins with its own image descriptor of ten bytes.
    return b"!\xf9\x04" + control + b"\0," + place + table + coded[10:]


def _table(palette: Palette, *, spare: bool) -> tuple[bytes, int]:
    """Return the color table, padded to a power of two, and the exponent."""
    bits = max(1, (len(palette) + spare - 1).bit_length())
    return palette.colors[:, :3].tobytes().ljust(3 << bits, b"\0"), bits


def _delay(duration: float | None) -> int:
    """Return a duration in hundredths of a second."""
    delay = round((duration or 0) / 10)
    exact = delay * 10 == (duration or 0)
    return min(65535, delay if exact else max(_SHORTEST, delay))
