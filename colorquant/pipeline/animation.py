"""Frames through all stages: one palette for all of them, or one for each."""

from collections.abc import Callable, Iterator
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from colorquant.color.space import with_alpha
from colorquant.color.table import ColorTable
from colorquant.images.fitting import Fitting
from colorquant.images.source import Source
from colorquant.images.writing.encode import encode_frames
from colorquant.images.writing.formats import Format
from colorquant.images.writing.frames import Frame, Sequence
from colorquant.mapping.remap import Mapping
from colorquant.measures.error import measure
from colorquant.models import IndexedImage, Metrics, Palette, Raster, Result, Step
from colorquant.options import QuantizeOptions
from colorquant.palettes.find import BuiltPalette, build_palette, find_palette
from colorquant.progress import Clock

__all__ = ["AnimationResult", "quantize_frames"]

# Milliseconds, where the source does not tell. Viewers show such a frame of a GIF as long.
_DURATION, _PAGE_DURATION = 100.0, 1000.0


class AnimationResult(NamedTuple):
    """An animation that was quantized and encoded."""

    result: Result
    """Of the first frame, but with the colors and metrics of all."""
    first: Raster
    """The first frame, as it was made to fit the format."""
    data: bytes
    """The file."""


def quantize_frames(
    source: Source,
    kind: Format,
    fitting: Fitting,
    options: QuantizeOptions,
    clock: Clock,
    *,
    given: Palette | None = None,
) -> AnimationResult:
    """Quantize all frames of a source, with one of them in memory at a time.

    They are decoded twice: to count colors, and to be mapped.

    Parameters
    ----------
    source : Source
    kind : Format
        One that can hold frames.
    fitting : Fitting
    options : QuantizeOptions
    clock : Clock
    given : Palette, optional
        The one to use.

    Returns
    -------
    AnimationResult
    """
    with clock.stage("colors") as progress:
        rasters = _fitted(source, fitting, progress)
        first = next(rasters)
        table = ColorTable.of_all(chain([first], rasters))
    if options.per_frame_palette:
        paint: _Shared | _PerFrame = _PerFrame(options)
    else:
        with clock.stage("palette") as progress:
            table, found = find_palette(table, given, options, progress)
            paint = _Shared(table, found)
    shown: list[IndexedImage] = []
    with clock.stage("encode") as progress:

        def frames() -> Iterator[Frame]:
            for raster in _fitted(source, fitting, progress):
                # All frames have alpha or none has, as formats have one kind of pixels.
                pixels = raster.pixels
                image = paint(with_alpha(pixels) if table.colors.shape[1] == 4 else pixels)
                shown[:] = shown or [image]
                yield Frame(image, raster.duration or _default_duration(source, kind))

        height, width = first.pixels.shape[:2]
        sequence = Sequence(frames, source.frames, (width, height), source.plays)
        data = encode_frames(sequence, kind, fitting.metadata(first.metadata))
    result = Result(shown[0], paint.metrics, len(table), paint.history, clock.seconds)
    return AnimationResult(result, first, data)


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


class _Shared:
    """Maps frames to one palette for all of them."""

    def __init__(self, table: ColorTable, found: BuiltPalette) -> None:
        palette, entries, self.history = found
        self.metrics = measure(table, palette.colors, entries)
        self._mapping = Mapping(table, entries, palette)

    def __call__(self, pixels: NDArray[np.uint8]) -> IndexedImage:
        return self._mapping(pixels)


class _PerFrame:
    """Gives each frame a palette of its own."""

    def __init__(self, options: QuantizeOptions) -> None:
        self._options = options
        self._squares = 0.0
        self._pixels = 0
        self.history: tuple[Step, ...] = ()

    def __call__(self, pixels: NDArray[np.uint8]) -> IndexedImage:
        table = ColorTable.of(Raster(pixels))
        palette, entries, history = build_palette(table, self._options)
        self.history = self.history or history
        count = pixels.shape[0] * pixels.shape[1]
        self._squares += measure(table, palette.colors, entries).mse * count
        self._pixels += count
        return Mapping(table, entries, palette)(pixels)

    @property
    def metrics(self) -> Metrics:
        """Of the frames so far."""
        return Metrics(self._squares / self._pixels)
