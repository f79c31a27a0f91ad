"""Squared errors between colors and their palette entries."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from colorquant.color.points import ColorPoints
from colorquant.color.space import SRGB
from colorquant.color.table import strips
from colorquant.linear import inner_products
from colorquant.models import IndexedImage, Metrics
from colorquant.threads import for_each

__all__ = ["measure", "measure_image", "squared_errors"]


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


def measure_image(pixels: NDArray[np.uint8], indexed: IndexedImage) -> Metrics:
    """Measure the error of an image by its pixels.

    Parameters
    ----------
    pixels : ndarray, (H, W, 3 or 4), uint8
        With alpha if the palette has alpha.
    indexed : IndexedImage

    Returns
    -------
    Metrics
    """
    channels = pixels.shape[2]
    flat, labels = pixels.reshape(-1, channels), indexed.indices.reshape(-1)
    # Points are whole numbers, so that sums are exact.
    space = SRGB.of(channels)
    targets = space.points(indexed.palette.colors).astype(np.int32)

    def work(part: slice) -> int:
        points = space.points(flat[part]) if channels == 4 else flat[part]
        total = 0
        for axis, target in enumerate(targets.T):
            error = target.take(labels[part]) - points[:, axis].astype(np.int32)
            total += int(np.square(error, dtype=np.int64).sum())
        return total

    total = sum(for_each(work, strips(len(flat))))
    level = space.unit / 255
    return Metrics(total / (level * level) / (3 * len(flat)))
