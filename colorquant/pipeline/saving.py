"""Files of images and palettes that are in memory."""

from dataclasses import replace
from typing import BinaryIO, cast

import numpy as np

from colorquant.color.alpha import with_alpha
from colorquant.errors import ImageWriteError, InvalidInputError
from colorquant.images.fitting import Fitting
from colorquant.images.pillow import as_pillow
from colorquant.images.reading.decode import as_raster
from colorquant.images.writing.encode import encode
from colorquant.images.writing.formats import Format, find_format
from colorquant.images.writing.optimize import optimized, require_optimizer
from colorquant.metadata import Metadata
from colorquant.models import IndexedImage, Labels, index_type
from colorquant.options import QuantizeOptions
from colorquant.palette import Palette
from colorquant.palettes.files.formats import palette_bytes
from colorquant.reading import ReadingOptions
from colorquant.storage.files import (
    Writing,
    check_replaced,
    check_stream,
    write_files,
    write_stream,
)
from colorquant.storage.places import PlaceLike, as_place, check_target, is_place
from colorquant.writing import WritingOptions

__all__ = ["save_image", "save_palette"]


def save_image(
    image: IndexedImage, metadata: Metadata, place: PlaceLike | BinaryIO, how: WritingOptions
) -> None:
    """Encode an image, and write it.

    Parameters
    ----------
    image : IndexedImage
    metadata : Metadata
        What the format cannot hold is left out. Colors of a profile that it cannot hold are
        converted to sRGB.
    place : path, URL or binary file
    how : WritingOptions
        Of its parameters, ``format``, ``force`` and ``optimize``.

    Raises
    ------
    InvalidInputError
        If the format cannot hold the colors or their alpha.
    ImageWriteError
        If the file cannot be written.
    """
    path = as_place(place) if is_place(place) else None
    name = str(path or "the output")
    kind = find_format(how.format, path)
    if path:
        check_target(path, overwrite=how.force)
        check_replaced(path, break_links=False)
    else:
        check_stream(place, "output", "write", "writable")
    if how.optimize is not None:
        require_optimizer(kind, f"{name}: ")
    _require_alpha(image.palette, kind, name)
    fitting = Fitting(kind, QuantizeOptions(), name)
    kind.require_colors(len(image.palette), f"{name}: ")
    if metadata.icc_profile and "icc_profile" not in kind.carries:
        image = _in_srgb(image, metadata.icc_profile)
        metadata = replace(metadata, icc_profile=None)
    try:
        data = encode(image, kind, fitting.metadata(metadata))
    except ImageWriteError as error:
        raise ImageWriteError(f"{name}: {error}") from error
    if how.optimize is not None:
        data = optimized(data, how.optimize)
    if path:
        write_files({path: data}, Writing(how.force, break_links=False))
    else:
        write_stream(cast("BinaryIO", place), data)


def _in_srgb(image: IndexedImage, profile: bytes) -> IndexedImage:
    """Return an image with the colors of its palette converted from a profile to sRGB."""
    palette = image.palette
    places: Labels = np.empty(len(palette), index_type(len(palette)))
    places[:] = np.arange(len(palette))
    pixels = as_pillow(IndexedImage(places[None], palette))
    pixels.info["icc_profile"] = profile
    colors = as_raster(pixels, ReadingOptions(icc="srgb")).pixels[0]
    if palette.has_alpha:
        colors = with_alpha(np.ascontiguousarray(colors))
    return IndexedImage(image.indices, Palette(colors, palette.counts, palette.names))


def _require_alpha(palette: Palette, kind: Format, name: str) -> None:
    """Refuse a palette with more alpha than a format can hold, and say what to do."""
    levels = set(palette.colors[:, 3:].ravel().tolist())
    if kind.alpha == "none" and levels - {255}:
        raise InvalidInputError(
            f"{name}: {kind.name} has no alpha; quantize with background='white', or another color"
        )
    if kind.alpha == "binary" and levels - {0, 255}:
        raise InvalidInputError(
            f"{name}: {kind.name} has no partial transparency; quantize with alpha='threshold' or "
            "'dither'"
        )


def save_palette(
    palette: Palette, place: PlaceLike, name: str | None = None, *, swatch: int, force: bool
) -> None:
    """Write a palette file; see `colorquant.Palette.save`."""
    path = as_place(place)
    data = palette_bytes(palette, path, name, swatch=swatch)
    check_target(path, overwrite=force)
    check_replaced(path, break_links=False)
    write_files({path: data}, Writing(force, break_links=False))
