"""Operations on alpha: compose over a color, harden, dither, add, drop if all is opaque."""

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "compose",
    "dithered",
    "harden",
    "nearly_opaque_made_opaque",
    "with_alpha",
    "without_opaque_alpha",
]

# Rows composed at once.
_ROWS = 64
_NEARLY_OPAQUE = 252


def compose(pixels: NDArray[np.uint8], background: tuple[int, int, int]) -> NDArray[np.uint8]:
    """Compose an image with alpha over a color.

    Parameters
    ----------
    pixels : ndarray, (H, W, 4), uint8
    background : tuple of int
        R, G and B.

    Returns
    -------
    ndarray, (H, W, 3), uint8
        Rounded to the nearest level.
    """
    composed = np.empty((*pixels.shape[:2], 3), np.uint8)
    behind = np.array(background, np.uint16)
    for row in range(0, len(pixels), _ROWS):
        part = pixels[row : row + _ROWS]
        alpha = part[:, :, 3:].astype(np.uint16)
        composed[row : row + _ROWS] = (part[:, :, :3] * alpha + behind * (255 - alpha) + 127) // 255
    return composed


def harden(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Make every pixel transparent if its alpha is below a half, else opaque.

    Opaque pixels keep their own color. Composed over any background, soft edges would show a
    fringe on all others.

    Parameters
    ----------
    pixels : ndarray, (H, W, 4), uint8

    Returns
    -------
    ndarray, (H, W, 4), uint8
    """
    hard = pixels.copy()
    hard[:, :, 3] = np.where(pixels[:, :, 3] < 128, 0, 255)
    return hard


def dithered(pixels: NDArray[np.uint8], ranks: NDArray[np.uint16]) -> NDArray[np.uint8]:
    """Make every pixel transparent or opaque, in an area as many as its alpha tells.

    Parameters
    ----------
    pixels : ndarray, (H, W, 4), uint8
        Opaque pixels keep their own color.
    ranks : ndarray, (h, w), uint16
        A threshold mask of the numbers from 0 to n - 1, each as often as all others; it is
        repeated over the image.

    Returns
    -------
    ndarray, (H, W, 4), uint8
    """
    height, width = pixels.shape[:2]
    # Opaque from the alpha on at which a share of the mask as large is below.
    thresholds = (2 * ranks.astype(np.int64) + 1) * 255 // (2 * (int(ranks.max()) + 1)) + 1
    lines = thresholds.astype(np.uint8).take(np.arange(width) % ranks.shape[1], axis=1)
    hard = pixels.copy()
    for row in range(0, height, _ROWS):
        part = hard[row : row + _ROWS]
        mask = lines.take(np.arange(row, row + len(part)) % len(lines), axis=0)
        part[..., 3] = np.where(part[..., 3] < mask, 0, 255)
    return hard


def without_opaque_alpha(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return an image, (H, W, 3 or 4), without alpha if all pixels are opaque."""
    opaque = pixels.shape[2] == 4 and bool((pixels[:, :, 3] == 255).all())
    return np.ascontiguousarray(pixels[:, :, :3]) if opaque else pixels


def with_alpha(colors: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return colors, (..., 3 or 4), with alpha; colors without alpha become opaque."""
    if colors.shape[-1] == 4:
        return colors
    opaque = np.full((*colors.shape[:-1], 4), 255, np.uint8)
    opaque[..., :3] = colors
    return opaque


def nearly_opaque_made_opaque(colors: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return colors, (n, 3 or 4), with alpha of 252 or more raised to 255.

    The mean of opaque and nearly opaque colors is nearly opaque, which shows on large areas.
    """
    if colors.shape[1] == 4:
        colors = colors.copy()
        colors[colors[:, 3] >= _NEARLY_OPAQUE, 3] = 255
    return colors
