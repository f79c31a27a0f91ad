"""The subject of a run: an image, or the frames of one."""

from typing import TYPE_CHECKING

from colorquant.choices import Level
from colorquant.images.fitting import Fitting
from colorquant.images.source import Source
from colorquant.pipeline.still import Still
from colorquant.progress import Clock

if TYPE_CHECKING:
    from colorquant.pipeline.animation import Frames

__all__ = ["subject_of"]


def subject_of(
    source: Source, frames: int, fitting: Fitting, clock: Clock, optimize: Level | None = None
) -> "Still | Frames":
    """Return what of a source is to be quantized, with its colors counted.

    Parameters
    ----------
    source : Source
        It must stay open as long as the subject is used.
    frames : int
        How many frames the output gets.
    fitting : Fitting
    clock : Clock
    optimize : int or "max", optional
        The level at which PNG files are optimized.
    """
    if frames > 1:
        from colorquant.pipeline.animation import Frames

        return Frames(source, fitting, clock, optimize)
    with clock.stage("read"):
        raster = fitting(source.first())
    return Still(raster, fitting, clock, optimize)
