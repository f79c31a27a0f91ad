"""Targets: the places of results, chosen and checked before any work."""

from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from colorquant.errors import ImageWriteError, InvalidInputError
from colorquant.images.writing.formats import Format, find_format
from colorquant.images.writing.optimize import require_optimizer
from colorquant.options import QuantizeOptions
from colorquant.pipeline.drawing import drawing, picture_kind
from colorquant.storage.files import check_replaced, check_stream
from colorquant.storage.places import (
    PlaceLike,
    as_place,
    check_source,
    check_target,
    is_place,
    same_place,
)
from colorquant.storage.urls import file_name
from colorquant.writing import WritingOptions

__all__ = ["Target", "as_path", "find_palette_file", "find_report", "find_target"]


class Target(NamedTuple):
    """The place and the format of a result."""

    path: Path | None
    stream: BinaryIO | None
    """Used if there is no path."""
    kind: Format

    @property
    def name(self) -> str:
        """The target's name in messages."""
        return str(self.path or "the output")


def find_target(
    source: object,
    output: PlaceLike | BinaryIO | None,
    options: QuantizeOptions,
    writing: WritingOptions,
) -> Target:
    """Return the target of a result.

    Raises
    ------
    InvalidInputError
        If an argument is invalid, or arguments conflict.
    ImageReadError
        If the source is a place where nothing can be read.
    ImageWriteError
        If nothing can be written at the target.
    MissingExtraError
        If the result is to be optimized, and pyoxipng is not installed.
    """
    path = as_path(source)
    if path:
        check_source(path)
    else:
        check_stream(source, "source", "read", "readable")
    if writing.in_place:
        target = Target(_in_place(path, output), None, find_format(writing.format, path))
    elif output is None or is_place(output):
        target = _beside(path, as_path(output), options, writing)
    else:
        check_stream(output, "output", "write", "writable")
        target = Target(None, cast("BinaryIO", output), find_format(writing.format, None))
    if target.path:
        check_replaced(target.path, break_links=writing.break_links)
    target.kind.require_colors(options.most_colors, f"{target.name}: ")
    if writing.optimize is not None:
        require_optimizer(target.kind, f"{target.name}: ")
    return target


def _in_place(source: Path | None, output: object) -> Path:
    if source is None:
        raise InvalidInputError("only a file with a name can be replaced in place")
    named = as_path(output)
    if output is not None and not (named and same_place(source, named)):
        raise InvalidInputError("in place the source is the output; name no other")
    check_target(source, overwrite=True)
    return source


def _beside(
    source: Path | None, path: Path | None, options: QuantizeOptions, writing: WritingOptions
) -> Target:
    if path is None:
        if source is None:
            raise InvalidInputError("name an output for an image that has no name itself")
        # Check the format before it becomes part of a name.
        find_format(writing.format, None)
        stem, extension = Path(file_name(source)).stem, writing.format or "png"
        path = source.with_name(f"{stem}-{options.label}.{extension}")
    if source and same_place(source, path):
        raise ImageWriteError(f"{path}: is the source; --in-place replaces it")
    check_target(path, overwrite=writing.force)
    return Target(path, None, find_format(writing.format, path))


def find_report(
    report: PlaceLike | None,
    source: object,
    target: Target,
    writing: WritingOptions,
) -> Path | None:
    """Return the path of the report, or None without one.

    Raises
    ------
    ImageWriteError
        If the report cannot be written there.
    MissingExtraError
        If matplotlib is not installed, or fails.
    """
    if report is None:
        return None
    path = as_place(report)
    if picture_kind(path) is None:
        raise ImageWriteError(f"{path}: a report is a .png, .svg or .pdf; name it so")
    taken = [place for place in (as_path(source), target.path) if place]
    if any(same_place(path, place) for place in taken):
        raise ImageWriteError(f"{path}: is the source or the output, not a place for a report")
    check_target(path, overwrite=writing.force)
    check_replaced(path, break_links=writing.break_links)
    drawing("figure", "a report")
    return path


def find_palette_file(
    place: PlaceLike | None,
    others: Iterable[object],
    options: QuantizeOptions,
    writing: WritingOptions,
) -> Path | None:
    """Return the path of the palette file, or None without one.

    Parameters
    ----------
    place : path or URL, optional
    others : iterable
        The source and the other results: paths, or what else they are.
    options : QuantizeOptions
    writing : WritingOptions

    Raises
    ------
    InvalidInputError
        If its extension is not that of a palette file, or each frame has its own palette.
    ImageWriteError
        If it cannot be written there.
    """
    if place is None:
        return None
    from colorquant.palettes.files.formats import palette_format

    if options.per_frame_palette:
        raise InvalidInputError(
            "palette_out and per_frame_palette exclude each other: one is for all frames",
            *("palette_out", "per_frame_palette"),
        )
    path = as_place(place)
    palette_format(path)
    taken = [as_path(each) for each in others]
    if any(each and same_place(path, each) for each in taken):
        raise ImageWriteError(f"{path}: is another file of this run, not a place for the palette")
    check_target(path, overwrite=writing.force)
    check_replaced(path, break_links=writing.break_links)
    return path


def as_path(place: object) -> Path | None:
    """Return the path of a place, or None for what is none, such as a stream."""
    return as_place(place) if is_place(place) else None
