"""One palette for many images: their colors, counted by workers, as those of one image."""

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from colorquant.discovery import Found
from colorquant.errors import ColorquantError, ColorquantWarning
from colorquant.files import Writing, write_files
from colorquant.formats import find_format
from colorquant.gathering import Gathered, colors_of
from colorquant.models import Palette
from colorquant.options import QuantizeOptions
from colorquant.palette import build_palette
from colorquant.palette_io import palette_bytes
from colorquant.plan import BatchOptions
from colorquant.workers import Pool, processes, run_all

__all__ = ["find_shared", "gather", "opener"]

# Images that a worker counts before it hands over their colors together.
_SHARE = 16


@dataclass(frozen=True, slots=True)
class _Share:
    """Images to count, with where their results will go."""

    files: Sequence[tuple[Path, Path]]
    options: QuantizeOptions
    batch: BatchOptions


def opener(batch: BatchOptions) -> Callable[[], Pool] | None:
    """Return what opens the processes of a batch, if they are not those of this machine."""
    if not batch.cluster:
        return None
    from colorquant.cluster import ClusterPool

    return partial(ClusterPool, batch.cluster)


def find_shared(
    plan: Sequence[tuple[Found, Path]], options: QuantizeOptions, batch: BatchOptions
) -> Palette | None:
    """Find the palette that fits all images together, and write it where that is asked for.

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

    Raises
    ------
    ImageWriteError
        If the palette cannot be written.
    """
    total = gather(plan, options, batch)
    if total is None:
        return None
    palette = build_palette(total.table(), options).palette
    if batch.palette_out and not batch.dry_run:
        _write(palette, batch.palette_out, force=batch.force)
    return palette


def gather(
    plan: Sequence[tuple[Found, Path]], options: QuantizeOptions, batch: BatchOptions
) -> Gathered | None:
    """Add up the colors of images; None if none can be read."""
    files = [(found.path, target) for found, target in plan]
    shares = [
        _Share(files[start : start + _SHARE], options, batch)
        for start in range(0, len(files), _SHARE)
    ]
    return Gathered.total(_counted(shares, batch))


def _counted(shares: Sequence[_Share], batch: BatchOptions) -> Iterator[Gathered]:
    jobs = processes(batch.jobs, len(shares))
    for done in run_all(_count, shares, jobs, open_pool=opener(batch)):
        if done.result is not None:
            yield done.result
        elif done.error and len(done.task.files) > 1:
            # A worker died of one of them; the others count.
            share = done.task
            yield from _counted([replace(share, files=[file]) for file in share.files], batch)


def _count(share: _Share) -> Gathered | None:
    """Count the colors of some images; runs in a worker."""

    def each() -> Iterator[Gathered]:
        for source, target in share.files:
            kind = find_format(share.batch.format, target)
            try:
                yield colors_of(source, kind, share.options, alike=share.batch.weight == "images")
            except (ColorquantError, MemoryError):
                # Told when it is its turn to be quantized.
                continue

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ColorquantWarning)
        return Gathered.total(each())


def _write(palette: Palette, path: Path, *, force: bool) -> None:
    data = palette_bytes(palette, path)
    if not (path.is_file() and path.read_bytes() == data):
        write_files({path: data}, Writing(overwrite=force))
