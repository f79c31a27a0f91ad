"""Examination of image files of all formats: their contents, and their pictures one by one."""

from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any, BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile, UnidentifiedImageError

from colorquant.errors import InvalidInputError
from colorquant.images.profiles.plan import CODES
from colorquant.images.reading.decode import in_8_bits
from colorquant.images.reading.limits import check_frames
from colorquant.images.reading.metadata import TEXTS
from colorquant.images.reading.png import PngFile
from colorquant.images.reading.signatures import HEAD, format_of
from colorquant.images.reading.wide import MAXIMUM

__all__ = ["Contents", "Picture", "examine"]

# The modules of single formats are imported where they are used: most files need none of them.

# Formats read by Pillow alone whose frames are an animation. In the others, Pillow's frames are
# layers, sizes or previews of the first image.
_MOVING = {"WEBP", "AVIF", "FLI"}
# Modes of JPEG 2000 in which Pillow turns white into black if samples have more than 8 bits.
_OVERFLOWING = {"LA", "RGB", "RGBA", "CMYK", "YCbCr"}
# Entries in Pillow's info on the first frame that do not hold for composed frames.
_OF_THE_FRAME = {"transparency", "background", "duration", "interlace"}


class Picture(NamedTuple):
    """A frame or a page."""

    image: Image.Image
    """Preferably not loaded yet."""
    exact: bool = True
    """Whether the samples, once loaded, are those of the file."""
    palette: NDArray[np.uint8] | None = None
    """Colors of an indexed image that was converted to true color, (m, 4)."""
    duration: float | None = None
    """In milliseconds; None if the image itself may tell."""


Pictures = Generator[Picture, None, None]


@dataclass
class Contents:
    """What a file contains."""

    pictures: Callable[[], Pictures]
    """Reopens the file and yields its frames or pages."""
    format: str
    """Pillow's name for the format."""
    sizes: list[tuple[int, int]]
    """Width and height of each picture."""
    pages: bool = False
    """Whether the pictures are pages, which have no duration."""
    plays: int = 1
    """How many times an animation is played; 0 is forever."""
    partial: bool = False
    """Whether the file has more than these pictures: layers, previews, other sizes."""
    hidden: bool = False
    """Whether the file has a separate picture for viewers without animation."""
    largest: tuple[int, int] = (0, 0)
    """Width and height of the largest part to decode, if it may exceed the pictures'."""
    alpha: bool = False
    """Whether the first picture has alpha, other than in a palette."""
    wide: bool = False
    """Whether samples have more than 8 bits."""


class _Limits(NamedTuple):
    """The highest allowed numbers of pixels and frames."""

    pixels: int
    frames: int


def examine(stream: BinaryIO, most_pixels: int, most_frames: int) -> Contents:
    """Find out what a file contains, without decoding its pictures.

    Parameters
    ----------
    stream : binary file
        Seekable.
    most_pixels : int
        Highest number of pixels allowed in a picture.
    most_frames : int
        Highest number of frames allowed.

    Returns
    -------
    Contents

    Raises
    ------
    InvalidInputError
        If there are more frames, or the kind of image is not read.
    UnidentifiedImageError
        If it is not an image.
    Exception
        Almost any other, as from Pillow's own decoders, if it is damaged.
    """
    limits = _Limits(most_pixels, most_frames)
    image = _open(stream, limits)
    how = _EXAMINERS.get(image.format or "", _pillows)
    with image:
        contents = how(image, stream, limits)
        contents.alpha = image.mode != "P" and image.has_transparency_data
    return contents


def _open(stream: BinaryIO, limits: _Limits) -> Image.Image:
    stream.seek(0)
    found = format_of(stream.read(HEAD))
    fields = None
    if found == "BMP":
        from colorquant.images.reading.bmp import open_bit_fields

        fields = open_bit_fields(stream, limits.pixels)
    stream.seek(0)
    try:
        return fields or Image.open(stream)
    except (UnidentifiedImageError, MemoryError, Image.DecompressionBombError):
        raise
    except Exception as error:
        # Some decoders fail on files that only begin like theirs. Errors of the system, and of
        # files with a known signature, are real.
        if found or getattr(error, "errno", None):
            raise
        raise UnidentifiedImageError from error


def _pillows(image: Image.Image, stream: BinaryIO, limits: _Limits) -> Contents:
    count = getattr(image, "n_frames", 1)
    frames = count if image.format in _MOVING else 1
    check_frames(frames, limits.frames)

    def pictures() -> Pictures:
        with _open(stream, limits) as again:
            for frame in range(frames):
                # Some formats cannot seek to the frame they are at.
                if frame:
                    again.seek(frame)
                yield Picture(again)

    contents = Contents(pictures, image.format or "", [image.size] * frames)
    # The other pictures in a phone's MPO file are previews of the first.
    contents.partial = frames < count and image.format != "MPO"
    contents.plays = image.info.get("loop") or 0
    return contents


def _changed(contents: Contents, change: Callable[[Picture], Picture]) -> Contents:
    """Return the contents with a change to each picture before it is loaded."""

    def pictures() -> Pictures:
        # Closing this generator early must close the inner one, too.
        with closing(contents.pictures()) as unchanged:
            yield from map(change, unchanged)

    return replace(contents, pictures=pictures)


def _told(picture: Picture, key: str, value: object) -> Picture:
    """Return a picture after adding an entry to its image's info."""
    picture.image.info[key] = value
    return picture


def _avif(image: Image.Image, stream: BinaryIO, limits: _Limits) -> Contents:
    from colorquant.images.reading.isobmff import color_codes

    contents = _pillows(image, stream, limits)
    codes = color_codes(stream)
    if codes is None:
        return contents
    # Pillow's samples have the full range.
    return _changed(contents, lambda picture: _told(picture, CODES, (*codes, True)))


def _bmp(image: Image.Image, stream: BinaryIO, limits: _Limits) -> Contents:
    contents = _pillows(image, stream, limits)
    if isinstance(image, ImageFile.ImageFile):
        return contents
    # `open_bit_fields` has read it and scaled its samples to 8 bits.
    return _changed(contents, lambda picture: picture._replace(exact=False))


def _jpeg2000(image: Image.Image, stream: BinaryIO, limits: _Limits) -> Contents:
    from colorquant.images.reading.isobmff import sample_bits

    bits = max(sample_bits(stream))
    if image.mode in _OVERFLOWING and bits > 8:
        raise InvalidInputError(
            "JPEG 2000 in color, or with alpha, of more than 8 bits a sample is not read"
        )
    contents = _pillows(image, stream, limits)
    contents.wide = bits > 8
    # Pillow shifts samples to the high end of 16 bits.
    maximum = ((1 << bits) - 1) << max(0, 16 - bits)
    return _changed(contents, lambda picture: _told(picture, MAXIMUM, maximum))


def _tiff(image: Image.Image, stream: BinaryIO, limits: _Limits) -> Contents:
    from colorquant.images.reading.tiff import find_pages

    pages = find_pages(image, stream, limits.frames)

    def pictures() -> Pictures:
        with _open(stream, limits) as again:
            for number in pages.numbers:
                if number:
                    again.seek(number)
                yield Picture(again)

    partial = pages.others and len(pages.numbers) == 1
    several = len(pages.numbers) > 1
    return Contents(pictures, "TIFF", pages.sizes, pages=several, partial=partial, wide=pages.wide)


def _png(image: Image.Image, stream: BinaryIO, limits: _Limits) -> Contents:
    file = PngFile(stream, limits.frames)
    moving = file.hidden or len(file.frames) > 1

    def told(info: dict[Any, Any]) -> None:
        info[TEXTS] = file.texts()
        if file.cicp:
            primaries, transfer, _, full = file.cicp
            info[CODES] = primaries, transfer, full == 1

    def still() -> Pictures:
        with _open(stream, limits) as again:
            told(again.info)
            if file.clear_bit is not None:
                again.info["transparency"] = 255 * file.clear_bit
            yield Picture(again)

    def frames() -> Pictures:
        info = {key: value for key, value in image.info.items() if key not in _OF_THE_FRAME}
        told(info)
        mode = "LA" if file.gray else "RGBA"
        for pixels, duration in file.rasters(lambda *opened: in_8_bits(*opened)[0]):
            yield Picture(_image_of(pixels, mode, info), not file.wide, duration=duration)

    if not moving:
        return Contents(still, "PNG", [image.size], wide=file.wide)
    sizes = [file.size] * len(file.frames)
    contents = Contents(frames, "PNG", sizes, wide=file.wide)
    contents.plays, contents.hidden = file.plays, file.hidden
    return contents


def _gif(image: Image.Image, stream: BinaryIO, limits: _Limits) -> Contents:
    from colorquant.images.reading.gif import GifFile

    file = GifFile(stream, limits.frames)
    plays = 1 if file.repeats is None else file.repeats and file.repeats + 1
    if file.plain:
        contents = _pillows(image, stream, limits)
        contents.plays = plays
        return contents

    def pictures() -> Pictures:
        info = {key: value for key, value in image.info.items() if key not in _OF_THE_FRAME}
        palette = file.palette()
        for pixels, duration in file.rasters():
            yield Picture(_image_of(pixels, "RGBA", info), True, palette, duration)

    # Frames are decoded whole, even where they extend beyond the screen.
    largest = max(file.frames, key=lambda frame: frame.width * frame.height)
    sizes = [file.size] * len(file.frames)
    return Contents(pictures, "GIF", sizes, plays=plays, largest=(largest.width, largest.height))


def _image_of(pixels: NDArray[np.uint8], mode: str, info: dict[Any, Any]) -> Image.Image:
    height, width = pixels.shape[:2]
    image = Image.frombytes(mode, (width, height), pixels.tobytes())
    if (pixels[:, :, -1] == 255).all():
        # Pillow drops the alpha channel faster than NumPy.
        image = image.convert(mode[:-1])
    image.info = dict(info)
    return image


_EXAMINERS = {
    "AVIF": _avif,
    "BMP": _bmp,
    "GIF": _gif,
    "JPEG2000": _jpeg2000,
    "PNG": _png,
    "TIFF": _tiff,
}
