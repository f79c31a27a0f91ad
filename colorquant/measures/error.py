"""Squared errors between colors and their palette entries."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from colorquant.color.points import ColorPoints
from colorquant.linear import inner_products
from colorquant.models import Metrics

__all__ = ["measure", "squared_errors"]


def squared_errors(
    colors: ColorPoints, palette: NDArray[np.uint8], entries: NDArray[np.integer]
) -> NDArray[np.float64]:
    """Return each color's squared distance to its palette color, in units of the space.

    Parameters
    ----------
    colors : ColorPoints
        Points of n colors.
    palette : ndarray, (k, 3 or 4), uint8
    entries : ndarray, (n,)
        Palette entry of each color.

    Returns
    -------
    ndarray, (n,), float64
    """
    return np.concatenate([errors for _, errors in _in_parts(colors, palette, entries)])


def _in_parts(
    colors: ColorPoints, palette: NDArray[np.uint8], entries: NDArray[np.integer]
) -> Iterator[tuple[slice, NDArray[np.float64]]]:
    targets = colors.space.points(palette)
    for part, points in colors.parts():
        difference = points - targets[entries[part]]
        yield part, inner_products(difference, difference)


def measure(
    colors: ColorPoints, palette: NDArray[np.uint8], entries: NDArray[np.integer]
) -> Metrics:
    """Measure the error of an image by its distinct colors.

    Parameters
    ----------
    colors : ColorPoints
        The colors of the image, in sRGB. Errors are summed over R, G and B; with alpha, the
        mean of the errors over black and over white counts.
    palette : ndarray, (k, 3 or 4), uint8
    entries : ndarray, (n,)
        Palette entry of each color.

    Returns
    -------
    Metrics
    """
    counts = colors.table.counts
    level = 255 / colors.space.unit
    total = 0.0
    for part, errors in _in_parts(colors, palette, entries):
        total += float((errors * (level * level) * counts[part]).sum())
    return Metrics(total / (3 * int(counts.sum())))
