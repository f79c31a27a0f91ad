"""Given palettes: they keep their order, repeated colors and names, and leave room for alpha."""

import numpy as np
from numpy.typing import NDArray

from colorquant.color.alpha import with_alpha
from colorquant.color.packing import pack
from colorquant.color.table import ColorTable
from colorquant.mapping.remap import label_counts, relabeled
from colorquant.models import IndexedImage, Labels, index_type
from colorquant.palette import Palette

__all__ = ["GivenPalette"]


class GivenPalette:
    """A given palette, made ready for the colors of an image.

    An opaque palette gets a last entry, which is fully transparent, for images with fully
    transparent pixels. Searches see different colors only: of equal entries, the first.

    Parameters
    ----------
    palette : Palette
    table : ColorTable
        The colors of the image, or of all frames.

    Attributes
    ----------
    colors : ndarray, (k, 3 or 4), uint8
        All entries, as images have them.
    names : tuple of str or None
    distinct : ndarray, (m, 3 or 4), uint8
        The different colors, in order of their first entries.
    """

    def __init__(self, palette: Palette, table: ColorTable) -> None:
        colors, self.names = palette.colors, palette.names
        if table.channels == 4 or palette.has_alpha:
            colors = with_alpha(colors)
            if table.has_clear and (colors[:, 3] == 255).all():
                colors = np.concatenate([colors, np.zeros((1, 4), np.uint8)])
                self.names = None if self.names is None else (*self.names, "")
        self.colors = colors
        first = np.sort(np.unique(pack(colors), return_index=True)[1])
        self._places = first
        self.distinct = colors[first]

    def settled(
        self, counts: NDArray[np.int64], *, drop_unused: bool
    ) -> tuple[Palette, Labels | None]:
        """Return the palette that images get.

        Parameters
        ----------
        counts : ndarray, (m,), int64
            Number of pixels of each of the different colors.
        drop_unused : bool
            Whether entries that no pixel uses are left out.

        Returns
        -------
        palette : Palette
        numbers : ndarray, (m,), uint8 or uint16, or None
            The entry of each of the different colors; None if these are the entries.
        """
        k = len(self.colors)
        all_counts = np.zeros(k, np.int64)
        all_counts[self._places] = counts
        rows = np.flatnonzero(all_counts) if drop_unused else np.arange(k)
        names = None if self.names is None else tuple(self.names[row] for row in rows)
        palette = Palette(self.colors[rows], all_counts[rows], names)
        if len(rows) == len(counts):
            return palette, None
        number = np.zeros(k, index_type(len(rows)))
        number[rows] = np.arange(len(rows))
        return palette, number[self._places]

    def image(self, labels: Labels, *, drop_unused: bool) -> IndexedImage:
        """Return an image with this palette.

        Parameters
        ----------
        labels : ndarray, (H, W), uint8 or uint16
            Of the different colors.
        drop_unused : bool
            Whether entries that no pixel uses are left out.
        """
        counts = label_counts(labels, len(self.distinct))
        palette, numbers = self.settled(counts, drop_unused=drop_unused)
        return IndexedImage(labels if numbers is None else relabeled(labels, numbers), palette)
