"""Conversion of Pillow images of any mode to rasters."""

from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image

from colorquant.color.alpha import without_opaque_alpha
from colorquant.errors import InvalidInputError
from colorquant.images.profiles.plan import ColorPlan, plan_colors
from colorquant.images.reading.arrays import raster_of_array
from colorquant.images.reading.metadata import read_metadata
from colorquant.images.reading.wide import MAXIMUM, Wide, read_wide, straight, to_8_bits
from colorquant.models import Raster
from colorquant.reading import ReadingOptions

__all__ = ["ImageLike", "as_raster", "in_8_bits"]

ImageLike = Raster | Image.Image | NDArray[Any]

# Pixels converted at once.
_STRIP = 1 << 17
# Modes whose samples stay the same in RGB or RGBA.
_EXACT = ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "RGBX")
# How EXIF's orientations 2 to 8 are undone: transpose, then reverse rows, then columns.
_TURNS = {
    2: (False, False, True),
    3: (False, True, True),
    4: (False, True, False),
    5: (True, False, False),
    6: (True, False, True),
    7: (True, True, True),
    8: (True, True, False),
}


def as_raster(
    image: ImageLike, options: ReadingOptions | None = None, stream: BinaryIO | None = None
) -> Raster:
    """Return an image as a raster.

    Parameters
    ----------
    image : Raster, PIL.Image.Image or ndarray
        Of an array, see `raster_of_array`. A Pillow image is turned upright by its EXIF
        orientation; samples of 16 bits are rounded to 8.
    options : ReadingOptions, optional
        Only ``icc`` and ``metadata`` matter.
    stream : binary file, optional
        The stream a Pillow image was opened from, to read what Pillow drops.

    Returns
    -------
    Raster
        A given raster is returned as it is. Of other images, alpha is kept only if some pixel
        is not opaque.

    Raises
    ------
    InvalidInputError
        If an array has another shape or type, or a Pillow image a mode whose values have no
        defined range.
    """
    if isinstance(image, Raster):
        return image
    if isinstance(image, np.ndarray):
        return raster_of_array(image)
    options = options or ReadingOptions()
    narrow, exact = in_8_bits(image, stream)
    plan = plan_colors(narrow, options)
    channels = 4 if narrow.has_transparency_data else 3
    pixels = without_opaque_alpha(_array(narrow, plan, channels))
    turn = _TURNS.get(_orientation(image))
    if turn:
        transposed, rows, columns = turn
        pixels = pixels.swapaxes(0, 1) if transposed else pixels
        pixels = np.ascontiguousarray(pixels[:: -1 if rows else 1, :: -1 if columns else 1])
    metadata = read_metadata(image, options, plan.profile)
    exact = exact and not plan.to_srgb
    palette = _palette(narrow) if exact and narrow.mode == "P" else None
    notes = (plan.note,) if plan.note else ()
    return Raster(pixels, metadata, palette, image.info.get("duration"), exact, notes)


def _orientation(image: Image.Image) -> int:
    exif = image.getexif()
    if image.format == "AVIF":
        # Pillow adds the file's own transformations to this EXIF; XMP must not override them.
        exif = Image.Exif()
        exif.load(image.info.get("exif", b""))
    return int(exif.get(ExifTags.Base.Orientation, 1))


def in_8_bits(image: Image.Image, stream: BinaryIO | None = None) -> tuple[Image.Image, bool]:
    """Load an image and return it with 8 bits a sample.

    Parameters
    ----------
    image : PIL.Image.Image
        Open, and preferably not loaded yet: loading loses what Pillow drops.
    stream : binary file, optional
        The stream it was opened from.

    Returns
    -------
    image : PIL.Image.Image
        In a mode of 8 bits or less, with the info of the given image.
    exact : bool
        Whether its samples are those of the file.

    Raises
    ------
    InvalidInputError
        If the samples have no defined range.
    """
    transparent = _transparent_level(image)
    wide = read_wide(image, stream) or _wide_already(image)
    if wide is None:
        if image.mode in ("I", "F"):
            raise InvalidInputError(
                f"mode {image.mode} (32 bits a pixel) has no defined range; "
                "convert it to 8 bits first"
            )
        levels = None
        if image.mode == "P" and image.format == "TIFF":
            from colorquant.images.reading.tiff import palette_of_8_bits

            levels = palette_of_8_bits(image)
        if levels is not None:
            image.putpalette(levels.tobytes())
        if transparent is not None:
            image.info["transparency"] = transparent
        return image, image.mode in _EXACT
    samples = to_8_bits(wide)
    mode = wide.mode
    if transparent is not None:
        # The transparent color has the same depth.
        clear = (wide.samples == transparent).all(axis=2)
        samples = np.dstack([samples, np.where(clear, 0, 255).astype(np.uint8)])
        mode = {"L": "LA", "RGB": "RGBA"}[mode]
    narrow = _image_of(samples, mode)
    narrow.info = {key: value for key, value in image.info.items() if key != "transparency"}
    return narrow, False


def _image_of(samples: NDArray[np.uint8], mode: str) -> Image.Image:
    height, width = samples.shape[:2]
    return Image.frombytes(mode, (width, height), np.ascontiguousarray(samples).tobytes())


def _transparent_level(image: Image.Image) -> Any:
    """Return the transparent color of a PNG, on the scale of Pillow's levels.

    Pillow gives the stored value even where it scales levels of 2 or 4 bits to 8. Of the
    stored value, only as many bits count as a sample has.
    """
    level = image.info.get("transparency")
    if image.format != "PNG" or level is None or image.mode not in ("1", "L", "RGB", "I;16"):
        return level if image.mode.startswith("I;16") else None
    raw = _raw_mode(image)
    if raw == "1":
        return level
    if raw in ("L;2", "L;4"):
        most = 3 if raw == "L;2" else 15
        return (level & most) * (255 // most)
    wide = "16" in raw
    if isinstance(level, tuple):
        return level if wide else tuple(sample & 255 for sample in level)
    return level if wide else level & 255


def _raw_mode(image: Image.Image) -> str:
    for tile in getattr(image, "tile", None) or []:
        raw = tile.args if isinstance(tile.args, str) else tile.args[0]
        return str(raw)
    return ""


def _wide_already(image: Image.Image) -> Wide | None:
    """Return the samples of an image in one of Pillow's 16-bit or premultiplied modes."""
    if image.mode.startswith("I;16") or (image.mode == "I" and image.format == "PPM"):
        samples = np.asarray(image)[:, :, None].astype(np.uint16)
        return Wide("L", samples, image.info.get(MAXIMUM, 65_535))
    if image.mode in ("La", "RGBa"):
        samples = np.asarray(image)
        return Wide(image.mode.upper(), straight(samples, 255), 255)
    return None


def _array(image: Image.Image, plan: ColorPlan, channels: int) -> NDArray[np.uint8]:
    """Return an image's samples, converted in strips: all at once takes twice the memory."""
    result = np.empty((image.height, image.width, channels), np.uint8)
    rows = max(1, _STRIP // image.width)
    for top in range(0, image.height, rows):
        bottom = min(image.height, top + rows)
        whole = rows >= image.height
        strip = image if whole else image.crop((0, top, image.width, bottom))
        if plan.to_srgb:
            result[top:bottom, :, :3] = np.asarray(plan.to_srgb(_as_mode(strip, plan.mode)))
            if channels == 4:
                result[top:bottom, :, 3] = np.asarray(_as_mode(strip, "RGBA"))[:, :, 3]
        else:
            result[top:bottom] = np.asarray(_as_mode(strip, "RGBA" if channels == 4 else "RGB"))
    return result


def _as_mode(image: Image.Image, mode: str) -> Image.Image:
    return image if image.mode == mode else image.convert(mode)


def _palette(image: Image.Image) -> NDArray[np.uint8]:
    # Loading merged the file's separate alpha into Pillow's palette.
    return np.array(image.getpalette("RGBA"), np.uint8).reshape(-1, 4)
