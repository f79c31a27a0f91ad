"""The tidy pass: each pixel's entry is chosen again, by the error that the eye sees.

The eye blurs what is small. So the error that counts is the error blurred by a Gaussian, with a
price on the unblurred one, which shows as grain. Equal neighbors are rewarded, as they compress
better. Each pixel is set to its best entry while all others stay: iterated conditional modes
(Besag, "On the statistical analysis of dirty pictures", 1986) for the objective of direct
binary search (Analoui and Allebach, "Model-based halftoning using direct binary search",
1992).

With the error e = x - c and G the blur's autocorrelation, the sum of ``e (G * e) + mu |e|²`` is
least for one pixel at ``t = c + (G * e + mu e) / (G(0) + mu)``. So the pixel gets the entry
nearest to t or, if that costs less with the reward, the entry of a neighbor.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from colorquant.mapping.lookup import Lookup
from colorquant.mapping.scene import Planes, Scene
from colorquant.models import Labels
from colorquant.progress import Progress, Steps
from colorquant.threads import for_each

__all__ = ["RADIUS", "Terms", "autocorrelation", "gaussian", "sweep"]

RADIUS = 3
"""Pixels at a larger distance, along rows or columns, do not affect each other."""

# Pixels that are this far apart are independent, and changed at once.
_STEP = 4
# Rows beside a band whose errors count, and columns, in steps, where neighbors are sought.
_HALO = 4
_SIDE = 2
# Pixels of a band that suit the cache of a core, and its rows.
_PIXELS = 1 << 17
_ROWS = (32, 128)


class Terms(NamedTuple):
    """The terms of the objective beside the blurred error."""

    sigma: float
    """Of the Gaussian, in pixels."""
    grain: NDArray[np.float32]
    """Price of the unblurred error, (256,), by the importance of a pixel."""
    reward: NDArray[np.float32]
    """Reward for an equal neighbor, (256,), in squared units of the error."""
    distance: int
    """Distance in pixels of the neighbors in the same row, up to 8."""
    vertical: bool
    """Whether the neighbors above and below are rewarded, too."""


def autocorrelation(sigma: float) -> NDArray[np.float64]:
    """Return one axis of the autocorrelation of a Gaussian, from -3 to 3 pixels, of sum 1."""
    return _bell(-1 / (4 * sigma * sigma), RADIUS)


def gaussian(sigma: float, reach: int) -> NDArray[np.float64]:
    """Return one axis of a Gaussian, up to so many pixels on both sides, of sum 1."""
    return _bell(-1 / (2 * sigma * sigma), reach)


def _bell(exponent: float, reach: int) -> NDArray[np.float64]:
    """Return e to the power of an exponent times the squared distance, of sum 1."""
    # Powers are products, which unlike exponentials are the same on all processors.
    base = _exponential(exponent)
    half = [1.0]
    for d in range(reach):
        power = half[-1]
        for _ in range(2 * d + 1):
            power *= base
        half.append(power)
    weights = np.array([*half[:0:-1], *half])
    return weights / float(weights.cumsum()[-1])


def _exponential(x: float) -> float:
    """Return e to the power of x by its series, which converges fast for small numbers."""
    term = total = 1.0
    for n in range(1, 40):
        term *= x / n
        total += term
    return total


def sweep(
    scene: Scene,
    search: Lookup,
    entries: Planes,
    labels: Labels,
    terms: Terms,
    *,
    progress: Progress | None = None,
) -> None:
    """Choose the entry of each pixel again, once, by the visible error.

    Parameters
    ----------
    scene : Scene
        Its still pixels stay as they are.
    search : Lookup
        Among the entries.
    entries : ndarray, (d, k), float32
    labels : ndarray, (H, W), uint8 or uint16
        Overwritten.
    terms : Terms
    progress : callable, optional
        Called with the share of the bands that are done.
    """
    height, width = scene.shape
    rows = min(max(_PIXELS // width // _STEP * _STEP, _ROWS[0]), _ROWS[1])

    def work(start: int) -> None:
        band = _Band(scene, entries, labels, (start, min(start + rows, height)), terms)
        band.sweep(search)
        band.store(labels)

    # Bands of each half have no pixels in common that they read and others change.
    steps = Steps(progress, 2)
    for first in (0, rows):
        for_each(work, range(first, height, 2 * rows), steps.step(1))


class _Band:
    """Some rows and their surroundings, with every fourth column in one piece of memory.

    Arrays have the phase of the column first: column x is at ``[x % 4, ..., 2 + x // 4]``.
    """

    def __init__(
        self,
        scene: Scene,
        entries: Planes,
        labels: Labels,
        span: tuple[int, int],
        terms: Terms,
    ) -> None:
        height, width = scene.shape
        self._span = start, stop = span
        self._steps = -(-width // _STEP)
        self._lines = -(-(stop - start) // _STEP)
        first, end = max(0, start - _HALO), min(height, stop + _HALO)
        # Rows of the arrays that are rows of the picture, and those that are of the band.
        self._top = first - start + _HALO
        shape = _STEP * self._lines + 2 * _HALO, self._steps + 2 * _SIDE
        self._entries = entries
        self._terms = terms
        kernel = autocorrelation(terms.sigma).astype(np.float32)
        self._kernel = kernel[RADIUS:]
        own = labels[first:end].astype(np.intp)
        if scene.has_unseen:
            # They are equal to nothing, as what is beyond the picture.
            own[scene.importance[first:end] == 0] = -1
        self._errors = np.zeros((_STEP, len(entries), *shape), np.float32)
        self._labels = np.full((_STEP, *shape), -1, np.intp)
        self._moving = np.zeros((_STEP, *shape), bool)
        importance = scene.importance[first:end]
        self._grain = np.zeros((_STEP, *shape), np.float32)
        self._reward = np.zeros((_STEP, *shape), np.float32) if terms.reward.any() else None
        moving = np.zeros(own.shape, bool)
        moving[start - first : stop - first] = True
        if scene.still is not None:
            moving &= ~scene.still[first:end]
        errors = scene.errors(first, end, entries, labels)
        for plane, each in zip(errors, self._errors.swapaxes(0, 1), strict=True):
            self._spread(plane, each)
        self._spread(own, self._labels)
        self._spread(moving, self._moving)
        self._spread(terms.grain.take(importance), self._grain)
        if self._reward is not None:
            self._spread(terms.reward.take(importance), self._reward)

    def _spread(self, rows: NDArray[Any], out: NDArray[Any]) -> None:
        """Write rows of the picture to an array of column phases."""
        lines = slice(self._top, self._top + len(rows))
        for phase in range(_STEP):
            columns = rows[:, phase::_STEP]
            out[phase, lines, _SIDE : _SIDE + columns.shape[1]] = columns

    def store(self, labels: Labels) -> None:
        """Write the band's labels to those of the picture."""
        start, stop = self._span
        lines = slice(_HALO, _HALO + stop - start)
        for phase in range(_STEP):
            out = labels[start:stop, phase::_STEP]
            found = self._labels[phase, lines, _SIDE : _SIDE + out.shape[1]]
            np.copyto(out, found, where=found >= 0, casting="unsafe")

    def sweep(self, search: Lookup) -> None:
        """Choose each of the band's pixels again."""
        for column in range(_STEP):
            across = self._across(column)
            for line in range(_STEP):
                self._change(search, column, line, across)

    def _at(self, array: NDArray[Any], column: int) -> NDArray[Any]:
        """Return the columns at a distance from each fourth one."""
        shift = _SIDE + column // _STEP
        columns: NDArray[Any] = array[column % _STEP][..., shift : shift + self._steps]
        return columns

    def _lines_at(self, array: NDArray[Any], line: int) -> NDArray[Any]:
        """Return the rows at a distance from each fourth one."""
        first = _HALO + line
        return array[..., first : first + _STEP * self._lines : _STEP, :]

    def _blurred(self, at: Iterator[NDArray[Any]]) -> NDArray[Any]:
        """Return the weighted sum of arrays at distances of 0, -1, 1, -2, 2, -3 and 3."""
        total: NDArray[Any] = next(at) * self._kernel[0]
        for weight, before, after in zip(self._kernel[1:], at, at, strict=True):
            both = before + after
            both *= weight
            total += both
        return total

    def _across(self, column: int) -> NDArray[Any]:
        return self._blurred(self._at(self._errors, column + d) for d in _DISTANCES)

    def _change(self, search: Lookup, column: int, line: int, across: Planes) -> None:
        """Choose the entries of every fourth pixel of every fourth row."""

        def of(array: NDArray[Any], dx: int = 0, dy: int = 0) -> NDArray[Any]:
            return self._lines_at(self._at(array, column + dx), line + dy)

        goal = self._blurred(self._lines_at(across, line + d) for d in _DISTANCES)
        errors, labels, grain = of(self._errors), of(self._labels), of(self._grain)
        weight = grain + self._kernel[0] * self._kernel[0]
        goal += grain * errors
        goal /= weight
        before = self._entries.take(labels, axis=1, mode="wrap")
        goal += before
        found = np.empty(goal[0].size, search.found)
        search.into(search.rows(goal), found)
        chosen = found.astype(np.intp).reshape(labels.shape)
        if self._reward is not None:
            d = self._terms.distance
            sides = [(-d, 0), (d, 0), *([(0, -1), (0, 1)] if self._terms.vertical else [])]
            near = [of(self._labels, dx, dy) for dx, dy in sides]
            chosen = _rewarded(goal, chosen, near, of(self._reward) / weight, self._entries)
        chosen = np.where(of(self._moving), chosen, labels)
        step = self._entries.take(chosen, axis=1, mode="wrap") - before
        errors -= step
        rows = self._lines_at(across, line)
        rows -= self._kernel[0] * step
        labels[:] = chosen


_DISTANCES = (0, *(sign * d for d in range(1, RADIUS + 1) for sign in (-1, 1)))


def _rewarded(
    goal: Planes,
    chosen: NDArray[np.intp],
    near: list[NDArray[np.intp]],
    reward: NDArray[np.float32],
    entries: Planes,
) -> NDArray[np.intp]:
    """Return the labels of least cost among those chosen and those of the neighbors."""

    def cost_of(labels: NDArray[np.intp]) -> NDArray[np.float32]:
        """Return the squared distance to entries, less the reward for each equal neighbor."""
        cost = np.zeros(labels.shape, np.float32)
        for row, values in zip(entries, goal, strict=True):
            step = row.take(labels)
            step -= values
            step *= step
            cost += step
        equal = np.zeros(labels.shape, np.int8)
        for each in near:
            equal += each == labels
        cost -= reward * equal
        return cost

    best, result = cost_of(chosen), chosen.copy()
    for labels in near:
        candidate = np.where(labels < 0, chosen, labels)
        cost = cost_of(candidate)
        better = cost < best
        np.copyto(result, candidate, where=better)
        np.copyto(best, cost, where=better)
    return result
