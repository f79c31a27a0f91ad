"""Reading of GIF files, one whole, composed frame at a time.

Blocks follow Graphics Interchange Format, version 89a, CompuServe 1990, sections 17 to 27.
Pillow decodes the pixels of each frame as an image of its own; this module places and composes
them.
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
# Some programs wrote 4 for 3, and browsers accept it.
_AFTER = {2: After.CLEAR, 3: After.RESTORE, 4: After.RESTORE}
# Without a control extension: disposal, transparent index and duration of a frame.
_SAID_NOTHING: tuple[After, int | None, float | None] = (After.KEEP, None, None)


class _Stored(NamedTuple):
    """A frame as the file stores it."""

    x: int
    y: int
    width: int
    height: int
    table: bytes
    flags: int
    start: int
    """Offset at which its compressed pixels begin."""
    end: int
    """Offset at which they end."""
    after: After
    transparent: int | None
    duration: float | None


class GifFile:
    """The properties of a GIF file, and its frames.

    Parameters
    ----------
    stream : binary file
        A GIF file. Its pixels are read only by `rasters`.
    most : int
        Highest number of frames allowed.

    Attributes
    ----------
    size : tuple of int
        Width and height of the screen, enlarged to hold the first frame.
    frames : list
        The frames as the file stores them.
    repeats : int or None
        How many times the animation is repeated; 0 is forever, None if not given.
    plain : bool
        Whether it is a single frame that covers the screen.

    Raises
    ------
    ValueError
        If there is no frame, or the file is cut off.
    InvalidInputError
        If there are more frames than allowed.
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
        """Yield each composed frame, (H, W, 4), uint8, and its duration in milliseconds."""
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
            # Gray tables give mode L, whose levels equal the indices.
            indices = np.asarray(image)
        # Indices without a color stay transparent. Lookups of single integers are several
        # times as fast.
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
            # No viewer draws plain text. A control extension before it applied to the text.
            self._control = _SAID_NOTHING
        elif label == 0xFF and content in _LOOPS:
            loops = self._block()
            if len(loops) >= 3 and loops[0] == 1:
                self.repeats = struct.unpack_from("<H", loops, 1)[0]
            content = loops
        if content:
            self._skip()

    def _block(self) -> bytes:
        """Return the next sub-block; an empty one ends the sequence."""
        return self._bytes(self._bytes(1)[0])

    def _skip(self) -> None:
        """Skip the remaining sub-blocks."""
        while length := self._stream.read(1):
            if length == b"\0":
                return
            self._stream.seek(length[0], io.SEEK_CUR)

    def _frame(self) -> None:
        x, y, width, height, flags = struct.unpack("<HHHHB", self._bytes(9))
        table = self._color_table(flags)
        if not table:
            # The frame's flags do not give the size of the global table.
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
    """Return a frame's color table with alpha, or grays if the file has no table."""
    opaque = np.frombuffer(frame.table, np.uint8).reshape(-1, 3)
    if not len(opaque):
        opaque = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
    colors = np.full((len(opaque), 4), 255, np.uint8)
    colors[:, :3] = opaque
    if frame.transparent is not None and frame.transparent < len(colors):
        colors[frame.transparent] = 0
    return colors
