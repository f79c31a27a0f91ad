"""The metadata that image files hold beside pixels."""

from dataclasses import dataclass

__all__ = ["Metadata", "text_keyword"]


@dataclass(frozen=True, slots=True)
class Metadata:
    """The metadata of an image file.

    Parameters
    ----------
    icc_profile : bytes, optional
        The color profile of the pixels; sRGB if there is none.
    dpi : tuple of float, optional
        Horizontal and vertical resolution in dots per inch.
    exif, xmp, comment : bytes, optional
        A TIFF structure, an XML document, and text.
    iptc : bytes, optional
        Records of IPTC's Information Interchange Model.
    texts : tuple of (bytes, bytes), optional
        Kind and content of each text chunk of a PNG.
    aspect : tuple of int, optional
        Horizontal and vertical pixels in the same length, if that length is unknown.
    """

    icc_profile: bytes | None = None
    dpi: tuple[float, float] | None = None
    exif: bytes | None = None
    xmp: bytes | None = None
    comment: bytes | None = None
    iptc: bytes | None = None
    texts: tuple[tuple[bytes, bytes], ...] | None = None
    aspect: tuple[int, int] | None = None


def text_keyword(text: tuple[bytes, bytes]) -> bytes:
    """Return the keyword of a text chunk of a PNG."""
    return text[1].partition(b"\0")[0]
