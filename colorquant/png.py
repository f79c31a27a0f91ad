"""Indexed PNG, deflated in strips in threads.

Chunks are as in Portable Network Graphics (PNG) Specification, second edition, ISO/IEC
15948:2003, section 11.
"""

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

from colorquant.models import IndexedImage, Raster
from colorquant.threads import for_each

__all__ = ["indexed_png"]

# Bytes of rows deflated as one.
_STRIP = 1 << 20
# Up to so many pixels the higher level takes next to no time; beyond, it would take more of
# it than all else, for 2 % of the size.
_SMALL = 1 << 20
_SMALL_LEVEL, _LARGE_LEVEL = 6, 4
# How far back deflate looks.
_WINDOW = 1 << 15
_METRES_PER_INCH = 0.0254


def indexed_png(image: IndexedImage, bits: int, source: Raster) -> bytes:
    """Return an indexed image as a PNG file.

    Rows are not filtered: differences of indices are no smaller than indices.

    Parameters
    ----------
    image : IndexedImage
    bits : int
        Bits an index: 1, 2, 4 or 8.
    source : Raster
        Whose profile and resolution are kept.

    Returns
    -------
    bytes
    """
    height, width = image.indices.shape
    colors = image.palette.colors
    header = struct.pack(">IIBBBBB", width, height, bits, 3, 0, 0, 0)
    parts = [b"\x89PNG\r\n\x1a\n", _chunk(b"IHDR", header)]
    if source.icc_profile:
        parts.append(_chunk(b"iCCP", b"ICC Profile\0\0" + zlib.compress(source.icc_profile)))
    parts.append(_chunk(b"PLTE", colors[:, :3].tobytes()))
    # Opaque entries at the end need no mention.
    alpha = colors[:, 3:].tobytes().rstrip(b"\xff")
    if alpha:
        parts.append(_chunk(b"tRNS", alpha))
    if source.dpi:
        across, down = (round(dots / _METRES_PER_INCH) for dots in source.dpi)
        parts.append(_chunk(b"pHYs", struct.pack(">IIB", across, down, 1)))
    level = _SMALL_LEVEL if image.indices.size <= _SMALL else _LARGE_LEVEL
    parts += [_chunk(b"IDAT", _deflated(_rows(image.indices, bits), level)), _chunk(b"IEND", b"")]
    return b"".join(parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = zlib.crc32(data, zlib.crc32(kind))
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)


def _rows(indices: NDArray[np.unsignedinteger], bits: int) -> memoryview:
    """Return the rows, each behind the number of its filter, packed into bytes."""
    height, width = indices.shape
    share = 8 // bits
    rows = np.zeros((height, 1 + -(-width // share)), np.uint8)
    for place in range(share):
        columns = indices[:, place::share].astype(np.uint8, copy=False)
        rows[:, 1 : 1 + columns.shape[1]] |= columns << (8 - bits * (place + 1))
    return rows.ravel().data


def _deflated(data: memoryview, level: int) -> bytes:
    """Return a zlib stream of data, deflated in strips that each know what stands before.

    RFC 1950, section 2.2, and RFC 1951: what is flushed ends on a whole byte, so streams can
    be joined.
    """

    def deflate(start: int) -> bytes:
        end = min(start + _STRIP, len(data))
        before = data[max(0, start - _WINDOW) : start]
        packer = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS, zdict=before)
        packed = packer.compress(data[start:end])
        return packed + packer.flush(zlib.Z_FINISH if end == len(data) else zlib.Z_SYNC_FLUSH)

    strips = for_each(deflate, range(0, len(data), _STRIP))
    return b"\x78\x9c" + b"".join(strips) + struct.pack(">I", zlib.adler32(data))
