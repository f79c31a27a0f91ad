"""How much memory an image will take, by its header."""

from colorquant.images.source import Source
from colorquant.storage.places import is_remote

__all__ = ["BASE", "estimate"]

# Bytes, measured as peaks of whole processes by benchmarks/memory.py, with a margin.
BASE = 70e6
"""What a process takes for the smallest image."""

# What counts colors grows with the pixels up to a size of its own; with alpha, there are more.
_COUNTING, _MOST_COUNTING = 100, 75e6
_COUNTING_ALPHA, _MOST_COUNTING_ALPHA = 300, 400e6
# For each pixel, while it is decoded or encoded.
_USUAL = 5.0
_READING = {"WEBP": 13.0, "AVIF": 6.0, "JPEG2000": 16.0}
_WRITING = {"webp": 10.0, "avif": 28.0, "jp2": 28.0}
_WIDE = 13.0
_WITH_ALPHA, _LEAST_WITH_ALPHA = 4 / 3, 22.0


def estimate(source: Source, extension: str = "png") -> float:
    """Return the bytes that a process takes for a photograph; noise of all colors takes more.

    Parameters
    ----------
    source : Source
        Opened.
    extension : str
        Of the result's name.
    """
    counting = min(_COUNTING * source.pixels, _MOST_COUNTING)
    reading = _READING.get(source.format, _USUAL) + (_WIDE if source.wide else 0)
    if source.alpha:
        counting = min(_COUNTING_ALPHA * source.pixels, _MOST_COUNTING_ALPHA)
        reading = max(reading * _WITH_ALPHA, _LEAST_WITH_ALPHA)
    most = max(reading, _WRITING.get(extension.lower(), 0))
    # A file of other storage is in memory as a whole.
    stored = source.size if is_remote(source.path) else 0
    return BASE + counting + most * source.pixels + stored
