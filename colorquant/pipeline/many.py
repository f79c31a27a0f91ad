"""Many images in memory, with one palette for all or one for each."""

from collections.abc import Iterable
from typing import Unpack

import numpy as np

from colorquant.checks import check_bool, check_choice
from colorquant.choices import WEIGHTS, OptionChanges
from colorquant.color.gathering import Gathered, alike_in_weight
from colorquant.color.table import ColorTable
from colorquant.errors import InvalidInputError
from colorquant.exclusions import check_palette_source
from colorquant.images.fitting import Fitting
from colorquant.images.inputs import Input, taken
from colorquant.images.writing.formats import find_format
from colorquant.models import Result
from colorquant.options import QuantizeOptions, chosen_options
from colorquant.palette import Palette
from colorquant.palettes.builtin.catalog import given_palette
from colorquant.pipeline.bar import counted_bar
from colorquant.pipeline.counted import for_shared, require_shared, shared_palette
from colorquant.pipeline.looks import for_palette
from colorquant.pipeline.still import quantized
from colorquant.progress import Clock
from colorquant.storage.places import PlaceLike

__all__ = ["quantize_many"]


def quantize_many(
    images: Iterable[Input],
    options: QuantizeOptions | None = None,
    *,
    shared_palette: bool = False,
    weight: str = "pixels",
    palette: Palette | PlaceLike | None = None,
    progress: bool = False,
    **changes: Unpack[OptionChanges],
) -> list[Result]:
    """Quantize several images, with one palette for all if that is wanted.

    Parameters
    ----------
    images : iterable of PIL.Image.Image, ndarray, path, URL, bytes, binary file or Raster
        As `quantize` takes them. For a shared palette, files are read twice, and streams cannot be.
    options : QuantizeOptions, optional
        The default options if left out.
    shared_palette : bool
        Whether one palette is found that fits all images together. Else each has its own.
    weight : {"pixels", "images"}
        Whether every pixel or every image has the same weight in the shared palette.
    palette : Palette, str, path or URL, optional
        A palette for all images that is not searched for, as `quantize` takes it.
    progress : bool
        Whether to show a bar, in notebooks as a widget; for a shared palette a second one, as the
        images are read again.
    **changes
        Changes to ``options``, by name.

    Returns
    -------
    list of Result
        In the order of the images. With a shared palette, all have equal palettes but for the
        counts, which are each image's own.

    Raises
    ------
    InvalidInputError
        If an option is invalid, or an image is none, or there is no image for a shared palette.
    ImageReadError
        If a file cannot be read, or an image not be decoded.
    BoundError
        If a bound is missed.

    Examples
    --------
    >>> import numpy as np
    >>> import colorquant
    >>> dark, light = np.full((4, 4), 0.2), np.full((4, 4), 0.8)
    >>> for result in colorquant.quantize_many([dark, light], shared_palette=True, k=2):
    ...     print(result.palette.hex(), result.palette.counts)
    ['#333333', '#cccccc'] [16  0]
    ['#333333', '#cccccc'] [ 0 16]
    """
    check_bool("shared_palette", shared_palette)
    check_choice("weight", weight, WEIGHTS)
    check_bool("progress", progress)
    if isinstance(images, (str, bytes)) or not isinstance(images, Iterable):
        raise InvalidInputError(f"images must be several images, not {type(images).__name__}")
    if isinstance(images, np.ndarray) and images.ndim != 4:
        raise InvalidInputError(f"an array of images is (n, H, W, 3 or 4), not {images.shape}")
    check_palette_source(given=palette is not None, shared=shared_palette)
    chosen, given, every = chosen_options(options, changes), given_palette(palette), list(images)
    if shared_palette:
        given = _shared(every, chosen, weight, progress=progress)
        chosen = for_shared(chosen, len(given))
    chosen = for_palette(chosen, given)
    return [
        quantized(taken(image, chosen.reading), chosen, given, Clock())
        for image in counted_bar(every, len(every), wanted=progress)
    ]


def _shared(
    images: list[Input], options: QuantizeOptions, weight: str, *, progress: bool
) -> Palette:
    """Find the palette of all images."""
    require_shared(options)
    for_palette(options, None)
    if any(callable(getattr(image, "read", None)) for image in images):
        raise InvalidInputError(
            "for a shared palette, images are read twice; pass bytes instead of streams"
        )
    kind = find_format("png", None)

    def colors(image: Input) -> Gathered:
        raster = Fitting(kind, options, "the result")(taken(image, options.reading))
        table = ColorTable.of(raster, seen=options.look.is_perceptual)
        return Gathered.of(alike_in_weight(table) if weight == "images" else table)

    counting = counted_bar(images, len(images), wanted=progress)
    total = Gathered.total(colors(image) for image in counting)
    if total is None:
        raise InvalidInputError("a shared palette needs at least one image")
    return shared_palette(total.table(), options)
