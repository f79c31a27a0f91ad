"""Reading of PNG data that Pillow ignores, and of animations, which Pillow draws wrong.

Chunks follow Portable Network Graphics (PNG) Specification, third edition, W3C 2025,
section 11. Pillow decodes each frame of an APNG as a PNG of its own; this module composes
them.
"""

import io
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from colorquant.images.reading.canvas import After, Drawn, composed
from colorquant.images.reading.limits import check_frames
from colorquant.images.writing.png import SIGNATURE, chunk

__all__ = ["PngFile", "PngText"]

_AFTER = {1: After.CLEAR, 2: After.RESTORE}
_OVER = 1
_TEXTS = (b"tEXt", b"zTXt", b"iTXt")
_GRAY = (0, 4)

PngText = tuple[bytes, bytes]
"""Kind and content of a text chunk."""
Decoder = Callable[[Image.Image, BinaryIO], Image.Image]
"""Converts a PNG, opened from a stream, to 8 bits a sample."""


class _Stored(NamedTuple):
    """A frame as the file stores it."""

    width: int
    height: int
    x: int
    y: int
    after: After
    over: bool
    duration: float
    data: list[tuple[int, int]]
    """Offsets and lengths of its compressed pixels."""


class PngFile:
    """The properties of a PNG file, and the frames of an animation.

    Parameters
    ----------
    stream : binary file
        A PNG file. Its image data is read only by `rasters`.
    most : int
        Highest number of frames allowed.

    Attributes
    ----------
    size : tuple of int
        Width and height.
    gray : bool
        Whether it is stored as gray, with or without alpha.
    wide : bool
        Whether its samples have 16 bits.
    cicp : tuple of int or None
        Color primaries, transfer function, matrix, and 1 for the full range.
    clear_bit : int or None
        The transparent level of 1-bit gray.
    frames : list
        The frames of an animation as the file stores them; empty for a still image.
    hidden : bool
        Whether the file has a separate picture for viewers without animation.
    plays : int
        How many times an animation is played; 0 is forever.

    Raises
    ------
    ValueError
        If the chunks of an animation are inconsistent.
    InvalidInputError
        If it has more frames than allowed.
    """

    def __init__(self, stream: BinaryIO, most: int) -> None:
        self._stream = stream
        self._most = most
        self.size = (0, 0)
        self.gray = False
        self.wide = False
        self.cicp: tuple[int, int, int, int] | None = None
        self.clear_bit: int | None = None
        self.frames: list[_Stored] = []
        self.hidden = False
        self.plays = 0
        self._header = b""
        self._palette: list[tuple[bytes, bytes]] = []
        self._texts: list[tuple[bytes, int, int]] = []
        self._expected: int | None = None
        self._number = 0
        self._has_data = False
        # Of the current frame; data that belongs to no frame is ignored.
        self._data: list[tuple[int, int]] = []
        for kind, place, length in self._chunks():
            self._note(kind, place, length)
        if self._expected is not None:
            if len(self.frames) < self._expected:
                raise ValueError(f"of {self._expected:,} frames it has {len(self.frames):,}")
            if any(not frame.data for frame in self.frames):
                raise ValueError("a frame has no pixels")

    def texts(self) -> tuple[PngText, ...]:
        """Return the undamaged text chunks as the file stores them."""
        found = []
        for kind, place, length in self._texts:
            data = self._read(place, length)
            check = self._stream.read(4)
            if check == struct.pack(">I", zlib.crc32(data, zlib.crc32(kind))):
                found.append((kind, data))
        return tuple(found)

    def rasters(self, decode: Decoder) -> Iterator[tuple[NDArray[np.uint8], float]]:
        """Yield the frames of an animation, each composed whole.

        Parameters
        ----------
        decode : callable

        Yields
        ------
        pixels : ndarray, (H, W, 2 or 4), uint8
            Gray or R, G, B, with straight alpha.
        duration : float
            In milliseconds.
        """
        pictures = composed((self._drawn(frame, decode) for frame in self.frames), self.size)
        for frame, picture in zip(self.frames, pictures, strict=True):
            yield picture, frame.duration

    def _chunks(self) -> Iterator[tuple[bytes, int, int]]:
        """Yield kind, offset and length of each chunk's content, up to the end of the file."""
        size = self._stream.seek(0, io.SEEK_END)
        place = len(SIGNATURE)
        while place + 8 <= size:
            length, kind = struct.unpack(">I4s", self._read(place, 8))
            yield kind, place + 8, min(length, max(0, size - place - 8))
            if kind == b"IEND":
                return
            place += 12 + length

    def _read(self, place: int, length: int) -> bytes:
        self._stream.seek(place)
        return self._stream.read(length)

    def _note(self, kind: bytes, place: int, length: int) -> None:
        animated = self._expected is not None
        if kind in _TEXTS:
            self._texts.append((kind, place, length))
        elif kind == b"IDAT":
            self._has_data = True
            self.hidden = animated and not self.frames
            self._data.append((place, length))
        elif animated and kind == b"fcTL":
            self._control(self._whole(place, length, 26))
        elif animated and kind == b"fdAT":
            self._follow(*struct.unpack(">I", self._whole(place, length, 4)))
            self._data.append((place + 4, length - 4))
        elif not self._has_data:
            self._note_before_data(kind, place, length)

    def _note_before_data(self, kind: bytes, place: int, length: int) -> None:
        if kind == b"IHDR":
            self._header = self._whole(place, length, 13)
            self.size = struct.unpack(">II", self._header[:8])
            self.wide, self.gray = self._header[8] == 16, self._header[9] in _GRAY
        elif kind in (b"PLTE", b"tRNS"):
            content = self._read(place, length)
            if kind == b"tRNS" and self._header[8:10] == b"\1\0" and len(content) >= 2:
                # Only as many bits count as a sample has, but Pillow uses all of them.
                content = bytes([0, content[1] & 1])
                self.clear_bit = content[1]
            self._palette.append((kind, content))
        elif kind == b"cICP" and length == 4:
            primaries, transfer, matrix, full = self._read(place, length)
            self.cicp = primaries, transfer, matrix, full
        elif kind == b"acTL" and length >= 8:
            count, self.plays = struct.unpack(">II", self._read(place, 8))
            check_frames(count, self._most)
            # A file that declares no frames is not an animation.
            self._expected = count or None

    def _whole(self, place: int, length: int, size: int) -> bytes:
        data = self._read(place, min(length, size))
        if len(data) < size:
            raise ValueError("a chunk is cut off")
        return data

    def _follow(self, number: int) -> None:
        if number != self._number:
            raise ValueError("its frames are out of order")
        self._number += 1

    def _control(self, content: bytes) -> None:
        """Note the frame whose pixels follow."""
        number, width, height, x, y = struct.unpack_from(">5I", content)
        ticks, per_second, after, blend = struct.unpack_from(">HHBB", content, 20)
        self._follow(number)
        first = not (self.frames or self._has_data)
        inside = x + width <= self.size[0] and y + height <= self.size[1]
        if not (width and height and inside) or (first and (width, height) != self.size):
            raise ValueError("a frame is not within the image")
        self._data = []
        # Frames beyond the declared number are ignored.
        if len(self.frames) != self._expected:
            duration = ticks / (per_second or 100) * 1000
            how = _AFTER.get(after, After.KEEP), blend == _OVER
            self.frames.append(_Stored(width, height, x, y, *how, duration, self._data))

    def _drawn(self, frame: _Stored, decode: Decoder) -> Drawn:
        size = struct.pack(">II", frame.width, frame.height)
        data = b"".join(self._read(place, length) for place, length in frame.data)
        chunks = [(b"IHDR", size + self._header[8:]), *self._palette]
        chunks += [(b"IDAT", data), (b"IEND", b"")]
        alone = io.BytesIO(SIGNATURE + b"".join(chunk(*each) for each in chunks))
        with Image.open(alone, formats=["PNG"]) as image:
            whole = decode(image, alone)
        mode = "LA" if self.gray else "RGBA"
        pixels = np.asarray(whole if whole.mode == mode else whole.convert(mode))
        return Drawn(pixels, frame.x, frame.y, over=frame.over, after=frame.after)
