"""GIF, read: its frames one at a time, each composed whole.

Blocks as in Graphics Interchange Format, version 89a, CompuServe 1990, sections 17 to 27.
Pillow decodes the pixels of each frame, as those of an image of its own; where they go, and
what becomes of them, is decided here.
"""

import io
import struct
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from colorquant.images.reading.canvas import After, Drawn, composed
from colorquant.images.reading.limits import check_frames

__all__ = ["GifFile"]

_COLORS, _INTERLACED = 0x80, 0x40
_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
# 4 was written by some for 3, and browsers read it so.
_AFTER = {2: After.CLEAR, 3: After.RESTORE, 4: After.RESTORE}
# What becomes of a frame, its transparent index, its duration.
_SAID_NOTHING: tuple[After, int | None, float | None] = (After.KEEP, None, None)


class _Stored(NamedTuple):
    """A frame as it stands in the file."""

    x: int
    y: int
    width: int
    height: int
    table: bytes
    flags: int
    start: int
    """Where its coded pixels begin,"""
    end: int
    """and end."""
    after: After
    transparent: int | None
    duration: float | None


class GifFile:
    """What a GIF file says of itself, and its frames.

    Parameters
    ----------
    stream : binary file
        Of which nothing is read but the blocks' headers.
    most : int
        Frames that are allowed.

    Attributes
    ----------
    size : tuple of int
        Width and height of the screen, as large as the first frame at least.
    frames : list
        As they stand in the file.
    repeats : int or None
        How often it is repeated; 0 is forever, None is not said.
    plain : bool
        Whether it is a single frame that covers the screen.

    Raises
    ------
    ValueError
        If there is no frame, or it is cut off.
    InvalidInputError
        If there are more frames.
    """

    def __init__(self, stream: BinaryIO, most: int) -> None:
        self._stream = stream
        self.frames: list[_Stored] = []
        self.repeats: int | None = None
        self._control = _SAID_NOTHING
        stream.seek(6)
        width, height, flags = struct.unpack("<HHBxx", self._bytes(7))
        self._table = self._color_table(flags)
        while (kind := stream.read(1)) not in (b"", b";"):
            if kind == b"!":
                self._extension(self._bytes(1)[0])
            elif kind == b",":
                self._frame()
                check_frames(len(self.frames), most)
        if not self.frames:
            raise ValueError("it has no frame")
        first = self.frames[0]
        self.size = max(width, first.x + first.width), max(height, first.y + first.height)
        self.plain = len(self.frames) == 1 and self.size == (first.width, first.height)

    def rasters(self) -> Iterator[tuple[NDArray[np.uint8], float | None]]:
        """Yield the frames: pixels, (H, W, 4), uint8, and the duration in milliseconds."""
        pictures = composed((self._drawn(frame) for frame in self.frames), self.size)
        for frame, picture in zip(self.frames, pictures, strict=True):
            yield picture, frame.duration

    def palette(self) -> NDArray[np.uint8]:
        """Return the colors of the first frame in their order, (m, 4), uint8."""
        return _colors(self.frames[0])

    def _drawn(self, frame: _Stored) -> Drawn:
        self._stream.seek(frame.start)
        coded = self._stream.read(frame.end - frame.start)
        size = struct.pack("<HH", frame.width, frame.height)
        flags = frame.flags & (_COLORS | 7) if frame.table else 0
        alone = b"".join(
            [
                *(b"GIF89a", size, bytes([flags, 0, 0]), frame.table),
                *(b",", bytes(4), size, bytes([frame.flags & _INTERLACED]), coded, b";"),
            ]
        )
        with Image.open(io.BytesIO(alone), formats=["GIF"]) as image:
            # Gray tables give the mode L, whose levels are the indices.
            indices = np.asarray(image)
        # What has no color is not drawn. Single numbers are looked up several times as fast.
        colors = np.zeros((256, 4), np.uint8)
        table = _colors(frame)
        colors[: len(table)] = table
        looked_up = colors.view(np.uint32)[:, 0][indices]
        pixels = looked_up.view(np.uint8).reshape(*indices.shape, 4)
        return Drawn(pixels, frame.x, frame.y, over=True, after=frame.after)

    def _bytes(self, count: int) -> bytes:
        data = self._stream.read(count)
        if len(data) < count:
            raise ValueError("the file is cut off")
        return data

    def _color_table(self, flags: int) -> bytes:
        return self._bytes(3 << ((flags & 7) + 1)) if flags & _COLORS else b""

    def _extension(self, label: int) -> None:
        content = self._block()
        if label == 0xF9 and len(content) >= 4:
            packed, delay, transparent = struct.unpack_from("<BHB", content)
            self._control = (
                _AFTER.get(packed >> 2 & 7, After.KEEP),
                transparent if packed & 1 else None,
                delay * 10.0,
            )
        elif label == 0x01:
            # Text is drawn by nobody; what was said was of it.
            self._control = _SAID_NOTHING
        elif label == 0xFF and content in _LOOPS:
            loops = self._block()
            if len(loops) >= 3 and loops[0] == 1:
                self.repeats = struct.unpack_from("<H", loops, 1)[0]
            content = loops
        if content:
            self._skip()

    def _block(self) -> bytes:
        """Return the next of the blocks that end with an empty one."""
        return self._bytes(self._bytes(1)[0])

    def _skip(self) -> None:
        """Go behind the blocks that are left."""
        while length := self._stream.read(1):
            if length == b"\0":
                return
            self._stream.seek(length[0], io.SEEK_CUR)

    def _frame(self) -> None:
        x, y, width, height, flags = struct.unpack("<HHHHB", self._bytes(9))
        table = self._color_table(flags)
        if not table:
            # Its own flags tell nothing of the common table's size.
            table = self._table
            exponent = (len(table) // 3).bit_length() - 2
            flags = flags & _INTERLACED | (_COLORS | exponent if table else 0)
        start = self._stream.tell()
        self._bytes(1)
        self._skip()
        place = x, y, width, height
        self.frames.append(
            _Stored(*place, table, flags, start, self._stream.tell(), *self._control)
        )
        self._control = _SAID_NOTHING


def _colors(frame: _Stored) -> NDArray[np.uint8]:
    """Return the table with alpha; of a file that has none, grays."""
    opaque = np.frombuffer(frame.table, np.uint8).reshape(-1, 3)
    if not len(opaque):
        opaque = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
    colors = np.full((len(opaque), 4), 255, np.uint8)
    colors[:, :3] = opaque
    if frame.transparent is not None and frame.transparent < len(colors):
        colors[frame.transparent] = 0
    return colors
