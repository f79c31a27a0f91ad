"""Reduction of animation frames to the changes between them."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from colorquant.models import IndexedImage
from colorquant.palette import Palette

__all__ = ["Frame", "Patch", "Sequence", "patches"]


class Frame(NamedTuple):
    """A whole frame."""

    image: IndexedImage
    duration: float | None
    """In milliseconds."""


class Sequence(NamedTuple):
    """Frames that are made on demand."""

    frames: Callable[[], Iterator[Frame]]
    number: int
    size: tuple[int, int]
    """Width and height."""
    plays: int = 1
    """How many times they are played; 0 is forever."""


class Patch(NamedTuple):
    """A rectangle of a frame that is drawn over the frame before."""

    x: int
    y: int
    indices: NDArray[np.unsignedinteger]
    palette: Palette
    duration: float | None
    transparent: int | None
    """Index that shows the frame before, or the background."""
    spare: bool
    """Whether that index is an extra one, the first after the palette's."""
    clear: bool
    """Whether the patch's area is cleared before the next patch."""


def patches(frames: Iterable[Frame], *, over: bool, spare: bool = False) -> Iterator[Patch]:
    """Yield the rectangle of each frame that changes.

    Parameters
    ----------
    frames : iterable of Frame
        All of the same size.
    over : bool
        Whether transparent pixels of a patch show what is below; else they replace it. If they
        show it, the area of a frame with alpha is cleared after it.
    spare : bool
        Whether unchanged pixels of opaque images are made transparent by an extra index, if
        there is room for one.

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
    """Return the smallest slice that covers all set places, or one of length 1."""
    places = np.flatnonzero(some)
    return slice(int(places[0]), int(places[-1]) + 1) if len(places) else slice(0, 1)
