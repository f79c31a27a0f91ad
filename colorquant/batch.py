"""Many images: what is to be done, done by workers, and what became of each."""

import gc
import hashlib
import io
import time
import warnings
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from colorquant.discovery import Found
from colorquant.errors import (
    BoundError,
    ColorquantError,
    ColorquantWarning,
    ImageWriteError,
    NotAnImageError,
)
from colorquant.files import Writing, cause, check_target, remove_strays, source_times, write_files
from colorquant.image_io import Source
from colorquant.manifest import Manifest, Stamp, add_record
from colorquant.options import QuantizeOptions
from colorquant.palette_io import palette_format
from colorquant.pipeline import quantize_file
from colorquant.plan import BatchOptions, plan_batch
from colorquant.sharing import find_shared, opener
from colorquant.workers import Done, WorkerDiedError, processes, run_all

__all__ = ["Outcome", "Work", "quantize_files"]

# Measured peak of a process: what it takes anyway, and for each pixel of a large photograph.
_BYTES, _BYTES_PER_PIXEL = 60e6, 9


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a source.

    Parameters
    ----------
    status : {"done", "planned", "kept", "skipped", "ignored", "failed"}
        Kept: the source, as the result was not smaller. Skipped: there is a result by the same
        options. Ignored: it is no image.
    source : Path
    output : Path or None
        The file that is there now, or will be.
    error : str
        Why it failed.
    warnings : tuple of str
    facts : dict
        Of a result: size, frames, format, colors, errors, bytes.
    """

    status: str
    source: Path
    output: Path | None = None
    error: str = ""
    warnings: tuple[str, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Task:
    """A source, and where its result goes."""

    found: Found
    target: Path
    options: QuantizeOptions
    batch: BatchOptions
    folder: Path
    """Of the manifest."""
    key: str
    """What tells the options from others."""
    ours: bool
    """Whether what is there is a result of ours."""

    @property
    def replace(self) -> bool:
        """Whether what is there may be replaced."""
        if self.ours or self.batch.force:
            return True
        # A worker that died may have left the result of this very call.
        return self.target.exists() and Manifest(self.folder).is_ours(self.target)

    def record(self, place: Path, temporary: Path) -> None:
        """Record a result that is about to take its place."""
        stamp = Stamp.of(temporary)
        source = stamp if self.batch.in_place else Stamp.of(self.found.path)
        add_record(self.folder, self.target, self.key, source=source, written=place, stamp=stamp)


class Work(NamedTuple):
    """What is to be done, as it is done."""

    total: int
    """How many files there are."""
    outcomes: Generator[Outcome, None, None]
    """One for each, in any order. Closing it stops the work."""


def quantize_files(places: Sequence[Path], options: QuantizeOptions, batch: BatchOptions) -> Work:
    """Quantize files, and the images in folders, as the outcomes are asked for.

    Parameters
    ----------
    places : sequence of Path
    options : QuantizeOptions
    batch : BatchOptions

    Returns
    -------
    Work

    Raises
    ------
    InvalidInputError
        If the options do not go together.
    ImageReadError
        If a place is not there.
    ImageWriteError
        If results cannot be written, or two would have one name.
    """
    # Work on many makes garbage in circles, which a short-lived process can leave lying.
    gc.enable()
    if batch.cluster:
        # Workers need not be where we are.
        places = [place.absolute() for place in places]
        folder, target = (path and path.absolute() for path in (batch.folder, batch.target))
        batch = replace(batch, folder=folder, target=target)
    if batch.palette:
        options = replace(options, k=len(batch.palette))
    plan = plan_batch(places, options, batch)
    if batch.palette_out:
        check_target(batch.palette_out, overwrite=True)
        palette_format(batch.palette_out)
    return Work(len(plan), _performed(plan, options, batch))


def _performed(
    plan: list[tuple[Found, Path]], options: QuantizeOptions, batch: BatchOptions
) -> Generator[Outcome, None, None]:
    if batch.shared_palette and plan:
        palette = find_shared(plan, options, batch)
        batch = replace(batch, palette=palette, shared_palette=False, palette_out=None)
    manifest_of = cache(Manifest)
    key = _fingerprint(options, batch)
    pending = []
    for found, target in plan:
        folder = batch.folder or found.root
        manifest = manifest_of(folder)
        if not batch.force and manifest.is_current(found.path, target, key):
            yield Outcome("skipped", found.path, target)
            continue
        ours = manifest.is_ours(target)
        pending.append(_Task(found, target, options, batch, folder, key, ours))
    bounds: dict[str, Any] = {}
    if batch.memory < float("inf"):
        bounds = {"cost": _cost, "budget": batch.memory}
    try:
        jobs = processes(batch.jobs, len(pending))
        for done in run_all(_perform, pending, jobs, open_pool=opener(batch), **bounds):
            yield _outcome(done)
    except BaseException:
        # Workers that are killed leave what they were writing.
        for folder in {target.parent for _, target in plan}:
            remove_strays(folder)
        raise


def _fingerprint(options: QuantizeOptions, batch: BatchOptions) -> str:
    """Return what tells these options from others that give other files."""
    from colorquant import __version__

    chosen = [(f.name, getattr(options, f.name)) for f in fields(options) if f.name != "max_pixels"]
    palette = batch.palette.hex() if batch.palette else None
    shown = repr((__version__, chosen, batch.format, batch.skip_if_larger, palette))
    return hashlib.sha256(shown.encode()).hexdigest()[:16]


def _cost(task: _Task) -> float:
    """Estimate the memory that an image takes, by its header."""
    try:
        with Source(task.found.path, task.options) as source:
            return _BYTES + _BYTES_PER_PIXEL * source.pixels
    except ColorquantError:
        return _BYTES


def _perform(task: _Task) -> Outcome:
    """Do one image; runs in a worker."""
    source = task.found.path
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ColorquantWarning)
        try:
            status, output, facts = _quantized(task)
        except NotAnImageError as error:
            if task.found.named:
                return Outcome("failed", source, error=str(error))
            return Outcome("ignored", source)
        except ColorquantError as error:
            return Outcome("failed", source, error=str(error))
        except MemoryError:
            return Outcome("failed", source, error=f"{source}: not enough memory for it")
    news = tuple(str(w.message) for w in caught if issubclass(w.category, ColorquantWarning))
    return Outcome(status, source, output, warnings=news, facts=facts)


def _quantized(task: _Task) -> tuple[str, Path | None, dict[str, Any]]:
    batch, source, target = task.batch, task.found.path, task.target
    start = time.perf_counter()
    # What is no image is told from what cannot be written.
    with Source(source, task.options):
        pass
    output: Path | io.BytesIO | None = None if batch.in_place else target
    if batch.dry_run:
        if not batch.estimate:
            if target.exists() and not batch.in_place:
                check_target(target, overwrite=task.replace)
            return "planned", target, {}
        output = io.BytesIO()
    elif not batch.in_place:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ImageWriteError(f"{target.parent}: cannot be made: {cause(error)}") from error
    estimating = isinstance(output, io.BytesIO)
    try:
        done = quantize_file(
            source,
            output,
            task.options,
            format=batch.format,
            force=task.replace,
            in_place=batch.in_place and not estimating,
            keep_times=batch.keep_times,
            sync=batch.sync,
            skip_if_larger=batch.skip_if_larger,
            palette=batch.palette,
            announce=task.record,
        )
    except BoundError:
        return "kept", _kept(task), {}
    facts = done.facts() | {"seconds": round(time.perf_counter() - start, 3)}
    return "planned" if estimating else "done", target, facts


def _kept(task: _Task) -> Path | None:
    """Put the source where the result would have gone."""
    batch, source = task.batch, task.found.path
    if batch.dry_run:
        return source
    if not batch.folder:
        place = source if batch.in_place else None
        own = Stamp.of(source)
        stamp = own if place else None
        add_record(task.folder, task.target, task.key, source=own, written=place, stamp=stamp)
        return place
    place = batch.folder / task.found.relative
    how = Writing(task.replace, sync=batch.sync, times=source_times(source), announce=task.record)
    write_files({place: source.read_bytes()}, how)
    return place


def _outcome(done: Done[_Task, Outcome]) -> Outcome:
    if done.result is not None:
        return done.result
    source = done.task.found.path
    if isinstance(done.error, WorkerDiedError):
        remove_strays(done.task.target.parent)
        return Outcome("failed", source, error=f"{source}: {done.error}")
    raise done.error or AssertionError
