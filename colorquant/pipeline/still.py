"""All stages for one image: count its colors, find the palette, map the pixels."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import Unpack, cast

import numpy as np
from numpy.typing import NDArray

from colorquant.choices import Level, OptionChanges
from colorquant.color.table import ColorTable
from colorquant.images.fitting import Fitting
from colorquant.images.reading.decode import ImageLike
from colorquant.images.source import taken
from colorquant.images.writing.encode import encode
from colorquant.images.writing.formats import find_format
from colorquant.metadata import Metadata
from colorquant.models import IndexedImage, Raster, Result
from colorquant.options import QuantizeOptions, chosen_options
from colorquant.pipeline.fitted import Fitted
from colorquant.pipeline.looks import for_palette
from colorquant.pipeline.result import Made
from colorquant.progress import Clock

__all__ = ["Prepared", "Still", "StillTrial", "at_full_size", "quantize"]


def quantize(
    image: ImageLike, options: QuantizeOptions | None = None, **changes: Unpack[OptionChanges]
) -> Result:
    """Quantize an image.

    Parameters
    ----------
    image : PIL.Image.Image, Raster or ndarray, (H, W, 3 or 4), uint8
    options : QuantizeOptions, optional
        The default options if left out.
    **changes
        Changes to ``options``, by name: ``quantize(image, k=64, effort="best")``.

    Returns
    -------
    Result
        With exactly k colors. An image that has no more than k is unchanged.

    Raises
    ------
    InvalidInputError
        If an option is invalid, or the image's shape, type or mode.
    ImageReadError
        If a Pillow image that is not loaded yet cannot be decoded.
    BoundError
        If a bound is missed. A bound for bytes is that of a PNG file without metadata.
    """
    chosen = for_palette(chosen_options(options, changes), None)
    raster = taken(image, chosen.reading)
    fitting = Fitting(find_format("png", None), chosen, "the result")
    raster = fitting(raster)
    still = Still(raster, fitting, Clock())
    if not chosen.is_bounded:
        result = still.trial(chosen).result
        return replace(result, indexed=at_full_size(result.indexed, raster, chosen))
    from colorquant.pipeline.bounds import bounded

    trial, reached = bounded(still)
    result = cast("StillTrial", trial).result
    shown = at_full_size(result.indexed, raster, chosen)
    return replace(result, indexed=shown, bounded=reached)


def at_full_size(image: IndexedImage, raster: Raster, options: QuantizeOptions) -> IndexedImage:
    """Return an image of block averages in the size that it is to have, with its palette.

    Parameters
    ----------
    image : IndexedImage
    raster : Raster
        The image before it was quantized.
    options : QuantizeOptions
    """
    if raster.full_size is None:
        return image
    from colorquant.color.blocks import enlarged

    indices = enlarged(image.indices, options.shaping.pixelate, raster.full_size)
    return IndexedImage(indices, image.palette)


class Prepared:
    """What is the same for one image and for frames, before their colors are counted.

    Parameters
    ----------
    fitting : Fitting
    clock : Clock
    optimize : int or "max", optional
        The level at which PNG files are optimized.

    Attributes
    ----------
    first : Raster
        The image or the first frame, fitted to the format.
    table : ColorTable
        The colors of all, counted once for all trials.
    options, target, given, moving, blind
        See `colorquant.pipeline.measured.Subject`.
    """

    first: Raster
    table: ColorTable
    moving: bool
    blind = False

    def __init__(self, fitting: Fitting, clock: Clock, optimize: Level | None) -> None:
        self.fitting, self.clock, self._optimize = fitting, clock, optimize
        self.options, self.target = fitting.options, fitting.target
        self.given = fitting.palette

    @cached_property
    def metadata(self) -> Metadata:
        """What of the metadata the format can hold."""
        return self.fitting.metadata(self.first.metadata)

    def optimized(self, data: bytes) -> bytes:
        """Return a PNG file optimized, or as it is if that is not asked for."""
        if self._optimize is None:
            return data
        from colorquant.images.writing.optimize import optimized

        with self.clock.stage("optimize"):
            return optimized(data, self._optimize)


class Still(Prepared):
    """One image to be quantized.

    Parameters
    ----------
    raster : Raster
        Fitted to the format.
    fitting, clock, optimize
        See `Prepared`.
    """

    moving = False

    def __init__(
        self, raster: Raster, fitting: Fitting, clock: Clock, optimize: Level | None = None
    ) -> None:
        super().__init__(fitting, clock, optimize)
        self.first = raster
        with clock.stage("colors"):
            self.table = ColorTable.of(raster, seen=fitting.options.look.is_perceptual)

    def frames(self) -> Iterator[NDArray[np.uint8]]:
        """Yield the pixels of the image."""
        yield self.first.pixels

    def trial(
        self, options: QuantizeOptions, kept: NDArray[np.uint8] | None = None
    ) -> "StillTrial":
        """Find a palette for the image, or use the given one.

        Parameters
        ----------
        options : QuantizeOptions
            Those of `fitting`, perhaps with another number of colors or strength of dithering.
        kept : ndarray, (m, 3 or 4), uint8, optional
            Colors that the palette must have, beside the pins.
        """
        return StillTrial(self, options, kept)


class StillTrial:
    """An image with a palette; it is mapped and encoded only when that is asked for."""

    def __init__(
        self, still: Still, options: QuantizeOptions, kept: NDArray[np.uint8] | None
    ) -> None:
        self.options, self._still = options, still
        own = still.table, options, still.given
        with still.clock.stage("palette") as progress:
            self.fitted = Fitted(*own, first=still.first, kept=kept, progress=progress)

    @cached_property
    def indexed(self) -> IndexedImage:
        """The image mapped to the palette."""
        with self._still.clock.stage("map"):
            return self.fitted.map(self._still.first.pixels)

    def pairs(self) -> Iterator[tuple[NDArray[np.uint8], IndexedImage]]:
        """Yield the pixels of each frame, and the frame mapped to the palette."""
        yield self._still.first.pixels, self.indexed

    @property
    def result(self) -> Result:
        """The result, at the size at which it was quantized."""
        still, fitted = self._still, self.fitted
        # The error of a mapping is known after it.
        indexed = self.indexed
        return Result(
            *(indexed, fitted.metrics, len(still.table), fitted.history, still.clock.seconds)
        )

    @cached_property
    def made(self) -> Made:
        """The image, encoded."""
        still, result = self._still, self.result
        still.fitting.check(len(result.palette))
        with still.clock.stage("encode"):
            shown = at_full_size(result.indexed, still.first, self.options)
            data = encode(shown, still.fitting.kind, still.metadata)
        data = still.optimized(data)
        return Made(result, self.fitted.space, still.first, shown, data, self.options.look)
