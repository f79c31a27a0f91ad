"""Comparison of image files: read, measured frame by frame, and drawn."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, zip_longest
from typing import NamedTuple

from colorquant.color.table import ColorTable
from colorquant.errors import ImageReadError, counted
from colorquant.images.source import Source, SourceLike
from colorquant.measures.images import Seen, averaged, compared, difference_map
from colorquant.models import Raster
from colorquant.reading import ReadingOptions

__all__ = ["Comparison", "Measured", "compare_files", "comparison_picture"]


class Measured(NamedTuple):
    """An image file."""

    name: str
    bytes: int
    colors: int
    """Distinct colors of all frames."""
    first: Raster
    """The first frame, in sRGB."""
    frames: int = 1


class Comparison(NamedTuple):
    """An image file, and how far it is from the reference."""

    file: Measured
    seen: Seen
    """Of several frames, means over them."""


def compare_files(
    reference: SourceLike, others: Sequence[SourceLike], options: ReadingOptions
) -> tuple[Measured, list[Comparison]]:
    """Compare image files with a reference, in sRGB.

    Parameters
    ----------
    reference : path, URL, bytes or binary file
    others : sequence of such
    options : ReadingOptions

    Returns
    -------
    reference : Measured
    others : list of Comparison

    Raises
    ------
    ImageReadError
        If a file cannot be read, or has another size or number of frames than the reference.
    """
    options = replace(options, icc="srgb")
    found = []
    with Source(reference, options) as first:
        for other in others:
            with Source(other, options) as second:
                found.append(_compared(first, second))
        return _measured(first, first.rasters()), found


def _measured(source: Source, rasters: Iterator[Raster]) -> Measured:
    first = next(rasters)
    colors = len(ColorTable.of_all(chain([first], rasters)))
    return Measured(source.name, source.size, colors, first, source.frames)


def _compared(first: Source, second: Source) -> Comparison:
    seen: list[Seen] = []

    def rasters() -> Iterator[Raster]:
        for one, other in zip_longest(first.rasters(), second.rasters()):
            _require_alike(first, second, one, other)
            seen.append(compared(one.pixels, other.pixels))
            yield other

    measured = _measured(second, rasters())
    plain, blurred = zip(*seen, strict=True)
    return Comparison(measured, Seen(averaged(plain), averaged(blurred)))


def _require_alike(first: Source, second: Source, one: Raster | None, other: Raster | None) -> None:
    # The shorter one of two animations gives None.
    if one is None or other is None:
        raise ImageReadError(
            f"{second.name}: has {counted(second.frames, 'frame')}, but {first.name} has "
            f"{first.frames:,}"
        )
    sizes = [" x ".join(f"{n:,}" for n in each.pixels.shape[1::-1]) for each in (one, other)]
    if sizes[0] != sizes[1]:
        raise ImageReadError(f"{second.name}: is {sizes[1]}, but {first.name} is {sizes[0]}")


def comparison_picture(
    reference: Measured, others: Sequence[Comparison], facts: Sequence[str], kind: str = "png"
) -> bytes:
    """Draw a comparison of the first frames; returns the file.

    Parameters
    ----------
    reference : Measured
    others : sequence of Comparison
    facts : sequence of str
        For each of the others, the line of figures that is shown with it.
    kind : {"png", "svg", "pdf"}
    """
    from colorquant.report.comparison import Row, render

    rows = []
    for (file, _), line in zip(others, facts, strict=True):
        different = difference_map(reference.first.pixels, file.first.pixels)
        rows.append(Row(file.name, line, file.first.pixels, different))
    return render(reference.name, reference.first.pixels, rows, kind)
