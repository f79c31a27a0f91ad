"""What is to be done with many images, before any of it is done."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from colorquant.batch.discovery import Found, Selection, discover
from colorquant.checks import check_choice, check_int
from colorquant.choices import WEIGHTS
from colorquant.errors import (
    ImageReadError,
    ImageWriteError,
    InvalidInputError,
    NotAnImageError,
)
from colorquant.images.source import Source
from colorquant.images.writing.formats import find_format
from colorquant.models import Palette
from colorquant.options import QuantizeOptions, WritingOptions
from colorquant.storage.places import is_of_process, is_remote, read_errors, resolved, write_errors

__all__ = ["BatchOptions", "Plan", "parse_size", "plan_batch", "without_working_folder"]


@dataclass(frozen=True)
class BatchOptions(WritingOptions):
    """How many images are done, and as `WritingOptions` how each result becomes a file.

    Parameters
    ----------
    folder : Path, optional
        Where results go, each at its place in the folder that was searched. Without it they
        go beside their sources.
    target : Path, optional
        Where the result of a single file goes.
    selection : Selection
        What is taken of folders.
    force : bool
        Also whether what was done is done again.
    skip_if_larger : bool
        Whether a source takes the place of a result that is not smaller.
    dry_run : bool
        Whether nothing is written.
    estimate : bool
        Whether a dry run does the work in memory, to know the sizes.
    palette : Palette, optional
        The one that all results have, as by `colorquant.pipeline.files.quantize_file`.
    shared_palette : bool
        Whether that is found for all of them together.
    weight : {"pixels", "images"}
        Whether for that every pixel counts alike, or every image.
    palette_out : Path, optional
        Where that palette is written, too.
    jobs : int, optional
        Number of processes; as many as there are cores if left out.
    cluster : str, optional
        Address of a Dask scheduler whose workers do the work, or ``local``.
    memory : float
        Bytes that images under way may take together; an estimate.

    Raises
    ------
    InvalidInputError
        If they do not go together.
    """

    folder: Path | None = None
    target: Path | None = None
    selection: Selection = field(default_factory=Selection)
    dry_run: bool = False
    estimate: bool = False
    palette: Palette | None = None
    shared_palette: bool = False
    weight: str = "pixels"
    palette_out: Path | None = None
    jobs: int | None = None
    cluster: str | None = None
    memory: float = float("inf")

    def manifest_folder(self, found: Found) -> Path:
        """Return the folder where the result of a source is recorded."""
        return self.folder or (self.target.parent if self.target else found.root)

    def __post_init__(self) -> None:
        super().__post_init__()
        check_choice("weight", self.weight, WEIGHTS)
        if self.shared_palette and self.palette:
            raise InvalidInputError(
                "palette and shared_palette exclude each other: a palette is given or found",
                *("palette", "shared_palette"),
            )
        if self.palette_out and not self.shared_palette:
            raise InvalidInputError(
                "palette_out is for shared_palette", "palette_out", "shared_palette"
            )
        if self.cluster and self.jobs:
            raise InvalidInputError(
                "cluster and jobs exclude each other: a cluster has its own number of processes",
                *("cluster", "jobs"),
            )
        if self.jobs is not None:
            check_int("jobs", self.jobs, 1, None)
        if self.in_place and self.folder:
            raise InvalidInputError(
                "in place the sources are the outputs; name no folder for others"
            )


class Plan(NamedTuple):
    """What is to be done."""

    files: list[tuple[Found, Path]]
    """Sources, and where their results go; no two of these are the same."""
    others: list[Found]
    """What is found and not to be done: no images, and what cannot be read or written."""
    folders: list[Path]
    """Those that were searched."""


def plan_batch(places: Sequence[Path], options: QuantizeOptions, batch: BatchOptions) -> Plan:
    """Find the sources and where their results go; refuse two results of one name."""
    if batch.shared_palette and options.per_frame_palette:
        raise InvalidInputError(
            "shared_palette and per_frame_palette exclude each other: one is for all frames",
            *("shared_palette", "per_frame_palette"),
        )
    find_format(batch.format, batch.target).require_colors(options.k)
    _require_places([*places, *filter(None, (batch.folder, batch.target))], batch)
    plan = Plan([], [], [place for place in places if _is_folder(place)])
    for target, sources in _meeting(places, options, batch, plan.others).items():
        images = sources
        if len(sources) > 1:
            # One that cannot be read is in nobody's way.
            bad = {found: _unreadable(found, options) for found in sources}
            plan.others.extend(filter(None, bad.values()))
            images = [found for found in sources if not bad[found]]
        if len(images) > 1:
            raise ImageWriteError(
                f"{target}: would be the result of both {images[0].path} and {images[1].path}"
            )
        plan.files.extend((found, target) for found in images)
    if not batch.in_place:
        own = {resolved(found.path) for found, _ in plan.files}
        for _, target in plan.files:
            if resolved(target) in own:
                raise ImageWriteError(f"{target}: is a source; --in-place replaces it")
    return plan


def _meeting(
    places: Sequence[Path], options: QuantizeOptions, batch: BatchOptions, others: list[Found]
) -> dict[Path, list[Found]]:
    """Return the sources of each result; add to others what cannot be read or written."""
    meeting: dict[Path, list[Found]] = {}
    for found in discover(places, batch.selection, batch.folder):
        if found.error:
            others.append(found)
            continue
        target = _target(found, options, batch)
        if error := _trouble(target):
            others.append(replace(found, error=error))
        else:
            meeting.setdefault(target, []).append(found)
    return meeting


def without_working_folder(batch: BatchOptions) -> BatchOptions:
    """Return what can be done where the working folder is gone: no process starts there.

    Raises
    ------
    ImageWriteError
        If a result would go there.
    InvalidInputError
        If a cluster is to do it.
    """
    if batch.cluster:
        raise InvalidInputError("cluster needs a working folder, and this one is gone", "cluster")
    for place in filter(None, (batch.folder, batch.target, batch.palette_out)):
        if not (is_remote(place) or place.is_absolute()):
            raise ImageWriteError(f"{place}: cannot write it: the working folder is gone")
    return replace(batch, jobs=1)


def _require_places(places: Sequence[Path], batch: BatchOptions) -> None:
    if batch.folder:
        with write_errors(batch.folder):
            if batch.folder.exists() and not batch.folder.is_dir():
                raise ImageWriteError(f"{batch.folder}: is a file, not a folder for many results")
    for place in filter(is_remote, places):
        if batch.keep_times:
            raise InvalidInputError(f"{place}: the times of a URL are not kept")
        if is_of_process(place) and ((batch.jobs or 1) > 1 or batch.cluster):
            raise InvalidInputError(f"{place}: other processes do not see it")


def _is_folder(place: Path) -> bool:
    try:
        with read_errors(place):
            return place.is_dir()
    except ImageReadError:
        return False


def _trouble(target: Path) -> str:
    """Return why a result cannot have its place, if the system does not even look there."""
    if is_remote(target):
        return ""
    folder = target.parent
    try:
        with write_errors(target), suppress(FileNotFoundError, NotADirectoryError):
            # What is to be made tells nothing of names yet; the folder that it will be in does.
            while folder.name and not folder.is_dir():
                folder = folder.parent
            (folder / target.name).lstat()
    except ImageWriteError as error:
        return str(error)
    return ""


def _unreadable(found: Found, options: QuantizeOptions) -> Found | None:
    """Return a file that cannot be read, with the reason unless it is no image."""
    try:
        with Source(found.path, options.reading):
            return None
    except NotAnImageError as error:
        return replace(found, error=str(error)) if found.named else found
    except ImageReadError as error:
        return replace(found, error=str(error))


def _target(found: Found, options: QuantizeOptions, batch: BatchOptions) -> Path:
    if batch.in_place:
        return found.path
    if batch.target:
        return batch.target
    extension = batch.format or "png"
    if batch.folder:
        return batch.folder / found.relative.with_suffix(f".{extension}")
    return found.path.with_name(f"{found.relative.stem}-{options.k}colors.{extension}")


def parse_size(text: str) -> float:
    """Return the bytes of a size as ``500M`` or ``2G``.

    Raises
    ------
    InvalidInputError
        If it is none.
    """
    units = {"": 1.0, "K": 1e3, "M": 1e6, "G": 1e9}
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([KMG]?)B?", text.strip().upper())
    if not found or not float(found[1]):
        raise InvalidInputError(
            f"memory must be a number, with K, M or G behind it, not {text!r}", "memory"
        )
    return float(found[1]) * units[found[2]]
