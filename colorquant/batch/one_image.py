"""One image of a batch: what a worker does with it, and the outcome."""

import io
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from colorquant.batch.discovery import Found
from colorquant.batch.manifest import Manifest, add_record, latest
from colorquant.batch.plan import BatchOptions
from colorquant.errors import (
    BoundError,
    ColorquantError,
    ImageReadError,
    ImageWriteError,
    LargerThanSourceError,
    NotAnImageError,
)
from colorquant.images.memory import BASE, estimate
from colorquant.images.source import Source
from colorquant.options import QuantizeOptions
from colorquant.pipeline.files import quantize_file, quantize_pictured
from colorquant.pipeline.targets import find_target
from colorquant.recording import recorded
from colorquant.report.gallery.picture import Picture
from colorquant.storage.files import Writing, source_times, write_files
from colorquant.storage.identity import Identity
from colorquant.storage.places import (
    cause,
    check_target,
    is_remote,
    make_folder,
    read_errors,
    same_place,
)
from colorquant.storage.stamps import Stamp
from colorquant.writing import WritingOptions

__all__ = ["Outcome", "Task", "memory_of", "perform"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a source.

    Parameters
    ----------
    status : {"done", "planned", "kept", "missed", "skipped", "ignored", "failed"}
        Kept: the source stays, as the result saved too little. Skipped: a result with the
        same options exists. Ignored: the file is not an image.
    source : Path
    output : Path or None
        The file that was written or already exists; in a dry run the file to be written.
    error : str
        Why it failed, or which bound it missed.
    warnings : tuple of str
    facts : dict
        Facts about a result: size, frames, format, colors, errors, bytes.
    picture : Picture, optional
        What a gallery shows of it.
    has_lost : bool, optional
        Whether a gallery shows lost colors of it; None if they were not looked for.
    """

    status: str
    source: Path
    output: Path | None = None
    error: str = ""
    warnings: tuple[str, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)
    picture: Picture | None = None
    has_lost: bool | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """A source and the place of its result."""

    found: Found
    target: Path
    options: QuantizeOptions
    batch: BatchOptions
    folder: Path
    """The manifest's folder."""
    key: str
    """Fingerprint of the options."""
    ours: bool
    """Whether the file at the target is a result of ours."""

    @property
    def replace(self) -> bool:
        """Whether a file at the target may be replaced."""
        if self.ours or self.batch.force:
            return True
        # An earlier attempt at this call may have written it before its worker died.
        return self.target.exists() and self.may_replace(self.target)

    def may_replace(self, place: Path) -> bool:
        """Return whether a file may be replaced, by force or because it is a result of ours."""
        return self.batch.force or self.known().is_ours(place)

    def known(self) -> Manifest:
        """Return the manifest, up to date for the target."""
        return latest(self.folder, self.target)

    def is_done(self) -> bool:
        """Return whether the result exists by now; another run may have made it."""
        return self.known().is_current(self.found.path, self.target, self.key)


class _Recorder:
    """Records the outcome of a source, with the state that the source had before it was read."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._stamp = Stamp.of(task.found.path)
        self._identity = None if is_remote(task.found.path) else Identity.of(task.found.path)

    def written(self, place: Path, stamp: Stamp) -> None:
        """Record a result that is about to get its final name."""
        self._record(place, stamp, stamp if self._task.batch.in_place else self._stamp)

    def kept(self, place: Path | None) -> None:
        """Record that the source was kept; in place, the source itself is the output."""
        self._record(place, self._stamp if place else None, self._stamp)

    def _record(self, place: Path | None, stamp: Stamp | None, source: Stamp | None) -> None:
        task = self._task
        if self._identity:
            self._identity.check()
        add_record(task.folder, task.target, task.key, source=source, written=place, stamp=stamp)


def perform(task: Task) -> Outcome:
    """Quantize one image; runs in a worker."""
    source = task.found.path
    with recorded() as messages:
        try:
            ended = _quantized(task)
        except NotAnImageError as error:
            if task.found.named:
                return Outcome("failed", source, error=str(error))
            return Outcome("ignored", source)
        except ColorquantError as error:
            missed = isinstance(error, BoundError)
            picture = _picture(task, "missed", None) if missed else None
            status = "missed" if missed else "failed"
            return Outcome(status, source, error=str(error), picture=picture)
        except MemoryError:
            return Outcome("failed", source, error=f"{source}: not enough memory for it")
        except Exception as error:
            # Drivers for URLs may raise any exception at any access.
            if not (is_remote(source) or is_remote(task.target)):
                raise
            return Outcome("failed", source, error=f"{source}: {cause(error, source, task.target)}")
        status, output, facts, picture = ended
        if picture is None:
            picture = _picture(task, status, output)
    return Outcome(status, source, output, "", tuple(messages), facts, picture)


class _Ended(NamedTuple):
    status: str
    output: Path | None
    facts: dict[str, Any]
    picture: Picture | None = None


def _quantized(task: Task) -> _Ended:
    batch, source, target = task.batch, task.found.path, task.target
    start = time.perf_counter()
    recorder = _Recorder(task)
    if not (batch.force or batch.dry_run or batch.palette_out) and task.is_done():
        return _Ended("skipped", target, {})
    # Open the source first: a file that is no image is no failure to write.
    with Source(source, task.options.reading):
        pass
    if batch.dry_run:
        _foresee(task)
        if not batch.estimate:
            return _Ended("planned", target, {})
    elif not batch.in_place:
        make_folder(target.parent)
    place = None if batch.in_place else target
    settings: dict[str, Any] = {
        "palette": batch.palette,
        "palette_out": None if batch.dry_run else batch.palette_out,
        "announce": recorder.written,
        **_writing(task).named(),
    }
    picture = None
    try:
        if batch.gallery:
            done, picture = quantize_pictured(source, place, task.options, **settings)
        else:
            output = io.BytesIO() if batch.dry_run else place
            done = quantize_file(source, output, task.options, **settings)
    except LargerThanSourceError:
        return _Ended("kept", _kept(task, recorder), {})
    except (ImageReadError, ImageWriteError) as error:
        # A concurrent run on the same folder may have written the result.
        if not batch.dry_run and task.is_done():
            return _Ended("skipped", target, {})
        if isinstance(error.__cause__, ImageReadError):
            raise error.__cause__ from None
        raise
    facts = done.facts() | {"seconds": round(time.perf_counter() - start, 3)}
    return _Ended("planned" if batch.dry_run else "done", target, facts, picture)


def _picture(task: Task, status: str, output: Path | None) -> Picture | None:
    """Return what the gallery, if there is one, shows of files as they are now."""
    if not task.batch.gallery:
        return None
    from colorquant.pipeline.pictures import picture_of_files  # Seldom needed.

    source = task.found.path
    before = None if task.batch.in_place else source
    files = (source, None) if status in ("kept", "missed") else (before, output)
    try:
        return picture_of_files(*files, task.options.reading)
    except (ColorquantError, MemoryError):
        # What became of the image does not depend on its picture.
        return None
    except Exception:
        # Drivers for URLs may raise any exception at any access.
        if not (is_remote(source) or is_remote(task.target)):
            raise
        return None


def _writing(task: Task) -> WritingOptions:
    """Return how to write the result; a dry run makes it in memory."""
    batch = replace(task.batch, force=task.replace)
    if batch.dry_run:
        extension = batch.format or task.target.suffix[1:]
        return replace(batch, in_place=False, format=extension)
    return batch


def _foresee(task: Task) -> None:
    """Refuse a result that could not be written."""
    batch, target = task.batch, task.target
    place = target
    while not (batch.in_place or is_remote(place) or place.parent.is_dir()):
        place = place.parent
    if place != target:
        # The folder does not exist yet: check that it can be created.
        check_target(place, overwrite=False)
        return
    how = replace(batch, force=task.replace)
    find_target(task.found.path, None if batch.in_place else target, task.options, how)


def _kept(task: Task, recorder: _Recorder) -> Path | None:
    """Keep the source, copied to the output folder if there is one; return its place."""
    batch, source = task.batch, task.found.path
    if batch.dry_run:
        return source
    place = batch.folder / task.found.relative if batch.folder else None
    if place is None or same_place(place, source):
        place = source if batch.in_place else None
        recorder.kept(place)
        return place
    times = None if is_remote(source) or is_remote(place) else source_times(source, place)
    ours = task.may_replace(place)
    how = Writing(ours, sync=batch.sync, times=times, announce=recorder.written)
    how = how._replace(break_links=batch.break_links)
    with read_errors(source):
        data = source.read_bytes()
    write_files({place: data}, how)
    return place


def memory_of(task: Task) -> float:
    """Estimate the memory that an image takes, in bytes, from its header."""
    try:
        with Source(task.found.path, task.options.reading) as source:
            extension = task.batch.format or task.target.suffix[1:]
            pictured = task.batch.gallery is not None
            plain = task.options.look.is_plain
            return estimate(source, extension, plain=plain, pictured=pictured)
    except ColorquantError:
        return BASE
