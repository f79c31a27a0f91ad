"""The choice of inks: each pixel's ink is chosen again, by how the blurred image looks.

Inks are far apart, so that the eye sees their dots, if blurred, and what it makes of light is
far from linear: a light dot between dark ones shows more than the light it adds. So pictures are
blurred as light, and compared by CIELAB's roots: with B the blurred inks and T the blurred picture,
the sum of ``|f(B) - f(T)|²`` is to be small. The blurs are the narrow ones of S-CIELAB (Zhang and
Wandell, "A spatial extension of CIELAB for digital color image reproduction", 1996), wider for
hues than for lightness.

With the slope s of f between T and B, ``f(B) - f(T)`` is ``s (B - T)``. While s stays, the error
is quadratic, and each pixel gets the ink of least error while all others stay, as in
`colorquant.mapping.tidy`. After some pixels, s is computed again: iteratively reweighted least
squares (Holland and Welsch, "Robust regression using iteratively reweighted least-squares", 1977).
But s also changes with the pixel itself, above all in the dark, where it would take single dots
away. So changes that do not lower the error itself are not made.
"""

from collections.abc import Iterable
from functools import cache
from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import NDArray

from colorquant.color.light import root
from colorquant.color.space import Float64
from colorquant.mapping.scene import Planes, Scene
from colorquant.mapping.tidy import gaussian
from colorquant.models import Labels
from colorquant.progress import Progress, Steps
from colorquant.threads import for_each

__all__ = ["choose_inks"]

Plane = NDArray[np.float32]

# From light to the channels that the eye blurs: light against dark, red against green, blue against
# yellow; and from these to X, Y and Z, 1 for white.
_OPPONENTS = (
    (0.2663486, 0.6032077, 0.0011479),
    (-0.1219724, 0.0559846, 0.0132580),
    (-0.0803133, -0.3314895, 0.4492212),
)
_TO_XYZ = (
    (1.0306114, -1.6146404, 0.4677513),
    (1.1889779, 0.7643550, 0.1351257),
    (1.1311601, 1.0680985, 1.9085469),
)
# The spread of each one's blur, in pixels, and its reach.
_SIGMAS = (1.0, 1.4, 1.9)
_REACH = 4
# Added to X, Y and Z before the root, which is too steep at black.
_BIAS = 0.006
# Steps of the table of roots, up to 2.
_STEPS = 1 << 12
# Pixels so far apart, along rows and columns, are changed at once; they hardly affect each other.
_STEP = 4
# How many of the 16 sets of pixels are changed with the same slopes.
_FRESH = 8
# Rows and columns around a band whose errors are known.
_HALO = 2 * _REACH
_ROWS = 64

_DISTANCES = range(-_REACH, _REACH + 1)
# The upper half of a symmetric matrix.
_PAIRS = tuple(combinations_with_replacement(range(3), 2))


def choose_inks(
    scene: Scene, palette: NDArray[np.uint8], labels: Labels, progress: Progress | None = None
) -> None:
    """Choose the ink of each pixel again, once, by how the blurred image looks.

    Parameters
    ----------
    scene : Scene
        Of opaque colors, in linear light. Its still pixels stay as they are.
    palette : ndarray, (k, 3), uint8
    labels : ndarray, (H, W), uint8 or uint16
        Overwritten.
    progress : callable, optional
        Called with the share of the bands that are done.
    """
    inks = _channels(scene.entries(palette))
    height = scene.shape[0]

    def work(start: int) -> None:
        _Band(scene, inks, labels, start, min(start + _ROWS, height)).sweep()

    # Bands of each half have no pixels in common that they read and others change.
    steps = Steps(progress, 2)
    for first in (0, _ROWS):
        for_each(work, range(first, height, 2 * _ROWS), steps.step(1))


class _Band:
    """Some rows of a picture and their surroundings.

    Channels, (3, rows, columns), have a margin of `_HALO` on all sides. Beyond the picture, there
    are no errors. In the outer half of the margin, blurred values lack something, but nothing
    depends on them.
    """

    def __init__(self, scene: Scene, inks: Planes, labels: Labels, start: int, stop: int) -> None:
        height = scene.shape[0]
        first, end = max(0, start - _HALO), min(height, stop + _HALO)
        self._inks = inks
        self._labels = labels[start:stop]
        self._still = None if scene.still is None else scene.still[start:stop]
        picture = _channels(scene.planes(first, end))
        errors = picture - inks.take(labels[first:end], axis=1)
        if scene.has_unseen:
            errors *= scene.importance[first:end] > 0
        beside = first - start + _HALO, stop + _HALO - end
        margin = (0, 0), beside, (_HALO, _HALO)
        self._wanted = np.maximum(_product(_TO_XYZ, _blurred(np.pad(picture, margin, "edge"))), 0)
        self._roots = _roots_of(self._wanted)
        # The blurred picture less the blurred inks.
        self._errors = _blurred(np.pad(errors, margin))
        # Of the quadratic form of the errors at each pixel, and of that of a change of its ink.
        self._weights: list[Plane] = []
        self._costs: list[Plane] = []

    def sweep(self) -> None:
        """Choose the ink of each of the band's pixels again."""
        rows, columns = self._labels.shape
        places = [(y, x) for y in range(_STEP) for x in range(_STEP)]
        for number, (y, x) in enumerate(places):
            if number % _FRESH == 0:
                self._weigh()
            if y < rows and x < columns:
                self._change(y, x)

    def _weigh(self) -> None:
        """Compute the quadratic forms."""
        found = _roots_of(np.maximum(self._wanted - _product(_TO_XYZ, self._errors), 0))
        # Of the cube root between the two.
        slopes = 1 / (found * found + found * self._roots + self._roots * self._roots)
        factors = np.array(_TO_XYZ, np.float32)
        x, y, z = slopes[:, None] * factors[:, :, None, None]
        # L*, a* and b*, in hundredths, of each channel.
        forms = np.float32(1.16) * y, np.float32(5) * (x - y), np.float32(2) * (y - z)
        self._weights, self._costs = [], []
        for i, j in _PAIRS:
            weight = forms[0][i] * forms[0][j]
            for form in forms[1:]:
                weight += form[i] * form[j]
            both = _kernels()[i] * _kernels()[j]
            self._weights.append(weight)
            self._costs.append(_along(_along(weight, both, 0), both, 1))

    def _change(self, y: int, x: int) -> None:
        """Choose the inks of every fourth pixel of every fourth row."""
        labels = self._labels[y::_STEP, x::_STEP]
        lines, columns = labels.shape

        def row(plane: Plane, dy: int = 0) -> Plane:
            return plane[_HALO + y + dy :: _STEP][:lines]

        def column(plane: Plane, dx: int = 0) -> Plane:
            return plane[:, _HALO + x + dx :: _STEP][:, :columns]

        costs = [column(row(plane)) for plane in self._costs]
        before = self._inks.take(labels, axis=1)
        goal = _form(costs, before)
        for i, seen in enumerate(_form(self._weights, self._errors)):
            taps = list(zip(_DISTANCES, _kernels()[i], strict=True))
            across = _sum(row(seen, d) * weight for d, weight in taps)
            goal[i] += _sum(column(across, d) * weight for d, weight in taps)
        chosen = self._least(costs, goal)
        if self._still is not None:
            chosen = np.where(self._still[y::_STEP, x::_STEP], labels, chosen)
        steps = self._inks.take(chosen, axis=1) - before
        worse = ~self._lowers(steps, y, x)
        np.copyto(chosen, labels, where=worse, casting="unsafe")
        steps *= ~worse
        labels[:] = chosen
        for plane, step, kernel in zip(self._errors, steps, _kernels(), strict=True):
            wide = np.zeros((lines, plane.shape[1]), np.float32)
            taps = list(zip(_DISTANCES, kernel, strict=True))
            for d, weight in taps:
                column(wide, d)[:] += step * weight
            for d, weight in taps:
                row(plane, d)[:] -= wide * weight

    def _lowers(self, steps: Planes, y: int, x: int) -> NDArray[np.bool_]:
        """Return which changes of inks lower the error: the slopes are others afterwards."""
        lowers: NDArray[np.bool_] = np.any(steps != 0, axis=0)
        line, place = lowers.nonzero()
        width = self._errors.shape[2]
        near = (np.array(_DISTANCES)[:, None] * width + _DISTANCES).reshape(-1)
        middle = (_HALO + y + _STEP * line) * width + _HALO + x + _STEP * place
        at = near[:, None] + middle
        wanted, roots, errors = (
            planes.reshape(3, -1).take(at, axis=1)
            for planes in (self._wanted, self._roots, self._errors)
        )
        before = _differences(wanted, roots, errors)
        for i, kernel in enumerate(_kernels()):
            errors[i] -= (kernel[:, None] * kernel).reshape(-1, 1) * steps[i, line, place]
        lowers[line, place] = _differences(wanted, roots, errors) < before
        return lowers

    def _least(self, costs: list[Plane], goal: Planes) -> NDArray[np.intp]:
        """Return the ink of least cost for each pixel, the first of equal ones."""
        chosen = np.zeros(goal.shape[1:], np.intp)
        least = np.full(goal.shape[1:], np.inf, np.float32)
        for number, ink in enumerate(self._inks.T):
            cost = _sum(
                plane * (ink[i] * ink[j] * np.float32(1 if i == j else 2))
                for plane, (i, j) in zip(costs, _PAIRS, strict=True)
            )
            for plane, channel in zip(goal, ink, strict=True):
                cost -= plane * (2 * channel)
            better = cost < least
            np.copyto(least, cost, where=better)
            chosen[better] = number
        return chosen


def _differences(wanted: Planes, roots: Planes, errors: Planes) -> Plane:
    """Return the sums of squared differences of L*, a* and b* over places, (places, n)."""
    found = _roots_of(np.maximum(wanted - _product(_TO_XYZ, errors), 0))
    x, y, z = found - roots
    squares = _square(np.float32(1.16) * y)
    squares += _square(np.float32(5) * (x - y))
    squares += _square(np.float32(2) * (y - z))
    return _sum(squares)


def _square(plane: Plane) -> Plane:
    return plane * plane


def _channels(planes: Planes) -> Planes:
    return _product(_OPPONENTS, planes)


def _product(matrix: tuple[tuple[float, ...], ...], planes: Planes) -> Planes:
    """Return a matrix times planes, added in order."""
    return np.stack(
        [
            _sum(plane * np.float32(f) for f, plane in zip(row, planes, strict=True))
            for row in matrix
        ]
    )


def _form(weights: list[Plane], planes: Planes) -> Planes:
    """Return a symmetric matrix at each pixel, by its upper half, times planes."""
    result = np.zeros_like(planes)
    for weight, (i, j) in zip(weights, _PAIRS, strict=True):
        result[i] += weight * planes[j]
        if i != j:
            result[j] += weight * planes[i]
    return result


def _blurred(planes: Planes) -> Planes:
    return np.stack(
        [_along(_along(plane, k, 0), k, 1) for plane, k in zip(planes, _kernels(), strict=True)]
    )


def _along(plane: Plane, kernel: NDArray[np.float32], axis: int) -> Plane:
    """Blur along an axis; beyond the ends there is nothing."""
    result: Plane = plane * kernel[_REACH]
    into, of = (result, plane) if axis == 0 else (result.T, plane.T)
    for d in range(1, _REACH + 1):
        into[d:] += of[:-d] * kernel[_REACH + d]
        into[:-d] += of[d:] * kernel[_REACH - d]
    return result


def _roots_of(values: Planes) -> Planes:
    """Return the biased cube roots of numbers from 0, by a table that ends at 2."""
    steps = np.minimum(values * np.float32(_STEPS), np.float32(2 * _STEPS))
    found: Planes = _table().take(steps.astype(np.intp))
    return found


@cache
def _table() -> NDArray[np.float32]:
    roots: Float64 = root(np.arange(2 * _STEPS + 1) / _STEPS + _BIAS, 3)
    short: NDArray[np.float32] = roots.astype(np.float32)
    return short


@cache
def _kernels() -> list[NDArray[np.float32]]:
    return [gaussian(sigma, _REACH).astype(np.float32) for sigma in _SIGMAS]


def _sum(planes: Iterable[Plane]) -> Plane:
    """Return the sum of planes, added in order."""
    each = iter(planes)
    total = next(each).copy()
    for plane in each:
        total += plane
    return total
