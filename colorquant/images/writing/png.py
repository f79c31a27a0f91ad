"""Writing of indexed PNG files, deflated in strips by threads, and of animations as APNG.

Chunks follow Portable Network Graphics (PNG) Specification, third edition, W3C 2025, section
11.
"""

import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, count

import numpy as np
from numpy.typing import NDArray

from colorquant.images.writing.frames import Patch
from colorquant.metadata import Metadata, text_keyword
from colorquant.models import IndexedImage
from colorquant.palette import Palette
from colorquant.threads import for_each

__all__ = [
    "SIGNATURE",
    "animated_png",
    "chunk",
    "chunks",
    "indexed_png",
    "packed_rows",
    "with_metadata",
]

# Bytes in a strip, which is deflated on its own.
_STRIP = 1 << 20
# Up to so many pixels the higher level takes hardly any time. Beyond, it would take longer than
# everything else, and save 2 % of the size.
_SMALL = 1 << 20
_SMALL_LEVEL, _LARGE_LEVEL = 6, 4
# How many bytes deflate looks back.
_WINDOW = 1 << 15
_METRES_PER_INCH = 0.0254


SIGNATURE = b"\x89PNG\r\n\x1a\n"
_INDEXED = 3

TrueColor = Callable[[NDArray[np.uint8]], bytes]
"""Encodes pixels as a PNG file."""


def indexed_png(image: IndexedImage, metadata: Metadata) -> bytes:
    """Return an indexed image as a PNG file.

    Rows are not filtered: differences of indices are no smaller than indices.

    Parameters
    ----------
    image : IndexedImage
        With up to 256 colors.
    metadata : Metadata

    Returns
    -------
    bytes
    """
    return b"".join(
        [
            SIGNATURE,
            _indexed_header(image.indices, image.palette),
            *_before_palette(metadata),
            *_palette(image.palette),
            *_after_palette(metadata),
            chunk(b"IDAT", _image_data(image.indices, image.palette.depth)),
            chunk(b"IEND", b""),
        ]
    )


def with_metadata(png: bytes, metadata: Metadata) -> bytes:
    """Return a true-color PNG file with metadata added.

    Parameters
    ----------
    png : bytes
        A PNG file without metadata.
    metadata : Metadata

    Returns
    -------
    bytes
    """
    first, *others = (chunk(kind, data) for kind, data in chunks(png))
    return b"".join(
        [SIGNATURE, first, *_before_palette(metadata), *_after_palette(metadata), *others]
    )


def animated_png(
    patches: Iterable[Patch], frames: int, plays: int, metadata: Metadata, true_color: TrueColor
) -> bytes:
    """Return an animation as a PNG file, indexed if the palette has up to 256 colors.

    Parameters
    ----------
    patches : iterable of Patch
        The first is as large as the image; all have the same palette.
    frames : int
        Number of patches.
    plays : int
        How many times it is played; 0 is forever.
    metadata : Metadata
    true_color : callable

    Returns
    -------
    bytes
    """
    patches = iter(patches)
    first = next(patches)
    palette = first.palette
    indexed = len(palette) <= 256

    def encoded(patch: Patch) -> bytes:
        if indexed:
            return _image_data(patch.indices, palette.depth)
        parts = chunks(true_color(palette.colors[patch.indices]))
        return b"".join(data for kind, data in parts if kind == b"IDAT")

    if indexed:
        header = _indexed_header(first.indices, palette)
    else:
        header = chunk(*next(chunks(true_color(palette.colors[first.indices]))))
    parts = [
        *(SIGNATURE, header, chunk(b"acTL", struct.pack(">II", frames, plays))),
        *_before_palette(metadata),
        *(_palette(palette) if indexed else ()),
        *_after_palette(metadata),
    ]
    number = count()
    for patch in chain([first], patches):
        parts.append(chunk(b"fcTL", struct.pack(">I", next(number)) + _placed(patch)))
        data = encoded(patch)
        if patch is first:
            parts.append(chunk(b"IDAT", data))
        else:
            parts.append(chunk(b"fdAT", struct.pack(">I", next(number)) + data))
    return b"".join([*parts, chunk(b"IEND", b"")])


def _placed(patch: Patch) -> bytes:
    """Return a frame's size, place and duration; it is kept and replaces what is below."""
    height, width = patch.indices.shape
    # Durations are kept to a tenth of a millisecond.
    duration = min(65535 / 1000, (patch.duration or 0) / 1000)
    shown = next((round(duration * d), d) for d in (100, 1000, 10_000) if _exact(duration * d, d))
    return struct.pack(">IIIIHHBB", width, height, patch.x, patch.y, *shown, 0, 0)


def _exact(ticks: float, per_second: int) -> bool:
    return per_second == 10_000 or ticks == round(ticks)


def chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the kind and the content of each chunk of a PNG file."""
    at = len(SIGNATURE)
    while at < len(png):
        length, kind = struct.unpack_from(">I4s", png, at)
        yield kind, png[at + 8 : at + 8 + length]
        at += 12 + length


def _indexed_header(indices: NDArray[np.unsignedinteger], palette: Palette) -> bytes:
    height, width = indices.shape
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, palette.depth, _INDEXED, 0, 0, 0))


def _palette(palette: Palette) -> Iterator[bytes]:
    yield chunk(b"PLTE", palette.colors[:, :3].tobytes())
    # Opaque entries at the end may be left out.
    alpha = palette.colors[:, 3:].tobytes().rstrip(b"\xff")
    if alpha:
        yield chunk(b"tRNS", alpha)


def _before_palette(metadata: Metadata) -> Iterator[bytes]:
    if metadata.icc_profile:
        yield chunk(b"iCCP", b"ICC Profile\0\0" + zlib.compress(metadata.icc_profile))


def _after_palette(metadata: Metadata) -> Iterator[bytes]:
    if metadata.dpi:
        across, down = (round(dots / _METRES_PER_INCH) for dots in metadata.dpi)
        yield chunk(b"pHYs", struct.pack(">IIB", across, down, 1))
    elif metadata.aspect:
        yield chunk(b"pHYs", struct.pack(">IIB", *metadata.aspect, 0))
    if metadata.exif:
        yield chunk(b"eXIf", metadata.exif.removeprefix(b"Exif\0\0"))
    if metadata.xmp:
        # Not compressed, without language or translated keyword.
        yield chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + metadata.xmp)
    texts = metadata.texts or ()
    yield from (chunk(*text) for text in texts)
    if metadata.comment and b"Comment" not in map(text_keyword, texts):
        text = metadata.comment.decode("utf-8", "replace").replace("\0", "")
        yield chunk(b"iTXt", b"Comment\0\0\0\0\0" + text.encode())


def chunk(kind: bytes, data: bytes) -> bytes:
    """Return a chunk of a PNG: length, kind, content and check sum."""
    check = zlib.crc32(data, zlib.crc32(kind))
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)


def _image_data(indices: NDArray[np.unsignedinteger], bits: int) -> bytes:
    level = _SMALL_LEVEL if indices.size <= _SMALL else _LARGE_LEVEL
    # Each row begins with the number of its filter, 0.
    return _deflated(packed_rows(indices, bits, before=1).ravel().data, level)


def packed_rows(
    indices: NDArray[np.unsignedinteger], bits: int, *, before: int = 0, align: int = 1
) -> NDArray[np.uint8]:
    """Return rows of indices packed into bytes, the first index in the highest bits.

    Parameters
    ----------
    indices : ndarray, (H, W)
    bits : int
        Bits an index: 1, 2, 4 or 8.
    before : int
        Number of zero bytes before each row.
    align : int
        Rows are padded to a multiple of so many bytes.

    Returns
    -------
    ndarray, (H, bytes), uint8
    """
    height, width = indices.shape
    share = 8 // bits
    length = before + -(-width // share)
    rows = np.zeros((height, -(-length // align) * align), np.uint8)
    for place in range(share):
        columns = indices[:, place::share].astype(np.uint8, copy=False)
        rows[:, before : before + columns.shape[1]] |= columns << (8 - bits * (place + 1))
    return rows


def _deflated(data: memoryview, level: int) -> bytes:
    """Return a zlib stream of data, deflated in strips with the data before as a dictionary.

    A flushed strip ends on a whole byte, so strips can be joined: RFC 1950, section 2.2, and
    RFC 1951.
    """

    def deflate(start: int) -> bytes:
        end = min(start + _STRIP, len(data))
        before = data[max(0, start - _WINDOW) : start]
        packer = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS, zdict=before)
        packed = packer.compress(data[start:end])
        return packed + packer.flush(zlib.Z_FINISH if end == len(data) else zlib.Z_SYNC_FLUSH)

    strips = for_each(deflate, range(0, len(data), _STRIP))
    return b"\x78\x9c" + b"".join(strips) + struct.pack(">I", zlib.adler32(data))
