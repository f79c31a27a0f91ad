"""Composition of whole animation frames from the patches that files store.

APNG follows Portable Network Graphics (PNG) Specification, third edition, W3C 2025, sections
11.3.6 and 13.16. GIF, which has no partial alpha, follows browsers: areas that were cleared,
or never drawn, are transparent.
"""

from collections.abc import Iterable, Iterator
from enum import Enum, auto
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["After", "Drawn", "composed"]


class After(Enum):
    """What happens to the area of a patch before the next one is drawn."""

    KEEP = auto()
    CLEAR = auto()
    RESTORE = auto()


class Drawn(NamedTuple):
    """A patch, and how to draw it."""

    pixels: NDArray[np.uint8]
    """(h, w, 2 or 4), contiguous: gray or R, G, B, with straight alpha."""
    x: int
    y: int
    over: bool
    """Whether the patch is blended over the canvas, or replaces it."""
    after: After


def composed(patches: Iterable[Drawn], size: tuple[int, int]) -> Iterator[NDArray[np.uint8]]:
    """Yield the whole picture after each patch.

    Parameters
    ----------
    patches : iterable of Drawn
        All with the same number of channels. Parts beyond the canvas are cut off.
    size : tuple of int
        Width and height of the canvas, which starts transparent.

    Yields
    ------
    ndarray, (H, W, 2 or 4), uint8
    """
    width, height = size
    canvas: NDArray[np.uint8] | None = None
    for patch in patches:
        if canvas is None:
            canvas = np.zeros((height, width, patch.pixels.shape[2]), np.uint8)
        place = canvas[patch.y :, patch.x :][: len(patch.pixels), : patch.pixels.shape[1]]
        pixels = patch.pixels[: place.shape[0], : place.shape[1]]
        before = place.copy() if patch.after is After.RESTORE else None
        if patch.over:
            _blend(pixels, place)
        else:
            place[:] = pixels
        yield canvas.copy()
        if patch.after is After.CLEAR:
            place[:] = 0
        elif before is not None:
            place[:] = before


def _blend(front: NDArray[np.uint8], back: NDArray[np.uint8]) -> None:
    """Draw one picture over another in place, rounded to the nearest level."""
    alpha = front[:, :, -1]
    soft = (alpha > 0) & (alpha < 255)
    mixed = _mixed(front[soft], back[soft]) if soft.any() else None
    np.copyto(_whole(back), _whole(front), where=alpha > 0)
    if mixed is not None:
        back[soft] = mixed


def _whole(pixels: NDArray[np.uint8]) -> NDArray[np.unsignedinteger]:
    """Return each pixel as one integer; NumPy copies those several times as fast."""
    kind: type[np.unsignedinteger] = np.uint32 if pixels.shape[2] == 4 else np.uint16
    single: NDArray[np.unsignedinteger] = pixels.view(kind)[:, :, 0]
    return single


def _mixed(front: NDArray[np.uint8], back: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Return colors, (n, channels), composited over others."""
    upper, lower = front.astype(np.uint32), back.astype(np.uint32)
    # Weights are scaled by 255 * 255.
    weight = upper[:, -1:] * 255
    below = lower[:, -1:] * (255 - upper[:, -1:])
    total = weight + below
    upper[:, :-1] = (upper[:, :-1] * weight + lower[:, :-1] * below + total // 2) // total
    upper[:, -1:] = (total + 127) // 255
    return upper
