"""A picture as points of a space, made in bands of rows, so that it takes little memory."""

from threading import Lock

import numpy as np
from numpy.typing import NDArray

from colorquant.color.importance import importance
from colorquant.color.space import Space
from colorquant.models import Labels
from colorquant.threads import for_each

__all__ = ["Planes", "Scene"]

Planes = NDArray[np.float32]
"""The coordinates of pixels or entries, in units of the error, (d, ...)."""


# The points of a picture of up to so many coordinates are kept.
_KEPT = 1 << 24
# Rows that are made points at once.
_SLAB = 32


class Scene:
    """A picture, and what decides how its pixels are mapped.

    Parameters
    ----------
    pixels : ndarray, (H, W, 3 or 4), uint8
    space : Space
        For colors of so many channels.
    importance : ndarray, (H, W), uint8, optional
        Of each pixel, by default that of `colorquant.color.importance`. It may be 0 for still
        pixels: these are not seen.
    still : ndarray, (H, W), bool, optional
        The pixels that keep the entry nearest to them: flat areas of colors that are entries,
        and what is near, and fully transparent pixels.
    """

    def __init__(
        self,
        pixels: NDArray[np.uint8],
        space: Space,
        importance: NDArray[np.uint8] | None = None,
        still: NDArray[np.bool_] | None = None,
    ) -> None:
        self.pixels = pixels
        self.space = space
        self.still = still
        self.has_unseen = importance is not None and not importance.all()
        self._importance = importance
        self._kept: Planes | None = None
        # What several threads need is made once.
        self._lock = Lock()

    @property
    def importance(self) -> NDArray[np.uint8]:
        """The importance of each pixel, (H, W), uint8, which takes memory from now on."""
        with self._lock:
            if self._importance is None:
                self._importance = importance(self.pixels)
            return self._importance

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width."""
        height, width = self.pixels.shape[:2]
        return height, width

    def planes(self, start: int, stop: int) -> Planes:
        """Return the points of some rows, (d, stop - start, W), which may be overwritten."""
        height, width = self.shape
        if self.space.dimensions * height * width > _KEPT:
            return self._made(start, stop)
        with self._lock:
            if self._kept is None:
                self._kept = self._made(0, height)
        return self._kept[:, start:stop].copy()

    def _made(self, start: int, stop: int) -> Planes:
        rows = self.pixels[start:stop]
        planes = np.empty((self.space.dimensions, *rows.shape[:2]), np.float32)

        def work(first: int) -> None:
            some = rows[first : first + _SLAB]
            made = self.space.planes(some.reshape(-1, some.shape[2]))
            planes[:, first : first + _SLAB] = made.reshape(-1, *some.shape[:2])

        for_each(work, range(0, len(rows), _SLAB))
        return planes

    def errors(self, start: int, stop: int, entries: Planes, labels: Labels) -> Planes:
        """Return the points of some rows less those of their entries, (d, stop - start, W).

        Parameters
        ----------
        start, stop : int
        entries : ndarray, (d, k), float32
        labels : ndarray, (H, W)
        """
        errors = self.planes(start, stop)
        errors -= entries.take(labels[start:stop], axis=1)
        if self.has_unseen:
            errors *= self.importance[start:stop] > 0
        return errors

    def entries(self, palette: NDArray[np.uint8]) -> Planes:
        """Return the points of palette colors, (d, k)."""
        return self.space.planes(palette)
