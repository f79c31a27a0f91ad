"""Exact reading of samples that Pillow truncates, mixes up or rounds down.

Of 16-bit samples, Pillow keeps only the high bytes of colors, and of gray in SGI. It takes
12-bit gray for 16-bit gray, does not invert 16-bit gray in which 0 is white, and mixes up the
bytes of uncompressed planes. It rounds down premultiplied samples, and those of less than
8 bits in TGA and DDS.
"""

import io
import math
import re
import struct
import sys
from typing import Any, BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from colorquant.errors import InvalidInputError

__all__ = ["MAXIMUM", "Wide", "read_wide", "straight", "to_8_bits"]

MAXIMUM = "colorquant maximum"
"""Key, in Pillow's info on an image, of the white level of 16-bit gray if it is below 65,535."""

# Pixels converted at once.
_STRIP = 1 << 17
# Raw modes of 16 bits a sample, of which Pillow keeps only the high bytes.
_CUT = re.compile(r"(L|RGB|RGBA|RGBa|RGBX|LA|CMYK);16([BLN])")
_MULTIPLIED = re.compile(r"RGBa(X*)")
# Bits of R, G and B in raw modes whose levels Pillow rounds down when it scales them to 8 bits.
_FEW = {"BGR;15": (5, 5, 5), "BGRA;15Z": (5, 5, 5), "BGR;16": (5, 6, 5)}
_GRAY = re.compile(r"I;(12|16)[BLNR]?")
# TIFF tags and their values.
_COMPRESSION, _PHOTOMETRIC, _SAMPLES, _PLANAR, _SUBSAMPLING = 259, 262, 277, 284, 530
_RAW, _JPEG = 1, (6, 7)
_WHITE_IS_ZERO, _YCBCR = 0, 6
_SEPARATE = 2
_MULTIPLIED_ALPHA = 1
# One program wrote 999 instead of 2.
_ALPHA = (_MULTIPLIED_ALPHA, 2, 999)
_PHOTOMETRICS = {0: ("L", 1), 1: ("L", 1), 2: ("RGB", 3), 5: ("CMYK", 4)}
# TIFF tags that a plane shares with the whole image: compression, fill order, rows per
# strip, predictor, width and length of tiles.
_LIKE_WHOLE = (259, 266, 278, 317, 322, 323)
# Tags of the offsets and lengths of strips, and of tiles.
_PARTS = ((273, 279), (324, 325))
_SGI_HEADER = 512


class Wide(NamedTuple):
    """Samples at the depth of the file."""

    mode: str
    """Pillow's name of their mode: L, LA, RGB, RGBA, CMYK, YCbCr."""
    samples: NDArray[np.unsignedinteger]
    """(H, W, channels), with straight alpha."""
    maximum: int
    """The level that stands for 1."""


def read_wide(image: Image.Image, stream: BinaryIO | None) -> Wide | None:
    """Read the exact samples of an image that is open and not loaded yet.

    Parameters
    ----------
    image : PIL.Image.Image
    stream : binary file, optional
        The stream it was opened from, to open it again.

    Returns
    -------
    Wide or None
        None if Pillow reads it right; the image is then loaded.
    """
    raw = _raw_modes(image)
    tags = image.tag_v2 if image.format == "TIFF" else {}  # type: ignore[attr-defined]
    if tags and (found := _tiff(image, raw, tags, stream)):
        return found
    if stream and any(tile.codec_name == "SGI16" for tile in getattr(image, "tile", ())):
        return _sgi(image, stream)
    if all(_GRAY.fullmatch(each) for each in raw):
        return _gray(image, raw, tags)
    if stream and all(_CUT.fullmatch(each) for each in raw):
        return _both_bytes(image, raw[0], stream)
    few = _few_bits(image, raw)
    image.load()
    return Wide(image.mode, _spread(np.asarray(image), few), 255) if few else None


def _tiff(image: Image.Image, raw: list[str], tags: Any, stream: BinaryIO | None) -> Wide | None:
    """Read, or refuse, samples of kinds that only a TIFF can have."""
    if _is_signed(tags):
        raise InvalidInputError("signed samples have no defined range; convert it first")
    plain_ycbcr = tags.get(_COMPRESSION, _RAW) == _RAW and tags.get(_PHOTOMETRIC) == _YCBCR
    if plain_ycbcr and tuple(tags.get(_SUBSAMPLING, (2, 2))) != (1, 1):
        raise InvalidInputError("YCbCr with fewer samples of color, not compressed, is not read")
    in_planes = tags.get(_PLANAR) == _SEPARATE and tags.get(_SAMPLES, 1) > 1
    if stream and in_planes and tags.get(_COMPRESSION) not in _JPEG:
        return _planes(tags, stream)
    if plain_ycbcr and raw == ["RGBX"] * len(raw):
        # Pillow before 12 takes the three samples for four.
        _read_as(image, "RGB")
        image.load()
        return Wide("YCbCr", np.asarray(image), 255)
    if all(_MULTIPLIED.fullmatch(each) for each in raw):
        _read_as(image, "RGBA" + raw[0][4:])
        image.load()
        return Wide("RGBA", straight(np.asarray(image), 255), 255)
    return None


def to_8_bits(wide: Wide) -> NDArray[np.uint8]:
    """Return samples scaled to 0 to 255 and rounded to the nearest level."""
    samples, maximum = wide.samples, wide.maximum
    result = np.empty(samples.shape, np.uint8)
    rows = max(1, _STRIP // samples.shape[1])
    for top in range(0, len(samples), rows):
        part = samples[top : top + rows].astype(np.uint32)
        result[top : top + rows] = (part * 255 + maximum // 2) // maximum
    return result


def straight(multiplied: NDArray[np.unsignedinteger], maximum: int) -> NDArray[np.unsignedinteger]:
    """Convert premultiplied samples to straight alpha, which is the last channel.

    Parameters
    ----------
    multiplied : ndarray, (H, W, channels)
    maximum : int
        The level that stands for 1.

    Returns
    -------
    ndarray
        Of the same shape and type, to the nearest level. Samples above their alpha become 1.
    """
    result = multiplied.copy()
    rows = max(1, _STRIP // multiplied.shape[1])
    for top in range(0, len(multiplied), rows):
        part = multiplied[top : top + rows].astype(np.uint64)
        alpha = part[:, :, -1:]
        divided = (part[:, :, :-1] * maximum + alpha // 2) // np.maximum(alpha, 1)
        result[top : top + rows, :, :-1] = np.where(alpha, np.minimum(divided, maximum), 0)
    return result


def _raw_modes(image: Image.Image) -> list[str]:
    found = []
    for tile in getattr(image, "tile", None) or []:
        args = tile.args
        raw = args if isinstance(args, str) else args[0] if args else ""
        found.append(raw if isinstance(raw, str) else "")
    return found or [""]


def _few_bits(image: Image.Image, raw: list[str]) -> tuple[int, ...]:
    """Return the bits of samples that Pillow scales to 8 and rounds down; empty for others."""
    tiles = getattr(image, "tile", None)
    if tiles and tiles[0].codec_name == "dds_rgb":
        masks = tiles[0].args[1]
        return tuple(mask.bit_count() for mask in masks) if image.mode in ("RGB", "RGBA") else ()
    return _FEW.get(raw[0], ()) if len(set(raw)) == 1 else ()


def _spread(cut: NDArray[np.uint8], bits: tuple[int, ...]) -> NDArray[np.uint8]:
    """Correct levels of few bits, which were scaled to 8 and rounded down, to the nearest."""
    result = cut.copy()
    for channel, count in enumerate(bits):
        if count < 8:
            levels, most = np.arange(1 << count), max(1, (1 << count) - 1)
            nearest = np.arange(256)
            nearest[levels * 255 // most] = (levels * 255 + most // 2) // most
            result[:, :, channel] = nearest[cut[:, :, channel]]
    return result


def _read_as(image: Any, raw: str) -> None:
    """Make Pillow unpack an image's samples by another raw mode."""
    for place, tile in enumerate(image.tile):
        args = raw if isinstance(tile.args, str) else (raw, *tile.args[1:])
        image.tile[place] = tile._replace(args=args)


def _is_signed(tags: Any) -> bool:
    return any(kind == 2 for kind in tags.get(339, ())) and set(tags.get(258, ())) <= {8, 16}


def _gray(image: Image.Image, raw: list[str], tags: Any) -> Wide:
    maximum = 4095 if raw[0].startswith("I;12") else 65_535
    image.load()
    samples: NDArray[np.uint16] = np.asarray(image).astype(np.uint16)
    if tags and tags.get(_PHOTOMETRIC, _WHITE_IS_ZERO) == _WHITE_IS_ZERO:
        samples = (maximum - samples).astype(np.uint16)
    return Wide("L", samples[:, :, None], maximum)


def _both_bytes(image: Image.Image, raw: str, stream: BinaryIO) -> Wide:
    """Read an image twice: in the opposite byte order, Pillow keeps the low bytes."""
    found = _CUT.fullmatch(raw)
    assert found  # noqa: S101  asked before
    mode, order = found.groups()
    plain = "RGBA" if mode == "RGBa" else mode
    page = image.tell()
    little = order == "L" or (order == "N" and sys.byteorder == "little")
    if mode != "LA":
        _read_as(image, f"{plain};16{order}")
    image.load()
    stream.seek(0)
    with Image.open(stream) as twin:
        if page:
            twin.seek(page)
        # A pixel of gray with alpha has four bytes, which are read as R, G, B, A.
        unusual = {"LA": "RGBA", "L": "L;16B" if little else "L;16"}
        _read_as(twin, unusual.get(mode) or f"{plain};16{'B' if little else 'L'}")
        twin.load()
        low = np.asarray(twin)
    if mode == "LA":
        return Wide("LA", _joined(low[:, :, ::2], low[:, :, 1::2]), 65_535)
    samples = _joined(np.asarray(image), low).reshape(*low.shape[:2], -1)
    if mode == "RGBa":
        samples = straight(samples, 65_535)
    return Wide("RGB" if mode == "RGBX" else plain, samples, 65_535)


def _sgi(image: Image.Image, stream: BinaryIO) -> Wide:
    """Read uncompressed planes of 16 bits, stored from the bottom row up."""
    shape = len(image.mode), image.height, image.width
    stream.seek(_SGI_HEADER)
    data = stream.read(2 * math.prod(shape))
    if len(data) < 2 * math.prod(shape):
        raise OSError("image file is truncated")
    planes = np.frombuffer(data, ">u2").reshape(shape)
    return Wide(image.mode, np.moveaxis(planes[:, ::-1], 0, -1), 65_535)


def _joined(high: NDArray[np.uint8], low: NDArray[np.uint8]) -> NDArray[np.unsignedinteger]:
    samples = high.astype(np.uint16)
    samples <<= 8
    samples |= low
    return samples


def _planes(tags: Any, stream: BinaryIO) -> Wide:
    """Read each plane of a TIFF as a gray image."""
    extra, count, bits = tags.get(338, ()), tags.get(_SAMPLES, 1), set(tags.get(258, ()))
    mode, colors = _PHOTOMETRICS.get(tags.get(_PHOTOMETRIC, _WHITE_IS_ZERO), ("", 0))
    alpha = extra[0] in _ALPHA if extra else (mode, count) == ("RGB", 4)
    if not mode or bits not in ({8}, {16}) or count < colors or (alpha and mode == "CMYK"):
        raise InvalidInputError("samples in separate planes of this kind are not read")
    stream.seek(0)
    data = stream.read()
    planes: list[NDArray[np.unsignedinteger]] = []
    for plane in range(colors + alpha):
        with Image.open(io.BytesIO(_plane(data, tags, plane, count)), formats=["TIFF"]) as gray:
            planes.append(np.asarray(gray))
    maximum = 255 if bits == {8} else 65_535
    samples = np.dstack(planes).astype(np.uint16)
    if tags.get(_PHOTOMETRIC, _WHITE_IS_ZERO) == _WHITE_IS_ZERO:
        samples[:, :, 0] = maximum - samples[:, :, 0]
    if alpha and extra and extra[0] == _MULTIPLIED_ALPHA:
        return Wide(f"{mode}A", straight(samples, maximum), maximum)
    return Wide(f"{mode}A" if alpha else mode, samples, maximum)


def _plane(data: bytes, tags: Any, plane: int, count: int) -> bytes:
    """Return a TIFF of one plane of another TIFF, with a new directory at the end."""
    order = "<" if tags.prefix == b"II" else ">"
    fields = {tag: tags[tag] for tag in _LIKE_WHOLE if tag in tags}
    fields |= {256: tags[256], 257: tags[257], 258: tags[258][0], _PHOTOMETRIC: 1, _SAMPLES: 1}
    for places, lengths in _PARTS:
        if places in tags:
            share = len(tags[places]) // count
            own = slice(plane * share, (plane + 1) * share)
            fields |= {places: tags[places][own], lengths: tags[lengths][own]}
    at = len(data) + len(data) % 2
    entries, behind = b"", b""
    end = at + 2 + 12 * len(fields) + 4
    for tag, value in sorted(fields.items()):
        numbers = value if isinstance(value, tuple) else (value,)
        content = struct.pack(f"{order}{len(numbers)}I", *numbers)
        if len(content) > 4:
            behind += content
            content = struct.pack(f"{order}I", end + len(behind) - len(content))
        entries += struct.pack(f"{order}HHI", tag, 4, len(numbers)) + content
    directory = struct.pack(f"{order}H", len(fields)) + entries + bytes(4) + behind
    header = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", at)
    return header + data[8:] + bytes(len(data) % 2) + directory
