"""The entries of a palette as points of a space: centers of k-means, moved for mixtures."""

import numpy as np
from numpy.typing import NDArray

from colorquant.choices import Clusterer
from colorquant.clustering.clusterer import clustered
from colorquant.clustering.kmeans import kmeans
from colorquant.color.points import ColorPoints
from colorquant.color.space import Float64
from colorquant.linear import inner_products
from colorquant.models import Step
from colorquant.palettes.depth import DEEP, Bits, snapped
from colorquant.palettes.mixing import MOST_MIXED, mixed, mixed_cost
from colorquant.progress import Progress
from colorquant.search import SearchOptions

__all__ = ["placed_centers"]

Colors = NDArray[np.uint8]

# More colors than these are mixed, and given to clusterers, as bins of so many bits a channel.
_FEW_COLORS = 1 << 12
_COARSE_BITS = 5


def placed_centers(
    colors: ColorPoints,
    k: int,
    search: SearchOptions,
    fixed: Colors,
    *,
    bits: Bits,
    grain: float | None,
    progress: Progress | None,
) -> tuple[Float64, tuple[Step, ...]]:
    """Search for the entries of a palette.

    Parameters
    ----------
    colors : ColorPoints
    k : int
        Number of entries with the fixed ones.
    search : SearchOptions
    fixed : ndarray, (m, 3 or 4), uint8
        Distinct colors, up to k of them.
    bits : (int, int, int)
        Bits of R, G and B. With `grain`, all entries are colors of so many.
    grain : float, optional
        For a palette for dithering, see `colorquant.palettes.mixing`.
    progress : callable, optional
        As for `colorquant.clustering.kmeans.kmeans`.

    Returns
    -------
    points : ndarray, (k - m, d)
        The entries that are not fixed; fewer if there are fewer distinct colors.
    history : tuple of Step
        Steps of the search; centers are in units of the error.
    """
    points, history = _centers(colors, k, search, fixed, progress)
    if grain is not None and k <= MOST_MIXED and not search.clusterer:
        points = _mixed(colors, points, fixed, grain, bits)
    return points, history


def _centers(
    colors: ColorPoints, k: int, search: SearchOptions, fixed: Colors, progress: Progress | None
) -> tuple[Float64, tuple[Step, ...]]:
    """Return the centers that are not fixed, as points of the space, and the search history."""
    m, space = len(fixed), colors.space
    if m == k:
        return np.empty((0, space.dimensions)), ()
    if search.clusterer:
        return _of_clusters(colors, k, search.clusterer, search.seed)
    # The engine works in units of the error.
    scale = 1 / space.unit
    coarse: list[tuple[Float64, Float64]] = []
    weights: Float64 | None = None
    if search.engine == "sklearn":
        # The textbook's way: every pixel is a point.
        points: Float64 = np.repeat(colors[:] * scale, colors.table.counts, axis=0)
    else:
        *coarse, (points, weights) = colors.levels()
    found = kmeans(
        points,
        k,
        weights=weights,
        fixed=space.points(fixed) * scale if m else None,
        engine=str(search.engine),
        effort=search.effort,
        restarts=search.restarts,
        seed=search.seed,
        coarse=coarse,
        progress=progress,
    )
    return found.centers[m:] / scale, found.history


def _of_clusters(
    colors: ColorPoints, k: int, clusterer: Clusterer, seed: int
) -> tuple[Float64, tuple[Step, ...]]:
    """Return the means of the clusters that a clusterer finds in the coarse colors."""
    scale = 1 / colors.space.unit
    points, weights = _coarse(colors)
    found = clustered(points * scale, weights, k, clusterer, seed)
    return found.centers / scale, (found.step,)


def _coarse(colors: ColorPoints) -> tuple[Float64, Float64]:
    """Return the colors as points with weights, or bins of them if there are many."""
    if len(colors) > _FEW_COLORS:
        return colors.binned(_COARSE_BITS)[0]
    return colors[:], colors.weights.astype(np.float64)


def _mixed(
    colors: ColorPoints, centers: Float64, fixed: Colors, grain: float, bits: Bits
) -> Float64:
    """Return centers moved for mixtures of two."""
    points, weights = _coarse(colors)
    space, m = colors.space, len(fixed)
    placed = space.points(fixed)
    best = mixed(points, weights, np.concatenate([placed, centers]), grain, m)
    if bits == DEEP:
        return best[m:]

    def snap(free: Float64) -> Float64:
        return space.points(snapped(space.colors(free), bits))

    rounded = np.concatenate([placed, snap(best[m:])])
    while len(placed) < len(best):
        # Half of the centers go to the nearest colors of the depth; the rest make up for it.
        free = best[len(placed) :]
        near = snap(free)
        order = np.argsort(inner_products(near - free, near - free), kind="stable")
        now, later = np.split(order, [-(-len(order) // 2)])
        placed = np.concatenate([placed, near[now]])
        best = np.concatenate([placed, free[later]])
        if len(later):
            best = mixed(points, weights, best, grain, len(placed))
    costs = [mixed_cost(points, weights, each, grain) for each in (placed, rounded)]
    return (placed if costs[0] < costs[1] else rounded)[m:]
