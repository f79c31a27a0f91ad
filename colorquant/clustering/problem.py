"""A problem of k-means, its starts, and their best result."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from colorquant.clustering.efforts import EFFORT_SETTINGS
from colorquant.clustering.em import expect, maximize
from colorquant.clustering.engines import Search, scikit_learn
from colorquant.clustering.points import Float64, Grid, Points
from colorquant.models import Step
from colorquant.progress import Progress

__all__ = ["KMeansResult", "Problem"]


@dataclass(frozen=True, eq=False)
class KMeansResult:
    """The result of k-means.

    Parameters
    ----------
    centers : ndarray, (k, d), float64
        Fewer than k rows only if there are fewer distinct points, or if centers of
        scikit-learn coincide. Points are distinct if they are farther apart than half the data's
        diagonal divided by 2,900,000 for up to 512 centers, by 180,000 for 65,536.
    history : tuple of Step
        The centers and their inertia from the seeding on. Only engine ``lloyd`` lowers the
        inertia at every step.
    """

    centers: Float64
    history: tuple[Step, ...]
    _points: Callable[[], Points]
    _grid: Grid

    def __repr__(self) -> str:
        k, d = self.centers.shape
        return f"<KMeansResult: {k} centers in {d} dimensions, {len(self.history)} steps>"

    @cached_property
    def labels(self) -> NDArray[np.intp]:
        """Index of each point's center, (n,), intp."""
        labels = np.empty(len(self._labels), np.intp)
        labels[self._points().order] = self._labels
        return labels

    @cached_property
    def _labels(self) -> NDArray[np.intp]:
        """The labels in the order in which the points are laid out."""
        return expect(self._points(), self._grid.to_grid(self.centers))

    @cached_property
    def inertia(self) -> float:
        """Sum over the points of weight times squared distance to the center."""
        moments = maximize(self._points(), self._labels, len(self.centers))
        inertia = moments.inertia(self._grid.to_grid(self.centers), self._points().square)
        return inertia / (self._grid.step * self._grid.step)

    def after(self, before: "KMeansResult") -> "KMeansResult":
        """Return this result with the steps of another before its own."""
        return replace(self, history=before.history + self.history)

    @property
    def iterations(self) -> int:
        """Number of steps in the history."""
        return len(self.history)


@dataclass(frozen=True, eq=False)
class Problem:
    """What k-means is to solve, checked.

    Parameters
    ----------
    points : ndarray, (n, d), float64
    weights : ndarray, (n,), float64, optional
    k : int
    fixed : ndarray, (m, d)
        Centers that do not move.
    summaries : list of (points, weights)
        Smaller sets that represent the points, coarsest first.
    """

    points: Float64
    weights: Float64 | None
    k: int
    fixed: Float64
    summaries: list[tuple[Float64, Float64]]

    def with_summaries(self, summaries: list[tuple[Float64, Float64]]) -> "Problem":
        """Return the same problem with other summaries."""
        return replace(self, summaries=summaries)

    def with_centers(self, k: int) -> "Problem":
        """Return the same problem with another number of centers."""
        return replace(self, k=k)

    def solved(
        self,
        engine: str,
        effort: str,
        start: str | Float64,
        starts: int,
        seed: int,
        *,
        agreement: float | None = None,
        progress: Progress | None = None,
    ) -> KMeansResult:
        """Return the best result of several starts.

        Parameters
        ----------
        engine, effort, seed, progress
            As `kmeans` takes them.
        start : str or ndarray, (k - m, d)
            Its ``seeding``.
        starts : int
            Number of starts, at most.
        agreement : float, optional
            No more starts are made when the two lowest inertias differ by no more than this share.
        """
        given = [each for each in (self.fixed, start) if not isinstance(each, str) and len(each)]
        most = self.k + (EFFORT_SETTINGS[effort].moved(self.k) if engine == "minibatch" else 0)
        grid = Grid.over(np.vstack([self.points, *given]) if given else self.points, most)
        masses = np.ones(len(self.points)) if self.weights is None else self.weights
        exact = cache(lambda: Points(self.points, masses, grid))
        levels = cache(lambda: [*(Points(*each, grid) for each in self.summaries), exact()])
        results: list[KMeansResult] = []
        for attempt in range(starts):
            own_seed = (seed, attempt)
            repeated = attempt > 0 and isinstance(start, str) and start == "variance"
            seeds = "k-means++" if repeated else start
            if engine == "sklearn":
                step = scikit_learn(self.points, self.weights, self.k, seeds, own_seed)
                results.append(KMeansResult(step.centers, (step,), exact, grid))
                continue
            search = Search(
                *(levels(), grid, self.k, self.fixed, seeds, own_seed),
                progress=_portion(progress, attempt, starts),
            )
            found = search.lloyd() if engine == "lloyd" else search.minibatch(effort)
            centers = grid.from_grid(found)
            centers[: len(self.fixed)] = self.fixed
            results.append(KMeansResult(centers, tuple(search.history), exact, grid))
            if agreement is not None and attempt:
                lowest, second = sorted(result.inertia for result in results)[:2]
                if second - lowest <= agreement * lowest:
                    break
        return results[0] if starts == 1 else min(results, key=lambda result: result.inertia)


def _portion(progress: Progress | None, part: int, parts: int) -> Progress | None:
    if progress is None:
        return None
    return lambda share: progress((part + share) / parts)
