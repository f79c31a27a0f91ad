"""All stages for one image: count its colors, find the palette, map the pixels."""

from dataclasses import replace
from typing import NamedTuple, Unpack

from colorquant.choices import OptionChanges
from colorquant.color.space import Space
from colorquant.color.table import ColorTable
from colorquant.images.fitting import Fitting
from colorquant.images.reading.decode import ImageLike
from colorquant.images.source import taken
from colorquant.images.writing.formats import find_format
from colorquant.models import IndexedImage, Palette, Raster, Result
from colorquant.options import QuantizeOptions, chosen_options
from colorquant.pipeline.fitted import Fitted
from colorquant.pipeline.looks import for_palette
from colorquant.progress import Clock

__all__ = ["Quantized", "at_full_size", "quantize", "quantize_raster"]


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
    """
    chosen = for_palette(chosen_options(options, changes), None)
    raster = taken(image, chosen.reading)
    raster = Fitting(find_format("png", None), chosen, "the result")(raster)
    result = quantize_raster(raster, chosen, Clock()).result
    return replace(result, indexed=at_full_size(result.indexed, raster, chosen))


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


class Quantized(NamedTuple):
    """A result, and the color space of its history."""

    result: Result
    space: Space


def quantize_raster(
    raster: Raster, options: QuantizeOptions, clock: Clock, given: Palette | None = None
) -> Quantized:
    """Quantize a raster, with the given palette if there is one."""
    with clock.stage("colors"):
        table = ColorTable.of(raster, seen=options.look.is_perceptual)
    with clock.stage("palette") as progress:
        fitted = Fitted(table, options, given, first=raster, progress=progress)
    with clock.stage("map"):
        indexed = fitted.map(raster.pixels)
        metrics = fitted.metrics
    result = Result(indexed, metrics, len(table), fitted.history, clock.seconds)
    return Quantized(result, fitted.space)
