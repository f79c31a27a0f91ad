"""How much memory an image will take, by its header."""

from colorquant.image_io import Source
from colorquant.places import is_remote

__all__ = ["BASE", "estimate"]

# Bytes, measured as peaks of whole processes by benchmarks/memory.py, with a margin.
BASE = 70e6
"""What a process takes for the smallest image."""

# What counts colors grows with the pixels up to a size of its own; with alpha, there are more.
_COUNTING, _MOST_COUNTING = 40, 75e6
_COUNTING_ALPHA, _MOST_COUNTING_ALPHA = 230, 400e6
# For each pixel while it is decoded, and in the result.
_USUAL = 5.0
_READING = {"WEBP": 13.0, "AVIF": 8.0, "JPEG2000": 8.0}
_WIDE = 13.0


def estimate(source: Source) -> float:
    """Return the bytes that a process takes for an image.

    Parameters
    ----------
    source : Source
        Opened.
    """
    counting = min(_COUNTING * source.pixels, _MOST_COUNTING)
    if source.alpha:
        counting = min(_COUNTING_ALPHA * source.pixels, _MOST_COUNTING_ALPHA)
    reading = _READING.get(source.format, _USUAL) + (_WIDE if source.wide else 0)
    # A file of other storage is in memory as a whole.
    stored = source.size if is_remote(source.path) else 0
    return BASE + counting + reading * source.pixels + stored
