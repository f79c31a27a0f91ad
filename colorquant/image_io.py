"""Reading images, and writing files whole or not at all."""

import errno
import os
import shutil
import stat
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from colorquant.errors import ColorquantWarning, ImageReadError, ImageWriteError, InvalidInputError
from colorquant.models import Raster

__all__ = ["ImageLike", "as_raster", "check_source", "check_target", "read_image", "write_files"]

# Pixels converted at once.
_STRIP = 1 << 17

ImageLike = Raster | Image.Image | NDArray[np.uint8]

# Pillow's limit on pixels is one for the whole process.
_PILLOW_LIMIT = threading.Lock()


def read_image(path: Path, max_pixels: int, *, whole: bool = False) -> Raster:
    """Read an image file.

    Of an animation or a file of several pages, the first is read, with a warning.

    Parameters
    ----------
    path : Path
    max_pixels : int
        A larger image is refused by its header, before it is decoded.
    whole : bool
        Whether a file of which only the first frame would be read is refused.

    Returns
    -------
    Raster

    Raises
    ------
    ImageReadError
        If the file cannot be read, is no image, is damaged or too large.
    """
    with (
        _read_errors(path),
        path.open("rb") as stream,
        warnings.catch_warnings(record=True) as caught,
    ):
        warnings.simplefilter("always")
        raster = _decode(path, stream, max_pixels, whole=whole)
    # What Pillow deprecates is nothing that a user of ours can change.
    news = (w for w in caught if not issubclass(w.category, DeprecationWarning))
    for message in dict.fromkeys(str(warning.message) for warning in news):
        warnings.warn(f"{path}: {message}", ColorquantWarning, stacklevel=2)
    return raster


def check_source(path: Path) -> None:
    """Refuse a place where no file can be read.

    Raises
    ------
    ImageReadError
        If there is nothing, a folder, or no way to it.
    """
    with _read_errors(path):
        if stat.S_ISDIR(path.stat().st_mode):
            raise IsADirectoryError


@contextmanager
def _read_errors(path: Path) -> Iterator[None]:
    """Name the file and the cause where the system refuses."""
    try:
        yield
    except ImageReadError:
        raise
    except FileNotFoundError:
        raise ImageReadError(f"{path}: no such file") from None
    except IsADirectoryError:
        raise ImageReadError(f"{path}: is a folder, not an image") from None
    except PermissionError:
        raise ImageReadError(f"{path}: no permission to read it") from None
    except OSError as error:
        raise ImageReadError(f"{path}: {_cause(error)}") from error


def _decode(path: Path, stream: BinaryIO, max_pixels: int, *, whole: bool) -> Raster:
    try:
        with _open(stream) as image:
            _check(path, image, max_pixels, whole=whole)
            return as_raster(image)
    except ImageReadError:
        raise
    except InvalidInputError as error:
        raise ImageReadError(f"{path}: {error}") from None
    except UnidentifiedImageError:
        empty = stream.seek(0, os.SEEK_END) == 0
        cause = "the file is empty" if empty else "not an image, or of an unknown format"
        raise ImageReadError(f"{path}: {cause}") from None
    except MemoryError:
        raise ImageReadError(f"{path}: not enough memory to decode it") from None
    except Exception as error:
        # Damaged data makes Pillow's decoders raise almost anything.
        raise ImageReadError(f"{path}: damaged or incomplete: {_cause(error)}") from error


def _check(path: Path, image: Image.Image, max_pixels: int, *, whole: bool) -> None:
    """Refuse, or warn of, what can be known before the image is decoded."""
    if image.format == "EPS":
        raise ImageReadError(f"{path}: PostScript is a program, and is not run")
    pixels = image.width * image.height
    if pixels > max_pixels:
        raise ImageReadError(
            f"{path}: {image.width:,} x {image.height:,} = {pixels:,} pixels are more than the "
            f"limit of {max_pixels:,}; --max-pixels raises it"
        )
    # The further pictures of a phone's MPO are previews of the first.
    frames = 1 if image.format == "MPO" else getattr(image, "n_frames", 1)
    if frames > 1 and whole:
        raise ImageReadError(f"{path}: all but the first of {frames} frames would be lost")
    if frames > 1:
        warnings.warn(f"only the first of {frames} frames is used", stacklevel=3)


def _open(stream: BinaryIO) -> Image.Image:
    """Open without Pillow's own limit, which has one value for all and a warning below it."""
    with _PILLOW_LIMIT:
        limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
        try:
            return Image.open(stream)
        finally:
            Image.MAX_IMAGE_PIXELS = limit


def _cause(error: Exception) -> str:
    text = str(getattr(error, "strerror", None) or error).strip()
    return text.splitlines()[0] if text else type(error).__name__


def as_raster(image: ImageLike) -> Raster:
    """Return an image as a raster.

    Parameters
    ----------
    image : Raster, PIL.Image.Image or ndarray, (H, W, 3 or 4), uint8
        A Pillow image is turned upright by its EXIF orientation; 16-bit gray is rounded to
        8 bits.

    Returns
    -------
    Raster
        A raster as it is; of others, alpha is kept only where some pixel is not opaque.

    Raises
    ------
    InvalidInputError
        If an array has another shape or type, or a Pillow image a mode whose values have no
        defined range.
    """
    if isinstance(image, Raster):
        return image
    if isinstance(image, np.ndarray):
        raster = Raster(image)
        return replace(raster, pixels=_without_opaque_alpha(raster.pixels))
    turned = image.getexif().get(ExifTags.Base.Orientation, 1) != 1
    upright = ImageOps.exif_transpose(image) if turned else image
    return Raster(_pixels(upright), _rgb_profile(image), _dpi(image))


def _pixels(image: Image.Image) -> NDArray[np.uint8]:
    if image.mode in ("I", "F"):
        raise InvalidInputError(
            f"mode {image.mode} (32 bits a pixel) has no defined range; convert it to 8 bits first"
        )
    if image.mode.startswith("I;16"):
        wide = np.asarray(image).astype(np.uint32)
        gray = ((wide * 255 + 32767) // 65535).astype(np.uint8)
        channels = [gray, gray, gray]
        if "transparency" in image.info:
            channels.append(np.where(wide == image.info["transparency"], 0, 255).astype(np.uint8))
        return np.dstack(channels)
    if not image.has_transparency_data:
        return _array(image, "RGB")
    return _without_opaque_alpha(_array(image, "RGBA"))


def _array(image: Image.Image, mode: str) -> NDArray[np.uint8]:
    """Return an image's samples; in strips, as Pillow's own way takes the memory twice."""
    result = np.empty((image.height, image.width, len(mode)), np.uint8)
    rows = max(1, _STRIP // image.width)
    for top in range(0, image.height, rows):
        bottom = min(image.height, top + rows)
        whole = rows >= image.height
        strip = image if whole else image.crop((0, top, image.width, bottom))
        result[top:bottom] = np.asarray(strip if strip.mode == mode else strip.convert(mode))
    return result


def _without_opaque_alpha(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    opaque = pixels.shape[2] == 4 and bool((pixels[:, :, 3] == 255).all())
    return np.ascontiguousarray(pixels[:, :, :3]) if opaque else pixels


def _dpi(image: Image.Image) -> tuple[float, float] | None:
    """Return the resolution if it is one that all formats can hold."""
    dpi = image.info.get("dpi")
    if not dpi or not all(0.1 < dots < 1e6 for dots in dpi):
        return None
    return float(dpi[0]), float(dpi[1])


def _rgb_profile(image: Image.Image) -> bytes | None:
    """Return the profile if it is one for R, G, B, as the result's numbers are."""
    profile = image.info.get("icc_profile")
    return profile if profile and profile[16:20] == b"RGB " else None


def check_target(path: Path, *, overwrite: bool) -> None:
    """Refuse a place that cannot take a file.

    Raises
    ------
    ImageWriteError
        If its folder is missing or closed to us, it is a folder, or it exists and must not
        be replaced.
    """
    with _write_errors(path):
        if not path.parent.is_dir():
            raise ImageWriteError(f"{path}: there is no folder {path.parent}")
        if not os.access(path.parent, os.W_OK):
            raise ImageWriteError(f"{path}: no permission to write in the folder {path.parent}")
        try:
            mode = path.stat().st_mode
        except FileNotFoundError:
            return
        if stat.S_ISDIR(mode):
            raise ImageWriteError(f"{path}: is a folder; name a file")
        if not overwrite:
            raise ImageWriteError(f"{path}: exists already; --force replaces it")


def write_files(files: dict[Path, bytes], *, overwrite: bool) -> None:
    """Write files beside their places, then move them there.

    A file that is replaced hands on its permissions; a symbolic link stays, and what it
    points to is written.

    Parameters
    ----------
    files : dict of Path to bytes
    overwrite : bool
        Whether existing files are replaced.

    Raises
    ------
    ImageWriteError
        If that fails. Before all are whole no place is touched, and nothing is left beside.
    """
    temporaries: dict[Path, Path] = {}
    try:
        for path, data in files.items():
            with _write_errors(path):
                place = path.resolve()
                temporary = place.parent / f".colorquant-{os.urandom(8).hex()}.tmp"
                temporaries[path] = temporary
                with temporary.open("xb") as stream:
                    stream.write(data)
                check_target(path, overwrite=overwrite)
                if place.exists():
                    shutil.copymode(place, temporary)
        for path, temporary in temporaries.items():
            with _write_errors(path):
                temporary.replace(path.resolve())
    finally:
        for temporary in temporaries.values():
            temporary.unlink(missing_ok=True)


@contextmanager
def _write_errors(path: Path) -> Iterator[None]:
    """Name the file and the cause where the system refuses."""
    try:
        yield
    except ImageWriteError:
        raise
    except OSError as error:
        cause = "no room on the disk" if error.errno == errno.ENOSPC else _cause(error)
        raise ImageWriteError(f"{path}: cannot write it: {cause}") from error
