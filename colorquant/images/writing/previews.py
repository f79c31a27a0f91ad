"""Previews: pictures for a browser, exact or small."""

import io
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

__all__ = ["Encoded", "exact_preview", "small_preview"]

Pixels = NDArray[np.uint8]

# WebP has no longer sides.
_LONGEST = 16_383


class Encoded(NamedTuple):
    """A picture as a file's bytes."""

    data: bytes
    media: str
    """Media type, such as ``image/webp``."""


def exact_preview(pixels: Pixels, profile: bytes | None = None) -> Encoded:
    """Encode each pixel as it is, fast rather than small.

    Parameters
    ----------
    pixels : ndarray, (H, W, 3 or 4), uint8
    profile : bytes, optional
        The color profile of the pixels.
    """
    if max(pixels.shape[:2]) > _LONGEST:
        return _encoded(pixels, "PNG", compress_level=1, icc_profile=profile)
    return _encoded(pixels, "WEBP", lossless=True, quality=0, method=0, icc_profile=profile)


def small_preview(pixels: Pixels, quality: int, profile: bytes | None = None) -> Encoded:
    """Encode a picture of at most 16,383 pixels a side with small errors.

    Parameters
    ----------
    pixels : ndarray, (H, W, 3 or 4), uint8
    quality : int
        0 to 100, as WebP has it.
    profile : bytes, optional
        The color profile of the pixels.
    """
    return _encoded(pixels, "WEBP", quality=quality, method=2, icc_profile=profile)


def _encoded(pixels: Pixels, name: str, **settings: Any) -> Encoded:
    stream = io.BytesIO()
    given = {key: value for key, value in settings.items() if value is not None}
    Image.fromarray(pixels).save(stream, name, **given)
    return Encoded(stream.getvalue(), Image.MIME[name])
