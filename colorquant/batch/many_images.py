"""Batch runs: quantize many images in workers, and yield the outcome of each."""

import gc
import hashlib
from collections import defaultdict
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, NamedTuple

from colorquant.batch.counting import is_light, opener
from colorquant.batch.discovery import Selection
from colorquant.batch.gallery import check_gallery, with_gallery
from colorquant.batch.manifest import Manifest
from colorquant.batch.one_image import Outcome, Task, memory_of, perform
from colorquant.batch.plan import BatchOptions, Plan, plan_batch, without_working_folder
from colorquant.batch.sharing import palette_home, settle_shared, write_palette
from colorquant.batch.workers import Done, WorkerDiedError, run_all
from colorquant.errors import ImageWriteError, InvalidInputError
from colorquant.look import LookOptions
from colorquant.options import QuantizeOptions
from colorquant.pipeline.counted import for_shared
from colorquant.pipeline.looks import for_palette
from colorquant.storage.files import remove_strays
from colorquant.storage.places import (
    check_target,
    has_working_folder,
    is_of_process,
    resolved,
    same_place,
)

__all__ = ["Work", "quantize_files"]


class Work(NamedTuple):
    """A batch run in progress."""

    total: int
    """Number of files."""
    outcomes: Generator[Outcome, None, None]
    """One per file, in any order, then one per folder without images. Closing it stops the work."""


def quantize_files(places: Sequence[Path], options: QuantizeOptions, batch: BatchOptions) -> Work:
    """Quantize files and the images in folders, while the caller iterates over the outcomes.

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
        If the options conflict.
    ImageReadError
        If a place does not exist.
    ImageWriteError
        If results cannot be written, or two of them would have the same name.
    """
    # Only a short-lived process can leave reference cycles uncollected; a batch makes many.
    gc.enable()
    if not has_working_folder():
        batch = without_working_folder(batch)
    if batch.cluster:
        # Workers may have another working folder.
        places = [place.absolute() for place in places]
        folder, target = (path and path.absolute() for path in (batch.folder, batch.target))
        batch = replace(batch, folder=folder, target=target)
    options = for_palette(options, batch.palette)
    plan = plan_batch(places, options, batch)
    if any(map(is_of_process, [*places, batch.folder, batch.target])):
        batch = replace(batch, jobs=1)
    if batch.least_saving is not None and batch.folder:
        _require_kept_apart(plan, batch.folder)
    # Read all manifests now: one that is unreadable must fail before any work.
    known = {
        folder: Manifest(folder)
        for folder in dict.fromkeys(batch.manifest_folder(found) for found, _ in plan.files)
    }
    if batch.palette_out:
        _check_palette_file(batch.palette_out, plan, batch, known)
    if batch.gallery:
        check_gallery(batch.gallery, plan, batch)
    if not batch.dry_run:
        for manifest in known.values():
            manifest.compact()
    outcomes = _with_missing(_performed(plan, options, batch, known), plan, batch.selection)
    if batch.gallery:
        outcomes = with_gallery(outcomes, batch.gallery, batch)
    return Work(len(plan.files) + len(plan.others), outcomes)


def _with_missing(
    outcomes: Generator[Outcome, None, None], plan: Plan, selection: Selection
) -> Generator[Outcome, None, None]:
    """Yield the outcomes, then a failure for each folder in which no file was an image."""
    roots: dict[Path, set[Path]] = defaultdict(set)
    for found in [*(found for found, _ in plan.files), *plan.others]:
        if not found.named:
            roots[found.path].add(found.root)
    empty = dict.fromkeys(plan.folders)
    with closing(outcomes):
        for outcome in outcomes:
            if outcome.status != "ignored":
                for root in roots[outcome.source]:
                    empty.pop(root, None)
            yield outcome
    for folder in empty:
        yield Outcome("failed", folder, error=selection.missing(folder))


def _check_palette_file(
    place: Path, plan: Plan, batch: BatchOptions, known: dict[Path, Manifest]
) -> None:
    """Refuse a palette file that cannot be written, or has several palettes to hold."""
    from colorquant.palettes.files.formats import palette_format  # Seldom needed.

    if not (batch.shared_palette or batch.palette) and len(plan.files) + len(plan.others) > 1:
        raise InvalidInputError(
            "palette_out is for one palette; shared_palette finds one for all images",
            *("palette_out", "shared_palette"),
        )
    check_target(place, overwrite=True)
    palette_format(place)
    for folder in list(known)[:1]:
        Manifest(palette_home(place, folder))


def _require_kept_apart(plan: Plan, folder: Path) -> None:
    """Refuse to keep a source at the place of another one."""
    sources = {resolved(found.path): found.path for found, _ in plan.files}
    for found, _ in plan.files:
        place = folder / found.relative
        other = sources.get(resolved(place))
        if other is not None and not same_place(other, found.path):
            raise ImageWriteError(f"{place}: is a source; {found.path} cannot be kept there")


def _performed(
    plan: Plan, options: QuantizeOptions, batch: BatchOptions, known: dict[Path, Manifest]
) -> Generator[Outcome, None, None]:
    for found in plan.others:
        yield Outcome("failed" if found.error else "ignored", found.path, error=found.error)
    key = _fingerprint(options, batch)
    if batch.shared_palette and plan.files:
        palette = settle_shared(plan.files, options, batch, key)
        batch = replace(batch, palette=palette, shared_palette=False, palette_out=None)
        options = for_shared(options, len(palette) if palette else options.most_colors)
        key = _fingerprint(options, batch)
    elif batch.palette and batch.palette_out and plan.files:
        if not batch.dry_run:
            write_palette(batch.palette, plan.files, batch)
        batch = replace(batch, palette_out=None)
    pending = []
    for found, target in plan.files:
        folder = batch.manifest_folder(found)
        redone = batch.force or batch.palette_out is not None
        # A gallery also shows what is up to date; workers look at it.
        redone = redone or batch.gallery is not None
        if not redone and known[folder].is_current(found.path, target, key):
            yield Outcome("skipped", found.path, target)
            continue
        ours = known[folder].is_ours(target)
        pending.append(Task(found, target, options, batch, folder, key, ours))
    yield from _done(pending, batch)


def _done(pending: list[Task], batch: BatchOptions) -> Iterator[Outcome]:
    """Run all tasks in workers and yield their outcomes."""
    bounds: dict[str, Any] = {}
    if batch.memory < float("inf"):
        bounds = {"cost": memory_of, "budget": batch.memory}
    try:
        settings = {"light": _is_light, "open_pool": opener(batch), **bounds}
        for done in run_all(perform, pending, batch.jobs, **settings):
            yield _outcome(done)
    finally:
        # Killed workers leave their temporary files.
        for folder in {task.target.parent for task in pending}:
            remove_strays(folder)


def _is_light(task: Task) -> bool:
    return is_light(task.found.path, task.options)


# Options that change results.
_TELLING = (
    *("k", "engine", "effort", "restarts", "seed"),
    *("background", "icc", "metadata", "per_frame_palette"),
)


def _fingerprint(options: QuantizeOptions, batch: BatchOptions) -> str:
    """Return a hash of everything that changes the results: the version and the options."""
    from colorquant import __version__

    named: dict[str, object] = {**options.named()}
    chosen = [(name, named[name]) for name in _TELLING]
    palette = batch.palette.hex() if batch.palette else None
    weight = batch.weight if batch.shared_palette else None
    told = (__version__, chosen, batch.format, batch.skip_if_larger, palette, weight)
    shown = repr((*told, *_others(options), *_look(options.look, batch), *_writing(batch)))
    return hashlib.sha256(shown.encode()).hexdigest()[:16]


def _others(options: QuantizeOptions) -> list[tuple[str, object]]:
    """Return the options for entries, shaping and bounds that are not the default ones."""
    default = QuantizeOptions()
    named: dict[str, object] = {}
    usual: dict[str, object] = {}
    for part in ("entries", "shaping", "bounds"):
        named |= asdict(getattr(options, part))
        usual |= asdict(getattr(default, part))
    told = (name for name in named if name not in _TELLING and named[name] != usual[name])
    return [(name, named[name]) for name in told]


def _writing(batch: BatchOptions) -> list[tuple[str, object]]:
    """Return the options for bytes that are given."""
    told = {"min_saving": batch.min_saving, "optimize": batch.optimize}
    return [(name, value) for name, value in told.items() if value is not None]


def _look(look: LookOptions, batch: BatchOptions) -> tuple[object, ...]:
    """Return what of the look changes the results: nothing if it is plain."""
    if look.is_plain:
        return ()
    if batch.shared_palette:
        # The palette is still to be found, and only depends on this.
        return look.is_perceptual, look.dithering != "none"
    return look.is_perceptual, look.dithering, look.strength, look.compact, look.nearest


def _outcome(done: Done[Task, Outcome]) -> Outcome:
    if done.result is not None:
        return done.result
    source = done.task.found.path
    if isinstance(done.error, WorkerDiedError):
        remove_strays(done.task.target.parent)
        return Outcome("failed", source, error=f"{source}: {done.error}")
    raise done.error or AssertionError
