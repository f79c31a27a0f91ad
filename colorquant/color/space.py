"""The coordinates in which colors are compared.

Opaque colors: R, G, B. Colors with alpha: the color as seen over black and as seen over
white, three coordinates each. Half the squared distance of those six is the mean of the
squared errors that a viewer sees on the two backgrounds, and equals the squared distance
in R, G, B where both colors are opaque.
"""

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "compose",
    "dimensions",
    "embed",
    "harden",
    "scale",
    "unembed",
    "with_alpha",
    "without_opaque_alpha",
]

# Composed at once.
_ROWS = 64

Float64 = NDArray[np.float64]


def embed(colors: NDArray[np.uint8]) -> Float64:
    """Return exact, whole-numbered coordinates.

    Parameters
    ----------
    colors : ndarray, (n, 3 or 4), uint8
        R, G, B, and straight alpha.

    Returns
    -------
    ndarray, (n, 3) or (n, 6), float64
        0 to 255; with alpha -65,025 to 65,025, the last three being the color over white
        less the white.
    """
    values = colors.astype(np.float64)
    if colors.shape[1] == 3:
        return values
    alpha = values[:, 3:]
    over_black = values[:, :3] * alpha
    return np.hstack([over_black, over_black - 255 * alpha])


def dimensions(channels: int) -> int:
    """Return how many coordinates `embed` makes of 3 or 4 channels."""
    return 3 if channels == 3 else 6


def scale(dimensions: int) -> float:
    """Return the factor that brings coordinates to 0-1 units.

    Squared distances of coordinates times its square are squared errors, summed over R, G
    and B, in 0-1 units.

    Parameters
    ----------
    dimensions : int
        3 or 6, of the coordinates.
    """
    return 1 / 255 if dimensions == 3 else 1 / (255 * 255 * np.sqrt(2))


def unembed(coordinates: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Return the colors nearest to coordinates in 8 bits.

    Parameters
    ----------
    coordinates : ndarray, (n, 3) or (n, 6)
        As `embed` returns them; any values between are allowed.

    Returns
    -------
    ndarray, (n, 3 or 4), uint8
        What is fully transparent is (0, 0, 0, 0).
    """
    if coordinates.shape[1] == 3:
        return _to_uint8(coordinates)
    over_black, over_white = coordinates[:, :3], coordinates[:, 3:]
    alpha = _to_uint8((over_black - over_white).mean(axis=1, keepdims=True) / 255)
    # Of a and b, both of which the color over black and over white should match, the mean
    # is the best common estimate.
    target = (over_black + over_white + 255.0 * alpha) / 2
    straight = np.divide(target, alpha, out=np.zeros_like(target), where=alpha > 0)
    return np.hstack([_to_uint8(straight), alpha])


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
    """Make every pixel transparent, where its alpha is below a half, or opaque.

    An opaque one keeps its own color: mixed with any background, edges would show a fringe on
    all others.

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


def without_opaque_alpha(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return an image, (H, W, 3 or 4), without alpha if all of it is opaque."""
    opaque = pixels.shape[2] == 4 and bool((pixels[:, :, 3] == 255).all())
    return np.ascontiguousarray(pixels[:, :, :3]) if opaque else pixels


def with_alpha(colors: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return colors, (..., 3 or 4), with alpha, opaque where they had none."""
    if colors.shape[-1] == 4:
        return colors
    opaque = np.full((*colors.shape[:-1], 4), 255, np.uint8)
    opaque[..., :3] = colors
    return opaque


def _to_uint8(values: NDArray[np.floating]) -> NDArray[np.uint8]:
    rounded: NDArray[np.uint8] = np.rint(np.clip(values, 0, 255)).astype(np.uint8)
    return rounded
