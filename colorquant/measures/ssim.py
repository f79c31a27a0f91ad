"""Structural similarity."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["WINDOW", "ssim"]

Float64 = NDArray[np.float64]

WINDOW = 7
"""Rows and columns of a window."""

# Luminance of R, G and B, as scikit-image's rgb2gray has it.
_GRAY = (0.2125, 0.7154, 0.0721)
# The squares of 0.01 and of 0.03 of the range.
_C1, _C2 = 2.55 * 2.55, 7.65 * 7.65


def ssim(one: Float64, other: Float64) -> float | None:
    """Return the mean structural similarity of two images in gray.

    Wang, Bovik, Sheikh and Simoncelli, "Image quality assessment: from error visibility to
    structural similarity", IEEE Transactions on Image Processing 13 (2004), with uniform windows of
    7 x 7 and sample covariance, as scikit-image computes it.

    Parameters
    ----------
    one, other : ndarray, (H, W, 3)
        Levels from 0 to 255.

    Returns
    -------
    float or None
        Up to 1, for equal images; None if the image is smaller than the window.
    """
    if min(one.shape[:2]) < WINDOW:
        return None
    x, y = (_gray(each) for each in (one, other))
    number = WINDOW * WINDOW
    sample = number / (number - 1)
    mean_x, mean_y = _means(x), _means(y)
    variances = sample * (_means(x * x) + _means(y * y) - mean_x * mean_x - mean_y * mean_y)
    covariance = sample * (_means(x * y) - mean_x * mean_y)
    above = (2 * mean_x * mean_y + _C1) * (2 * covariance + _C2)
    below = (mean_x * mean_x + mean_y * mean_y + _C1) * (variances + _C2)
    return float((above / below).mean())


def _gray(levels: Float64) -> Float64:
    red, green, blue = np.moveaxis(levels, -1, 0)
    gray: Float64 = _GRAY[0] * red + _GRAY[1] * green + _GRAY[2] * blue
    return gray


def _means(plane: Float64) -> Float64:
    """Return the mean of each window that lies within the image."""
    height, width = (length - WINDOW + 1 for length in plane.shape)
    rows = np.zeros((height, plane.shape[1]))
    for shift in range(WINDOW):
        rows += plane[shift : shift + height]
    sums = np.zeros((height, width))
    for shift in range(WINDOW):
        sums += rows[:, shift : shift + width]
    return sums / (WINDOW * WINDOW)
