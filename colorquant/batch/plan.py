"""The plan of a batch run: its options, its sources and their targets, checked before any work."""

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
from colorquant.exclusions import check_palette_source, check_pool
from colorquant.images.source import Source
from colorquant.images.writing.formats import find_format
from colorquant.images.writing.optimize import require_optimizer
from colorquant.options import QuantizeOptions
from colorquant.palette import Palette
from colorquant.pipeline.counted import require_shared
from colorquant.storage.places import is_of_process, is_remote, read_errors, resolved, write_errors
from colorquant.writing import WritingOptions

__all__ = ["BatchOptions", "Plan", "plan_batch", "without_working_folder"]


@dataclass(frozen=True)
class BatchOptions(WritingOptions):
    """The options of a batch run. Those of `WritingOptions` apply to each result.

    Parameters
    ----------
    folder : Path, optional
        Output folder. It repeats the subfolders of the searched folders. Without it, results
        go beside their sources.
    target : Path, optional
        Where to write the result of a single file.
    selection : Selection
        Which files in folders to take.
    force : bool
        Also whether to redo results that are up to date.
    skip_if_larger : bool
        Whether to keep the source if its result is not smaller.
    min_saving : float, optional
        Keep the source if its result saves less than this percentage of its bytes.
    dry_run : bool
        Whether to write nothing.
    estimate : bool
        Whether a dry run does the work in memory, to find the sizes.
    palette : Palette, optional
        Palette of all results, as in `colorquant.pipeline.files.quantize_file`.
    shared_palette : bool
        Whether to find one palette for all images together.
    weight : {"pixels", "images"}
        Whether every pixel or every image has the same weight in the shared palette.
    palette_out : Path, optional
        Where to write the palette of all images, or that of a single one.
    gallery : Path, optional
        Where to write an HTML page of all images.
    jobs : int, optional
        Largest number of processes; one per core if left out.
    cluster : str, optional
        Address of a Dask scheduler whose workers do the work, or ``local``.
    memory : float
        Memory limit, in bytes, for all images processed at the same time; an estimate.

    Raises
    ------
    InvalidInputError
        If the options conflict.
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
    gallery: Path | None = None
    jobs: int | None = None
    cluster: str | None = None
    memory: float = float("inf")

    def manifest_folder(self, found: Found) -> Path:
        """Return the folder of the manifest that records the result of a source."""
        return self.folder or (self.target.parent if self.target else found.root)

    def __post_init__(self) -> None:
        super().__post_init__()
        check_choice("weight", self.weight, WEIGHTS)
        check_palette_source(given=self.palette is not None, shared=self.shared_palette)
        check_pool(cluster=self.cluster is not None, jobs=self.jobs is not None)
        if self.jobs is not None:
            check_int("jobs", self.jobs, 1, None)
        if self.in_place and self.folder:
            raise InvalidInputError(
                "in place the sources are the outputs; name no folder for others"
            )


class Plan(NamedTuple):
    """The sources of a batch run and their targets."""

    files: list[tuple[Found, Path]]
    """Sources with their targets, all of which differ."""
    others: list[Found]
    """Files left out: no images, unreadable, or with a target that cannot be written."""
    folders: list[Path]
    """The searched folders."""


def plan_batch(places: Sequence[Path], options: QuantizeOptions, batch: BatchOptions) -> Plan:
    """Find the sources and their targets; refuse two results with the same name."""
    if options.search.clusterer:
        raise InvalidInputError(
            "a clusterer is an engine for single images, not for many", "engine"
        )
    if batch.shared_palette:
        require_shared(options)
    _require_format(options, batch)
    _require_places([*places, *filter(None, (batch.folder, batch.target))], batch)
    plan = Plan([], [], [place for place in places if _is_folder(place)])
    for target, sources in _meeting(places, options, batch, plan.others).items():
        images = sources
        if len(sources) > 1:
            # A source that cannot be read has no result, so it causes no conflict.
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


def _require_format(options: QuantizeOptions, batch: BatchOptions) -> None:
    kind = find_format(batch.format, batch.target)
    kind.require_colors(options.most_colors)
    if batch.optimize is not None:
        require_optimizer(kind)


def _meeting(
    places: Sequence[Path], options: QuantizeOptions, batch: BatchOptions, others: list[Found]
) -> dict[Path, list[Found]]:
    """Return the sources of each target; add unusable files to ``others``."""
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
    """Return options for a run whose working folder is gone, where no process can start.

    Raises
    ------
    ImageWriteError
        If an output has a relative path.
    InvalidInputError
        If a cluster is to do the work.
    """
    if batch.cluster:
        raise InvalidInputError("cluster needs a working folder, and this one is gone", "cluster")
    for place in filter(None, (batch.folder, batch.target, batch.palette_out, batch.gallery)):
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
    """Return the error if the system cannot even look for a file at the target, else ""."""
    if is_remote(target):
        return ""
    folder = target.parent
    try:
        with write_errors(target), suppress(FileNotFoundError, NotADirectoryError):
            # A folder that does not exist yet cannot check names; its nearest parent can.
            while folder.name and not folder.is_dir():
                folder = folder.parent
            (folder / target.name).lstat()
    except ImageWriteError as error:
        return str(error)
    return ""


def _unreadable(found: Found, options: QuantizeOptions) -> Found | None:
    """Return None for an image, else the file with an error, or without one to ignore it."""
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
    return found.path.with_name(f"{found.relative.stem}-{options.label}.{extension}")
