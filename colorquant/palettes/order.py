"""Order of the colors in a palette."""

import numpy as np
from numpy.typing import NDArray

from colorquant.color.packing import pack

__all__ = ["from_dark_to_light", "order_as"]


def from_dark_to_light(colors: NDArray[np.uint8]) -> NDArray[np.intp]:
    """Return the order of colors by alpha, then luma (ITU-R BT.601), then the channels.

    Parameters
    ----------
    colors : ndarray, (k, 3 or 4), uint8

    Returns
    -------
    ndarray, (k,), intp
        Rows of the colors.
    """
    luma = colors[:, :3].astype(np.int64) @ (299, 587, 114)
    return np.lexsort((pack(colors), luma, *colors.T[3:]))


def order_as(given: NDArray[np.uint8], colors: NDArray[np.uint8]) -> NDArray[np.intp]:
    """Return the order of colors as in a given list; colors that it lacks come last.

    Parameters
    ----------
    given : ndarray, (m, 4), uint8
        A color may occur several times; the first one counts.
    colors : ndarray, (k, 3 or 4), uint8

    Returns
    -------
    ndarray, (k,), intp
        Rows of the colors.
    """
    keys = pack(given[:, : colors.shape[1]])
    first = dict(zip(reversed(keys.tolist()), reversed(range(len(keys))), strict=True))
    places = [first.get(key, len(keys)) for key in pack(colors).tolist()]
    return np.argsort(places, kind="stable")
