"""Ordered dithering onto any palette, by a mask of thresholds.

Every color has its best mixture of two entries, and a pixel gets the second one where the
mask's threshold is below its share. So a pixel's entry depends only on its color and place:
what does not move in an animation stays still.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from colorquant.color.points import ColorPoints
from colorquant.color.table import strips
from colorquant.mapping.masks import MASK_LEVELS, bayer, blue_noise
from colorquant.mapping.mixtures import GRAIN, Mixer
from colorquant.models import Labels, index_type
from colorquant.threads import for_each

__all__ = ["Thresholds"]


class Thresholds:
    """The mixtures of all colors of a table.

    Parameters
    ----------
    colors : ColorPoints
    palette : ndarray, (k, 3 or 4), uint8
    kind : {"bayer", "blue-noise"}
    strength : float
        Factor of the share of the second entry, 0 to 1.

    Attributes
    ----------
    mixtures : ndarray, (n,), uint32 or uint64
        Of each color: its two entries, the lower label first, and at how many levels of the
        mask the higher one is chosen.
    """

    def __init__(
        self, colors: ColorPoints, palette: NDArray[np.uint8], kind: str, strength: float
    ) -> None:
        self._mask = bayer() if kind == "bayer" else blue_noise()
        levels = MASK_LEVELS[kind]
        self._labels = index_type(len(palette))
        dtype = np.uint32 if self._labels.itemsize == 1 else np.uint64
        self._bits = dtype(8 * self._labels.itemsize)
        self.mixtures = np.empty(len(colors), dtype)
        entries, opaque = colors.space.points(palette), colors.table.opaque
        # No hole is to be seen in what is opaque.
        visible = np.flatnonzero(palette[:, 3:].all(axis=1))
        mixed = Mixer(entries, GRAIN)
        solid = Mixer(entries[visible], GRAIN) if 0 < len(visible) < len(palette) else None

        def work(part: slice) -> None:
            points = colors[part]
            first, second, share = mixed(points)
            if solid:
                rows = np.flatnonzero(opaque[part])
                found = solid(points[rows])
                first[rows], second[rows] = visible[found.first], visible[found.second]
                share[rows] = found.share
            # In one order, so that the pattern goes on where the nearest entry changes.
            low, high = np.minimum(first, second), np.maximum(first, second)
            count = np.rint(share * (strength * levels))
            packed: NDArray[Any] = np.where(second < first, levels - count, count).astype(dtype)
            for label in (high, low):
                packed <<= self._bits
                packed |= label.astype(dtype)
            self.mixtures[part] = packed

        for_each(work, strips(len(colors)))

    def labels(self, mixtures: NDArray[np.unsignedinteger[Any]], start: int = 0) -> Labels:
        """Return the labels of some lines of an image.

        Parameters
        ----------
        mixtures : ndarray, (h, W)
            The mixture of each pixel's color.
        start : int
            Number of the first line in the image.
        """
        height, width = mixtures.shape
        side = len(self._mask)
        lines = np.arange(start, start + height) % side
        mask = self._mask[lines][:, np.arange(width) % side]
        high = (mixtures >> self._bits).astype(self._labels)
        share = mixtures >> (self._bits + self._bits)
        return np.where(share > mask, high, mixtures.astype(self._labels))
