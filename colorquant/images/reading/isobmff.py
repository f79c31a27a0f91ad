"""Properties of AVIF and JPEG 2000 files, which consist of boxes, that Pillow does not report.

Boxes follow ISO/IEC 14496-12:2022, sections 4.2 (boxes), 8.11 (metadata items) and 12.1.5
(color information). For JPEG 2000, boxes follow ITU-T T.800 (2019), annex I, and the sizes in
its codestream follow annex A.5.1.
"""

import struct
from collections.abc import Iterator
from typing import BinaryIO

__all__ = ["color_codes", "sample_bits"]

# Read at most so many bytes of a box; those of real files have a few hundred.
_MOST = 1 << 20
_CODESTREAM = b"\xff\x4f\xff\x51"
# Offset in the codestream of the number of components; three bytes for each follow it.
_COMPONENTS = 40


def color_codes(stream: BinaryIO) -> tuple[int, int] | None:
    """Return the color primaries and the transfer function of an AVIF file as codes of H.273.

    Parameters
    ----------
    stream : binary file

    Returns
    -------
    tuple of int or None
        None if the file does not give them.
    """
    try:
        return _codes(_found(stream, b"meta"))
    except (struct.error, IndexError):
        return None


def sample_bits(stream: BinaryIO) -> list[int]:
    """Return the bits per sample of each component of a JPEG 2000 file.

    Parameters
    ----------
    stream : binary file

    Returns
    -------
    list of int
        At least one number; 8 if the file does not tell.
    """
    stream.seek(0)
    head = stream.read(_MOST)
    if not head.startswith(_CODESTREAM):
        head = _found(stream, b"jp2c")
    try:
        count = struct.unpack_from(">H", head, _COMPONENTS)[0]
        sizes = head[_COMPONENTS + 2 :][: 3 * count : 3]
    except struct.error:
        sizes = b""
    return [(size & 0x7F) + 1 for size in sizes] or [8]


def _found(stream: BinaryIO, wanted: bytes) -> bytes:
    """Return the content of a box, or its first `_MOST` bytes; empty without such a box."""
    size = stream.seek(0, 2)
    place = 0
    while place + 8 <= size:
        stream.seek(place)
        length, kind = struct.unpack(">I4s", stream.read(8))
        if length == 1 and place + 16 <= size:
            length = struct.unpack(">Q", stream.read(8))[0]
        if kind == wanted:
            return stream.read(min(length or _MOST, _MOST))
        if length < 8:
            break
        place += length
    return b""


def _codes(meta: bytes) -> tuple[int, int] | None:
    # Skip version and flags.
    boxes = dict(_boxes(meta[4:]))
    primary = _item(boxes[b"pitm"], 4, wide=boxes[b"pitm"][0] > 0)[0] if b"pitm" in boxes else 0
    inner = dict(_boxes(boxes.get(b"iprp", b"")))
    properties = list(_boxes(inner.get(b"ipco", b"")))
    own = _associated(inner[b"ipma"], primary) if b"ipma" in inner else []
    for number in own:
        kind, content = properties[number - 1] if 0 < number <= len(properties) else (b"", b"")
        if kind == b"colr" and content[:4] == b"nclx":
            primaries, transfer = struct.unpack_from(">HH", content, 4)
            return primaries, transfer
    return None


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 0
    while place + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, place)
        length = length or len(data) - place
        if length < 8:
            return
        yield kind, data[place + 8 : place + length]
        place += length


def _item(data: bytes, place: int, *, wide: bool) -> tuple[int, int]:
    """Return an item's number, and the offset after it."""
    form = ">I" if wide else ">H"
    return struct.unpack_from(form, data, place)[0], place + struct.calcsize(form)


def _associated(data: bytes, item: int) -> list[int]:
    """Return the numbers of an item's properties, counted from 1."""
    version, large = data[0], data[3] & 1
    count = struct.unpack_from(">I", data, 4)[0]
    place = 8
    for _ in range(count):
        number, place = _item(data, place, wide=version > 0)
        entries = data[place]
        place += 1
        size = 2 if large else 1
        if number == item:
            parts = (data[place + size * i :][:size] for i in range(entries))
            return [int.from_bytes(part) & (0x7FFF if large else 0x7F) for part in parts]
        place += size * entries
    return []
