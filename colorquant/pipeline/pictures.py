"""Pictures for a gallery: of a result at hand, of files, and of a comparison."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from math import isqrt
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from colorquant.bounded import LostColor
from colorquant.color.points import ColorPoints
from colorquant.color.space import SRGB
from colorquant.color.table import ColorTable
from colorquant.errors import ColorquantError, InvalidInputError, counted
from colorquant.images.profiles.plan import in_srgb
from colorquant.images.source import Source
from colorquant.images.writing.encode import encode
from colorquant.images.writing.formats import Format
from colorquant.images.writing.previews import Encoded
from colorquant.mapping.nearest import nearest_entries
from colorquant.measures.lost import is_kept, nearest_left
from colorquant.metadata import Metadata
from colorquant.models import Raster
from colorquant.palette import Palette
from colorquant.pipeline.lost import lost_colors
from colorquant.pipeline.result import Made
from colorquant.reading import ReadingOptions
from colorquant.report.gallery.picture import Loss, Picture
from colorquant.report.gallery.previews import pictured

__all__ = ["picture_of_files", "picture_of_made", "picture_of_pair"]

Pixels = NDArray[np.uint8]

_SHOWN_BY_BROWSERS = {
    "PNG": "image/png",
    "GIF": "image/gif",
    "WEBP": "image/webp",
    "AVIF": "image/avif",
    "JPEG": "image/jpeg",
}
# An image of more colors has no palette to show.
_MOST = 1024
# Pixels by which it is told what became of a lost color, about: a grid of a larger area.
_SOME = 1 << 15


def picture_of_made(
    made: Made, kind: Format, frames: int, size: int, lost: Callable[[], list[LostColor]]
) -> Picture:
    """Return the picture of a result.

    Parameters
    ----------
    made : Made
    kind : Format
        The format of its bytes.
    frames : int
    size : int
        Bytes of the source.
    lost : callable
        Finds the lost colors if they are not known; raises InvalidInputError if there is more than
        one palette.
    """
    raster, result = made.raster, made.result
    whole = frames == 1 and raster.full_size is None
    encoded = _as_written(made, kind) if whole else None
    before, after = raster.pixels, result.indexed.pixels()
    height, width = made.shown.indices.shape
    notes: tuple[str, ...] = ()
    if raster.full_size is not None:
        notes = (
            f"{width:,} x {height:,} pixels in the file.",
            "Both are shown before blocks were enlarged.",
        )
    profile = raster.metadata.icc_profile
    seen = (in_srgb(before, profile), in_srgb(after, profile)) if profile else (before, after)
    if seen[0] is not before:
        palette, colors, known = _told(*seen)
        picture = pictured(
            before, after, seen=seen, palette=palette, profile=profile, encoded=encoded
        )
        picture = replace(picture, of_first=frames > 1)
        notes = (*notes, "Figures and colors are those in sRGB, as with --icc srgb.")
    else:
        picture = pictured(before, after, palette=result.palette, profile=profile, encoded=encoded)
        figures = picture.figures
        if figures:
            figures = figures._replace(mse=result.metrics.mse, psnr=result.metrics.psnr)
        picture = replace(picture, figures=figures)
        colors = result.source_colors, len(result.palette)
        found = result.bounded.lost if result.bounded else None
        if found is None:
            with suppress(InvalidInputError):
                found = tuple(lost())
        known = None if found is None else _losses(found, before, after, result.palette)
    return replace(
        picture,
        frames=frames,
        bytes=(size, len(made.data)),
        colors=colors,
        lost=known,
        notes=notes,
    )


def _losses(
    found: Iterable[LostColor], before: Pixels, after: Pixels, palette: Palette
) -> tuple[Loss, ...]:
    """Return lost colors with what is there now, the most visibly gone ones first."""
    losses = []
    for lost in found:
        color = np.array(lost.color, np.uint8)
        now = _most_frequent(lost, before, after)
        if now is None:
            # It was lost in a later frame, which is not at hand.
            now = palette.colors
        entry, delta_e = nearest_left(color, now)
        losses.append(Loss(lost, tuple(now[entry].tolist()), delta_e))
    return tuple(sorted(losses, key=lambda loss: -loss.weight))


def _as_written(made: Made, kind: Format) -> Encoded | None:
    """Return the file if browsers show it, without what it may tell of people and places."""
    media = _SHOWN_BY_BROWSERS.get(kind.name)
    if media is None:
        return None
    told = made.raster.metadata
    plain = Metadata(told.icc_profile, dpi=told.dpi, aspect=told.aspect)
    return Encoded(made.data if told == plain else encode(made.shown, kind, plain), media)


def _most_frequent(lost: LostColor, before: Pixels, after: Pixels) -> Pixels | None:
    """Return the color, (1, 3 or 4), that most pixels of a lost one have now; None without any."""
    width, height, left, top = lost.box
    step = 1 + isqrt(width * height // _SOME)
    box = slice(top, top + height, step), slice(left, left + width, step)
    old, new = (each[box].reshape(-1, each.shape[2]) for each in (before, after))
    colors, places = np.unique(old, axis=0, return_inverse=True)
    own = is_kept(colors, np.array([lost.color], np.uint8))[places.ravel()]
    if not own.any():
        return None
    colors, counts = np.unique(new[own], axis=0, return_counts=True)
    most: Pixels = colors[[counts.argmax()]]
    return most


def picture_of_pair(before: Pixels, after: Pixels) -> Picture:
    """Return the picture of two images of the same size, as far as their pixels tell it.

    Parameters
    ----------
    before, after : ndarray, (H, W, 3 or 4), uint8
        In sRGB.
    """
    palette, colors, lost = _told(before, after)
    picture = pictured(before, after, palette=palette)
    return replace(picture, colors=colors, lost=lost)


def _told(
    before: Pixels, after: Pixels
) -> tuple[Palette | None, tuple[int, int], tuple[Loss, ...] | None]:
    """Return the palette, the numbers of colors and the lost colors of two images in sRGB."""
    table, colors = (ColorTable.of(Raster(each)) for each in (before, after))
    palette, lost = None, None
    if len(colors) <= _MOST:
        if colors.channels == 4:
            table = table.with_alpha()
        palette = Palette(colors.colors, colors.counts)
        entries = nearest_entries(ColorPoints(table, SRGB), table.like(palette.colors))
        same = table.like(before)
        found = lost_colors(table, table.like(palette.colors), entries, [same])
        lost = _losses(found, before, after, palette)
    return palette, (len(table), len(colors)), lost


def picture_of_files(
    source: Path | None, output: Path | None, options: ReadingOptions
) -> Picture | None:
    """Return the picture of files as they are now; None if none can be read.

    Parameters
    ----------
    source, output : Path, optional
    options : ReadingOptions
    """
    options = replace(options, icc="srgb")
    read = [_first(each, options) for each in (source, output)]
    sizes = [None if each is None else each[1] for each in read]
    numbers = [each[2] for each in read if each]
    frames = max(numbers, default=0)
    if not frames:
        return None
    before, after = (None if each is None else each[0] for each in read)
    notes: tuple[str, ...] = ()
    if before is not None and after is not None and before.shape[:2] != after.shape[:2]:
        before, notes = None, ("Source and result have different sizes; only the result is shown.",)
    if before is not None and after is not None:
        picture = picture_of_pair(before, after)
    else:
        picture = pictured(before, after)
    if len(set(numbers)) > 1:
        told = counted(numbers[0], "frame")
        notes = (*notes, f"The source has {told}, the result {numbers[1]:,}.")
    return replace(
        picture, bytes=(sizes[0], sizes[1]), frames=frames, of_first=frames > 1, notes=notes
    )


def _first(place: Path | None, options: ReadingOptions) -> tuple[Pixels, int, int] | None:
    """Return the first frame of a file, its size in bytes and its number of frames."""
    if place is None:
        return None
    try:
        with Source(place, options) as source:
            return source.first().pixels, source.size, source.frames
    except ColorquantError:
        return None
