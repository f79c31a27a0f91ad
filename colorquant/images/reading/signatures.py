"""Recognition of image formats, readable or not, by a file's first bytes or its name.

Signatures follow the formats' own specifications; those of camera raw files follow the `magic`
files of the `file` command.
"""

from pathlib import PurePath

from PIL import Image

from colorquant.errors import ImageReadError, NotAnImageError

__all__ = ["HEAD", "NO_PICTURES", "format_of", "is_named_as_image", "refusal"]

HEAD = 32
"""Number of first bytes that is enough to recognize a format."""

NO_PICTURES = {"EPS", "WMF", "EMF", "MPEG", "BUFR", "GRIB", "HDF5", "PDF", "PALM"}
"""Formats that Pillow knows, but that are not decoded: programs, drawings, videos and data."""

# Formats and their first bytes.
_SIGNATURES = [
    ("PNG", b"\x89PNG"),
    ("JPEG", b"\xff\xd8\xff"),
    ("GIF", b"GIF8"),
    ("TIFF", b"II*\0"),
    ("TIFF", b"MM\0*"),
    ("TIFF", b"II+\0"),
    ("TIFF", b"MM\0+"),
    ("JPEG 2000", b"\0\0\0\x0cjP  "),
    ("JPEG 2000", b"\xff\x4f\xff\x51"),
    ("PSD", b"8BPS"),
    ("DDS", b"DDS "),
    ("QOI", b"qoif"),
    ("ICNS", b"icns"),
    ("FITS", b"SIMPLE  ="),
    ("JPEG XL", b"\xff\x0a"),
    ("JPEG XL", b"\0\0\0\x0cJXL "),
    ("JPEG XR", b"II\xbc"),
    ("OpenEXR", b"\x76\x2f\x31\x01"),
    ("camera raw", b"FUJIFILMCCD-RAW"),
    ("camera raw", b"IIRO"),
    ("camera raw", b"IIRS"),
    ("camera raw", b"MMOR"),
    ("camera raw", b"IIU\0"),
    ("camera raw", b"FOVb"),
    ("camera raw", b"\0MRM"),
    ("camera raw", b"II\x1a\0\0\0HEAPCCDR"),
]
# Formats by the brands of ISO 14496-12, 23008-12 and 23000-22, and Canon's.
_BRANDS = {b"avif": "AVIF", b"avis": "AVIF", b"crx ": "camera raw"} | dict.fromkeys(
    [b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs", b"mif1", b"msf1"],
    "HEIC",
)
_UNREADABLE = {"JPEG XL", "JPEG XR", "OpenEXR", "camera raw", "HEIC"}
# Extensions of formats that some builds of Pillow lack, and of formats that none reads.
_EXTENSIONS = {".avif", ".webp", ".jp2", ".heic", ".heif", ".jxl", ".dng", ".nef", ".cr2", ".arw"}


def format_of(head: bytes) -> str:
    """Return the format that the first bytes of a file indicate; empty if none.

    Parameters
    ----------
    head : bytes
        The first `HEAD` bytes of the file, or all of a shorter one.
    """
    for name, signature in _SIGNATURES:
        if head.startswith(signature):
            return name
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WebP"
    # Text may begin with BM, too, but has no zero bytes.
    if head[:2] == b"BM" and (len(head) == 2 or 0 in head[2:10]):
        return "BMP"
    if head[4:8] == b"ftyp":
        brands = [head[8:12], *(head[at : at + 4] for at in range(16, len(head), 4))]
        return next((_BRANDS[brand] for brand in brands if brand in _BRANDS), "")
    return ""


def is_named_as_image(name: str) -> bool:
    """Return whether a file name has the extension of an image format."""
    extension = PurePath(name).suffix.lower()
    if extension in _EXTENSIONS:
        return True
    Image.init()
    return Image.EXTENSION.get(extension, "PDF") not in NO_PICTURES


def refusal(name: str, head: bytes, told: str = "") -> ImageReadError:
    """Return the error for a file that no decoder accepts.

    Parameters
    ----------
    name : str
        The file's name in messages.
    head : bytes
        Its first bytes.
    told : str
        What the file is, if known. A recognized format takes precedence.

    Returns
    -------
    ImageReadError
        A NotAnImageError, unless the file begins, or is named, like an image.
    """
    found = format_of(head)
    if not head:
        told = "the file is empty"
    elif found in _UNREADABLE:
        told = f"a {found} image, which is not read; convert it first"
    elif found:
        told = f"damaged or incomplete, or a kind of {found} that is not read"
    is_image = found or is_named_as_image(name)
    kind = ImageReadError if is_image else NotAnImageError
    return kind(f"{name}: {told or 'not an image, or of an unknown format'}")
