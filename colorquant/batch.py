"""Many images: what is to be done, done by workers, and what became of each."""

import gc
import hashlib
from collections.abc import Generator, Iterator, Sequence
from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from colorquant.discovery import Found
from colorquant.files import remove_strays
from colorquant.manifest import Manifest
from colorquant.missing import with_missing
from colorquant.options import QuantizeOptions
from colorquant.palette_io import palette_format
from colorquant.places import check_target, has_working_folder, is_of_process
from colorquant.plan import BatchOptions, Plan, plan_batch, without_working_folder
from colorquant.sharing import find_shared, gather, opener
from colorquant.tasks import Outcome, Task, memory_of, perform
from colorquant.workers import Done, WorkerDiedError, processes, run_all

__all__ = ["Work", "quantize_files"]


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
    if not has_working_folder():
        batch = without_working_folder(batch)
    if batch.cluster:
        # Workers need not be where we are.
        places = [place.absolute() for place in places]
        folder, target = (path and path.absolute() for path in (batch.folder, batch.target))
        batch = replace(batch, folder=folder, target=target)
    if batch.palette:
        options = replace(options, k=len(batch.palette))
    plan = plan_batch(places, options, batch)
    if any(map(is_of_process, [*places, batch.folder, batch.target])):
        batch = replace(batch, jobs=1)
    if batch.palette_out:
        check_target(batch.palette_out, overwrite=True)
        palette_format(batch.palette_out)
    outcomes = with_missing(_performed(plan, options, batch), plan, batch.selection)
    return Work(len(plan.files) + len(plan.others), outcomes)


def _performed(
    plan: Plan, options: QuantizeOptions, batch: BatchOptions
) -> Generator[Outcome, None, None]:
    for found in plan.others:
        yield Outcome("failed" if found.error else "ignored", found.path, error=found.error)
    manifest_of = cache(Manifest)
    key = _fingerprint(options, batch)
    redo = batch.force

    def is_done(found: Found, target: Path, key: str) -> bool:
        return manifest_of(batch.manifest_folder(found)).is_current(found.path, target, key)

    if batch.shared_palette and plan.files:
        palette = None
        if batch.in_place and not redo:
            # What was done has lost its own colors: found again, the palette is another one.
            rest = [each for each in plan.files if not is_done(*each, key)]
            redo = gather(rest, options, batch)[0] is not None
        if redo or not batch.in_place:
            palette = find_shared(plan.files, options, batch)
        batch = replace(batch, palette=palette, shared_palette=False, palette_out=None)
        key = key if batch.in_place else _fingerprint(options, batch)
    pending = []
    for found, target in plan.files:
        if not redo and is_done(found, target, key):
            yield Outcome("skipped", found.path, target)
            continue
        folder = batch.manifest_folder(found)
        ours = manifest_of(folder).is_ours(target)
        pending.append(Task(found, target, options, batch, folder, key, ours))
    yield from _done(pending, batch)


def _done(pending: list[Task], batch: BatchOptions) -> Iterator[Outcome]:
    """Let workers do all, and yield what became of each."""
    bounds: dict[str, Any] = {}
    if batch.memory < float("inf"):
        bounds = {"cost": memory_of, "budget": batch.memory}
    try:
        jobs = processes(batch.jobs, len(pending))
        for done in run_all(perform, pending, jobs, open_pool=opener(batch), **bounds):
            yield _outcome(done)
    finally:
        # Workers that are killed leave what they were writing.
        for folder in {task.target.parent for task in pending}:
            remove_strays(folder)


def _fingerprint(options: QuantizeOptions, batch: BatchOptions) -> str:
    """Return what tells these options from others that give other files."""
    from colorquant import __version__

    names = [f.name for f in fields(options) if f.name not in ("max_pixels", "max_frames")]
    chosen = [(name, getattr(options, name)) for name in names]
    palette = batch.palette.hex() if batch.palette else None
    weight = batch.weight if batch.shared_palette else None
    shown = repr((__version__, chosen, batch.format, batch.skip_if_larger, palette, weight))
    return hashlib.sha256(shown.encode()).hexdigest()[:16]


def _outcome(done: Done[Task, Outcome]) -> Outcome:
    if done.result is not None:
        return done.result
    source = done.task.found.path
    if isinstance(done.error, WorkerDiedError):
        remove_strays(done.task.target.parent)
        return Outcome("failed", source, error=f"{source}: {done.error}")
    raise done.error or AssertionError
