"""Reading of an image's metadata: resolution, EXIF, XMP, IPTC, text."""

import re
from dataclasses import replace
from typing import Any

from PIL import ExifTags, Image

from colorquant.metadata import Metadata, text_keyword
from colorquant.reading import ReadingOptions
from colorquant.recording import warn

__all__ = ["TEXTS", "read_metadata"]

TEXTS = "colorquant texts"
"""Key of a PNG's text chunks in Pillow's info on an image."""

# TIFF fields that describe the picture, not how it is stored.
_DESCRIPTIVE = {
    *(ExifTags.Base.DocumentName, ExifTags.Base.ImageDescription, ExifTags.Base.Make),
    *(ExifTags.Base.Model, ExifTags.Base.Software, ExifTags.Base.DateTime),
    *(ExifTags.Base.Artist, ExifTags.Base.HostComputer, ExifTags.Base.Copyright),
    *(ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo),
}
_XMP_ORIENTATION = re.compile(rb"""(tiff:Orientation(?:=["']|>))[1-8]""")
# IPTC records are a field of a TIFF, or a Photoshop resource in a JPEG.
_IPTC_FIELD, _IPTC_RESOURCE = 33723, 0x0404
# Text chunks that contain XMP and EXIF, which are kept separately.
_OTHERWISE = (b"XML:com.adobe.xmp", b"Raw profile type exif")
_MOST_ASPECT = 1 << 16


def read_metadata(image: Image.Image, options: ReadingOptions, profile: bytes | None) -> Metadata:
    """Return the metadata of an image that the options keep.

    Parameters
    ----------
    image : PIL.Image.Image
        Loaded.
    options : ReadingOptions
        Only ``metadata`` matters.
    profile : bytes, optional
        The color profile that stays with the pixels.

    Returns
    -------
    Metadata
    """
    if options.metadata == "none":
        return Metadata()
    colors = Metadata(profile, _dpi(image), aspect=_aspect(image))
    if options.metadata == "color":
        return colors
    comment = image.info.get("comment") or image.info.get("Comment")
    texts = [each for each in image.info.get(TEXTS, ()) if text_keyword(each) not in _OTHERWISE]
    return replace(
        colors,
        exif=_exif(image),
        xmp=_xmp(image),
        iptc=_iptc(image),
        comment=comment.encode() if isinstance(comment, str) else comment or None,
        texts=tuple(texts) or None,
    )


def _aspect(image: Image.Image) -> tuple[int, int] | None:
    """Return the aspect of a pixel, if the file gives it instead of a resolution.

    The numbers are pixels per unit of length: with (3, 4), pixels are wider than high.
    """
    info = image.info
    aspect: Any = info.get("aspect")
    if image.format == "JPEG" and info.get("jfif_unit") == 0:
        aspect = info.get("jfif_density")
    elif image.format == "TIFF" and image.tag_v2.get(296) == 1:  # type: ignore[attr-defined]
        found = [float(number) for number in info.get("resolution", ())]
        aspect = found if all(number == int(number) for number in found) else None
    if not aspect or len(aspect) != 2 or aspect[0] == aspect[1]:
        return None
    across, down = map(int, aspect)
    return (across, down) if min(across, down) > 0 and max(across, down) < _MOST_ASPECT else None


def _dpi(image: Image.Image) -> tuple[float, float] | None:
    """Return the resolution if all formats can hold it."""
    dpi = image.info.get("dpi")
    if not dpi or not all(0.1 < dots < 1e6 for dots in dpi):
        return None
    return float(dpi[0]), float(dpi[1])


def _exif(image: Image.Image) -> bytes | None:
    """Return EXIF data without the orientation, which is applied to the pixels."""
    try:
        exif = image.getexif()
        for tag in list(exif):
            # For a TIFF, Pillow gives all fields of the file.
            if tag == ExifTags.Base.Orientation or (
                image.format == "TIFF" and tag not in _DESCRIPTIVE
            ):
                del exif[tag]
        return exif.tobytes() if len(exif) else None
    except Exception as error:  # noqa: BLE001  Pillow raises almost anything here
        warn(f"its EXIF data is damaged: {error}")
        return None


def _xmp(image: Image.Image) -> bytes | None:
    xmp = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp")
    if not xmp:
        return None
    return _XMP_ORIENTATION.sub(rb"\g<1>1", xmp.encode() if isinstance(xmp, str) else xmp)


def _iptc(image: Image.Image) -> bytes | None:
    if image.format == "TIFF":
        found = image.tag_v2.get(_IPTC_FIELD)  # type: ignore[attr-defined]
    else:
        resources = image.info.get("photoshop")
        found = resources.get(_IPTC_RESOURCE) if isinstance(resources, dict) else None
    return found if isinstance(found, bytes) and found else None
