"""The file format ``.cqt``: gathered colors, which can be added to those of other files.

All numbers are little-endian::

    4 bytes   "CQT" and the version, 1
    uint8     channels: 3 or 4
    uint8     bits per channel: 8 for exact colors; for bins 7, or 5 with 4 channels
    uint16    0
    uint64    number of entries, n
    uint32    CRC-32 of the content below, uncompressed
    zlib      n keys, uint32, ascending: the channels' bits, R highest; then n counts, int64,
              above 0; for bins then n rows of sums over the pixels, int64: of R, G, B, or with
              4 channels of R, G, B times alpha, then of the same less 255 times alpha
"""

import struct
import zlib
from pathlib import Path

import numpy as np

from colorquant.color.gathering import EXACT, Gathered, Kind
from colorquant.errors import ImageReadError
from colorquant.storage.places import read_errors

__all__ = ["colors_bytes", "read_colors"]

_HEADER = struct.Struct("<3sBBBHQI")
_MAGIC, _VERSION = b"CQT", 1
# Bytes of an entry in bins with alpha, the largest kind.
_LARGEST_ENTRY = 4 + 8 + 8 * 6
_MORE = 1 << 20


def colors_bytes(colors: Gathered) -> bytes:
    """Return gathered colors as the bytes of a file.

    Parameters
    ----------
    colors : Gathered

    Returns
    -------
    bytes
    """
    parts = [colors.keys.astype("<u4"), colors.counts.astype("<i8")]
    if colors.sums is not None:
        parts.append(colors.sums.astype("<i8"))
    content = b"".join(part.tobytes() for part in parts)
    header = _HEADER.pack(
        *(_MAGIC, _VERSION, *colors.kind, 0, len(colors.keys), zlib.crc32(content))
    )
    return header + zlib.compress(content, 6)


def read_colors(path: Path) -> Gathered:
    """Read gathered colors from a file.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Gathered

    Raises
    ------
    ImageReadError
        If the file cannot be read or is damaged.
    """
    with read_errors(path), path.open("rb") as stream:
        head = stream.read(_HEADER.size)
        # Content that does not compress grows a little.
        packed = stream.read(EXACT * _LARGEST_ENTRY + _MORE)
    try:
        return _parsed(head, packed)
    except (ValueError, struct.error, zlib.error) as error:
        raise ImageReadError(f"{path}: not a file of colors, or damaged: {error}") from None


def _bytes(n: int, kind: Kind) -> int:
    return n * (4 + 8 + 8 * kind.columns)


def _parsed(head: bytes, packed: bytes) -> Gathered:
    magic, version, channels, bits, zero, n, check = _HEADER.unpack(head)
    if (magic, version, zero) != (_MAGIC, _VERSION, 0):
        raise ValueError("it does not begin with CQT, version 1")
    kind = Kind(channels, bits)
    if not kind.is_known:
        raise ValueError("it has an unknown kind of colors")
    if not 1 <= n <= kind.most:
        raise ValueError(f"it says that it has {n:,} entries")
    size = _bytes(n, kind)
    unpacker = zlib.decompressobj()
    content = unpacker.decompress(packed, size + 1)
    if len(content) != size or unpacker.unused_data or not unpacker.eof:
        raise ValueError("its length is not what it says")
    if zlib.crc32(content) != check:
        raise ValueError("its checksum is wrong")
    keys = np.frombuffer(content, "<u4", n).astype(np.uint32)
    counts = np.frombuffer(content, "<i8", n, 4 * n).astype(np.int64)
    sums = None
    if kind.columns:
        rows = np.frombuffer(content, "<i8", n * kind.columns, 12 * n)
        sums = rows.astype(np.int64).reshape(n, kind.columns)
    found = Gathered(keys, counts, channels, sums)
    found.check()
    return found
