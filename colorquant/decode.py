"""Pillow's images, of any mode, as rasters."""

import re
import sys
import warnings
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image

from colorquant.colorspace import without_opaque_alpha
from colorquant.errors import ColorquantWarning, InvalidInputError
from colorquant.models import Metadata, Raster
from colorquant.options import QuantizeOptions
from colorquant.profiles import ColorPlan, plan_colors

__all__ = ["ImageLike", "LowBytes", "as_raster", "has_low_bytes", "low_bytes"]

ImageLike = Raster | Image.Image | NDArray[np.uint8]

# Pixels converted at once.
_STRIP = 1 << 17
# Raw modes of 16 bits a sample of which Pillow keeps the high bytes.
_WIDE = re.compile(r"(RGB|RGBA|RGBX|LA);16([BLN])")
# Modes whose samples are those of the result.
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
# Fields of a TIFF that tell of the picture, not of how it is stored.
_DESCRIPTIVE = {
    *(ExifTags.Base.DocumentName, ExifTags.Base.ImageDescription, ExifTags.Base.Make),
    *(ExifTags.Base.Model, ExifTags.Base.Software, ExifTags.Base.DateTime),
    *(ExifTags.Base.Artist, ExifTags.Base.HostComputer, ExifTags.Base.Copyright),
    *(ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo),
}
_XMP_ORIENTATION = re.compile(rb"""(tiff:Orientation(?:=["']|>))[1-8]""")


class LowBytes(NamedTuple):
    """The low bytes of an image whose samples have 16 bits, see `low_bytes`."""

    image: Image.Image
    gray: bool
    """Whether it holds both bytes of gray and both of alpha instead."""


def as_raster(
    image: ImageLike, options: QuantizeOptions | None = None, low: LowBytes | None = None
) -> Raster:
    """Return an image as a raster.

    Parameters
    ----------
    image : Raster, PIL.Image.Image or ndarray, (H, W, 3 or 4), uint8
        A Pillow image is turned upright by its EXIF orientation; samples of 16 bits are
        rounded to 8.
    options : QuantizeOptions, optional
        Of which ``icc`` and ``metadata`` matter.
    low : LowBytes, optional
        What Pillow drops of samples of 16 bits.

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
        return Raster(without_opaque_alpha(Raster(image).pixels))
    options = options or QuantizeOptions()
    image.load()
    plan = plan_colors(image, options)
    pixels = _pixels(image, plan, low)
    turn = _TURNS.get(image.getexif().get(ExifTags.Base.Orientation, 1))
    metadata = _metadata(image, options, plan)
    if turn:
        transposed, rows, columns = turn
        pixels = pixels.swapaxes(0, 1) if transposed else pixels
        pixels = np.ascontiguousarray(pixels[:: -1 if rows else 1, :: -1 if columns else 1])
    exact = image.mode in _EXACT and low is None and not plan.to_srgb
    palette = _palette(image) if exact and image.mode == "P" else None
    return Raster(pixels, metadata, palette, image.info.get("duration"), exact)


def has_low_bytes(image: Image.Image) -> bool:
    """Return whether Pillow will drop the low bytes of an image that is not loaded yet."""
    tiles = getattr(image, "tile", None) or []
    return bool(tiles) and all(_WIDE.fullmatch(_raw_mode(tile.args)) for tile in tiles)


def low_bytes(image: Image.Image) -> LowBytes:
    """Make a second opening of an image, not loaded yet, give what the first one drops.

    Of 16 bits a sample, Pillow keeps the high byte. In the opposite byte order that is the
    low one. Gray with alpha is four bytes, which are read as R, G, B, A.
    """
    tiles = image.tile  # type: ignore[attr-defined]
    gray = False
    for place, tile in enumerate(tiles):
        found = _WIDE.fullmatch(_raw_mode(tile.args))
        channels, order = found.groups() if found else ("", "")
        gray = channels == "LA"
        little = order == "L" or (order == "N" and sys.byteorder == "little")
        raw = "RGBA" if gray else f"{channels};16{'B' if little else 'L'}"
        args = raw if isinstance(tile.args, str) else (raw, *tile.args[1:])
        tiles[place] = tile._replace(args=args)
    return LowBytes(image, gray)


def _raw_mode(args: Any) -> str:
    raw = args if isinstance(args, str) else args[0] if args else ""
    return raw if isinstance(raw, str) else ""


def _pixels(image: Image.Image, plan: ColorPlan, low: LowBytes | None) -> NDArray[np.uint8]:
    transparent = image.info.get("transparency")
    if image.mode.startswith("I;16") or (image.mode == "I" and image.format == "PPM"):
        return _rounded_gray(image, plan, transparent)
    if image.mode in ("I", "F"):
        raise InvalidInputError(
            f"mode {image.mode} (32 bits a pixel) has no defined range; convert it to 8 bits first"
        )
    if low is not None:
        wide = _wide(image, low)
        rounded = _rounded(wide)
        if transparent is not None:
            # The color that is transparent is given in 16 bits, too.
            clear = (wide == transparent).all(axis=2)
            rounded = np.dstack([rounded, np.where(clear, 0, 255).astype(np.uint8)])
        image = Image.fromarray(rounded)
    elif image.mode == "La":
        image = image.convert("LA")
    channels = 4 if image.has_transparency_data else 3
    return without_opaque_alpha(_array(image, plan, channels))


def _rounded_gray(
    image: Image.Image, plan: ColorPlan, transparent: int | None
) -> NDArray[np.uint8]:
    wide = np.asarray(image)
    gray = Image.fromarray(_rounded(wide))
    opaque = _array(gray, plan, 3)
    if transparent is None:
        return opaque
    alpha = np.where(wide == transparent, 0, 255).astype(np.uint8)
    return without_opaque_alpha(np.dstack([opaque, alpha]))


def _wide(image: Image.Image, low: LowBytes) -> NDArray[np.uint16]:
    low.image.load()
    bytes_ = np.asarray(low.image)
    if low.gray:
        gray, alpha = (bytes_[:, :, i].astype(np.uint16) << 8 | bytes_[:, :, i + 1] for i in (0, 2))
        return np.dstack([gray, gray, gray, alpha])
    wide: NDArray[np.uint16] = np.asarray(image).astype(np.uint16) << 8 | bytes_
    return wide


def _rounded(wide: NDArray[np.integer]) -> NDArray[np.uint8]:
    """Return samples of 0 to 65535 as the nearest of 0 to 255."""
    result = np.empty(wide.shape, np.uint8)
    rows = max(1, _STRIP // wide.shape[1])
    for top in range(0, len(wide), rows):
        part = wide[top : top + rows].astype(np.uint32)
        result[top : top + rows] = (part * 255 + 32767) // 65535
    return result


def _array(image: Image.Image, plan: ColorPlan, channels: int) -> NDArray[np.uint8]:
    """Return an image's samples; in strips, as Pillow's own way takes the memory twice."""
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
    # Loading gave it the alpha that stands elsewhere in a file.
    return np.array(image.getpalette("RGBA"), np.uint8).reshape(-1, 4)


def _metadata(image: Image.Image, options: QuantizeOptions, plan: ColorPlan) -> Metadata:
    if options.metadata == "none":
        return Metadata()
    colors = Metadata(plan.profile, _dpi(image))
    if options.metadata == "color":
        return colors
    comment = image.info.get("comment") or image.info.get("Comment")
    return replace(
        colors,
        exif=_exif(image),
        xmp=_xmp(image),
        comment=comment.encode() if isinstance(comment, str) else comment or None,
    )


def _dpi(image: Image.Image) -> tuple[float, float] | None:
    """Return the resolution if it is one that all formats can hold."""
    dpi = image.info.get("dpi")
    if not dpi or not all(0.1 < dots < 1e6 for dots in dpi):
        return None
    return float(dpi[0]), float(dpi[1])


def _exif(image: Image.Image) -> bytes | None:
    """Return EXIF data without the orientation, as the pixels are turned by it."""
    try:
        exif = image.getexif()
        for tag in list(exif):
            # Of a TIFF, these are all its fields.
            if tag == ExifTags.Base.Orientation or (
                image.format == "TIFF" and tag not in _DESCRIPTIVE
            ):
                del exif[tag]
        return exif.tobytes() if len(exif) else None
    except Exception as error:  # noqa: BLE001  Pillow raises almost anything here
        warnings.warn(f"its EXIF data is damaged: {error}", ColorquantWarning, stacklevel=4)
        return None


def _xmp(image: Image.Image) -> bytes | None:
    xmp = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp")
    if not xmp:
        return None
    return _XMP_ORIENTATION.sub(rb"\g<1>1", xmp.encode() if isinstance(xmp, str) else xmp)
