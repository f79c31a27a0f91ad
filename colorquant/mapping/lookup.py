"""Fast search for the entry nearest to any point, for error diffusion and the tidy pass."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from colorquant.clustering.nearest import nearest
from colorquant.clustering.rounded import SHORTEST, Rounded, box_length, max_norm
from colorquant.mapping.scene import Planes
from colorquant.models import index_type

__all__ = ["Lookup", "lookup"]

Rows = NDArray[np.float32]
Labels = NDArray[np.uint8] | NDArray[np.uint16]

# Bits of a table's cells along each axis; the eye sees lightness best.
_BITS = (7, 6, 6)
# What the table's box exceeds the entries by, in units of the error.
_MARGIN = 0.06
# Cells of a block, along each axis, that follow each other when a table is filled.
_BLOCK = 8
# Up to so many centers, float32 is fine enough.
_FEW = 512


class Lookup(Protocol):
    """A search in units of its own.

    Attributes
    ----------
    entries : ndarray, (k, width), float32
        The entries in these units. Columns beyond the dimensions of the space are 0.
    found : dtype
        Of the labels.
    """

    entries: Rows
    found: np.dtype[np.uint8] | np.dtype[np.uint16]

    def rows(self, planes: Planes) -> Rows:
        """Return points, (d, ...), in the units of the search, (n, width)."""

    def into(self, points: Rows, out: Labels) -> None:
        """Write the label of the entry nearest to each point; the points are overwritten."""


def lookup(entries: Planes) -> Lookup:
    """Return a search among entries, (d, k)."""
    return _Table(entries) if len(entries) == 3 else _Exact(entries)


class _Table:
    """A table over the entries' bounding box."""

    def __init__(self, entries: Planes) -> None:
        d, k = entries.shape
        cells = np.array([1 << bits for bits in _BITS], np.float32)
        low = entries.min(axis=1) - np.float32(_MARGIN)
        span = entries.max(axis=1) + np.float32(_MARGIN) - low
        self._low, self._scale = low, cells / span
        self._last = np.append(cells - 1, 0).astype(np.float32)[[2, 1, 0, 3]]
        self.entries = self.rows(entries)
        labels = _nearest_of_cells(entries, low, span / cells)
        # A cell is found by a number of four bytes, made from its coordinates at once.
        self.found = index_type(k)
        table = np.zeros((1 << _BITS[0], 256, 256), self.found)
        table[:, : 1 << _BITS[1], : 1 << _BITS[2]] = labels
        self._table = table.reshape(-1)

    def rows(self, planes: Planes) -> Rows:
        """See `Lookup.rows`."""
        rows = np.zeros((planes[0].size, 4), np.float32)
        for axis, column in zip((2, 1, 0), rows.T, strict=False):
            np.subtract(planes[axis].reshape(-1), self._low[axis], out=column)
            column *= self._scale[axis]
        return rows

    def into(self, points: Rows, out: Labels) -> None:
        """See `Lookup.into`."""
        np.maximum(points, 0, out=points)
        np.minimum(points, self._last, out=points)
        cells = points.astype(np.uint8).view("<u4")[:, 0]
        self._table.take(cells, out=out, mode="clip")


def _nearest_of_cells(entries: Planes, low: Rows, size: Rows) -> NDArray[np.intp]:
    """Return the label of the entry nearest to the middle of each cell, by its coordinates."""
    k = entries.shape[1]
    dtype = np.float32 if k <= _FEW else np.float64
    axes = [
        (np.arange(1 << bits) + 0.5) * float(width) + float(start)
        for bits, start, width in zip(_BITS, low, size, strict=True)
    ]
    middle = [float(axis.mean()) for axis in axes]
    corner = [float(axis[-1] - each) for axis, each in zip(axes, middle, strict=True)]
    reach = float(np.sqrt(sum(each * each for each in corner)))
    factor = (max_norm(dtype, k) - 1) / reach
    axes = [np.rint((axis - each) * factor) for axis, each in zip(axes, middle, strict=True)]
    # In blocks, so that those that follow each other are neighbors.
    shape = [number for bits in _BITS for number in ((1 << bits) // _BLOCK, _BLOCK)]
    grid = np.stack(np.meshgrid(*axes, indexing="ij")).reshape(3, *shape)
    points = grid.transpose(0, 1, 3, 5, 2, 4, 6).reshape(3, -1)
    length = SHORTEST if box_length(points.shape[1], k) else 0
    centers = [
        np.rint((row.astype(np.float64) - each) * factor)
        for row, each in zip(entries, middle, strict=True)
    ]
    labels = nearest(Rounded.of(points, dtype, length), np.stack(centers, axis=1))
    blocks = labels.reshape(*shape[::2], *shape[1::2])
    return blocks.transpose(0, 3, 1, 4, 2, 5).reshape([1 << bits for bits in _BITS])


class _Exact:
    """A comparison with all entries, on a grid on which it is exact."""

    def __init__(self, entries: Planes) -> None:
        k = entries.shape[1]
        self.found = index_type(k)
        self.entries = self.rows(entries)
        low, high = self.entries.min(axis=0) - _MARGIN, self.entries.max(axis=0) + _MARGIN
        self._low, self._high = low.astype(np.float32), high.astype(np.float32)
        self._middle = ((low.astype(np.float64) + high) / 2)[:, None]
        reach = float(np.sqrt(((high - self._middle[:, 0]) ** 2).sum()))
        self._factor = (max_norm(np.float64, k) - len(entries)) / reach
        self._centers = np.rint((entries - self._middle) * self._factor).T

    def rows(self, planes: Planes) -> Rows:
        """See `Lookup.rows`."""
        return np.ascontiguousarray(planes.reshape(len(planes), -1).T)

    def into(self, points: Rows, out: Labels) -> None:
        """See `Lookup.into`."""
        np.maximum(points, self._low, out=points)
        np.minimum(points, self._high, out=points)
        grid = (points.T - self._middle) * self._factor
        out[:] = nearest(Rounded.of(grid, np.float64), self._centers)
