"""The colors of many images, counted by workers."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from colorquant.batch.discovery import Found
from colorquant.batch.plan import BatchOptions
from colorquant.batch.workers import Pool, run_all
from colorquant.color.gathering import Gathered, alike_in_weight
from colorquant.color.table import ColorTable
from colorquant.errors import ColorquantError, NotAnImageError
from colorquant.images.fitting import Fitting, reading_options
from colorquant.images.source import Source
from colorquant.images.writing.formats import Format, find_format
from colorquant.models import Raster
from colorquant.options import QuantizeOptions
from colorquant.recording import recorded
from colorquant.storage.places import is_remote

__all__ = ["Told", "colors_in", "colors_of", "fitted_frames", "gather", "is_light", "opener"]

Told = Callable[[int], None]
"""Called with the number of images that are done, each time there are more."""

# Images per task: the worker returns the colors of all of them together.
_SHARE = 16


# Images of at most this many pixels may be done in this process: they need little memory.
_LIGHT = 1 << 20


@dataclass(frozen=True, slots=True)
class _Share:
    """Images to count in one task, each with the place of its result."""

    files: Sequence[tuple[Found, Path]]
    options: QuantizeOptions
    batch: BatchOptions


def opener(batch: BatchOptions) -> Callable[[], Pool] | None:
    """Return a function that opens the cluster of a batch; None for processes on this machine."""
    if not batch.cluster:
        return None
    from colorquant.batch.cluster import ClusterPool

    return partial(ClusterPool, batch.cluster)


def is_light(place: Path, options: QuantizeOptions) -> bool:
    """Return whether an image is small, judged by its header."""
    if is_remote(place):
        return False
    try:
        with recorded(), Source(place, options.reading) as source:
            return source.pixels * source.frames <= _LIGHT
    except ColorquantError:
        # It fails at once, without much work.
        return True


def colors_of(
    path: Path, kind: Format, options: QuantizeOptions, *, alike: bool = False
) -> Gathered:
    """Count the colors of an image as the output format will hold them.

    What the eye sees of them is counted only if the options ask for it.

    Parameters
    ----------
    path : Path
    kind : Format
    options : QuantizeOptions
    alike : bool
        Whether to scale the counts so that every image has the same total.

    Returns
    -------
    Gathered

    Raises
    ------
    ImageReadError
        If the image cannot be read.
    """
    with Source(path, reading_options(options, kind)) as source:
        return colors_in(source, kind, options, alike=alike)


def colors_in(
    source: Source, kind: Format, options: QuantizeOptions, *, alike: bool = False
) -> Gathered:
    """Count the colors of an open image, as `colors_of` does."""
    rasters = fitted_frames(source, kind, options)
    table = ColorTable.of_all(rasters, seen=options.look.is_perceptual)
    return Gathered.of(alike_in_weight(table) if alike else table)


def fitted_frames(source: Source, kind: Format, options: QuantizeOptions) -> Iterator[Raster]:
    """Yield the frames of an open image that the output format can hold, fitted to it."""
    fitting = Fitting(kind, options, source.name)
    if source.frames > 1 and kind.holds_frames(uniform=source.uniform):
        yield from map(fitting, source.rasters())
    else:
        yield fitting(source.first())


def gather(
    plan: Sequence[tuple[Found, Path]],
    options: QuantizeOptions,
    batch: BatchOptions,
    told: Told | None = None,
) -> tuple[Gathered | None, list[str]]:
    """Add up the colors of images.

    Parameters
    ----------
    plan : sequence of (Found, Path)
        Sources and their targets.
    options : QuantizeOptions
    batch : BatchOptions
    told : callable, optional

    Returns
    -------
    Gathered or None
        None if no image can be read.
    list of str
        An error message for each image that cannot be read.
    """
    shares = [
        _Share(plan[start : start + _SHARE], options, batch)
        for start in range(0, len(plan), _SHARE)
    ]
    errors: list[str] = []
    return Gathered.total(_counted(shares, batch, errors, told)), errors


def _counted(
    shares: Sequence[_Share],
    batch: BatchOptions,
    errors: list[str],
    told: Told | None,
    before: int = 0,
) -> Iterator[Gathered]:
    alone = []
    for done in run_all(_count, shares, batch.jobs, light=_is_light, open_pool=opener(batch)):
        files = done.task.files
        if done.result is None and len(files) > 1:
            # One of the images may have killed the worker: try each alone.
            alone += [replace(done.task, files=[file]) for file in files]
            continue
        before += len(files)
        if told:
            told(before)
        if done.result is None:
            errors.append(f"{files[0][0].path}: {done.error}")
            continue
        colors, own = done.result
        errors += own
        if colors is not None:
            yield colors
    # Only when all shares have ended: there is just one set of worker processes.
    if alone:
        yield from _counted(alone, batch, errors, told, before)


def _is_light(share: _Share) -> bool:
    return all(is_light(found.path, share.options) for found, _ in share.files)


def _count(share: _Share) -> tuple[Gathered | None, list[str]]:
    """Count the colors of a share of the images; runs in a worker."""
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
