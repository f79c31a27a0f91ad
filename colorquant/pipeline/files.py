"""Quantize an image file, from reading it to writing the result."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Unpack, cast

from colorquant.bounded import LostColor
from colorquant.choices import FileChanges, Level
from colorquant.errors import ImageWriteError, InvalidInputError, LargerThanSourceError
from colorquant.images.fitting import Fitting, reading_options
from colorquant.images.source import Source, SourceLike
from colorquant.images.writing.encode import is_indexed
from colorquant.options import QuantizeOptions, file_options
from colorquant.palette import Palette
from colorquant.palettes.builtin.catalog import given_palette
from colorquant.pipeline.drawing import report_of
from colorquant.pipeline.looks import for_palette
from colorquant.pipeline.measured import Trial
from colorquant.pipeline.result import FileResult, Made
from colorquant.pipeline.subject import subject_of
from colorquant.pipeline.targets import Target, find_palette_file, find_report, find_target
from colorquant.progress import Clock, Observer
from colorquant.storage.files import Writing, source_times, write_files, write_stream
from colorquant.storage.places import PlaceLike
from colorquant.storage.stamps import Stamp

if TYPE_CHECKING:
    from colorquant.report.gallery.picture import Picture

__all__ = ["quantize_file", "quantize_pictured"]


def quantize_file(
    source: SourceLike,
    output: PlaceLike | BinaryIO | None = None,
    options: QuantizeOptions | None = None,
    *,
    report: PlaceLike | None = None,
    gallery: PlaceLike | None = None,
    palette: Palette | PlaceLike | None = None,
    palette_out: PlaceLike | None = None,
    announce: Callable[[Path, Stamp], None] | None = None,
    observer: Observer | None = None,
    **changes: Unpack[FileChanges],
) -> FileResult:
    """Quantize an image file.

    Parameters
    ----------
    source : path, URL, bytes or binary file
    output : path, URL or binary file, optional
        Where to write. ``<stem>-<k>colors.png`` beside the source if left out, or
        ``<stem>-auto.png`` if the number of colors is to be found.
    options : QuantizeOptions, optional
        The default options if left out.
    report : path or URL, optional
        Where to write a picture that shows the work, see `colorquant.report.figure`: a PNG, SVG or
        PDF by its extension.
    gallery : path or URL, optional
        Where to write an HTML page that shows the image before and after.
    palette : Palette, str, path or URL, optional
        A palette, or the name or place of one, see `Palette.load`. All of its colors are
        used, in their order, instead of k colors that fit the image. If it is opaque and the image
        has fully transparent pixels, these get one more entry.
    palette_out : path or URL, optional
        Where to write the palette of the result; the extension chooses the format.
    announce : callable, optional
        Called with each place and its new file's stamp, before the file gets its final name.
    observer : callable, optional
        Called with the name and the progress of a stage, see `colorquant.progress.Observer`.
    **changes
        The parameters of `WritingOptions`, as ``force=True``, and changes to ``options``, by
        name.

    Returns
    -------
    FileResult

    Raises
    ------
    InvalidInputError
        If an option is invalid.
    ImageReadError
        If the source cannot be read as an image, or changes meanwhile.
    ImageWriteError
        If a result cannot be written. It is raised before any work where that is possible.
    BoundError
        If a bound is missed.
    LargerThanSourceError
        If the result saves less than ``min_saving`` or ``skip_if_larger`` asks for.
    MissingExtraError
        If a report, a URL or ``optimize`` needs a package that is not installed.

    Examples
    --------
    >>> import io
    >>> import numpy as np
    >>> import colorquant
    >>> source, output = io.BytesIO(), io.BytesIO()
    >>> colorquant.quantize(np.array([[0.0, 0.2, 1.0]])).save(source)
    >>> done = colorquant.quantize_file(source.getvalue(), output, k=2, format="gif")
    >>> done.format, done.size, done.result.palette.hex()
    ('GIF', (3, 1), ['#1a1a1a', '#ffffff'])
    """
    return _quantized(
        *(source, output, options, changes, palette),
        report=report,
        gallery=gallery,
        palette_out=palette_out,
        announce=announce,
        observer=observer,
    )[0]


def quantize_pictured(
    source: SourceLike,
    output: PlaceLike | BinaryIO | None,
    options: QuantizeOptions,
    *,
    palette: Palette | PlaceLike | None = None,
    palette_out: PlaceLike | None = None,
    announce: Callable[[Path, Stamp], None] | None = None,
    **changes: Unpack[FileChanges],
) -> "tuple[FileResult, Picture]":
    """Quantize an image file as `quantize_file` does, and return what a gallery shows of it."""
    done, picture = _quantized(
        *(source, output, options, changes, palette),
        palette_out=palette_out,
        announce=announce,
        pictured=True,
    )
    return done, cast("Picture", picture)


def _quantized(
    source: SourceLike,
    output: PlaceLike | BinaryIO | None,
    options: QuantizeOptions | None,
    changes: FileChanges,
    palette: Palette | PlaceLike | None,
    *,
    report: PlaceLike | None = None,
    gallery: PlaceLike | None = None,
    palette_out: PlaceLike | None = None,
    announce: Callable[[Path, Stamp], None] | None = None,
    observer: Observer | None = None,
    pictured: bool = False,
) -> "tuple[FileResult, Picture | None]":
    chosen, writing = file_options(options, changes)
    given = given_palette(palette)
    for name, call in (("announce", announce), ("observer", observer)):
        if call is not None and not callable(call):
            raise InvalidInputError(f"{name} must be callable, not {type(call).__name__}")
    chosen = for_palette(chosen, given)
    target = find_target(source, output, chosen, writing)
    picture = find_report(report, source, target, writing)
    colors = find_palette_file(palette_out, [source, target.path, picture], chosen, writing)
    page = None
    if gallery is not None:
        from colorquant.pipeline.gallery import find_gallery, replacing  # Seldom needed.

        others = [source, target.path, picture, colors]
        links = writing.break_links
        page = find_gallery(gallery, others, force=writing.force, break_links=links)
    times = source_times(source, target.path) if writing.keep_times else None

    clock = Clock(observer)
    fitting = Fitting(target.kind, chosen, target.name, given)
    with Source(source, reading_options(chosen, target.kind)) as opened:
        frames = fitting.frames_of(opened, in_place=writing.in_place)
        with _named(target):
            made, lost = _recolored(opened, frames, fitting, clock, writing.optimize)
        shown = None
        if page or pictured:
            from colorquant.pipeline.pictures import picture_of_made

            shown = picture_of_made(made, target.kind, frames, opened.size, lost)
    _require_saving(target.name, len(made.data), opened.size, writing.least_saving)
    files = {target.path: made.data} if target.path else {}
    if colors:
        from colorquant.palettes.files.formats import palette_bytes

        files[colors] = palette_bytes(made.result.palette, colors)
    if picture:
        with clock.stage("report"):
            files[picture] = report_of(opened, frames, made, chosen.search.seed, picture)
    if page and shown:
        files[page] = _page(page, opened, target, shown)
    with clock.stage("write"):
        check = opened.identity.check if opened.identity else None
        force = writing.force or writing.in_place
        how = Writing(force, writing.sync, times, announce, check, writing.break_links)
        if page:
            how = replacing(page, how)
        write_files(files, how)
        if target.stream:
            write_stream(target.stream, made.data, check)
    done = _described(opened, frames, target, fitting, made)
    return replace(done, optimize=writing.optimize), shown


def _recolored(
    source: Source, frames: int, fitting: Fitting, clock: Clock, optimize: Level | None
) -> tuple[Made, Callable[[], list[LostColor]]]:
    """Return the result, and what finds the colors that are lost in it."""
    subject = subject_of(source, frames, fitting, clock, optimize)
    trial: Trial
    if not fitting.options.is_bounded:
        trial = subject.trial(fitting.options)
        made = trial.made
    else:
        from colorquant.pipeline.bounds import bounded

        trial, reached = bounded(subject)
        made = trial.made
        made = made._replace(result=replace(made.result, bounded=reached))

    def lost() -> list[LostColor]:
        from colorquant.pipeline.lost import lost_in

        return lost_in(trial.fitted, subject.frames())

    return made, lost


def _page(place: Path, source: Source, target: Target, picture: "Picture") -> bytes:
    """Return a gallery of one picture."""
    from colorquant.pipeline.gallery import entry_of, one_page

    name = source.path or ("standard input" if source.name == "<stdin>" else source.name)
    return one_page(entry_of(place, name, target.path, picture, status="done"), place)


def _require_saving(name: str, size: int, source: int, least: float | None) -> None:
    """Refuse a result that saves less than a percentage of its source, or nothing at 0.

    Parameters
    ----------
    name : str
        The output's name in messages.
    size, source : int
        Bytes of the result and of the source.
    least : float, optional
        The percentage. Without it, all results are taken.
    """
    if least is None:
        return
    from fractions import Fraction  # Seldom needed.

    if size >= source:
        few = f"not less than the {source:,}"
    elif 100 * (source - size) < Fraction(str(least)) * source:
        few = f"which saves less than {least:g} % of the {source:,}"
    else:
        return
    raise LargerThanSourceError(f"{name}: would have {size:,} bytes, {few} of its source")


def _described(
    source: Source, frames: int, target: Target, fitting: Fitting, made: Made
) -> FileResult:
    result, _, raster, shown, data, look = made
    height, width = shown.indices.shape
    changed = fitting.changed or target.kind.lossy
    notes = [*raster.notes, *fitting.notes]
    if frames > 1 and look.dithering == "diffusion" and not result.lossless:
        notes.append("error diffusion may flicker in animations; blue noise does not")
    return FileResult(
        source=source.path,
        output=target.path,
        result=replace(result, indexed=shown),
        size=(width, height),
        frames=frames,
        source_bytes=source.size,
        output_bytes=len(data),
        format=target.kind.name,
        indexed=is_indexed(result.indexed, target.kind),
        lossless=result.lossless and raster.exact and not changed,
        look=look,
        notes=tuple(notes),
    )


@contextmanager
def _named(target: Target) -> Iterator[None]:
    """Add the output's name to an encoder's error."""
    try:
        yield
    except ImageWriteError as error:
        raise ImageWriteError(f"{target.name}: {error}") from error
