"""Estimates of the memory that an image needs, from its header."""

from colorquant.images.source import Source
from colorquant.storage.places import is_remote

__all__ = ["BASE", "estimate"]

# All figures are bytes: peaks of whole processes, measured by benchmarks/memory.py, plus a
# margin.
BASE = 70e6
"""Memory of a process with the smallest image."""

# Counting colors takes so many bytes a pixel, up to a maximum; with alpha there are more colors.
_COUNTING, _MOST_COUNTING = 155, 122e6
_COUNTING_ALPHA, _MOST_COUNTING_ALPHA = 300, 400e6
# Bytes a pixel while an image is decoded or encoded.
_USUAL = 5.0
_READING = {"WEBP": 13.0, "AVIF": 6.0, "JPEG2000": 16.0}
_WRITING = {"webp": 10.0, "avif": 28.0, "jp2": 28.0}
_WIDE = 13.0
_WITH_ALPHA, _LEAST_WITH_ALPHA = 4 / 3, 22.0


# With a look other than the plain one, the points of a small image and large tables are kept, and
# for each pixel a few bytes.
_LOOK, _MOST_LOOK, _LOOK_PIXEL = 250, 70e6, 4.0


# What a gallery shows of an image takes so many bytes, and so many a pixel.
_PICTURE, _PICTURE_PIXEL = 100e6, 10.0


def estimate(
    source: Source, extension: str = "png", *, plain: bool = True, pictured: bool = False
) -> float:
    """Return the memory, in bytes, needed for a photograph; noise of all colors needs more.

    Parameters
    ----------
    source : Source
        Opened.
    extension : str
        Of the output's name, without the dot.
    plain : bool
        Whether the squared error is minimized, without dithering.
    pictured : bool
        Whether a gallery shows it.
    """
    counting = min(_COUNTING * source.pixels, _MOST_COUNTING)
    reading = _READING.get(source.format, _USUAL) + (_WIDE if source.wide else 0)
    if source.alpha:
        counting = min(_COUNTING_ALPHA * source.pixels, _MOST_COUNTING_ALPHA)
        reading = max(reading * _WITH_ALPHA, _LEAST_WITH_ALPHA)
    most = max(reading, _WRITING.get(extension.lower(), 0))
    # A remote file is read into memory whole.
    stored = source.size if is_remote(source.path) else 0
    look = 0.0
    if not plain:
        look = min(_LOOK * source.pixels, _MOST_LOOK) + _LOOK_PIXEL * source.pixels
    shown = _PICTURE + _PICTURE_PIXEL * source.pixels if pictured else 0.0
    return BASE + counting + look + shown + most * source.pixels + stored
