"""Bounds for the palette of many images, of which only the colors are known."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from colorquant.color.table import ColorTable
from colorquant.models import IndexedImage, Palette
from colorquant.options import QuantizeOptions
from colorquant.pipeline.bounds import bounded
from colorquant.pipeline.fitted import Fitted
from colorquant.pipeline.measured import Trial
from colorquant.pipeline.result import Made

__all__ = ["bounded_palette"]


def bounded_palette(table: ColorTable, options: QuantizeOptions) -> Palette:
    """Find the palette that meets the bounds for the colors of many images together.

    Dithered or not, it is judged by the color nearest to each.

    Parameters
    ----------
    table : ColorTable
    options : QuantizeOptions
        With no bounds but the PSNR, CIEDE2000 and the quality.

    Raises
    ------
    BoundError
        If a bound is missed.
    """
    return bounded(_Colors(table, options))[0].fitted.palette


class _Colors:
    """The colors of many images, without their pixels."""

    given: Palette | None = None
    target = "the shared palette"
    moving, blind = False, True

    def __init__(self, table: ColorTable, options: QuantizeOptions) -> None:
        self.table, self.options = table, options

    def frames(self) -> Iterator[NDArray[np.uint8]]:
        raise AssertionError("there are no pixels")

    def trial(self, options: QuantizeOptions, kept: NDArray[np.uint8] | None = None) -> Trial:
        return _ColorsTrial(options, Fitted(self.table, options, kept=kept))


class _ColorsTrial(NamedTuple):
    options: QuantizeOptions
    fitted: Fitted

    @property
    def made(self) -> Made:
        raise AssertionError("there are no pixels")

    def pairs(self) -> Iterator[tuple[NDArray[np.uint8], IndexedImage]]:
        raise AssertionError("there are no pixels")
