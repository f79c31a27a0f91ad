"""Writing of TIFF files of one page or several: indexed at the lowest depth, or true-color.

Pillow writes palettes only at 8 bits, and collects all pages before it writes them.
Layout: header, then for each page one deflated strip, its directory, and the values that do
not fit into the directory's entries. Follows TIFF 6.0, sections 2 and 8, and for deflate the
technical notes of Adobe Photoshop of 2002.
"""

import struct
import zlib
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from colorquant.images.writing.png import packed_rows
from colorquant.metadata import Metadata
from colorquant.models import IndexedImage

__all__ = ["tiff"]

_LEVEL = 9
# Tags.
_WIDTH, _LENGTH, _BITS, _COMPRESSION, _PHOTOMETRIC = 256, 257, 258, 259, 262
_OFFSETS, _SAMPLES, _ROWS, _COUNTS, _X_RESOLUTION, _Y_RESOLUTION = 273, 277, 278, 279, 282, 283
_UNIT, _PREDICTOR, _COLOR_MAP, _EXTRA_SAMPLES, _XMP, _PROFILE = 296, 317, 320, 338, 700, 34675
_IPTC = 33723
# Values of tags.
_DEFLATE, _RGB, _PALETTE, _INCH, _DIFFERENCES, _STRAIGHT_ALPHA = 8, 2, 3, 2, 2, 2
_NO_UNIT = 1
# Field types by the struct format of a value: undefined, short, long, rational.
_TYPES = {"B": 7, "H": 3, "I": 4, "II": 5}

_Fields = dict[int, tuple[str, list[int]]]


def tiff(pages: Iterable[IndexedImage], metadata: Metadata) -> bytes:
    """Return a TIFF file.

    Parameters
    ----------
    pages : iterable of IndexedImage
        Written indexed if they have up to 256 opaque colors, else true-color.
    metadata : Metadata
        Color profile, resolution or aspect, IPTC and XMP are kept.

    Returns
    -------
    bytes
    """
    data = bytearray(b"II*\0\0\0\0\0")
    link = 4
    for page in pages:
        fields, strip = _page(page)
        fields |= _carried(metadata)
        fields[_OFFSETS] = "I", [len(data)]
        data += strip + bytes(len(strip) % 2)
        struct.pack_into("<I", data, link, len(data))
        link = len(data) + 2 + 12 * len(fields)
        data += _directory(fields, len(data))
    return bytes(data)


def _page(page: IndexedImage) -> tuple[_Fields, bytes]:
    height, width = page.indices.shape
    palette = page.palette
    fields: _Fields = {
        _WIDTH: ("I", [width]),
        _LENGTH: ("I", [height]),
        _COMPRESSION: ("H", [_DEFLATE]),
        _ROWS: ("I", [height]),
    }
    if len(palette) <= 256 and not palette.has_alpha:
        color_map = np.zeros((3, 1 << palette.depth), np.uint16)
        color_map[:, : len(palette)] = palette.colors.T.astype(np.uint16) * 257
        rows = packed_rows(page.indices, palette.depth)
        fields |= {
            _BITS: ("H", [palette.depth]),
            _PHOTOMETRIC: ("H", [_PALETTE]),
            _SAMPLES: ("H", [1]),
            _COLOR_MAP: ("H", color_map.ravel().tolist()),
        }
    else:
        channels = palette.colors.shape[1]
        rows = _differences(page.pixels())
        fields |= {
            _BITS: ("H", [8] * channels),
            _PHOTOMETRIC: ("H", [_RGB]),
            _SAMPLES: ("H", [channels]),
            _PREDICTOR: ("H", [_DIFFERENCES]),
        }
        if channels == 4:
            fields[_EXTRA_SAMPLES] = "H", [_STRAIGHT_ALPHA]
    strip = zlib.compress(np.ascontiguousarray(rows).data, _LEVEL)
    fields[_COUNTS] = "I", [len(strip)]
    return fields, strip


def _differences(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return each sample minus that of the pixel to the left."""
    rows = pixels.copy()
    rows[:, 1:] -= pixels[:, :-1]
    return rows


def _carried(metadata: Metadata) -> _Fields:
    fields: _Fields = {}
    if metadata.dpi:
        across, down = ([round(dots * 1000), 1000] for dots in metadata.dpi)
        fields[_X_RESOLUTION] = "II", across
        fields[_Y_RESOLUTION] = "II", down
        fields[_UNIT] = "H", [_INCH]
    elif metadata.aspect:
        fields[_X_RESOLUTION] = "II", [metadata.aspect[0], 1]
        fields[_Y_RESOLUTION] = "II", [metadata.aspect[1], 1]
        fields[_UNIT] = "H", [_NO_UNIT]
    if metadata.icc_profile:
        fields[_PROFILE] = "B", list(metadata.icc_profile)
    if metadata.iptc:
        fields[_IPTC] = "B", list(metadata.iptc)
    if metadata.xmp:
        fields[_XMP] = "B", list(metadata.xmp)
    return fields


def _directory(fields: _Fields, at: int) -> bytes:
    """Return a directory, the last one, and after it the values that do not fit into it."""
    entries, behind = b"", b""
    end = at + 2 + 12 * len(fields) + 4
    for tag, (kind, values) in sorted(fields.items()):
        data = struct.pack(f"<{len(values)}{kind[0]}", *values)
        entries += struct.pack("<HHI", tag, _TYPES[kind], len(values) // len(kind))
        if len(data) <= 4:
            entries += data.ljust(4, b"\0")
        else:
            entries += struct.pack("<I", end + len(behind))
            behind += data + b"\0" * (len(data) % 2)
    return struct.pack("<H", len(fields)) + entries + bytes(4) + behind
