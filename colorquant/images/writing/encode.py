"""Encoding of indexed images, and of sequences of them, as files."""

import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from colorquant.errors import ColorquantError, ImageWriteError
from colorquant.images.writing.formats import FORMATS, Format
from colorquant.images.writing.frames import Frame, Sequence, patches
from colorquant.images.writing.png import animated_png, indexed_png, packed_rows, with_metadata
from colorquant.metadata import Metadata
from colorquant.models import IndexedImage

__all__ = ["encode", "is_indexed"]

_METRES_PER_INCH = 0.0254
_LONGEST_SEGMENT = 65_533


def is_indexed(image: IndexedImage, target: Format) -> bool:
    """Return whether the image will be written indexed.

    Only PNG and GIF can hold a palette with alpha.
    """
    alpha_fits = target.name in ("PNG", "GIF") or not image.palette.has_alpha
    return target.indexed and len(image.palette) <= 256 and alpha_fits


def encode(image: IndexedImage | Sequence, target: Format, metadata: Metadata) -> bytes:
    """Return an image, or a sequence of images, as a file's bytes.

    Parameters
    ----------
    image : IndexedImage or Sequence
        With no more alpha than the format can hold. A sequence needs a format that can hold
        frames; one frame is in memory at a time.
    target : Format
    metadata : Metadata
        Written as far as the format can hold it.

    Returns
    -------
    bytes

    Raises
    ------
    ImageWriteError
        If the encoder refuses, for example an image too large for the format.
    """
    with _refusals(target):
        if isinstance(image, Sequence):
            return _encoded_frames(image, target, metadata)
        if target.name in ("GIF", "TIFF"):
            height, width = image.indices.shape
            alone = Sequence(lambda: iter([Frame(image, None)]), 1, (width, height))
            return _encoded_frames(alone, target, metadata)
        indexed = is_indexed(image, target)
        if target.name == "PNG":
            if indexed:
                return indexed_png(image, metadata)
            return with_metadata(_plain_png(image.pixels()), metadata)
        if target.name == "BMP" and indexed:
            return _bmp(image, metadata)
        return _saved(Image.fromarray(image.pixels()), target, metadata)


def _encoded_frames(sequence: Sequence, target: Format, metadata: Metadata) -> bytes:
    frames, number, size, plays = sequence
    if target.name == "TIFF":
        from colorquant.images.writing.tiff import tiff

        return tiff((frame.image for frame in frames()), metadata)
    if target.name == "GIF":
        from colorquant.images.writing.gif import gif

        changes = patches(frames(), over=True, spare=number > 1)
        return gif(changes, size, plays, metadata.comment)
    if target.name == "PNG":
        changes = patches(frames(), over=False)
        return animated_png(changes, number, plays, metadata, _plain_png)
    durations: list[int] = []
    image = _Lazy(frames(), number, durations)
    return _saved(image, target, metadata, save_all=True, duration=durations, loop=plays)


@contextmanager
def _refusals(target: Format) -> Iterator[None]:
    try:
        yield
    except ColorquantError:
        raise
    except (OSError, ValueError, RuntimeError, struct.error, OverflowError) as error:
        raise ImageWriteError(f"cannot be written as {target.name}: {error}") from error


class _Lazy(Image.Image):
    """A sequence for Pillow's encoders that makes a frame only when Pillow seeks to it.

    It then appends the duration of the frame, in milliseconds, to a list.
    """

    def __init__(self, frames: Iterator[Frame], count: int, durations: list[int]) -> None:
        super().__init__()
        self._frames = frames
        self._at = -1
        self._durations = durations
        self.n_frames = count
        self.is_animated = True
        self.seek(0)

    def seek(self, frame: int) -> None:
        if frame <= self._at:
            return
        self._at = frame
        image, duration = next(self._frames)
        self._durations.append(round(duration or 0))
        shown = Image.fromarray(image.pixels())
        self.im, self._mode, self._size = shown.im, shown.mode, shown.size

    def tell(self) -> int:
        return self._at


def _plain_png(pixels: NDArray[np.uint8]) -> bytes:
    return _saved(Image.fromarray(pixels), FORMATS["png"], Metadata())


def _saved(image: Image.Image, target: Format, metadata: Metadata, **more: Any) -> bytes:
    stream = io.BytesIO()
    carried = {
        name: value for name in target.carries if (value := getattr(metadata, name)) is not None
    }
    iptc = carried.pop("iptc", None)
    aspect = carried.pop("aspect", None)
    if iptc:
        more["extra"] = _photoshop(iptc)
    image.save(stream, target.name, **target.settings, **carried, **more)
    data = stream.getvalue()
    if aspect and "dpi" not in carried:
        # Replace the density in the JFIF header, which Pillow writes as 1 to 1, without a unit.
        data = data[:13] + struct.pack(">BHH", 0, *aspect) + data[18:]
    return data


def _photoshop(iptc: bytes) -> bytes:
    """Return IPTC records as a JPEG segment, which has at most 65,533 bytes of content.

    Follows Adobe Photoshop File Formats Specification, November 2019, image resource 1028.
    """
    resource = b"8BIM" + struct.pack(">HHI", 1028, 0, len(iptc)) + iptc + bytes(len(iptc) % 2)
    content = b"Photoshop 3.0\0" + resource
    if len(content) > _LONGEST_SEGMENT:
        raise ImageWriteError(f"its IPTC data of {len(iptc):,} bytes is too long")
    return b"\xff\xed" + struct.pack(">H", len(content) + 2) + content


def _bmp(image: IndexedImage, metadata: Metadata) -> bytes:
    """Return a BMP of 1, 4 or 8 bits a pixel; Pillow writes palettes only at 8.

    Layout: BITMAPFILEHEADER, BITMAPINFOHEADER, palette as B, G, R, 0, rows from the bottom
    up.
    """
    colors = image.palette.colors
    bits = 4 if image.palette.depth == 2 else image.palette.depth
    rows = packed_rows(image.indices, bits, align=4)[::-1].tobytes()
    blue_first = np.zeros((len(colors), 4), np.uint8)
    blue_first[:, :3] = colors[:, 2::-1]
    offset = 14 + 40 + blue_first.nbytes
    across, down = (round(dots / _METRES_PER_INCH) for dots in metadata.dpi or (96.0, 96.0))
    file_header = struct.pack("<2sIHHI", b"BM", offset + len(rows), 0, 0, offset)
    height, width = image.indices.shape
    # Last numbers: planes, bits, no compression, size of the rows, dots per metre, colors.
    info_header = struct.pack(
        "<IiiHHIIiiII",
        *(40, width, height, 1, bits, 0, len(rows)),
        *(across, down, len(colors), 0),
    )
    return file_header + info_header + blue_first.tobytes() + rows
