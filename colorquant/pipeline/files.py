"""An image file from place to place: the only place that ties reading and writing together."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from colorquant.errors import BoundError, ImageWriteError, InvalidInputError
from colorquant.images.fitting import Fitting, reading_options
from colorquant.images.source import Source, SourceLike
from colorquant.images.writing.encode import encode, is_indexed
from colorquant.models import Palette
from colorquant.options import QuantizeOptions, chosen_options
from colorquant.pipeline.result import FileResult
from colorquant.pipeline.still import quantize_raster
from colorquant.pipeline.targets import Target, find_report, find_target
from colorquant.progress import Clock, Observer
from colorquant.storage.files import Writing, source_times, write_files, write_stream
from colorquant.storage.places import PlaceLike
from colorquant.storage.stamps import Stamp
from colorquant.storage.urls import file_name

__all__ = ["quantize_file"]


def quantize_file(
    source: SourceLike,
    output: PlaceLike | BinaryIO | None = None,
    options: QuantizeOptions | None = None,
    *,
    report: PlaceLike | None = None,
    format: str | None = None,  # noqa: A002  as Pillow and others call it
    force: bool = False,
    in_place: bool = False,
    break_links: bool = False,
    keep_times: bool = False,
    sync: bool = False,
    skip_if_larger: bool = False,
    palette: Palette | None = None,
    announce: Callable[[Path, Stamp], None] | None = None,
    observer: Observer | None = None,
    **changes: Any,
) -> FileResult:
    """Quantize an image file.

    Parameters
    ----------
    source : path, URL, bytes or binary file
    output : path, URL or binary file, optional
        Where to write. ``<stem>-<k>colors.png`` beside the source if left out.
    options : QuantizeOptions, optional
        The default options if left out.
    report : path or URL, optional
        Where to write a PNG that shows the work, see `colorquant.report.figure`.
    format : str, optional
        The output's, named as an extension. Without it the extension of ``output`` counts,
        and PNG where there is none.
    force : bool
        Whether existing files are replaced. The source never is by this.
    in_place : bool
        Whether the source is replaced; then no other output can be named.
    break_links : bool
        Whether a file that has other hard links is replaced; these keep the old one.
    keep_times : bool
        Whether the output gets the source's times of access and modification.
    sync : bool
        Whether all is on the disk before a file takes its name.
    skip_if_larger : bool
        Whether a result that is not smaller than its source is an error.
    palette : Palette, optional
        Used instead of k colors that fit the image, all of it and in its order. An image
        with alpha is composed where this has none.
    announce : callable, optional
        Called with a place and the stamp of the whole file that is about to get there.
    observer : callable, optional
        Told of the stages as they go on.
    **changes
        Options that differ from these, by name.

    Returns
    -------
    FileResult

    Raises
    ------
    InvalidInputError
        If an option is not of those allowed.
    ImageReadError
        If the source cannot be read as an image, or changes meanwhile.
    ImageWriteError
        If a result cannot be written; if that can be known beforehand, before any work.
    BoundError
        If the result is not smaller than its source, and that is asked for.
    MissingExtraError
        If a report or a URL needs a package that is not installed.
    """
    chosen = chosen_options(options, changes)
    if palette is not None and not isinstance(palette, Palette):
        raise InvalidInputError(f"palette must be a Palette, not {type(palette).__name__}")
    for name, call in (("announce", announce), ("observer", observer)):
        if call is not None and not callable(call):
            raise InvalidInputError(f"{name} must be callable, not {type(call).__name__}")
    if palette:
        chosen = replace(chosen, k=len(palette), per_frame_palette=False)
    links = {"force": force, "break_links": break_links}
    target = find_target(source, output, chosen, format, in_place=in_place, **links)
    picture = find_report(report, source, target, **links)
    times = source_times(source, target.path) if keep_times else None

    clock = Clock(observer)
    fitting = Fitting(target.kind, chosen, target.name, palette)
    with Source(source, reading_options(chosen, target.kind)) as opened:
        frames = fitting.frames_of(opened, in_place=in_place)
        if frames > 1:
            from colorquant.pipeline.animation import quantize_frames

            with _named(target):
                result, raster, data = quantize_frames(
                    *(opened, target.kind, fitting, chosen, clock), given=palette
                )
        else:
            with clock.stage("read"):
                raster = fitting(opened.first())
            result = quantize_raster(raster, chosen, clock, palette)
            with clock.stage("encode"), _named(target):
                data = encode(result.indexed, target.kind, fitting.metadata(raster.metadata))
    if skip_if_larger and len(data) >= opened.size:
        raise BoundError(
            f"{target.name}: would have {len(data):,} bytes, not less than the {opened.size:,} "
            "of its source"
        )
    height, width = raster.pixels.shape[:2]
    done = FileResult(
        source=opened.path,
        output=target.path,
        result=result,
        size=(width, height),
        frames=frames,
        source_bytes=opened.size,
        output_bytes=len(data),
        format=target.kind.name,
        indexed=is_indexed(result.indexed, target.kind),
        lossless=result.lossless and raster.exact and not (fitting.changed or target.kind.lossy),
        notes=(*raster.notes, *fitting.notes),
    )
    files = {target.path: data} if target.path else {}
    if picture:
        from colorquant.report.figure import render

        with clock.stage("report"):
            title, sizes = file_name(opened.path or opened.name), (opened.size, len(data))
            files[picture] = render(
                raster, result, title=title, sizes=sizes, seed=chosen.seed, frames=frames
            )
    with clock.stage("write"):
        check = opened.identity.check if opened.identity else None
        write_files(files, Writing(force or in_place, sync, times, announce, check, break_links))
        if target.stream:
            write_stream(target.stream, data, check)
    return done


@contextmanager
def _named(target: Target) -> Iterator[None]:
    """Name the output where an encoder refuses."""
    try:
        yield
    except ImageWriteError as error:
        raise ImageWriteError(f"{target.name}: {error}") from error
