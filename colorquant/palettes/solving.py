"""A palette fitted to the error that the eye sees, with the pixels' labels fixed.

K-means moves an entry to the mean of its pixels. The eye does not see single pixels, but their
blur, so the blurred error is to be least. It is quadratic in the entries; one Newton step finds
its minimum.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from colorquant.color.alpha import nearly_opaque_made_opaque
from colorquant.color.packing import pack
from colorquant.color.space import Float64
from colorquant.linear import Sparse, solved
from colorquant.mapping.scene import Planes, Scene
from colorquant.mapping.tidy import RADIUS, autocorrelation
from colorquant.models import Labels
from colorquant.threads import for_each

__all__ = ["resolved"]

Colors = NDArray[np.uint8]
# Share of the diagonal's mean that is added to it: it holds entries of few pixels.
_INERTIA = 1e-3
# Rows of a band.
_BAND = 64
# Every so many rows are enough for the products of pairs of pixels.
_SAMPLED = 3


def resolved(
    scene: Scene, palette: Colors, labels: Labels, *, sigma: float, grain: float
) -> Colors:
    """Move the entries of a palette to the least visible error.

    Parameters
    ----------
    scene : Scene
    palette : ndarray, (k, 3 or 4), uint8
        All different.
    labels : ndarray, (H, W), uint8 or uint16
    sigma : float
        Of the blur, in pixels.
    grain : float
        Share of the unblurred error, 0 to 1.

    Returns
    -------
    ndarray, (k, 3 or 4), uint8
        All different. The entries of still pixels stay, and those of no pixels.
    """
    k = len(palette)
    moves = np.bincount(labels.reshape(-1), minlength=k) > 0
    if scene.still is not None:
        moves[labels[scene.still & (scene.importance > 0)]] = False
    entries = scene.entries(palette)
    matrix, right = _system(scene, entries, labels, _Kernel(autocorrelation(sigma), grain))
    steps = solved(matrix, right)
    points = (entries.T + steps) * scene.space.unit
    moved = nearly_opaque_made_opaque(scene.space.colors(points))
    return _distinct(palette, np.where(moves[:, None], moved, palette))


def _distinct(before: Colors, after: Colors) -> Colors:
    """Return the moved entries, but where two have become equal, those before."""
    while True:
        keys = pack(after)
        number = np.unique(keys, return_inverse=True, return_counts=True)
        repeated = number[2][number[1]] > 1
        if not repeated.any():
            return after
        after = np.where(repeated[:, None], before, after)


class _Kernel(NamedTuple):
    """What of an error is seen at another pixel."""

    axis: Float64
    """Of the blur, along each axis."""
    grain: float
    """Share of the unblurred error."""


class _Band(NamedTuple):
    """Some rows, and their surroundings."""

    labels: NDArray[np.intp]
    weights: NDArray[np.float32]
    lines: slice
    """Those that are the rows."""


def _system(
    scene: Scene, entries: Planes, labels: Labels, kernel: _Kernel
) -> tuple[Sparse, Float64]:
    """Return the normal equations for the steps of the entries."""
    height, k = scene.shape[0], entries.shape[1]

    def work(start: int) -> tuple[Float64, Float64]:
        stop = min(start + _BAND, height)
        first, end = max(0, start - RADIUS), min(height, stop + RADIUS)
        own = labels[first:end].astype(np.intp)
        weights = _ROOTS.take(scene.importance[first:end])
        errors = scene.errors(first, end, entries, labels)
        errors *= weights
        band = _Band(own, weights, slice(start - first, stop - first))
        return _pull(errors, band, kernel, k), _products(band, kernel, k)

    right, products = np.zeros((len(entries), k)), np.zeros(k * k)
    # In portions, as the products of many bands take much memory.
    for start in range(0, height, _BAND * 8):
        bands = range(start, min(start + _BAND * 8, height), _BAND)
        for pull, pairs in for_each(work, bands):
            right += pull
            products += pairs
    matrix = products.reshape(k, k)
    matrix = matrix + matrix.T
    diagonal = np.arange(k) * (k + 1)
    flat = matrix.reshape(-1)
    inertia = _INERTIA * float(flat[diagonal].cumsum()[-1]) / k
    # An entry of no sampled pixels would have no equation.
    flat[diagonal] += inertia if inertia > 0 else 1.0
    places = np.flatnonzero(flat)
    return Sparse(places // k, places % k, flat[places]), right.T


_ROOTS = np.sqrt(np.arange(256) / 255).astype(np.float32)


def _pull(errors: Planes, band: _Band, kernel: _Kernel, k: int) -> Float64:
    """Return the sum over each label's pixels of the weighted, blurred error, (d, k)."""
    own = band.labels[band.lines].reshape(-1)
    blurred = _blurred(errors, kernel.axis.astype(np.float32), band.lines)
    blurred *= np.float32(1 - kernel.grain)
    blurred += np.float32(kernel.grain) * errors[:, band.lines]
    blurred *= band.weights[band.lines]
    return np.stack([np.bincount(own, plane.reshape(-1), k) for plane in blurred])


def _blurred(planes: Planes, kernel: NDArray[np.float32], lines: slice) -> Planes:
    """Blur some lines; beyond the ends of the planes, all is 0."""
    d, height, width = planes.shape
    padded = np.zeros((d, height + 2 * RADIUS, width), np.float32)
    padded[:, RADIUS:-RADIUS] = planes
    rows = lines.stop - lines.start
    down = np.zeros((d, rows, width + 2 * RADIUS), np.float32)
    for weight, shift in zip(kernel, range(2 * RADIUS + 1), strict=True):
        first = lines.start + shift
        down[:, :, RADIUS : RADIUS + width] += weight * padded[:, first : first + rows]
    across = np.zeros((d, rows, width), np.float32)
    for weight, shift in zip(kernel, range(2 * RADIUS + 1), strict=True):
        across += weight * down[:, :, shift : shift + width]
    return across


def _products(band: _Band, kernel: _Kernel, k: int) -> Float64:
    """Return half of the products of each pair of labels, judged by some rows, (k * k,)."""
    labels, weights, lines = band
    rows = np.arange(lines.start, lines.stop, _SAMPLED)
    total = np.zeros(k * k)
    width = labels.shape[1]
    for dy in range(RADIUS + 1):
        lower = rows[rows + dy < len(labels)]
        for dx in range(-RADIUS if dy else 0, RADIUS + 1):
            factor = (1 - kernel.grain) * kernel.axis[RADIUS + dy] * kernel.axis[RADIUS + dx]
            if dx == dy == 0:
                # Once, where each other pair is counted in both directions.
                factor = (factor + kernel.grain) / 2
            here = slice(max(0, -dx), min(width, width - dx))
            there = slice(max(0, dx), min(width, width + dx))
            pairs = labels[lower, here] * k + labels[lower + dy, there]
            both = weights[lower, here] * weights[lower + dy, there]
            total += np.bincount(pairs.reshape(-1), both.reshape(-1), k * k) * factor
    total *= (lines.stop - lines.start) / len(rows)
    return total
