"""Animations: all stages for several frames, with one palette for all or one for each."""

from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from colorquant.choices import Level
from colorquant.color.space import SRGB, Space
from colorquant.color.table import ColorTable
from colorquant.errors import InvalidInputError
from colorquant.images.fitting import Fitting
from colorquant.images.source import Source
from colorquant.images.writing.encode import encode
from colorquant.images.writing.formats import Format
from colorquant.images.writing.frames import Frame, Sequence
from colorquant.models import IndexedImage, Metrics, Raster, Result, Step
from colorquant.options import QuantizeOptions
from colorquant.pipeline.fitted import Fitted
from colorquant.pipeline.result import Made
from colorquant.pipeline.still import Prepared, at_full_size
from colorquant.progress import Clock

__all__ = ["Frames", "FramesTrial"]

# Milliseconds, where the source has no durations. Viewers show such GIF frames as long, too.
_DURATION, _PAGE_DURATION = 100.0, 1000.0


class Frames(Prepared):
    """The frames of a source, to be quantized with one of them in memory at a time.

    Parameters
    ----------
    source : Source
    fitting : Fitting
        Its format must be able to hold frames.
    clock, optimize
        See `colorquant.pipeline.still.Prepared`.
    """

    moving = True

    def __init__(
        self, source: Source, fitting: Fitting, clock: Clock, optimize: Level | None = None
    ) -> None:
        super().__init__(fitting, clock, optimize)
        self.source = source
        seen = fitting.options.look.is_perceptual
        with clock.stage("colors") as progress:
            rasters = _fitted(source, fitting, progress)
            self.first = next(rasters)
            self.table = ColorTable.of_all(chain([self.first], rasters), seen=seen)

    def rasters(self, progress: Callable[[float], None]) -> Iterator[Raster]:
        """Decode the frames again, fitted to the format."""
        return _fitted(self.source, self.fitting, progress)

    def frames(self) -> Iterator[NDArray[np.uint8]]:
        """Yield the pixels of each frame."""
        return (raster.pixels for raster in self.rasters(_unseen))

    def trial(
        self, options: QuantizeOptions, kept: NDArray[np.uint8] | None = None
    ) -> "FramesTrial":
        """Find a palette for all frames, or one for each; see `colorquant.pipeline.still.Still`."""
        return FramesTrial(self, options, kept)


class FramesTrial:
    """Frames with a palette; they are mapped and encoded only when that is asked for."""

    def __init__(
        self, frames: Frames, options: QuantizeOptions, kept: NDArray[np.uint8] | None
    ) -> None:
        self.options, self._frames = options, frames
        self._paint: Fitted | _PerFrame = _PerFrame(options)
        if options.per_frame_palette:
            return
        with frames.clock.stage("palette") as progress:
            self._paint = Fitted(
                *(frames.table, options, frames.given),
                first=frames.first,
                moving=True,
                kept=kept,
                progress=progress,
            )
            self._paint.survey(raster.pixels for raster in frames.rasters(progress))

    @property
    def fitted(self) -> Fitted:
        """The palette of all frames."""
        if isinstance(self._paint, Fitted):
            return self._paint
        raise InvalidInputError("each frame has its own palette", "per_frame_palette")

    def pairs(self) -> Iterator[tuple[NDArray[np.uint8], IndexedImage]]:
        """Yield the pixels of each frame, and the frame mapped to the palette."""
        with self._frames.clock.stage("map") as progress:
            for raster, image in self._mapped(progress):
                yield raster.pixels, image

    def _mapped(self, progress: Callable[[float], None]) -> Iterator[tuple[Raster, IndexedImage]]:
        if isinstance(self._paint, Fitted):
            self._paint.forget()
        for raster in self._frames.rasters(progress):
            # Either all frames have alpha or none, as a format has one kind of pixels.
            yield raster, self._paint.map(self._frames.table.like(raster.pixels))

    @cached_property
    def made(self) -> Made:
        """The frames, encoded."""
        frames, source, paint = self._frames, self._frames.source, self._paint
        kind = frames.fitting.kind
        if isinstance(paint, Fitted):
            frames.fitting.check(len(paint.palette))
        shown: list[IndexedImage] = []
        with frames.clock.stage("encode") as progress:

            def mapped() -> Iterator[Frame]:
                for raster, image in self._mapped(progress):
                    shown[:] = shown or [image]
                    whole = at_full_size(image, raster, self.options)
                    yield Frame(whole, raster.duration or _default_duration(source, kind))

            first = frames.first
            height, width = first.full_size or first.pixels.shape[:2]
            sequence = Sequence(mapped, source.frames, (width, height), source.plays)
            data = encode(sequence, kind, frames.metadata)
        data = frames.optimized(data)
        result = Result(
            *(paint.counted(shown[0]), paint.metrics, len(frames.table)),
            *(paint.history, frames.clock.seconds),
            metadata=first.metadata,
        )
        full = at_full_size(result.indexed, first, self.options)
        return Made(result, paint.space, first, full, data, self.options.look)


def _fitted(
    source: Source, fitting: Fitting, progress: Callable[[float], None]
) -> Iterator[Raster]:
    for number, raster in enumerate(source.rasters(), 1):
        yield fitting(raster)
        progress(number / source.frames)


def _unseen(_share: float) -> None:
    pass


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
