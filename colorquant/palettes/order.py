"""Order of the colors in a palette."""

import numpy as np
from numpy.typing import NDArray

from colorquant.color.packing import pack
from colorquant.mapping.remap import label_counts, relabeled
from colorquant.models import IndexedImage, Labels, Palette, index_type

__all__ = ["from_dark_to_light", "order_as", "settled"]


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


def settled(colors: NDArray[np.uint8], labels: Labels, *, whole: bool) -> IndexedImage:
    """Return an image with its palette counted.

    Parameters
    ----------
    colors : ndarray, (k, 3 or 4), uint8
    labels : ndarray, (H, W), uint8 or uint16
    whole : bool
        Whether all entries stay, in their order. Else unused ones are left out, and the others
        sorted from dark to light.
    """
    counts = label_counts(labels, len(colors))
    if not whole:
        used = np.flatnonzero(counts)
        rows = used[from_dark_to_light(colors[used])]
        number = np.zeros(len(colors), index_type(len(rows)))
        number[rows] = np.arange(len(rows))
        colors, counts, labels = colors[rows], counts[rows], relabeled(labels, number)
    return IndexedImage(labels, Palette(colors, counts))
