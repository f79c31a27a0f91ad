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
from colorquant.images.inputs import Input, taken
from colorquant.images.writing.encode import encode
from colorquant.images.writing.formats import find_format
from colorquant.metadata import Metadata
from colorquant.models import IndexedImage, Raster, Result
from colorquant.options import QuantizeOptions, chosen_options
from colorquant.palette import Palette
from colorquant.palettes.builtin.catalog import given_palette
from colorquant.pipeline.bar import stages
from colorquant.pipeline.fitted import Fitted
from colorquant.pipeline.looks import for_palette
from colorquant.pipeline.result import Made
from colorquant.progress import Clock
from colorquant.storage.places import PlaceLike

__all__ = ["Prepared", "Still", "StillTrial", "at_full_size", "quantize", "quantized"]


def quantize(
    image: Input,
    options: QuantizeOptions | None = None,
    *,
    palette: Palette | PlaceLike | None = None,
    progress: bool = False,
    **changes: Unpack[OptionChanges],
) -> Result:
    """Quantize an image.

    Parameters
    ----------
    image : PIL.Image.Image, ndarray, path, URL, bytes, binary file or Raster
        An array is gray, (H, W), RGB, (H, W, 3), or RGBA, (H, W, 4): of uint8, of uint16, or of
        floating-point numbers from 0 to 1. Of a file with several frames, the first is used.
    options : QuantizeOptions, optional
        The default options if left out.
    palette : Palette, str, path or URL, optional
        A palette, or the name or place of one, see `Palette.load`. All of its colors are used, in
        their order, instead of k colors that fit the image. If it is opaque and the image has fully
        transparent pixels, these get one more entry.
    progress : bool
        Whether to show a bar, in notebooks as a widget.
    **changes
        Changes to ``options``, by name: ``quantize(image, k=64, effort="best")``.

    Returns
    -------
    Result
        With exactly k colors. An image that has no more than k is unchanged. Notebooks show it.

    Raises
    ------
    InvalidInputError
        If an option is invalid, or the image's shape, type or mode.
    ImageReadError
        If a file cannot be read, or an image not be decoded.
    BoundError
        If a bound is missed. A bound for bytes is that of a PNG file without metadata.

    Examples
    --------
    >>> import numpy as np
    >>> import colorquant
    >>> ramp = np.linspace(0, 1, 256).reshape(16, 16)
    >>> colorquant.quantize(ramp, k=2).palette.hex()
    ['#404040', '#c0c0c0']
    """
    given = given_palette(palette)
    chosen = for_palette(chosen_options(options, changes), given)
    with stages(chosen, wanted=progress) as observer:
        return quantized(taken(image, chosen.reading), chosen, given, Clock(observer))


def quantized(
    raster: Raster, chosen: QuantizeOptions, given: Palette | None, clock: Clock
) -> Result:
    """Quantize a raster.

    Parameters
    ----------
    raster : Raster
    chosen : QuantizeOptions
        Those of `for_palette`.
    given : Palette, optional
    clock : Clock

    Raises
    ------
    InvalidInputError, BoundError
        As `quantize` does.
    """
    fitting = Fitting(find_format("png", None), chosen, "the result", given)
    raster = fitting(raster)
    still = Still(raster, fitting, clock)
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
        with self._still.clock.stage("map") as progress:
            return self.fitted.map(self._still.first.pixels, progress)

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
            *(indexed, fitted.metrics, len(still.table), fitted.history, still.clock.seconds),
            metadata=still.first.metadata,
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
