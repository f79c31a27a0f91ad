"""The frames of an animation as what changes from one to the next."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from colorquant.models import IndexedImage, Palette

__all__ = ["Frame", "Patch", "Sequence", "patches"]


class Frame(NamedTuple):
    """A whole frame."""

    image: IndexedImage
    duration: float | None
    """In milliseconds."""


class Sequence(NamedTuple):
    """Frames that are made when they are asked for."""

    frames: Callable[[], Iterator[Frame]]
    number: int
    size: tuple[int, int]
    """Width and height."""
    plays: int = 1
    """How often they are played; 0 is forever."""


class Patch(NamedTuple):
    """A part of a frame that goes over the one before."""

    x: int
    y: int
    indices: NDArray[np.unsignedinteger]
    palette: Palette
    duration: float | None
    transparent: int | None
    """Index of what shows the frame before, or the background."""
    spare: bool
    """Whether that index is none of the palette's, but the next."""
    clear: bool
    """Whether the place is cleared before the next patch."""


def patches(frames: Iterable[Frame], *, over: bool, spare: bool = False) -> Iterator[Patch]:
    """Yield each frame's rectangle of changes.

    Parameters
    ----------
    frames : iterable of Frame
        All of the same size.
    over : bool
        Whether transparent pixels of a patch show what is below, so that a transparent frame
        needs a cleared place; else they replace it.
    spare : bool
        Whether of opaque images what does not change is transparent in the patch, by one
        index more.

    Yields
    ------
    Patch
    """
    before: IndexedImage | None = None
    for image, duration in frames:
        palette = image.palette
        clear = over and palette.has_alpha
        changed = _changed(before, image, clear=clear)
        rows, columns = (_span(np.any(changed, axis=axis)) for axis in (1, 0))
        indices = image.indices[rows, columns]
        transparent = next(iter(np.flatnonzero(palette.colors[:, 3:] == 0).tolist()), None)
        one_more = spare and not palette.has_alpha and len(palette) < 256
        if one_more:
            transparent = len(palette)
            if before is not None:
                unchanged = indices.dtype.type(transparent)
                indices = np.where(changed[rows, columns], indices, unchanged)
        place = columns.start, rows.start
        yield Patch(*place, indices, palette, duration, transparent, one_more, clear)
        before = image


def _changed(before: IndexedImage | None, image: IndexedImage, *, clear: bool) -> NDArray[np.bool_]:
    if clear:
        visible: NDArray[np.bool_] = (image.palette.colors[:, 3] > 0)[image.indices]
        return visible
    if before is None:
        return np.ones(image.indices.shape, bool)
    if before.palette is image.palette:
        changed: NDArray[np.bool_] = before.indices != image.indices
        return changed
    different: NDArray[np.bool_] = (before.pixels() != image.pixels()).any(axis=2)
    return different


def _span(some: Any) -> slice:
    """Return the smallest slice with all that is set, or one of length 1."""
    places = np.flatnonzero(some)
    return slice(int(places[0]), int(places[-1]) + 1) if len(places) else slice(0, 1)
