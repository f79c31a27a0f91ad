"""The palette of images: found for one or for many together, or the one that an image has."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple, TypeGuard

import numpy as np
from numpy.typing import NDArray

from colorquant.batch.colorfile import read_colors
from colorquant.batch.counting import colors_in, fitted_frames, gather
from colorquant.batch.discovery import discover
from colorquant.batch.plan import BatchOptions, without_working_folder
from colorquant.color.alpha import compose
from colorquant.color.packing import pack, unpack
from colorquant.color.table import ColorTable, strips
from colorquant.errors import ImageReadError, InvalidInputError, NotAnImageError
from colorquant.images.fitting import reading_options
from colorquant.images.source import Source
from colorquant.images.writing.formats import EXTENSIONS, Format, find_format
from colorquant.options import QuantizeOptions
from colorquant.palette import Palette
from colorquant.palettes.files.formats import FORMATS, read_palette
from colorquant.palettes.order import ordered
from colorquant.pipeline.fitted import Fitted
from colorquant.storage.places import has_working_folder, is_place, read_errors

__all__ = ["Paletted", "Progress", "palette_of"]

Progress = Callable[[int, int], None]
"""Called with the number of images that are done, and of all, each time more are done."""

# An image of at most so many colors has them for its palette.
_FEW = 256
_COUNTED = b"CQT"


class Paletted(NamedTuple):
    """The palette of images."""

    palette: Palette | None
    """None if no image can be read."""
    errors: list[str]
    """A message for each image or folder that cannot be read."""


def palette_of(
    inputs: Sequence[Path | BinaryIO | Palette],
    options: QuantizeOptions,
    batch: BatchOptions,
    *,
    searched: bool = True,
    told: Progress | None = None,
) -> Paletted:
    """Find the palette that fits images, or take the one that an image or a palette file has.

    The palette that is found for images is that of their shared palette, written as PNG.

    Parameters
    ----------
    inputs : sequence of Path, binary file or Palette
        Images, and folders of them; or one file of counted colors, palette file, palette or
        stream.
    options : QuantizeOptions
    batch : BatchOptions
        Of its parameters, ``selection``, ``weight`` and ``jobs``.
    searched : bool
        Whether k colors are searched for in any case. Else the palette of one palette file, of
        one indexed image, or of one image of at most 256 colors, is its own.
    told : callable, optional

    Returns
    -------
    Paletted

    Raises
    ------
    ImageReadError
        If the only input cannot be read, or an input does not exist.
    InvalidInputError
        If k colors are to be found in a palette file.
    """
    first, single = inputs[0], len(inputs) == 1
    if not single or (_is_path(first) and _is_folder(first)):
        places = [place for place in inputs if _is_path(place)]
        return _of_many(places, options, batch, told)
    if _is_path(first) and _is_counted(first):
        colors = read_colors(first, seen=options.look.is_perceptual)
        return Paletted(Fitted(colors.table(), options).palette, [])
    if isinstance(first, Palette) or (_is_path(first) and _is_named_as_palette(first)):
        if searched:
            name = (
                "a built-in palette" if isinstance(first, Palette) else f"{first}: a palette file"
            )
            raise InvalidInputError(f"{name} is no image; leave out k", "k")
        given = first if isinstance(first, Palette) else read_palette(first)
        return Paletted(_ordered(given, options), [])
    try:
        return Paletted(_of_one(first, options, batch, searched=searched), [])
    except NotAnImageError:
        if _is_path(first) and not searched:
            # Its content may tell that it is a palette; if not, the first error says more.
            with suppress(ImageReadError):
                return Paletted(_ordered(read_palette(first), options), [])
        raise


def _of_many(
    places: Sequence[Path],
    options: QuantizeOptions,
    batch: BatchOptions,
    told: Progress | None,
) -> Paletted:
    if not has_working_folder():
        batch = without_working_folder(batch)
    found = list(discover(places, batch.selection))
    plan = [(each, each.path) for each in found if not each.error]
    count = (lambda done: told(done, len(plan))) if told else None
    total, errors = gather(plan, options, batch, count)
    errors += [each.error for each in found if each.error]
    searched = {each.root for each in found if not each.named}
    empty = [place for place in places if place not in searched and place.is_dir()]
    errors += [batch.selection.missing(place) for place in empty]
    return Paletted(Fitted(total.table(), options).palette if total else None, errors)


def _of_one(
    image: Path | BinaryIO, options: QuantizeOptions, batch: BatchOptions, *, searched: bool
) -> Palette:
    kind = find_format("png", None)
    with Source(image, reading_options(options, kind)) as source:
        total = colors_in(source, kind, options, alike=batch.weight == "images")
        if not searched and len(total.keys) <= _FEW:
            return _ordered(_own(source, total.table(), kind, options), options)
        by_source = options.entries.order == "source"
        first = next(fitted_frames(source, kind, options)) if by_source else None
    return Fitted(total.table(), options, first=first).palette


def _ordered(palette: Palette, options: QuantizeOptions) -> Palette:
    """Return a palette that was not searched for in the order that is asked for."""
    how = options.entries.order
    return ordered(palette, how) if how else palette


def _own(source: Source, table: ColorTable, kind: Format, options: QuantizeOptions) -> Palette:
    """Return the palette of an indexed image, else its colors by first appearance."""
    entries = source.first().palette
    if entries is not None:
        if options.shaping.background is not None:
            entries = compose(entries[None], options.shaping.background)[0]
        elif table.channels == 3 and (entries[:, 3] == 255).all():
            entries = entries[:, :3]
        counts = _counts(table, entries)
        # Frames may have palettes of their own.
        if counts.sum() == table.counts.sum():
            return Palette(np.ascontiguousarray(entries), counts)
    colors = unpack(_first_seen(source, table, kind, options), table.channels)
    return Palette(colors, _counts(table, colors))


def _counts(table: ColorTable, entries: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return the number of pixels of each entry; pixels use the first of equal ones."""
    if entries.shape[1] == 4:
        table = table.with_alpha()
    pixels = dict(zip(table.keys.tolist(), table.counts.tolist(), strict=True))
    return np.array([pixels.pop(key, 0) for key in pack(entries).tolist()], np.int64)


def _first_seen(
    source: Source, table: ColorTable, kind: Format, options: QuantizeOptions
) -> NDArray[np.uint32]:
    """Return the keys of the colors of an image in the order in which they appear."""
    seen: dict[int, None] = {}
    for raster in fitted_frames(source, kind, options):
        pixels = raster.pixels.reshape(-1, raster.pixels.shape[2])
        for part in strips(len(pixels)):
            keys, first = np.unique(table.keys_of(pixels[part]), return_index=True)
            seen.update(dict.fromkeys(keys[np.argsort(first)].tolist()))
            if len(seen) == len(table):
                return np.array(list(seen), np.uint32)
    return np.array(list(seen), np.uint32)


def _is_path(place: object) -> TypeGuard[Path]:
    """Return whether an input is a path, or what stands for a URL."""
    return is_place(place)


def _is_folder(place: Path) -> bool:
    with read_errors(place):
        return place.is_dir()


def _is_counted(place: Path) -> bool:
    """Return whether a file is one of counted colors, by its name or its content."""
    if place.suffix.lower() == ".cqt":
        return True
    with read_errors(place):
        # What is read from a pipe is gone.
        if not place.is_file():
            return False
        with place.open("rb") as stream:
            return stream.read(len(_COUNTED)) == _COUNTED


def _is_named_as_palette(place: Path) -> bool:
    extension = place.suffix.lower()
    if extension[1:] in EXTENSIONS:
        return False
    return any(extension in each.extensions for each in FORMATS)
