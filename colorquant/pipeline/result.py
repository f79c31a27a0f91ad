"""What a run made: the image with its encoded bytes, and the description of a written file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from colorquant.choices import Level
from colorquant.color.space import Space
from colorquant.look import LookOptions
from colorquant.models import IndexedImage, Raster, Result
from colorquant.storage.urls import shown

__all__ = ["FileResult", "Made"]


class Made(NamedTuple):
    """An image, or the frames of one, that was quantized and encoded."""

    result: Result
    """Of several frames, its image is the first, its metrics are those of all."""
    space: Space
    """The color space of the result's history."""
    raster: Raster
    """The image or the first frame before, as it was fitted to the format."""
    shown: IndexedImage
    """The image or the first frame, at its full size."""
    data: bytes
    """The encoded file."""
    look: LookOptions
    """The look that was used."""


@dataclass(frozen=True, slots=True, eq=False)
class FileResult:
    """A file that was written.

    Parameters
    ----------
    source, output : Path or None
        None if it is not a path or a URL.
    result : Result
        With several frames, its image is the first frame, and its metrics are those of all.
    size : tuple of int
        Width and height in pixels.
    frames : int
        Number of frames in the output.
    source_bytes, output_bytes : int
        Sizes of the two files.
    format : str
        Name of the output's format.
    indexed : bool
        Whether the output is indexed, not true-color.
    lossless : bool
        Whether every pixel that was read keeps its color in the output.
    look : LookOptions
        The objective and the dithering that were chosen.
    notes : tuple of str
        Further remarks for the user.
    optimize : int, "max" or None
        The level at which it was optimized.
    """

    source: Path | None
    output: Path | None
    result: Result
    size: tuple[int, int]
    frames: int
    source_bytes: int
    output_bytes: int
    format: str
    indexed: bool
    lossless: bool
    look: LookOptions
    notes: tuple[str, ...]
    optimize: Level | None = None

    def __repr__(self) -> str:
        place = "a stream" if self.output is None else shown(self.output)
        return f"<FileResult: {self.format}, {self.output_bytes:,} bytes, in {place}>"

    def facts(self) -> dict[str, Any]:
        """Return the facts about the file as JSON has them: numbers and names."""
        psnr = self.result.metrics.psnr
        return {
            "width": self.size[0],
            "height": self.size[1],
            "frames": self.frames,
            "format": self.format,
            "indexed": self.indexed,
            "optimize": self.optimize,
            "lossless": self.lossless,
            "objective": "perceptual" if self.look.is_perceptual else "mse",
            "dither": self.look.dithering,
            "dither_strength": self.look.strength,
            "source_colors": self.result.source_colors,
            "colors": len(self.result.palette),
            "mse": round(self.result.metrics.mse, 6),
            "psnr": round(psnr, 4) if psnr < float("inf") else None,
            "source_bytes": self.source_bytes,
            "output_bytes": self.output_bytes,
            **(self.result.bounded.facts() if self.result.bounded else {}),
        }
