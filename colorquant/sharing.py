"""One palette for many images: their colors, counted by workers, as those of one image."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from colorquant.discovery import Found
from colorquant.errors import ColorquantError, NotAnImageError
from colorquant.files import Writing, write_files
from colorquant.formats import find_format
from colorquant.gathering import Gathered, colors_of
from colorquant.image_io import Source
from colorquant.manifest import Manifest, add_record, settle_palette
from colorquant.models import Palette
from colorquant.options import QuantizeOptions
from colorquant.palette import build_palette
from colorquant.palette_io import palette_bytes
from colorquant.places import is_remote, make_folder, read_errors
from colorquant.plan import BatchOptions
from colorquant.recording import recorded
from colorquant.stamps import Stamp
from colorquant.workers import Pool, processes, run_all

__all__ = ["find_shared", "gather", "is_light", "opener", "palette_home", "settle_shared"]

# Images that a worker counts before it hands over their colors together.
_SHARE = 16


# Pixels of images that may be done without processes of their own, as they take little memory.
_LIGHT = 1 << 20


@dataclass(frozen=True, slots=True)
class _Share:
    """Images to count, with where their results will go."""

    files: Sequence[tuple[Found, Path]]
    options: QuantizeOptions
    batch: BatchOptions


def opener(batch: BatchOptions) -> Callable[[], Pool] | None:
    """Return what opens the processes of a batch, if they are not those of this machine."""
    if not batch.cluster:
        return None
    from colorquant.cluster import ClusterPool

    return partial(ClusterPool, batch.cluster)


def is_light(place: Path, options: QuantizeOptions) -> bool:
    """Return whether an image is small, by its header."""
    if is_remote(place):
        return False
    try:
        with recorded(), Source(place, options) as source:
            return source.pixels * source.frames <= _LIGHT
    except ColorquantError:
        # It will not get far.
        return True


def find_shared(
    plan: Sequence[tuple[Found, Path]], options: QuantizeOptions, batch: BatchOptions
) -> Palette | None:
    """Find the palette that fits all images together.

    Images that cannot be read do not count. The order of the files and the number of
    processes make no difference.

    Parameters
    ----------
    plan : sequence of (Found, Path)
        Sources, and where their results will go.
    options : QuantizeOptions
    batch : BatchOptions

    Returns
    -------
    Palette or None
        None if no image can be read.
    """
    total, _ = gather(plan, options, batch)
    return build_palette(total.table(), options).palette if total else None


def settle_shared(
    plan: Sequence[tuple[Found, Path]], options: QuantizeOptions, batch: BatchOptions, key: str
) -> Palette | None:
    """Find the palette of all images, and write it where that is asked for.

    In place it is recorded, before an image loses its own colors, and found again by later
    runs, and by others at the same time.

    Parameters
    ----------
    plan : sequence of (Found, Path)
        Sources, and where their results will go.
    options : QuantizeOptions
    batch : BatchOptions
    key : str
        What tells the options from others.

    Returns
    -------
    Palette or None
        None if no image can be read.

    Raises
    ------
    ImageReadError, ImageWriteError
        If the palette cannot be recorded or written.
    """
    # In an order of their own, so that two runs ask the same folder first.
    folders = sorted({batch.manifest_folder(found) for found, _ in plan} if batch.in_place else ())
    palette = None
    if not batch.force:
        known = (Manifest(folder).palette(key) for folder in folders)
        palette = next((each for each in known if each and len(each) <= options.k), None)
    palette = palette or find_shared(plan, options, batch)
    if palette is None or batch.dry_run:
        return palette
    for number, folder in enumerate(folders):
        # The first that records it decides; the other folders follow.
        palette = settle_palette(folder, key, palette, anew=number > 0 or batch.force)
    if batch.palette_out:
        place, force = batch.palette_out, batch.force
        _write(palette, place, palette_home(place, batch.manifest_folder(plan[0][0])), force=force)
    return palette


def palette_home(place: Path, folder: Path) -> Path:
    """Return where it is recorded that a palette was written: there if it is in a folder."""
    if is_remote(place) or is_remote(folder):
        inside = str(place).startswith(f"{str(folder).rstrip('/')}/")
    else:
        inside = Path(os.path.relpath(place, folder)).parts[0] != os.pardir
    return folder if inside else place.parent


def gather(
    plan: Sequence[tuple[Found, Path]], options: QuantizeOptions, batch: BatchOptions
) -> tuple[Gathered | None, list[str]]:
    """Add up the colors of images.

    Returns
    -------
    Gathered or None
        None if no image can be read.
    list of str
        Why some cannot be.
    """
    shares = [
        _Share(plan[start : start + _SHARE], options, batch)
        for start in range(0, len(plan), _SHARE)
    ]
    errors: list[str] = []
    return Gathered.total(_counted(shares, batch, errors)), errors


def _counted(
    shares: Sequence[_Share], batch: BatchOptions, errors: list[str]
) -> Iterator[Gathered]:
    jobs = processes(batch.jobs, len(shares))
    alone = []
    for done in run_all(_count, shares, jobs, light=_is_light, open_pool=opener(batch)):
        files = done.task.files
        if done.result is not None:
            colors, told = done.result
            errors += told
            if colors is not None:
                yield colors
        elif len(files) > 1:
            # A worker died of one of them; the others count.
            alone += [replace(done.task, files=[file]) for file in files]
        else:
            errors.append(f"{files[0][0].path}: {done.error}")
    # Not before these have ended: there is one set of worker processes.
    if alone:
        yield from _counted(alone, batch, errors)


def _is_light(share: _Share) -> bool:
    return all(is_light(found.path, share.options) for found, _ in share.files)


def _count(share: _Share) -> tuple[Gathered | None, list[str]]:
    """Count the colors of some images; runs in a worker."""
    errors: list[str] = []

    def each() -> Iterator[Gathered]:
        for found, target in share.files:
            alike = share.batch.weight == "images"
            try:
                kind = find_format(share.batch.format, target)
                yield colors_of(found.path, kind, share.options, alike=alike)
            except NotAnImageError as error:
                if found.named:
                    errors.append(str(error))
            except ColorquantError as error:
                errors.append(str(error))
            except MemoryError:
                errors.append(f"{found.path}: not enough memory for it")

    with recorded():
        return Gathered.total(each()), errors


def _write(palette: Palette, path: Path, folder: Path, *, force: bool) -> None:
    """Write a palette, also over one that is recorded in a folder as written here."""
    data = palette_bytes(palette, path)

    def record(place: Path, stamp: Stamp) -> None:
        add_record(folder, path, "palette", source=None, written=place, stamp=stamp)

    make_folder(folder)
    how = Writing(overwrite=force or Manifest(folder).is_ours(path), announce=record)
    with read_errors(path):
        if path.is_file() and path.read_bytes() == data:
            return
    write_files({path: data}, how)
