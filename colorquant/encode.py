"""An indexed image as the bytes of a file format."""

import io
import struct
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, features

from colorquant.errors import ImageWriteError
from colorquant.models import IndexedImage, Raster
from colorquant.png import indexed_png

__all__ = ["Format", "encode", "find_format", "is_indexed"]


@dataclass(frozen=True)
class Format:
    """What a file format can hold.

    Parameters
    ----------
    name : str
        Pillow's name of it.
    indexed : bool
        Whether it can be indexed.
    true_color : bool
        Whether it can be true-color.
    alpha : bool
        Whether it can hold alpha.
    lossy : bool
        Whether its compression changes colors.
    settings : dict
        How Pillow is to write it.
    """

    name: str
    indexed: bool = False
    true_color: bool = True
    alpha: bool = True
    lossy: bool = False
    settings: dict[str, Any] = field(default_factory=dict)


_PNG = Format("PNG", indexed=True)
_TIFF = Format("TIFF", indexed=True, settings={"compression": "tiff_adobe_deflate"})
_JPEG = Format("JPEG", alpha=False, lossy=True, settings={"quality": 95, "subsampling": 0})
_FORMATS = {
    ".png": _PNG,
    ".gif": Format("GIF", indexed=True, true_color=False, alpha=False),
    ".bmp": Format("BMP", indexed=True, alpha=False),
    ".tif": _TIFF,
    ".tiff": _TIFF,
    ".jpg": _JPEG,
    ".jpeg": _JPEG,
    ".webp": Format("WEBP", settings={"lossless": True, "exact": True}),
    ".avif": Format("AVIF", lossy=True, settings={"quality": 95, "subsampling": "4:4:4"}),
    ".jp2": Format("JPEG2000"),
    ".ppm": Format("PPM", alpha=False),
}
_METRES_PER_INCH = 0.0254
_FEATURES = {"WEBP": "webp", "AVIF": "avif", "JPEG2000": "jpg_2000"}


def find_format(path: Path) -> Format:
    """Return the format that a file name's extension asks for.

    Raises
    ------
    ImageWriteError
        If it is unknown, or this installation of Pillow cannot write it.
    """
    extension = path.suffix.lower()
    if extension not in _FORMATS:
        known = " ".join(_FORMATS)
        shown = f"extension {extension!r}" if extension else "a name without extension"
        raise ImageWriteError(f"{path}: cannot write {shown}; known are {known}")
    found = _FORMATS[extension]
    feature = _FEATURES.get(found.name)
    if feature and not features.check(feature):
        raise ImageWriteError(f"{path}: this Pillow was built without {found.name}")
    return found


def is_indexed(image: IndexedImage, target: Format) -> bool:
    """Return whether the image will be written indexed.

    With alpha only PNG can: the palettes of the others are opaque.
    """
    alpha_fits = target.name == "PNG" or not image.palette.has_alpha
    return target.indexed and len(image.palette) <= 256 and alpha_fits


def encode(image: IndexedImage, target: Format, source: Raster) -> bytes:
    """Return an image as a file's bytes.

    Parameters
    ----------
    image : IndexedImage
        Without alpha if the format has none.
    target : Format
    source : Raster
        Whose profile and resolution are kept where the format has a place for them.

    Returns
    -------
    bytes

    Raises
    ------
    ImageWriteError
        If the encoder refuses, for example an image too large for the format.
    """
    try:
        if not is_indexed(image, target):
            return _saved(Image.fromarray(image.pixels()), target, source)
        bits = _depth(len(image.palette))
        if target.name == "PNG":
            return indexed_png(image, bits, source)
        indexed = Image.fromarray(np.asarray(image.indices, np.uint8))
        indexed.putpalette(image.palette.colors[:, :3].tobytes())
        if target.name == "BMP":
            return _bmp(indexed, image.palette.colors, 4 if bits == 2 else bits, source)
        if target.name == "TIFF":
            return _tiff(indexed, image.palette.colors, bits, source)
        return _saved(indexed, target, source)
    except (OSError, ValueError, RuntimeError, struct.error, OverflowError) as error:
        raise ImageWriteError(f"cannot be written as {target.name}: {error}") from error


def _depth(k: int) -> int:
    """Return the bits that hold k indices: 1, 2, 4 or 8."""
    return next(bits for bits in (1, 2, 4, 8) if k <= 1 << bits)


def _saved(image: Image.Image, target: Format, source: Raster) -> bytes:
    stream = io.BytesIO()
    carried: dict[str, Any] = {}
    if source.icc_profile:
        carried["icc_profile"] = source.icc_profile
    if source.dpi:
        carried["dpi"] = source.dpi
    image.save(stream, target.name, **target.settings, **carried)
    return stream.getvalue()


def _packed(image: Image.Image, bits: int, align: int, order: int) -> bytes:
    """Return rows of packed indices, each padded to a multiple of align bytes."""
    row = -(-image.width * bits // 8)
    stride = -(-row // align) * align
    return image.tobytes("raw", "P" if bits == 8 else f"P;{bits}", stride, order)


def _bmp(image: Image.Image, colors: NDArray[np.uint8], bits: int, source: Raster) -> bytes:
    """Write a BMP of 1, 4 or 8 bits; Pillow writes palettes at 8 only.

    Layout: BITMAPFILEHEADER, BITMAPINFOHEADER, palette as B, G, R, 0, rows from the bottom
    up.
    """
    rows = _packed(image, bits, align=4, order=-1)
    blue_first = np.zeros((len(colors), 4), np.uint8)
    blue_first[:, :3] = colors[:, 2::-1]
    offset = 14 + 40 + blue_first.nbytes
    across, down = (round(dots / _METRES_PER_INCH) for dots in source.dpi or (96.0, 96.0))
    file_header = struct.pack("<2sIHHI", b"BM", offset + len(rows), 0, 0, offset)
    # Last numbers: planes, bits, no compression, size of the rows, dots per metre, colors.
    info_header = struct.pack(
        "<IiiHHIIiiII",
        *(40, image.width, image.height, 1, bits, 0, len(rows)),
        *(across, down, len(colors), 0),
    )
    return file_header + info_header + blue_first.tobytes() + rows


def _tiff(image: Image.Image, colors: NDArray[np.uint8], bits: int, source: Raster) -> bytes:
    """Write a TIFF of 1, 2, 4 or 8 bits; Pillow writes palettes at 8 only.

    Layout: header, one deflated strip, directory.
    """
    strip = zlib.compress(_packed(image, bits, align=1, order=1), 9)
    strip += b"\0" * (len(strip) % 2)
    color_map = np.zeros((3, 1 << bits), np.uint16)
    color_map[:, : len(colors)] = colors.T.astype(np.uint16) * 257
    from PIL import TiffImagePlugin as Tag  # Slow to import, and not needed for the others.

    fields = {
        Tag.IMAGEWIDTH: ("I", [image.width]),
        Tag.IMAGELENGTH: ("I", [image.height]),
        Tag.BITSPERSAMPLE: ("H", [bits]),
        Tag.COMPRESSION: ("H", [8]),
        Tag.PHOTOMETRIC_INTERPRETATION: ("H", [3]),
        Tag.SAMPLESPERPIXEL: ("H", [1]),
        Tag.ROWSPERSTRIP: ("I", [image.height]),
        Tag.STRIPOFFSETS: ("I", [8]),
        Tag.STRIPBYTECOUNTS: ("I", [len(strip)]),
        Tag.COLORMAP: ("H", color_map.ravel().tolist()),
    }
    if source.dpi:
        across, down = ([round(dots * 1000), 1000] for dots in source.dpi)
        fields[Tag.X_RESOLUTION] = ("II", across)
        fields[Tag.Y_RESOLUTION] = ("II", down)
        fields[Tag.RESOLUTION_UNIT] = ("H", [2])
    if source.icc_profile:
        fields[Tag.ICCPROFILE] = ("B", list(source.icc_profile))
    at = 8 + len(strip)
    return b"II*\0" + struct.pack("<I", at) + strip + _tiff_directory(fields, at)


# Types of TIFF fields by the struct format of a value: undefined, short, long, rational.
_TIFF_TYPES = {"B": 7, "H": 3, "I": 4, "II": 5}


def _tiff_directory(fields: dict[int, tuple[str, list[int]]], at: int) -> bytes:
    """Return a directory, and behind it the values that do not fit into its entries.

    TIFF 6.0, section 2, "Image file directory".
    """
    entries, behind = b"", b""
    end = at + 2 + 12 * len(fields) + 4
    for tag, (kind, values) in sorted(fields.items()):
        data = struct.pack(f"<{len(values)}{kind[0]}", *values)
        entries += struct.pack("<HHI", tag, _TIFF_TYPES[kind], len(values) // len(kind))
        if len(data) <= 4:
            entries += data.ljust(4, b"\0")
        else:
            entries += struct.pack("<I", end + len(behind))
            behind += data + b"\0" * (len(data) % 2)
    return struct.pack("<H", len(fields)) + entries + bytes(4) + behind
