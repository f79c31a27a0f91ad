"""How far a quantized image is from its source."""

import numpy as np
from numpy.typing import NDArray

from colorquant.color.space import embed, scale
from colorquant.color.table import ColorTable, strips
from colorquant.linear import inner_products
from colorquant.models import Metrics

__all__ = ["measure", "squared_errors"]


def squared_errors(
    colors: NDArray[np.uint8], palette: NDArray[np.uint8], entries: NDArray[np.integer]
) -> NDArray[np.float64]:
    """Return each color's squared distance to its palette color, in 8-bit units.

    Parameters
    ----------
    colors : ndarray, (n, 3 or 4), uint8
    palette : ndarray, (k, as many), uint8
    entries : ndarray, (n,)
        Palette entry of each color.

    Returns
    -------
    ndarray, (n,), float64
        Summed over R, G and B; with alpha the mean of those over black and over white.
    """
    difference = embed(colors) - embed(palette)[entries]
    unit = 255 * scale(difference.shape[1])
    return inner_products(difference, difference) * (unit * unit)


def measure(table: ColorTable, palette: NDArray[np.uint8], entries: NDArray[np.integer]) -> Metrics:
    """Measure an image by its distinct colors.

    Parameters
    ----------
    table : ColorTable
        Of the image.
    palette : ndarray, (k, 3 or 4), uint8
    entries : ndarray, (n,)
        Palette entry of each of the table's colors.

    Returns
    -------
    Metrics
    """
    total = 0.0
    for part in strips(len(table)):
        errors = squared_errors(table.colors[part], palette, entries[part])
        total += float((errors * table.counts[part]).sum())
    return Metrics(total / (3 * int(table.counts.sum())))
