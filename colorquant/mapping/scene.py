"""A picture as points of a space, made in bands of rows, so that it takes little memory."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from colorquant.color.space import Space
from colorquant.models import Labels

__all__ = ["Planes", "Scene"]

Planes = NDArray[np.float32]
"""The coordinates of pixels or entries, in units of the error, (d, ...)."""


@dataclass(frozen=True, eq=False)
class Scene:
    """A picture, and what decides how its pixels are mapped.

    Parameters
    ----------
    pixels : ndarray, (H, W, 3 or 4), uint8
    space : Space
        For colors of so many channels.
    importance : ndarray, (H, W), uint8
        Of each pixel, see `colorquant.color.importance`; 0 for pixels that are not seen. These
        must be still.
    still : ndarray, (H, W), bool, optional
        The pixels that keep the entry nearest to them: flat areas of colors that are entries,
        and what is near, and fully transparent pixels.
    """

    pixels: NDArray[np.uint8]
    space: Space
    importance: NDArray[np.uint8]
    still: NDArray[np.bool_] | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width."""
        height, width = self.pixels.shape[:2]
        return height, width

    def planes(self, start: int, stop: int) -> Planes:
        """Return the points of some rows, (d, stop - start, W)."""
        rows = self.pixels[start:stop]
        planes = self.space.planes(rows.reshape(-1, rows.shape[2]))
        return planes.reshape(-1, *rows.shape[:2])

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

    @cached_property
    def has_unseen(self) -> bool:
        """Whether there are pixels that are not seen."""
        return not self.importance.all()

    def entries(self, palette: NDArray[np.uint8]) -> Planes:
        """Return the points of palette colors, (d, k)."""
        return self.space.planes(palette)
