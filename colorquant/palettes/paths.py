"""Ways through the colors of a palette: by hue, and along a short path."""

import numpy as np
from numpy.typing import NDArray

from colorquant.clustering.curve import curve_order
from colorquant.color.perceptual import PERCEPTUAL
from colorquant.color.space import Float64
from colorquant.palettes.spacing import squared_distances

__all__ = ["hue_classes", "short_path"]

# Below this distance from the axis of grays, a color has no hue to speak of.
_GRAY = 0.02
_CLASSES = 12
# Paths through more colors are not improved, as the time grows with the square of their number
# and more; those through even more colors follow a space-filling curve.
_IMPROVED, _NEAREST = 512, 4096
# A change must shorten a path by more than what rounding makes of equal lengths.
_LEAST = 1e-12


def hue_classes(colors: NDArray[np.uint8]) -> NDArray[np.intp]:
    """Return the class of hue of each color: 0 for grays, then 1 to 12 from pink on.

    Parameters
    ----------
    colors : ndarray, (k, 3 or 4), uint8

    Returns
    -------
    ndarray, (k,), intp
    """
    _, a, b = PERCEPTUAL.points(colors[:, :3]).T
    # A number from 0 to 4 that grows with the angle, from divisions alone, which IEEE 754 rounds.
    total = np.abs(a) + np.abs(b)
    share = b / np.where(total > 0, total, 1.0)
    turn = np.where(a >= 0, np.where(b >= 0, share, 4 + share), 2 - share)
    classes: NDArray[np.intp] = np.minimum(turn * (_CLASSES / 4), _CLASSES - 1).astype(np.intp) + 1
    classes[a * a + b * b < _GRAY * _GRAY] = 0
    return classes


def short_path(colors: NDArray[np.uint8]) -> NDArray[np.intp]:
    """Return a short path through colors from the first of them.

    It goes to the nearest neighbor that is left, and is then improved by turning parts of it
    around as long as that shortens it (Croes, "A method for solving traveling-salesman
    problems", Operations Research 6, 1958). The same is done for the given order, and the
    shorter path is taken.

    Parameters
    ----------
    colors : ndarray, (k, 3 or 4), uint8

    Returns
    -------
    ndarray, (k,), intp
        Rows of the colors. Lengths are distances in the space of visible differences. Paths
        through more than 512 colors are not improved, and those through more than 4,096 follow
        a Z-order curve.
    """
    points = PERCEPTUAL.of(colors.shape[1]).points(colors)
    k = len(points)
    if k > _NEAREST:
        return curve_order(np.ascontiguousarray(points.T))
    nearest = _greedy(points)
    if k > _IMPROVED:
        return nearest
    apart = np.stack([np.sqrt(squared_distances(points, point)) for point in points])
    paths = [_improved(path, apart) for path in (nearest, np.arange(k))]
    return min(paths, key=lambda path: float(apart[path[1:], path[:-1]].cumsum()[-1:].sum()))


def _greedy(points: Float64) -> NDArray[np.intp]:
    """Return the path that always goes to the nearest point that is left."""
    left = np.ones(len(points), bool)
    path = np.zeros(len(points), np.intp)
    for step in range(1, len(points)):
        left[path[step - 1]] = False
        distances = squared_distances(points, points[path[step - 1]])
        path[step] = np.where(left, distances, np.inf).argmin()
    return path


def _improved(path: NDArray[np.intp], apart: Float64) -> NDArray[np.intp]:
    """Return a path that no turning around of a part shortens."""
    path = path.copy()
    changed = True
    while changed:
        changed = False
        for start in range(1, len(path) - 1):
            before, own = path[start - 1], path[start]
            ends = path[start + 1 :]
            # What comes after each end; after the last one, nothing.
            beyond = path[start + 2 :]
            gain = apart[before, own] - apart[before, ends]
            gain[:-1] += apart[ends[:-1], beyond] - apart[own, beyond]
            best = int(gain.argmax())
            if gain[best] > _LEAST:
                stop = start + best + 2
                path[start:stop] = path[start:stop][::-1].copy()
                changed = True
    return path
