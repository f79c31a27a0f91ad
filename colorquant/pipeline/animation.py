"""Animations: all stages for several frames, with one palette for all or one for each."""

from collections.abc import Callable, Iterator
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from colorquant.color.space import SRGB, Space
from colorquant.color.table import ColorTable
from colorquant.images.fitting import Fitting
from colorquant.images.source import Source
from colorquant.images.writing.encode import encode
from colorquant.images.writing.formats import Format
from colorquant.images.writing.frames import Frame, Sequence
from colorquant.models import IndexedImage, Metrics, Raster, Result, Step
from colorquant.options import QuantizeOptions
from colorquant.pipeline.fitted import Fitted
from colorquant.pipeline.still import Quantized, at_full_size
from colorquant.progress import Clock

__all__ = ["AnimationResult", "quantize_frames"]

# Milliseconds, where the source has no durations. Viewers show such GIF frames as long, too.
_DURATION, _PAGE_DURATION = 100.0, 1000.0


class AnimationResult(NamedTuple):
    """An animation that was quantized and encoded."""

    quantized: Quantized
    """The first frame, but with the colors and metrics of all.

    The counts of the palette are those of all frames that have it.
    """
    first: Raster
    """The first frame, fitted to the format."""
    data: bytes
    """The encoded file."""


def quantize_frames(source: Source, fitting: Fitting, clock: Clock) -> AnimationResult:
    """Quantize all frames of a source, with one of them in memory at a time.

    Each frame is decoded twice: to count its colors, and to map it.

    Parameters
    ----------
    source : Source
    fitting : Fitting
        Its format must be able to hold frames.
    clock : Clock

    Returns
    -------
    AnimationResult
    """
    kind, options = fitting.kind, fitting.options
    with clock.stage("colors") as progress:
        rasters = _fitted(source, fitting, progress)
        first = next(rasters)
        table = ColorTable.of_all(chain([first], rasters), seen=options.look.is_perceptual)
    if options.per_frame_palette:
        paint: Fitted | _PerFrame = _PerFrame(options)
    else:
        with clock.stage("palette") as progress:
            paint = Fitted(
                *(table, options, fitting.palette),
                first=first,
                moving=True,
                progress=progress,
            )
            paint.survey(raster.pixels for raster in _fitted(source, fitting, progress))
            fitting.check(len(paint.palette))
    shown: list[IndexedImage] = []
    with clock.stage("encode") as progress:

        def frames() -> Iterator[Frame]:
            for raster in _fitted(source, fitting, progress):
                # Either all frames have alpha or none, as a format has one kind of pixels.
                image = paint.map(table.like(raster.pixels))
                shown[:] = shown or [image]
                image = at_full_size(image, raster, options)
                yield Frame(image, raster.duration or _default_duration(source, kind))

        height, width = first.full_size or first.pixels.shape[:2]
        sequence = Sequence(frames, source.frames, (width, height), source.plays)
        data = encode(sequence, kind, fitting.metadata(first.metadata))
    result = Result(
        paint.counted(shown[0]), paint.metrics, len(table), paint.history, clock.seconds
    )
    return AnimationResult(Quantized(result, paint.space), first, data)


def _fitted(
    source: Source, fitting: Fitting, progress: Callable[[float], None]
) -> Iterator[Raster]:
    for number, raster in enumerate(source.rasters(), 1):
        yield fitting(raster)
        progress(number / source.frames)


def _default_duration(source: Source, kind: Format) -> float:
    if source.pages:
        return _PAGE_DURATION
    return 0.0 if source.format == kind.name == "GIF" else _DURATION


class _PerFrame:
    """Gives each frame a palette of its own."""

    def __init__(self, options: QuantizeOptions) -> None:
        self._options = options
        self._squares = 0.0
        self._pixels = 0
        self.history: tuple[Step, ...] = ()
        self.space: Space = SRGB

    def map(self, pixels: NDArray[np.uint8]) -> IndexedImage:
        """Map a frame, (H, W, 3 or 4), uint8."""
        raster = Raster(pixels)
        table = ColorTable.of(raster, seen=self._options.look.is_perceptual)
        fitted = Fitted(table, self._options, first=raster)
        if fitted.history and not self.history:
            self.history, self.space = fitted.history, fitted.space
        image = fitted.map(pixels)
        count = pixels.shape[0] * pixels.shape[1]
        self._squares += fitted.metrics.mse * count
        self._pixels += count
        return image

    def counted(self, frame: IndexedImage) -> IndexedImage:
        """Return a frame as it is: no other has its palette."""
        return frame

    @property
    def metrics(self) -> Metrics:
        """Metrics of all frames so far."""
        return Metrics(self._squares / self._pixels)
