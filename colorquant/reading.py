"""Options for reading images."""

from dataclasses import dataclass

from colorquant.checks import check_choice, check_int
from colorquant.choices import ICC, METADATA, Icc, Kept

__all__ = ["ReadingOptions"]


@dataclass(frozen=True)
class ReadingOptions:
    """Options for reading images.

    Parameters
    ----------
    max_pixels : int
        Highest number of pixels, over all frames, of an image file.
    max_frames : int
        Highest number of frames, or pages, of an image file.
    icc : {"keep", "srgb", "drop"}
        Keep an RGB color profile and the samples as they are, convert to sRGB by it, or drop
        it and keep the samples. ``"keep"`` also converts images that are not RGB to sRGB.
    metadata : {"keep", "color", "none"}
        Keep all metadata, only the color profile and the resolution, or none. With ``"none"``,
        ``icc="keep"`` converts to sRGB.

    Raises
    ------
    InvalidInputError
        If a value is outside its range.
    """

    max_pixels: int = 178_956_970
    max_frames: int = 10_000
    icc: Icc = "keep"
    metadata: Kept = "color"

    def __post_init__(self) -> None:
        _keep_int(self, "max_pixels", 1, None)
        _keep_int(self, "max_frames", 1, None)
        check_choice("icc", self.icc, ICC)
        check_choice("metadata", self.metadata, METADATA)


def _keep_int(options: object, name: str, low: int, high: int | None) -> None:
    """Check an option of a frozen class, and store it as an int."""
    object.__setattr__(options, name, check_int(name, getattr(options, name), low, high))
