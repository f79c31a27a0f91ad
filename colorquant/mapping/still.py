"""The pixels that dithering leaves alone: flat areas of exact colors, and their surroundings."""

import numpy as np
from numpy.typing import NDArray

from colorquant.threads import for_each

__all__ = ["exact_pixels", "still_pixels"]

# Antialiased text and edges are about as wide.
_AROUND = 2
_BAND = 256


def still_pixels(
    pixels: NDArray[np.uint8],
    flat: NDArray[np.bool_],
    palette: NDArray[np.uint8],
    nearest: NDArray[np.integer],
) -> NDArray[np.bool_] | None:
    """Return where pixels are fully transparent, or near flat areas of colors of the palette.

    Parameters
    ----------
    pixels : ndarray, (H, W, c), uint8
    flat : ndarray, (H, W), bool
        See `colorquant.color.importance.flat`.
    palette : ndarray, (k, c), uint8
    nearest : ndarray, (H, W)
        The label of the entry nearest to each pixel.

    Returns
    -------
    ndarray, (H, W), bool, or None
        True also up to two pixels beside, above and below a flat pixel. None if there are none.
    """
    height = len(pixels)
    still = np.empty(flat.shape, bool)

    def work(start: int) -> None:
        stop = min(start + _BAND, height)
        first, end = max(0, start - _AROUND), min(height, stop + _AROUND)
        exact = flat[first:end] & exact_pixels(pixels[first:end], palette, nearest[first:end])
        if pixels.shape[2] == 4:
            # Nobody sees the color of a fully transparent pixel.
            clear = (pixels[first:end, :, 3] == 0) & (palette[:, 3] == 0).take(nearest[first:end])
            exact |= clear & flat[first:end]
        wide = _widened(_widened(exact).T).T[start - first : stop - first]
        if pixels.shape[2] == 4:
            wide = wide | (pixels[start:stop, :, 3] == 0)
        still[start:stop] = wide

    for_each(work, range(0, height, _BAND))
    return still if still.any() else None


def exact_pixels(
    pixels: NDArray[np.uint8], palette: NDArray[np.uint8], nearest: NDArray[np.integer]
) -> NDArray[np.bool_]:
    """Return where pixels have exactly the color of their nearest entry, (H, W).

    Parameters
    ----------
    pixels, palette, nearest
        As for `still_pixels`.
    """
    exact = np.ones(nearest.shape, bool)
    for channel, column in enumerate(palette.T):
        exact &= column.take(nearest) == pixels[..., channel]
    return exact


def _widened(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return a mask widened along its first axis."""
    wide = mask.copy()
    for step in range(1, _AROUND + 1):
        wide[step:] |= mask[:-step]
        wide[:-step] |= mask[step:]
    return wide
