"""Gathered colors as a file, which adds up with others: ``.cqt``.

All numbers are little-endian::

    4 bytes   "CQT" and the version, 1
    uint8     channels: 3 or 4
    uint8     bits a channel: 8 for exact colors; 7, or with 4 channels 5, for bins
    uint16    0
    uint64    number of entries, n
    uint32    CRC-32 of what follows, before it is deflated
    zlib      n keys, uint32, ascending: the channels' bits, R highest; then n counts, int64,
              above 0; of bins then n rows of sums, int64: of R, G, B times the count, with
              4 channels of R, G, B times alpha, and of these less 255 times alpha
"""

import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from colorquant.color.gathering import EXACT, Gathered
from colorquant.color.packing import FINE_BITS
from colorquant.color.space import dimensions
from colorquant.errors import ImageReadError
from colorquant.storage.places import read_errors

__all__ = ["colors_bytes", "read_colors"]

_HEADER = struct.Struct("<3sBBBHQI")
_MAGIC, _VERSION = b"CQT", 1
_EXACT_BITS = 8
_MORE = 1 << 20
# Counts beyond would overflow where many add up.
_LARGEST_COUNT = 1 << 44


def colors_bytes(colors: Gathered) -> bytes:
    """Return gathered colors as a file.

    Parameters
    ----------
    colors : Gathered

    Returns
    -------
    bytes
    """
    parts = [colors.keys.astype("<u4"), colors.counts.astype("<i8")]
    bits = _EXACT_BITS
    if colors.sums is not None:
        parts.append(colors.sums.astype("<i8"))
        bits = FINE_BITS[colors.channels]
    content = b"".join(part.tobytes() for part in parts)
    header = _HEADER.pack(
        *(_MAGIC, _VERSION, colors.channels, bits, 0, len(colors.keys), zlib.crc32(content))
    )
    return header + zlib.compress(content, 6)


def read_colors(path: Path) -> Gathered:
    """Read gathered colors.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Gathered

    Raises
    ------
    ImageReadError
        If it cannot be read, or is damaged.
    """
    with read_errors(path), path.open("rb") as stream:
        head = stream.read(_HEADER.size)
        # What cannot be deflated grows a little by it.
        packed = stream.read(_bytes(EXACT, 4, bins=True) + _MORE)
    try:
        return _parsed(head, packed)
    except (ValueError, struct.error, zlib.error) as error:
        raise ImageReadError(f"{path}: not a file of colors, or damaged: {error}") from None


def _bytes(n: int, channels: int, *, bins: bool) -> int:
    return n * (4 + 8 + (8 * dimensions(channels) if bins else 0))


def _parsed(head: bytes, packed: bytes) -> Gathered:
    magic, version, channels, bits, zero, n, check = _HEADER.unpack(head)
    if (magic, version, zero) != (_MAGIC, _VERSION, 0):
        raise ValueError("it does not begin with CQT, version 1")
    bins = bits != _EXACT_BITS
    if channels not in FINE_BITS or (bins and bits != FINE_BITS[channels]):
        raise ValueError("it has an unknown kind of colors")
    most = 1 << (bits * channels) if bins else EXACT
    if not 1 <= n <= most:
        raise ValueError(f"it says that it has {n:,} entries")
    size = _bytes(n, channels, bins=bins)
    unpacker = zlib.decompressobj()
    content = unpacker.decompress(packed, size + 1)
    if len(content) != size or unpacker.unused_data or not unpacker.eof:
        raise ValueError("its length is not what it says")
    if zlib.crc32(content) != check:
        raise ValueError("its checksum is wrong")
    keys = np.frombuffer(content, "<u4", n).astype(np.uint32)
    counts = np.frombuffer(content, "<i8", n, 4 * n).astype(np.int64)
    sums = None
    if bins:
        columns = dimensions(channels)
        rows = np.frombuffer(content, "<i8", n * columns, 12 * n)
        sums = rows.astype(np.int64).reshape(n, columns)
    _require(keys, counts, sums, channels, bits)
    return Gathered(keys, counts, channels, sums)


def _require(
    keys: NDArray[np.uint32],
    counts: NDArray[np.int64],
    sums: NDArray[np.int64] | None,
    channels: int,
    bits: int,
) -> None:
    """Refuse numbers that no image gives."""
    if (keys[1:] <= keys[:-1]).any() or int(keys[-1]) >> (bits * channels):
        raise ValueError("its colors are not in order")
    if counts.min() < 1 or int(counts.sum(dtype=np.float64)) > _LARGEST_COUNT:
        raise ValueError("a count is out of range")
    if sums is None:
        if channels == 4 and ((keys & 255 == 0) & (keys != 0)).any():
            raise ValueError("what is transparent has a color")
        return
    weight = counts[:, None]
    low = sums[:, 3:] if channels == 4 else sums
    high = sums[:, :3] - sums[:, 3:] if channels == 4 else sums
    most = 65_025 if channels == 4 else 255
    bottom, top = (-most, 0) if channels == 4 else (0, most)
    if (low < bottom * weight).any() or (low > top * weight).any():
        raise ValueError("a sum is out of range")
    if (sums[:, :3] < 0).any() or (high < 0).any() or (high > most * weight).any():
        raise ValueError("a sum is out of range")
