"""A palette fitted to a color table: found or given, measured, and ready to map pixels."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from colorquant.clustering.engines import Progress
from colorquant.color.points import ColorPoints
from colorquant.color.space import SRGB
from colorquant.color.table import ColorTable
from colorquant.mapping.remap import Mapping
from colorquant.measures.error import measure
from colorquant.models import IndexedImage, Metrics, Palette
from colorquant.options import QuantizeOptions
from colorquant.palettes.find import find_palette, use_palette

__all__ = ["Fitted"]


class Fitted:
    """A palette fitted to a color table.

    Parameters
    ----------
    table : ColorTable
        The colors of the image, or of all frames.
    options : QuantizeOptions
    given : Palette, optional
        Palette to use as it is, instead of finding one.
    order : ndarray, (m, 4), uint8, optional
        See `find_palette`.
    progress : callable, optional
        See `find_palette`.

    Attributes
    ----------
    colors : ColorPoints
        The table, with alpha added if the given palette has alpha.
    palette : Palette
    space : Space
        The color space of the search.
    history : tuple of Step
    """

    def __init__(
        self,
        table: ColorTable,
        options: QuantizeOptions,
        given: Palette | None = None,
        *,
        order: NDArray[np.uint8] | None = None,
        progress: Progress | None = None,
    ) -> None:
        with_alpha = given is not None and given.has_alpha
        self.colors = ColorPoints(table.with_alpha() if with_alpha else table, SRGB)
        if given is not None:
            found = use_palette(self.colors, given)
        else:
            k, search = options.k, options.search
            found = find_palette(self.colors, k, search, order=order, progress=progress)
        self.palette, self._entries, self.space, self.history = found

    @cached_property
    def metrics(self) -> Metrics:
        """The error of the result."""
        return measure(self.colors, self.palette.colors, self._entries)

    @cached_property
    def _mapping(self) -> Mapping:
        return Mapping(self.colors.table, self._entries, self.palette)

    def map(self, pixels: NDArray[np.uint8]) -> IndexedImage:
        """Map pixels, (H, W, 3 or 4), uint8. All their colors must be in the table."""
        return self._mapping(pixels)
