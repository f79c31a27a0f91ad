"""Opened image files: their properties, and their frames one at a time."""

import io
import os
import re
import stat
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from typing import BinaryIO, NoReturn, Self

from PIL import Image, UnidentifiedImageError

from colorquant.errors import ImageReadError, InvalidInputError
from colorquant.images.reading.decode import as_raster
from colorquant.images.reading.limits import pixel_limit
from colorquant.images.reading.pictures import Contents, examine
from colorquant.images.reading.signatures import HEAD, NO_PICTURES, refusal
from colorquant.models import Raster
from colorquant.reading import ReadingOptions
from colorquant.recording import recorded, warn
from colorquant.storage.identity import Identity
from colorquant.storage.places import PlaceLike, as_place, cause, is_place, is_remote, read_errors

__all__ = ["Source", "SourceLike", "decode_errors"]

SourceLike = PlaceLike | bytes | bytearray | memoryview | BinaryIO

# Read no more than so many bytes for each allowed pixel, plus a constant.
_BYTES_PER_PIXEL, _MORE_BYTES = 8, 1 << 26


class Source:
    """An image file, to be used in a ``with`` block.

    Parameters
    ----------
    place : path, URL, bytes or binary file
        A stream that cannot seek, such as a pipe, is read into memory.
    options : ReadingOptions

    Attributes
    ----------
    name : str
        Its name in messages.
    path : Path or None
    identity : Identity or None
        Tells whether the file has changed since it was opened; None if it has no path.
    size : int
        Size of the file in bytes.
    format : str
        Pillow's name for the format.
    pixels : int
        Number of pixels of the first frame.
    frames : int
        How many frames `rasters` yields.
    pages : bool
        Whether the frames are pages, which have no duration.
    uniform : bool
        Whether all frames have the same size.
    plays : int
        How many times an animation is played; 0 is forever.
    partial : bool
        Whether the file has more than its frames: layers, previews, other sizes.
    alpha : bool
        Whether the first frame has alpha, other than in a palette.
    wide : bool
        Whether samples have more than 8 bits.
    """

    def __init__(self, place: SourceLike, options: ReadingOptions) -> None:
        self.path = as_place(place) if is_place(place) else None
        self._place = place
        self._options = options
        self._exit = ExitStack()
        named = getattr(place, "name", None)
        self.name = str(self.path or (named if isinstance(named, str) else "the image"))
        self.identity: Identity | None = None
        self.size = 0
        self.pixels = 0
        self.frames = 1
        self.pages = False
        self.plays = 1
        self.uniform = True
        self.partial = False
        self.alpha = self.wide = False
        self.format = ""
        self._told: set[str] = set()
        self._canvas: tuple[int, int] | None = None

    def __enter__(self) -> Self:
        with ExitStack() as stack, self._reading():
            self._stream = self._seekable(stack)
            self.size = self._stream.seek(0, os.SEEK_END)
            self._contents = examine(
                self._stream, self._options.max_pixels, self._options.max_frames
            )
            self._take(self._contents)
            self._exit = stack.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        self._exit.close()
        if self.identity and kind and issubclass(kind, ImageReadError):
            # A file that changes while it is read may look damaged.
            self.identity.check()

    def rasters(self) -> Iterator[Raster]:
        """Yield the frames, each composed whole; every call starts from the first.

        Raises
        ------
        ImageReadError
            If the file is damaged.
        """
        pictures = self._contents.pictures()
        with closing(pictures):
            while True:
                with self._reading():
                    picture = next(pictures, None)
                    if picture is None:
                        return
                    raster = as_raster(picture.image, self._options, self._stream)
                raster = replace(
                    raster,
                    exact=raster.exact and picture.exact,
                    palette=picture.palette if raster.palette is None else raster.palette,
                    duration=picture.duration or raster.duration,
                )
                yield raster if self.pages else self._on_canvas(raster)

    def _on_canvas(self, raster: Raster) -> Raster:
        """Crop a frame to the size of the first one, as viewers do."""
        height, width = raster.pixels.shape[:2]
        self._canvas = self._canvas or (height, width)
        if self._canvas == (height, width):
            return raster
        return replace(raster, pixels=raster.pixels[: self._canvas[0], : self._canvas[1]])

    def first(self) -> Raster:
        """Return the first frame."""
        return next(self.rasters())

    def _seekable(self, stack: ExitStack) -> BinaryIO:
        if isinstance(self._place, (bytes, bytearray, memoryview)):
            return io.BytesIO(self._place)
        if self.path is None:
            stream: BinaryIO = self._place  # type: ignore[assignment]
            if getattr(stream, "seekable", bool)():
                # Data before its position is not part of the image.
                return stream if stream.tell() == 0 else io.BytesIO(stream.read())
        else:
            # Taken before anything is read, to miss no change.
            self.identity = Identity.of(self.path)
            with read_errors(self.path):
                stream = stack.enter_context(self.path.open("rb"))
            if not is_remote(self.path) and stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                return stream
        limit = _BYTES_PER_PIXEL * self._options.max_pixels + _MORE_BYTES
        with read_errors(self.path or self.name):
            data = stream.read(limit + 1)
        if not isinstance(data, bytes):
            raise InvalidInputError("the source gives text, not bytes")
        if len(data) > limit:
            raise ImageReadError(f"{self.name}: more than {limit:,} bytes, and no end of it")
        return io.BytesIO(data)

    def _take(self, contents: Contents) -> None:
        """Store the properties of the file, or refuse it, before anything is decoded."""
        self.format = contents.format
        if contents.format in NO_PICTURES:
            script = "PostScript is a program, and is not run"
            told = script if contents.format == "EPS" else f"{contents.format} is not read"
            raise refusal(self.name, self._head(), told)
        width, height = contents.sizes[0]
        self.pixels = width * height
        self._check(self.pixels, f"{width:,} x {height:,}")
        self._check(
            contents.largest[0] * contents.largest[1],
            "a frame of {:,} x {:,}".format(*contents.largest),
        )
        self.frames = len(contents.sizes)
        self.pages, self.partial, self.plays = contents.pages, contents.partial, contents.plays
        self.uniform = len(set(contents.sizes)) == 1
        self.alpha, self.wide = contents.alpha, contents.wide
        if contents.hidden:
            warn("its picture for viewers without animation is left out")
        self._check(
            sum(width * height for width, height in contents.sizes), f"{self.frames:,} frames"
        )

    def _head(self) -> bytes:
        self._stream.seek(0)
        return self._stream.read(HEAD)

    def _check(self, pixels: int, shape: str) -> None:
        if pixels > self._options.max_pixels:
            self._refuse(f"{shape} = {pixels:,} pixels are")

    def _refuse(self, pixels: str) -> NoReturn:
        raise ImageReadError(
            f"{self.name}: {pixels} more than the limit of {self._options.max_pixels:,}; "
            "--max-pixels raises it"
        )

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Turn Pillow's errors, warnings and log messages into those of colorquant."""
        with (
            read_errors(self.name),
            recorded() as messages,
            pixel_limit(self._options.max_pixels),
        ):
            try:
                with decode_errors(self.name):
                    yield
            except UnidentifiedImageError:
                raise refusal(self.name, self._head()) from None
            except Image.DecompressionBombError as error:
                pixels = re.search(r"\((\d+) pixels\)", str(error))
                self._refuse(f"{int(pixels[1]):,} pixels are" if pixels else "its pixels are")
        for message in dict.fromkeys(messages):
            if message not in self._told:
                self._told.add(message)
                warn(f"{self.name}: {message}")


@contextmanager
def decode_errors(name: str) -> Iterator[None]:
    """Turn errors of decoding into ImageReadError, with the image's name and the cause.

    Errors of file access, unidentified images and too many pixels are left to the caller.
    """
    try:
        yield
    except (ImageReadError, UnidentifiedImageError, Image.DecompressionBombError):
        raise
    except InvalidInputError as error:
        raise ImageReadError(f"{name}: {error}") from None
    except MemoryError:
        raise ImageReadError(f"{name}: not enough memory to decode it") from None
    except (FileNotFoundError, IsADirectoryError, PermissionError):
        raise
    except Exception as error:
        # Damaged data makes Pillow's decoders raise almost anything.
        raise ImageReadError(f"{name}: damaged or incomplete: {cause(error)}") from error
