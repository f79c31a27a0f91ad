"""Error diffusion: the error of a pixel is spread to those that follow.

The weights are those of Floyd and Steinberg, "An adaptive algorithm for spatial greyscale"
(Proceedings of the SID 17, 1976). In raster order, a pixel depends on the one before and on
three of the row above, so all pixels with the same x + 2 y can be done at once.
"""

import numpy as np
from numpy.typing import NDArray

from colorquant.mapping.lookup import Lookup
from colorquant.mapping.scene import Scene
from colorquant.models import Labels
from colorquant.progress import Progress
from colorquant.threads import for_each

__all__ = ["CHOICE", "diffuse"]

Rows = NDArray[np.float32]

_WEIGHTS = (7 / 16, 3 / 16, 5 / 16, 1 / 16)
CHOICE = 0.75
"""Share of the error that arrives which counts when an entry is chosen; all of it goes on. With
less, fewer entries are far from the pixel's own color, and there is less grain."""
# Pixels of a band, about, and its rows at most.
_PIXELS = 1 << 21
_BAND = 512
# Rows that are made points at once.
_SLAB = 32


def diffuse(
    scene: Scene,
    search: Lookup,
    labels: Labels,
    strength: float,
    choice: float = CHOICE,
    *,
    most: float | None = None,
    progress: Progress | None = None,
) -> None:
    """Map a picture by error diffusion.

    Parameters
    ----------
    scene : Scene
        Its still pixels neither take nor give errors.
    search : Lookup
        Among the entries.
    labels : ndarray, (H, W), uint8 or uint16
        Overwritten, but at still pixels.
    strength : float
        Share of the error that is spread, 0 to 1.
    choice : float
        See `CHOICE`.
    most : float, optional
        The largest error along each axis, in units of the error. Where colors are beyond all
        mixtures, errors do not grow beyond that, and smear less of what follows.
    progress : callable, optional
        Called with the share of the rows that are done.
    """
    limit: Rows | None = None
    if most is not None:
        ends = np.zeros((scene.space.dimensions, 2), np.float32)
        ends[:, 1] = most
        limit = np.diff(search.rows(ends), axis=0)[0]
    height, width = scene.shape
    # Errors of the row above, and beyond its ends.
    above = np.zeros((width + 4, search.entries.shape[1]), np.float32)
    rows = min(max(_PIXELS // width, _SLAB), _BAND)
    for start in range(0, height, rows):
        stop = min(start + rows, height)
        points = _points(scene, search, start, stop)
        found = np.empty(len(points), labels.dtype)
        moving: Rows | None = None
        if scene.still is not None:
            moving = (~scene.still[start:stop]).reshape(-1, 1).astype(np.float32)
        above = _band(
            points, moving, search, above, shares=(strength, choice), limit=limit, out=found
        )
        where = True if scene.still is None else ~scene.still[start:stop]
        np.copyto(labels[start:stop], found.reshape(-1, width), where=where)
        if progress:
            progress(stop / height)


def _points(scene: Scene, search: Lookup, start: int, stop: int) -> Rows:
    """Return the points of some rows in the units of the search, (rows * W, width)."""
    points = np.empty((stop - start, scene.shape[1], search.entries.shape[1]), np.float32)

    def convert(first: int) -> None:
        end = min(first + _SLAB, stop)
        rows = points[first - start : end - start]
        rows[:] = search.rows(scene.planes(first, end)).reshape(rows.shape)

    for_each(convert, range(start, stop, _SLAB))
    return points.reshape(-1, points.shape[2])


def _band(
    points: Rows,
    moving: Rows | None,
    search: Lookup,
    above: Rows,
    *,
    shares: tuple[float, float],
    limit: Rows | None,
    out: Labels,
) -> Rows:
    """Map a band of rows, and return the errors of its last row.

    Parameters
    ----------
    points : ndarray, (rows * W, width)
    moving : ndarray, (rows * W, 1), optional
        1, or 0 for still pixels.
    search : Lookup
    above : ndarray, (W + 4, width)
        Errors of the row above: those of its pixels begin at row 2.
    shares : (float, float)
        Of the error, that which is spread, and that which counts for the choice.
    limit : ndarray, (width,), optional
        The largest error in each column.
    out : ndarray, (rows * W,)
        The labels are written here.
    """
    entries, channels = search.entries, points.shape[1]
    strength, choice = shares
    width = len(above) - 4
    height = len(points) // width
    right, below_left, below, below_right = (np.float32(strength * each) for each in _WEIGHTS)
    less = np.float32(choice - 1)
    # Errors of the three steps before. Row 0 is the row above the band.
    one, two, three = (np.zeros((height + 1, channels), np.float32) for _ in range(3))
    taken, given, chosen, target = (np.empty((height, channels), np.float32) for _ in range(4))
    found = np.empty(height, search.found)
    last = np.zeros_like(above)
    stride = max(width - 2, 1)
    for step in range(width + 2 * (height - 1)):
        first, end = max(0, (step - width + 2) // 2), min(height, step // 2 + 1)
        if first >= end:
            # In pictures of one column, every other step.
            one, two, three = three, one, two
            one[:] = 0
            continue
        m = end - first
        place = first * width + step - 2 * first
        pixels = slice(place, place + (m - 1) * stride + 1, stride)
        if first == 0:
            # Of the step before, the row above was at x = step + 1.
            one[0], two[0], three[0] = above[step + 3], above[step + 2], above[step + 1]
        arrived, part, goal = taken[:m], given[:m], target[:m]
        np.multiply(one[first + 1 : end + 1], right, out=arrived)
        np.multiply(one[first:end], below_left, out=part)
        np.add(arrived, part, out=arrived)
        np.multiply(two[first:end], below, out=part)
        np.add(arrived, part, out=arrived)
        np.multiply(three[first:end], below_right, out=part)
        np.add(arrived, part, out=arrived)
        np.add(points[pixels], arrived, out=goal)
        np.multiply(arrived, less, out=part)
        np.add(goal, part, out=part)
        label, color = found[:m], chosen[:m]
        search.into(part, label)
        out[pixels] = label
        entries.take(label, 0, out=color, mode="clip")
        one, two, three = three, one, two
        error = one[first + 1 : end + 1]
        np.subtract(goal, color, out=error)
        if limit is not None:
            np.maximum(error, -limit, out=error)
            np.minimum(error, limit, out=error)
        if moving is not None:
            np.multiply(error, moving[pixels], out=error)
        if end == height:
            last[step - 2 * (height - 1) + 2] = error[-1]
        # Nothing arrives from beyond the ends of rows.
        one[: first + 1] = 0
    return last
