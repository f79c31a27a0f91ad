"""A palette fitted to the error that the eye sees, with the pixels' labels fixed.

K-means moves an entry to the mean of its pixels. The eye does not see single pixels, but their
blur, so the blurred error is to be least. It is quadratic in the entries; one Newton step finds
its minimum.
"""

import math
from itertools import count
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from colorquant.color.alpha import nearly_opaque_made_opaque
from colorquant.color.packing import pack
from colorquant.color.space import Float64
from colorquant.linear import Sparse, solved
from colorquant.mapping.remap import label_counts
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
# For the products of pairs, one of so many pixels is enough, unless there are few in all, and so
# many in all.
_SAMPLED = 3
_SMALL = 1 << 14
_SAMPLE = 1 << 18


def resolved(
    scene: Scene,
    palette: Colors,
    labels: Labels,
    *,
    sigma: float,
    grain: float,
    pinned: int = 0,
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
    pinned : int
        Number of entries, the first ones, that stay.

    Returns
    -------
    ndarray, (k, 3 or 4), uint8
        All different. The entries of still pixels stay, and those of no pixels.
    """
    k = len(palette)
    moves = label_counts(labels, k) > 0
    moves[:pinned] = False
    if scene.still is not None:
        still = scene.still & (scene.importance > 0) if scene.has_unseen else scene.still
        held = labels[still]
        moves &= label_counts(held, k) == 0
    entries = scene.entries(palette)
    matrix, right = _system(scene, entries, labels, _Kernel(autocorrelation(sigma), grain))
    steps = solved(matrix, right)
    points = (entries.T + steps) * scene.space.unit
    moved = nearly_opaque_made_opaque(scene.space.colors(points))
    return _distinct(palette, np.where(moves[:, None], moved, palette))


def _distinct(before: Colors, after: Colors) -> Colors:
    """Return the moved entries, but of equal ones all but one as they were before."""
    while True:
        # What did not move comes first, so that this comes to an end.
        order = np.argsort((after != before).any(axis=1), kind="stable")
        first = order[np.unique(pack(after[order]), return_index=True)[1]]
        if len(first) == len(after):
            return after
        repeated = np.ones(len(after), bool)
        repeated[first] = False
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
    (height, width), k = scene.shape, entries.shape[1]
    sampled = max(1, min(_SAMPLED, height * width // _SMALL), height * width // _SAMPLE)

    def work(start: int) -> tuple[Float64, Float64]:
        stop = min(start + _BAND, height)
        first, end = max(0, start - RADIUS), min(height, stop + RADIUS)
        own = labels[first:end].astype(np.intp)
        weights = _ROOTS.take(scene.importance[first:end])
        errors = scene.errors(first, end, entries, labels)
        errors *= weights
        band = _Band(own, weights, slice(start - first, stop - first))
        return _pull(errors, band, kernel, k), _products(band, kernel, k, sampled)

    right, products = np.zeros((len(entries), k)), np.zeros(k * k)
    # In portions, as the products of many bands take much memory.
    for start in range(0, height, _BAND * 8):
        bands = range(start, min(start + _BAND * 8, height), _BAND)
        for pull, pairs in for_each(work, bands):
            right += pull
            products += pairs
    half = products.reshape(k, k)
    matrix = half + half.T
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


def _products(band: _Band, kernel: _Kernel, k: int, sampled: int) -> Float64:
    """Return half of the products of each pair of labels, of some of the pixels, (k * k,)."""
    labels, weights, lines = band
    # Beyond the ends of the rows, and below, nothing weighs.
    beyond = ((0, RADIUS + 1), (0, RADIUS))
    own, mass = np.pad(labels, beyond).reshape(-1), np.pad(weights, beyond).reshape(-1)
    width = labels.shape[1] + RADIUS
    # Pixels that are not all in the same columns.
    step = next(n for n in count(sampled) if math.gcd(n, width) == 1)
    first, end = lines.start * width, lines.stop * width
    here = slice(first, end, step)
    total = np.zeros(k * k)
    for dy in range(RADIUS + 1):
        for dx in range(-RADIUS if dy else 0, RADIUS + 1):
            factor = (1 - kernel.grain) * kernel.axis[RADIUS + dy] * kernel.axis[RADIUS + dx]
            if dx == dy == 0:
                # Once, where each other pair is counted in both directions.
                factor = (factor + kernel.grain) / 2
            shift = dy * width + dx
            there = slice(first + shift, end + shift, step)
            both = mass[here] * mass[there]
            total += np.bincount(own[here] * k + own[there], both, k * k) * (factor * step)
    return total
