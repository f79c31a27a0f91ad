"""Image files, opened: what they say of themselves, and their frames one at a time."""

import io
import logging
import os
import re
import stat
import threading
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import BinaryIO, NoReturn, Self

from PIL import Image, UnidentifiedImageError

from colorquant.decode import LowBytes, as_raster, has_low_bytes, low_bytes
from colorquant.errors import ColorquantWarning, ImageReadError, InvalidInputError, NotAnImageError
from colorquant.models import Raster
from colorquant.options import QuantizeOptions
from colorquant.places import PlaceLike, as_place, cause, is_place, is_remote, read_errors

__all__ = ["Source", "SourceLike"]

SourceLike = PlaceLike | bytes | BinaryIO

# Formats whose frames are shown one after another, or are pages. What others call frames are
# layers, sizes and previews of the first.
_MOVING = {"GIF", "PNG", "WEBP", "TIFF", "AVIF", "FLI"}
# What Pillow deprecates is nothing that a user of ours can change; the limit is ours.
_NO_NEWS = (DeprecationWarning, Image.DecompressionBombWarning)
# No image of so many bytes for each pixel that is allowed, and these more, is worth reading.
_BYTES_PER_PIXEL, _MORE_BYTES = 8, 1 << 26


class Source:
    """An image file, to be used in a ``with`` block.

    Parameters
    ----------
    place : path, URL, bytes or binary file
        What cannot seek, as a pipe, is read into memory.
    options : QuantizeOptions

    Attributes
    ----------
    name : str
        What messages call it.
    path : Path or None
    size : int
        In bytes.
    format : str
        Pillow's name of its format.
    pixels : int
        Of the first frame.
    frames : int
        How many frames `rasters` yields.
    pages : bool
        Whether the frames are pages, which have no duration.
    uniform : bool
        Whether all frames have the same size.
    plays : int
        How often an animation is played; 0 is forever.
    partial : bool
        Whether the file has more than its frames: layers, previews, other sizes.
    """

    def __init__(self, place: SourceLike, options: QuantizeOptions) -> None:
        self.path = as_place(place) if is_place(place) else None
        self._place = place
        self._options = options
        self._exit = ExitStack()
        named = getattr(place, "name", None)
        self.name = str(self.path or (named if isinstance(named, str) else "the image"))
        self.size = 0
        self.pixels = 0
        self.frames = 1
        self.pages = False
        self.plays = 1
        self.uniform = True
        self.partial = False
        self.format = ""
        self._first = 0
        self._told: set[str] = set()
        self._canvas: tuple[int, int] | None = None

    def __enter__(self) -> Self:
        with ExitStack() as stack, self._reading():
            self._stream = self._seekable(stack)
            self.size = self._stream.seek(0, os.SEEK_END)
            with _open(self._stream) as image:
                self._examine(image)
            self._exit = stack.pop_all()
        return self

    def __exit__(self, *_error: object) -> None:
        self._exit.close()

    def rasters(self) -> Iterator[Raster]:
        """Yield the frames, each composed whole; as often as called.

        Raises
        ------
        ImageReadError
            If the file is damaged.
        """
        with ExitStack() as stack:
            with self._reading():
                image = stack.enter_context(_open(self._stream))
            twin: Image.Image | None = None
            for frame in range(self._first, self._first + self.frames):
                with self._reading():
                    # Not all can seek to where they stand.
                    if frame:
                        image.seek(frame)
                    low: LowBytes | None = None
                    if has_low_bytes(image):
                        twin = twin or stack.enter_context(_open(self._stream))
                        if frame:
                            twin.seek(frame)
                        low = low_bytes(twin)
                    raster = as_raster(image, self._options, low)
                yield raster if self.pages else self._on_canvas(raster)

    def _on_canvas(self, raster: Raster) -> Raster:
        """Cut off what lies outside of the first frame, as viewers do."""
        height, width = raster.pixels.shape[:2]
        self._canvas = self._canvas or (height, width)
        if self._canvas == (height, width):
            return raster
        return replace(raster, pixels=raster.pixels[: self._canvas[0], : self._canvas[1]])

    def first(self) -> Raster:
        """Return the first frame."""
        return next(self.rasters())

    def _seekable(self, stack: ExitStack) -> BinaryIO:
        if isinstance(self._place, bytes):
            return io.BytesIO(self._place)
        if self.path is None:
            stream: BinaryIO = self._place  # type: ignore[assignment]
            if getattr(stream, "seekable", bool)():
                # What stands before its position is none of ours.
                return stream if stream.tell() == 0 else io.BytesIO(stream.read())
        else:
            with read_errors(self.path):
                stream = stack.enter_context(self.path.open("rb"))
            if not is_remote(self.path) and stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                return stream
        limit = _BYTES_PER_PIXEL * self._options.max_pixels + _MORE_BYTES
        with read_errors(self.path or self.name):
            data = stream.read(limit + 1)
        if len(data) > limit:
            raise ImageReadError(f"{self.name}: more than {limit:,} bytes, and no end of it")
        return io.BytesIO(data)

    def _examine(self, image: Image.Image) -> None:
        """Learn, and refuse, what can be known before anything is decoded."""
        if image.format == "EPS":
            raise ImageReadError(f"{self.name}: PostScript is a program, and is not run")
        self.pixels = image.width * image.height
        self._check(self.pixels, f"{image.width:,} x {image.height:,}")
        self.format = image.format or ""
        count = getattr(image, "n_frames", 1)
        if image.format not in _MOVING or count == 1:
            # The further pictures of a phone's MPO are previews of the first.
            self.partial = count > 1 and image.format != "MPO"
            return
        self.frames = count
        if image.format == "TIFF":
            self.pages = True
            sizes = []
            for page in range(count):
                image.seek(page)
                sizes.append(image.size)
            self.uniform = len(set(sizes)) == 1
            pixels = sum(width * height for width, height in sizes)
        else:
            if image.info.get("default_image") and count > 2:
                self._first, self.frames = 1, count - 1
                warnings.warn("its picture for viewers without animation is left out", stacklevel=2)
            self.plays = _plays(image)
            pixels = count * image.width * image.height
        self._check(pixels, f"{count:,} frames")

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
        """Make our errors and warnings of all that Pillow raises, warns of and logs."""
        with (
            read_errors(self.name),
            warnings.catch_warnings(record=True) as caught,
            _logged(logging.getLogger("PIL")) as logged,
            _pixel_limit(self._options.max_pixels),
        ):
            warnings.simplefilter("always")
            try:
                yield
            except ImageReadError:
                raise
            except InvalidInputError as error:
                raise ImageReadError(f"{self.name}: {error}") from None
            except UnidentifiedImageError:
                shown = (
                    "not an image, or of an unknown format" if self.size else "the file is empty"
                )
                raise NotAnImageError(f"{self.name}: {shown}") from None
            except Image.DecompressionBombError as error:
                pixels = re.search(r"\((\d+) pixels\)", str(error))
                self._refuse(f"{int(pixels[1]):,} pixels are" if pixels else "its pixels are")
            except MemoryError:
                raise ImageReadError(f"{self.name}: not enough memory to decode it") from None
            except (FileNotFoundError, IsADirectoryError, PermissionError):
                raise
            except Exception as error:
                # Damaged data makes Pillow's decoders raise almost anything.
                shown = cause(error)
                raise ImageReadError(f"{self.name}: damaged or incomplete: {shown}") from error
        news = [str(w.message) for w in caught if not issubclass(w.category, _NO_NEWS)]
        for message in dict.fromkeys(news + logged):
            if message not in self._told:
                self._told.add(message)
                warnings.warn(f"{self.name}: {message}", ColorquantWarning, stacklevel=4)


def _plays(image: Image.Image) -> int:
    """Return how often an animation is played; 0 is forever."""
    loop = image.info.get("loop")
    if image.format != "GIF":
        return loop or 0
    # There it tells how often it is repeated, and not at all where it does not.
    return 1 if loop is None else 0 if loop == 0 else loop + 1


def _open(stream: BinaryIO) -> Image.Image:
    stream.seek(0)
    return Image.open(stream)


@contextmanager
def _logged(logger: logging.Logger) -> Iterator[list[str]]:
    """Collect what is logged as a warning or worse."""
    found: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: found.append(record.getMessage())  # type: ignore[method-assign]
    logger.addHandler(handler)
    try:
        yield found
    finally:
        logger.removeHandler(handler)


class _PixelLimit:
    """Sets Pillow's limit on pixels, which has one value for the whole process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wanted: list[int] = []
        self._before: int | None = None

    @contextmanager
    def __call__(self, pixels: int) -> Iterator[None]:
        """Let Pillow refuse more pixels; of several limits at a time the highest counts."""
        with self._lock:
            if not self._wanted:
                self._before = Image.MAX_IMAGE_PIXELS
            self._wanted.append(pixels)
            self._set()
        try:
            yield
        finally:
            with self._lock:
                self._wanted.remove(pixels)
                self._set()

    def _set(self) -> None:
        # Pillow warns from its value on, and refuses from twice that on.
        value = max(self._wanted) / 2 if self._wanted else self._before
        Image.MAX_IMAGE_PIXELS = value  # type: ignore[assignment]


_pixel_limit = _PixelLimit()
