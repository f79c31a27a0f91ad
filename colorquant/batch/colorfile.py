"""The file format ``.cqt``: gathered colors, which can be added to those of other files.

All numbers are little-endian::

    4 bytes   "CQT" and the version: 1, or 2 with what the eye sees of the colors
    uint8     channels: 3 or 4
    uint8     bits per channel: 8 for exact colors; for bins 7, or 5 with 4 channels
    uint16    0
    uint64    number of entries, n
    uint32    CRC-32 of the content below, uncompressed
    zlib      n keys, uint32, ascending: the channels' bits, R highest; then n counts, int64,
              above 0; in version 2 then n sums of the importance of the pixels, int64, 1 to 255
              times the count, and n numbers of flat pixels, int64, up to the count; for bins
              then n rows of sums over the pixels, int64: of R, G, B, or with 4 channels of R, G,
              B times alpha, then of the same less 255 times alpha

`colorquant.color.importance` tells what importance and flat pixels are.
"""

import struct
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from colorquant.color.gathering import EXACT, Gathered, Kind
from colorquant.errors import ImageReadError
from colorquant.storage.places import read_errors

__all__ = ["colors_bytes", "read_alike", "read_colors"]

_HEADER = struct.Struct("<3sBBBHQI")
_MAGIC = b"CQT"
# The columns of what the eye sees, by version.
_SEEN = {1: 0, 2: 2}
# Bytes of an entry in bins with alpha and what the eye sees, the largest kind.
_LARGEST_ENTRY = 4 + 8 + 8 * 2 + 8 * 6
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
    if colors.seen is not None:
        parts.append(colors.seen.T.astype("<i8"))
    if colors.sums is not None:
        parts.append(colors.sums.astype("<i8"))
    content = b"".join(part.tobytes() for part in parts)
    version = 1 if colors.seen is None else 2
    header = _HEADER.pack(
        *(_MAGIC, version, *colors.kind, 0, len(colors.keys), zlib.crc32(content))
    )
    return header + zlib.compress(content, 6)


def read_colors(path: Path, *, seen: bool = False) -> Gathered:
    """Read gathered colors from a file.

    Parameters
    ----------
    path : Path
    seen : bool
        Whether the file must tell what the eye sees of the colors.

    Returns
    -------
    Gathered

    Raises
    ------
    ImageReadError
        If the file cannot be read or is damaged, or does not tell that.
    """
    with read_errors(path), path.open("rb") as stream:
        head = stream.read(_HEADER.size)
        # Content that does not compress grows a little.
        packed = stream.read(EXACT * _LARGEST_ENTRY + _MORE)
    try:
        colors = _parsed(head, packed)
    except (ValueError, struct.error, zlib.error) as error:
        raise ImageReadError(f"{path}: not a file of colors, or damaged: {error}") from None
    if seen and colors.seen is None:
        raise ImageReadError(f"{path}: {_counted(colors)}; count the colors with it")
    return colors


def read_alike(paths: Iterable[Path]) -> Iterator[Gathered]:
    """Read files of colors, to add them up.

    Raises
    ------
    ImageReadError
        As `read_colors` does, and if a file tells what the eye sees, unlike the first, or does
        not, unlike the first.
    """
    first: tuple[Path, bool] | None = None
    for path in paths:
        colors = read_colors(path)
        first = first or (path, colors.seen is None)
        if first[1] != (colors.seen is None):
            raise ImageReadError(f"{path}: {_counted(colors)}, unlike {first[0]}")
        yield colors


def _counted(colors: Gathered) -> str:
    how = "without" if colors.seen is None else "with"
    return f"counted {how} --objective perceptual"


def _parsed(head: bytes, packed: bytes) -> Gathered:
    magic, version, channels, bits, zero, n, check = _HEADER.unpack(head)
    if magic != _MAGIC or version not in _SEEN or zero:
        raise ValueError("it does not begin with CQT, version 1 or 2")
    kind = Kind(channels, bits)
    if not kind.is_known:
        raise ValueError("it has an unknown kind of colors")
    if not 1 <= n <= kind.most:
        raise ValueError(f"it says that it has {n:,} entries")
    size = n * (4 + 8 * (1 + _SEEN[version] + kind.columns))
    unpacker = zlib.decompressobj()
    content = unpacker.decompress(packed, size + 1)
    if len(content) != size or unpacker.unused_data or not unpacker.eof:
        raise ValueError("its length is not what it says")
    if zlib.crc32(content) != check:
        raise ValueError("its checksum is wrong")
    keys = np.frombuffer(content, "<u4", n).astype(np.uint32)
    rest = np.frombuffer(content, "<i8", offset=4 * n).astype(np.int64)
    counts, seen, sums = np.split(rest, (n, n + n * _SEEN[version]))
    found = Gathered(
        *(keys, counts, channels),
        sums=sums.reshape(n, -1) if kind.columns else None,
        seen=seen.reshape(-1, n).T if _SEEN[version] else None,
    )
    found.check()
    return found
