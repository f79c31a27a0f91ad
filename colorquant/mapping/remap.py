"""Lookup of what belongs to the color of every pixel, by a table of colors."""

from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from colorquant.color.table import ColorTable, strips
from colorquant.models import Labels
from colorquant.threads import for_each

__all__ = ["Mapping", "label_counts", "relabeled"]

Value = TypeVar("Value", bound=np.unsignedinteger[Any])

# If all keys are below this, they are looked up in an array over all of them, else by bisection.
_DIRECT = 1 << 24


def label_counts(labels: Labels, k: int) -> NDArray[np.int64]:
    """Return the number of pixels of each of k labels, (k,)."""
    flat = labels.reshape(-1)
    # NumPy makes each label eight bytes, so not all at once.
    parts = [np.bincount(flat[part], minlength=k) for part in strips(len(flat))]
    counts: NDArray[np.int64] = np.sum(parts, axis=0, dtype=np.int64)
    return counts


def relabeled(labels: Labels, values: NDArray[Any]) -> NDArray[Any]:
    """Return the value of each pixel's label, (H, W).

    Parameters
    ----------
    labels : ndarray, (H, W), uint8 or uint16
    values : ndarray, (k,)
    """
    flat = labels.reshape(-1)
    result = np.empty(len(flat), values.dtype)
    # As in `label_counts`.
    for part in strips(len(flat)):
        values.take(flat[part], out=result[part], mode="clip")
    return result.reshape(labels.shape)


class Mapping(Generic[Value]):
    """Gives every pixel the value of its color, as its palette entry.

    Parameters
    ----------
    table : ColorTable
        The colors of the image, or of several images.
    values : ndarray, (n,), unsigned
        A value for each of the table's colors.
    """

    def __init__(self, table: ColorTable, values: NDArray[Value]) -> None:
        self._table = table
        self._values = values
        self._by_key: NDArray[Value] | None = None
        if 1 << 8 * table.channels <= _DIRECT:
            self._by_key = np.full(_DIRECT, 0, values.dtype)
            self._by_key[table.keys] = values

    def __call__(self, pixels: NDArray[np.uint8]) -> NDArray[Value]:
        """Return the values of pixels, (H, W).

        Parameters
        ----------
        pixels : ndarray, (H, W, 3 or 4), uint8
            All their colors must be in the table.
        """
        height, width, channels = pixels.shape
        flat = pixels.reshape(-1, channels)
        values = np.empty(height * width, self._values.dtype)

        def look_up(part: slice) -> None:
            keys = self._table.keys_of(flat[part])
            if self._by_key is not None:
                values[part] = self._by_key[keys]
            else:
                values[part] = self._values[np.searchsorted(self._table.keys, keys)]

        for_each(look_up, strips(len(flat)))
        return values.reshape(height, width)
