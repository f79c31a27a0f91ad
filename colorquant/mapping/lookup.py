"""Fast search for the entry nearest to any point, for error diffusion and the tidy pass."""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from colorquant.clustering.nearest import nearest
from colorquant.clustering.rounded import BOXED_CENTERS, Rounded, max_norm
from colorquant.mapping.scene import Planes
from colorquant.models import Labels, index_type

__all__ = ["Lookup", "lookup"]

Rows = NDArray[np.float32]
# Bits of a table's cells along each axis; the eye sees lightness best.
_BITS = (7, 6, 6)
# What the table's box exceeds the entries by, in units of the error.
_MARGIN = 0.06
# Cells of a block, along each axis, that follow each other when a table is filled.
_BLOCK = 8


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
        """Write the label of the entry nearest to each point; the points are overwritten.

        Points farther outside the entries' bounding box than a margin are first moved to it.
        """


def lookup(entries: Planes) -> Lookup:
    """Return a search among entries, (d, k)."""
    return _Table(entries) if len(entries) == 3 else _Exact(entries)


class _Table:
    """A table over the entries' bounding box."""

    def __init__(self, entries: Planes) -> None:
        cells = np.array([1 << bits for bits in _BITS], np.float32)
        low = entries.min(axis=1) - np.float32(_MARGIN)
        span = entries.max(axis=1) + np.float32(_MARGIN) - low
        self._low, self._scale = low, cells / span
        self._last = np.append(cells - 1, 0).astype(np.float32)[[2, 1, 0, 3]]
        self.entries = self.rows(entries)
        labels = _nearest_of_cells(entries, low, span / cells)
        # A cell is found by a number of four bytes, made from its coordinates at once.
        self.found = index_type(entries.shape[1])
        table = np.zeros((1 << _BITS[0], 256, 256), self.found)
        table[:, : 1 << _BITS[1], : 1 << _BITS[2]] = labels
        self._table = table.reshape(-1)

    def rows(self, planes: Planes) -> Rows:
        """See `Lookup.rows`."""
        rows = np.zeros((planes[0].size, 4), np.float32)
        for axis, plane in enumerate(planes):
            column = rows[:, 2 - axis]
            np.subtract(plane.reshape(-1), self._low[axis], out=column)
            np.multiply(column, self._scale[axis], out=column)
        return rows

    def into(self, points: Rows, out: Labels) -> None:
        """See `Lookup.into`."""
        np.maximum(points, 0, out=points)
        np.minimum(points, self._last, out=points)
        cells = points.astype(np.uint8).view("<u4")[:, 0]
        self._table.take(cells, out=out, mode="clip")


def _nearest_of_cells(entries: Planes, low: Rows, size: Rows) -> Labels:
    """Return the label of the entry nearest to the middle of each cell, by its coordinates."""
    k = entries.shape[1]
    cells = [1 << bits for bits in _BITS]
    middle = low + size.astype(np.float64) * (np.array(cells) / 2)
    reach = float(np.sqrt(np.square(middle - low).sum()))
    factor = (max_norm(np.float64, k) - len(cells)) / reach
    axes = [
        np.rint((np.arange(n) + (0.5 - n / 2)) * (float(width) * factor))
        for n, width in zip(cells, size, strict=True)
    ]
    centers = np.rint((entries.T - middle) * factor)
    blocks = [n // _BLOCK for n in cells]
    labels = nearest(_cells(axes, blocks, boxed=k >= BOXED_CENTERS), centers)
    found: Any = labels.astype(index_type(k)).reshape(*blocks, *[_BLOCK] * len(cells))
    result: Labels = found.transpose(0, 3, 1, 4, 2, 5).reshape(cells)
    return result


def _cells(axes: list[NDArray[np.float64]], blocks: list[int], *, boxed: bool) -> Rounded:
    """Lay out the middles of all cells, block by block, with half of a block in a box."""
    rows = np.ones((len(axes) + 1, *blocks, *[_BLOCK] * len(axes)))
    half, halves = _BLOCK // 2, (*blocks, 2)
    middles = np.ones((*halves, len(axes) + 1))
    radii = np.zeros(halves)
    for number, (axis, n) in enumerate(zip(axes, blocks, strict=True)):
        place = np.array([n, _BLOCK])
        shape = np.ones(2 * len(axes), np.intp)
        shape[[number, number + len(axes)]] = place
        rows[number] = axis.reshape(shape)
        # The first axis of a block is halved.
        parts = axis.reshape(n, 2, half) if number == 0 else axis.reshape(n, 1, _BLOCK)
        center = np.trunc(parts.mean(axis=2))
        farthest = np.abs(parts - center[..., None]).max(axis=2)
        along = [1] * (len(axes) + 1)
        along[number], along[-1] = parts.shape[:2]
        middles[..., number] = center.reshape(along)
        radii += np.square(farthest).reshape(along)
    flat = rows.reshape(len(rows), -1)
    if not boxed:
        return Rounded(flat)
    length = half * _BLOCK * _BLOCK
    return Rounded(flat, length, middles.reshape(-1, len(rows)), np.sqrt(radii).reshape(-1))


class _Exact:
    """A comparison with all entries, on a grid on which it is exact."""

    def __init__(self, entries: Planes) -> None:
        k = entries.shape[1]
        self.found = index_type(k)
        self.entries = self.rows(entries)
        low, high = self.entries.min(axis=0) - _MARGIN, self.entries.max(axis=0) + _MARGIN
        self._low, self._high = low.astype(np.float32), high.astype(np.float32)
        self._middle = ((low.astype(np.float64) + high) / 2)[:, None]
        reach = float(np.sqrt(np.square(high - self._middle[:, 0]).sum()))
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
