"""Decoders other than Pillow, with whose pixels those that colorquant reads are compared.

Each gives all frames upright, with straight alpha, 8 bits a sample rounded to the nearest, and
the numbers as they are stored, whatever a color profile says. What a decoder is known to do in
its own way is not asked of it: it raises `NotTrustedError`, as it raises almost anything where it
fails.

libvips: PNG that is not animated, JPEG, WebP and AVIF; GIF; and TIFF of one page. Of AVIF whose
    chroma is subsampled it makes colors by another interpolation, which are compared in the
    mean. It knows no orientation but EXIF's, in its own chunk or segment.
tifffile: TIFF. Of color maps of 16 bits the high bytes count, as for libtiff: many programs
    write 256 times the level of 8 bits.
imagecodecs: the frames of APNG that replace what is there, by libpng with the patch for it, and
    of AVIF, by the same libavif as Pillow's.
ffmpeg: the frames of APNG and GIF; BMP, ICO, JPEG 2000, PCX, PPM, QOI, SGI, Sun and TGA. Of
    APNG it blends 8 bits only, not to the nearest level; it misplaces frames with less than 8
    bits a pixel; and it clears to black where the samples have no alpha. A GIF's frame of the
    screen's size that reaches beyond it, it draws on an empty screen, and it keeps a first
    frame that is to be taken back.

In a GIF, ffmpeg and libvips show the background color in what was cleared, and the former in
what was never drawn; browsers and colorquant leave both transparent.
"""

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import Any, NamedTuple

import numpy as np
from PIL import Image, ImageOps
from tiff_pages import NotTrustedError, rgba, tiff_pages, to_8_bits

SECONDS = 60
# Of ffmpeg's pixels: type, channels of a pixel, and which of them are gray or R, G, B, and alpha.
LAYOUTS = {
    "gray": ("u1", 1, [0]),
    "ya8": ("u1", 2, [0, 1]),
    "rgb24": ("u1", 3, [0, 1, 2]),
    "bgr24": ("u1", 3, [2, 1, 0]),
    "rgba": ("u1", 4, [0, 1, 2, 3]),
    "bgra": ("u1", 4, [2, 1, 0, 3]),
    "argb": ("u1", 4, [1, 2, 3, 0]),
    "bgr0": ("u1", 4, [2, 1, 0]),
    "0bgr": ("u1", 4, [3, 2, 1]),
    "abgr": ("u1", 4, [3, 2, 1, 0]),
    "gray16be": (">u2", 1, [0]),
    "gray16le": ("<u2", 1, [0]),
    "ya16be": (">u2", 2, [0, 1]),
    "ya16le": ("<u2", 2, [0, 1]),
    "rgb48be": (">u2", 3, [0, 1, 2]),
    "rgb48le": ("<u2", 3, [0, 1, 2]),
    "rgba64be": (">u2", 4, [0, 1, 2, 3]),
    "rgba64le": ("<u2", 4, [0, 1, 2, 3]),
}
# Bits of red, green and blue in its words of 16 bits.
WORDS = {"rgb555le": (5, 5, 5), "rgb565le": (5, 6, 5)}
# Of the levels that it does not round.
PPM_HEADER = rb"P[14]|P[2356]\s+(#[^\n]*\s+)*\d+\s+\d+\s+(255|65535)\s"
# What it makes RGBA without a loss.
CONVERTED = {"pal8", "monob", "monow"}


class Decoded(NamedTuple):
    """What a decoder makes of a file."""

    by: str
    frames: list[np.ndarray]
    """Each (H, W, 4), uint8."""
    slack: int = 0
    """Levels by which a sample may be off."""
    loose: bool = False
    """Whether pixels may be far off, and only their mean is to be near."""
    background: np.ndarray | None = None
    """What stands, (4,), where nothing was drawn."""


def decodings(path: Path) -> Iterator[Decoded]:
    """Yield what each decoder that reads a file makes of it; Pillow only if no other does."""
    data = path.read_bytes()
    kind = kind_of(path, data)
    done = False
    for name in DECODERS.get(kind, ()):
        if AVAILABLE[name] and (found := attempt(name, path, kind, data)):
            done = True
            yield found
    if not done and (found := attempt("Pillow", path, kind, data)):
        yield found


def attempt(name: str, path: Path, kind: str, data: bytes) -> Decoded | None:
    try:
        return FUNCTIONS[name](path, kind, data)
    except Exception:  # noqa: BLE001  damaged files make them raise anything
        return None


def kind_of(path: Path, data: bytes) -> str:
    """Return a file's format, by how it begins; an animated PNG or AVIF is one of its own."""
    if data.startswith(b"\x89PNG"):
        return "APNG" if b"acTL" in data[: data.find(b"IDAT")] else "PNG"
    for start, at, kind in BEGINNINGS:
        if data[at:].startswith(start):
            return kind
    return "TGA" if path.suffix == ".tga" else ""


BEGINNINGS = (
    *((b"GIF8", 0, "GIF"), (b"\xff\xd8\xff", 0, "JPEG"), (b"WEBP", 8, "WEBP")),
    *((b"II*\0", 0, "TIFF"), (b"MM\0*", 0, "TIFF"), (b"II+\0", 0, "TIFF"), (b"MM\0+", 0, "TIFF")),
    *((b"ftypavif", 4, "AVIF"), (b"ftypavis", 4, "AVIFS"), (b"BM", 0, "BMP")),
    *((b"\0\0\1\0", 0, "ICO"), (b"\x0a\x05\1", 0, "PCX"), (b"qoif", 0, "QOI")),
    *((b"\1\xda", 0, "SGI"), (b"\x59\xa6\x6a\x95", 0, "SUN"), (b"jP  ", 4, "JPEG2000")),
    *((b"\xff\x4f\xff\x51", 0, "JPEG2000"), *((b"P%d" % digit, 0, "PPM") for digit in range(1, 8))),
)


def missing() -> list[str]:
    """Return the decoders that are not installed."""
    return [name for name, found in AVAILABLE.items() if not found]


def by_libvips(path: Path, kind: str, data: bytes) -> Decoded:
    import pyvips

    if kind == "PNG" and (b"tiff:Orientation" in data or b"Raw profile type" in data):
        raise NotTrustedError("what it may say of its orientation")
    every = {"n": -1} if kind in ("GIF", "WEBP") else {}
    image = pyvips.Image.new_from_file(str(path), access="sequential", fail_on="error", **every)
    if kind == "TIFF" and (image.get_n_pages() > 1 or any(each in data for each in OLD_JPEG)):
        raise NotTrustedError("pages, or the first way to put JPEG in TIFF")
    height = image.get("page-height") if every and "page-height" in image.get_fields() else None
    image = image if height else image.autorot()
    samples = image.numpy().reshape(image.height, image.width, -1)
    maximum = FORMATS[image.format]
    cmyk = image.interpretation == "cmyk"
    pixels = rgba(samples, maximum, cmyk=cmyk)
    frames = list(pixels.reshape(-1, height or len(pixels), *pixels.shape[1:]))
    slack = 1 if cmyk or kind == "AVIF" else 0
    if kind == "GIF":
        # Without alpha, what was never drawn is black.
        background = gif_background(data) if samples.shape[2] in (2, 4) else BLACK
        return Decoded("libvips", frames, background=background)
    return Decoded("libvips", frames, slack, loose=kind == "AVIF" and is_subsampled(data))


# What a directory says of it, in either byte order.
OLD_JPEG = (bytes.fromhex("03010300010000000600"), bytes.fromhex("01030003000000010006"))
FORMATS = {"uchar": 255, "ushort": 65_535}


def is_subsampled(data: bytes) -> bool:
    """Return whether an AVIF's chroma is, by the first configuration of AV1."""
    at = data.find(b"av1C")
    return at >= 0 and bool(data[at + 6] & 0x08) and not data[at + 6] & 0x10


def by_imagecodecs(_path: Path, kind: str, data: bytes) -> Decoded:
    import imagecodecs

    if kind == "APNG":
        if not is_plain(data):
            raise NotTrustedError("frames that are none of it")
        hidden = data.find(b"fcTL") > data.find(b"IDAT")
        if hidden or any(how != b"\0\0" for how in re.findall(rb"fcTL.{24}(..)", data, re.DOTALL)):
            raise NotTrustedError("more than frames that replace what is there")
        found = imagecodecs.apng_decode(data)
        width, height = (int.from_bytes(data[at : at + 4]) for at in (16, 20))
        channels = found.shape[-1] if found.shape[-3:-1] == (height, width) else 1
        frames = found.reshape(-1, height, width, channels)
        maximum = 255 if found.dtype == np.uint8 else 65_535
        return Decoded("imagecodecs", [rgba(frame, maximum) for frame in frames])
    found = imagecodecs.avif_decode(data)
    if found.dtype != np.uint8 or found.ndim < 3 or b"irot" in data or b"imir" in data:
        raise NotTrustedError("not colors of 8 bits as they stand")
    frames = found if found.ndim == 4 else found[None]
    return Decoded("imagecodecs", [rgba(frame, 255) for frame in frames])


def by_tifffile(path: Path, _kind: str, _data: bytes) -> Decoded:
    return Decoded("tifffile", *tiff_pages(path))


def by_ffmpeg(path: Path, kind: str, data: bytes) -> Decoded:
    if kind == "TGA" and (
        data[2] & 7 == 3 or data[16] == 16 or data[17] & 15 != 8 * (data[16] == 32)
    ):
        raise NotTrustedError("grays and bits that are no alpha")
    if kind == "APNG" and (data[24] < 8 or not is_plain(data)):
        raise NotTrustedError("less than 8 bits, or frames that are none of it")
    if kind == "PPM" and not re.match(PPM_HEADER, data):
        raise NotTrustedError("levels other than of 8 or 16 bits")
    source = f"file:{path}"
    probe = ["ffprobe", "-v", "level+warning", "-show_streams", "-of", "json", source]
    streams = json.loads(run(probe))["streams"]
    stream = max(streams, key=lambda each: each["width"] * each["height"])
    layout = stream["pix_fmt"]
    if layout not in (*LAYOUTS, *WORDS, *CONVERTED) or (kind, layout) == ("ICO", "pal8"):
        raise NotTrustedError(layout)
    command = ["ffmpeg", "-v", "level+warning", "-nostdin", "-xerror", "-i", source]
    command += ["-map", f"0:{stream['index']}", "-fps_mode", "passthrough"]
    command += ["-pix_fmt", "rgba"] if layout in CONVERTED else []
    raw = run([*command, "-f", "rawvideo", "-"])
    pictures = unpacked(raw, "rgba" if layout in CONVERTED else layout, stream)
    if kind == "BMP" and int.from_bytes(data[30:34], "little") == 0:
        for picture in pictures:
            picture[:, :, 3] = 255
    if kind == "GIF":
        return Decoded("ffmpeg", pictures, background=gif_background(data))
    # JPEG 2000 may have been coded with a loss, and blending is not to the nearest level.
    slack = {"JPEG2000": 1, "APNG": 2 * is_soft(pictures)}.get(kind, 0)
    return Decoded("ffmpeg", pictures, slack, background=BLACK if kind == "APNG" else None)


BLACK = np.array([0, 0, 0, 255], np.uint8)


def run(command: list[str]) -> bytes:
    done = subprocess.run(command, capture_output=True, check=True, timeout=SECONDS)
    said = [line for line in done.stderr.splitlines() if b"monoton" not in line]
    bad = [line for line in said if re.search(rb"\[(error|fatal)\]|[Tt]runcating", line)]
    if bad or not done.stdout:
        raise NotTrustedError(bad)
    return done.stdout


def is_plain(data: bytes) -> bool:
    """Return whether an APNG has just as many frames as it says, once."""
    count = int.from_bytes(data[data.find(b"acTL") + 4 :][:4])
    return data.count(b"acTL") == 1 and data.count(b"fcTL") == count


def unpacked(raw: bytes, layout: str, stream: dict[str, Any]) -> list[np.ndarray]:
    size = stream["height"], stream["width"]
    if layout in WORDS:
        words = np.frombuffer(raw, "<u2").reshape(-1, *size)
        _, green, blue = WORDS[layout]
        shifts = green + blue, blue, 0
        parts = [
            to_8_bits(words >> shift & (1 << bits) - 1, (1 << bits) - 1)
            for shift, bits in zip(shifts, WORDS[layout], strict=True)
        ]
        return [rgba(frame, 255) for frame in np.stack(parts, axis=-1)]
    form, channels, used = LAYOUTS[layout]
    samples = np.frombuffer(raw, form).reshape(-1, *size, channels)[..., used]
    return [rgba(frame, 255 if form == "u1" else 65_535) for frame in samples]


def is_soft(frames: list[np.ndarray]) -> bool:
    return any(((frame[:, :, 3] > 0) & (frame[:, :, 3] < 255)).any() for frame in frames)


def gif_background(data: bytes) -> np.ndarray:
    """Return the color that a GIF calls its background."""
    flags, index = data[10], data[11]
    at = 13 + 3 * index
    if not flags & 0x80 or index >= 2 << (flags & 7):
        return BLACK
    return np.array([*data[at : at + 3], 255], np.uint8)


# Samples that Pillow cuts to 8 bits, or cuts when it spreads them.
CUT = re.compile(";1[56]|dds_rgb")


def by_pillow(path: Path, kind: str, data: bytes) -> Decoded:
    """Decode the first frame; none where colorquant means to differ: it ranges 32 bits."""
    with Image.open(path) as image:
        moving = image.format in ("PNG", "GIF", "TIFF", "WEBP", "AVIF", "FLI")
        broken = kind == "APNG" and not is_plain(data)
        if (
            broken
            or image.mode in ("LAB", "I", "F")
            or (moving and getattr(image, "n_frames", 1) > 1)
        ):
            raise NotTrustedError(image.mode)
        slack = int(bool(CUT.search(str(image.tile))) and not image.mode.startswith("I;16"))
        turned = ImageOps.exif_transpose(image)
        if not image.mode.startswith("I;16"):
            return Decoded("Pillow", [np.asarray(turned.convert("RGBA"))], slack)
        wide = np.asarray(turned)[:, :, None]
        pixels = rgba(wide, 65_535)
        pixels[:, :, 3][wide[:, :, 0] == image.info.get("transparency")] = 0
        return Decoded("Pillow", [pixels], slack)


Decoder = Callable[[Path, str, bytes], Decoded]
FUNCTIONS: dict[str, Decoder] = {
    "libvips": by_libvips,
    "tifffile": by_tifffile,
    "imagecodecs": by_imagecodecs,
    "ffmpeg": by_ffmpeg,
    "Pillow": by_pillow,
}
AVAILABLE = {
    "libvips": find_spec("pyvips") is not None,
    "tifffile": find_spec("tifffile") is not None and find_spec("imagecodecs") is not None,
    "imagecodecs": find_spec("imagecodecs") is not None,
    "ffmpeg": which("ffmpeg") is not None and which("ffprobe") is not None,
    "Pillow": True,
}
DECODERS = {
    **dict.fromkeys(("PNG", "JPEG", "WEBP"), ("libvips",)),
    "TIFF": ("tifffile", "libvips"),
    "AVIF": ("libvips", "imagecodecs"),
    "AVIFS": ("imagecodecs",),
    "APNG": ("ffmpeg", "imagecodecs"),
    "GIF": ("ffmpeg", "libvips"),
    **dict.fromkeys(("BMP", "ICO", "JPEG2000", "PCX"), ("ffmpeg",)),
    **dict.fromkeys(("PPM", "QOI", "SGI", "SUN", "TGA"), ("ffmpeg",)),
}
