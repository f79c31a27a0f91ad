"""The engines of k-means, each of which runs one start.

``minibatch``
    Mini-batches move the centers quickly to a good place, on coarse points first if the
    caller gives some. Escapes from local optima (`colorquant.clustering.breathing`) follow, then
    full passes until they gain next to nothing.
``lloyd``
    Full passes from the seeding until nothing changes.
``sklearn``
    scikit-learn's ``MiniBatchKMeans``, the textbook recipe, for comparison.

The first two share one E-step (`colorquant.clustering.nearest`) and one M-step
(`colorquant.clustering.em`).
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from colorquant.clustering.breathing import breathe
from colorquant.clustering.efforts import EFFORT_SETTINGS, Effort
from colorquant.clustering.em import Run, expect, maximize, refine
from colorquant.clustering.minibatch import minibatch
from colorquant.clustering.points import Float64, Grid, Points
from colorquant.clustering.seeding import Seed, seed_centers
from colorquant.models import Step
from colorquant.progress import Progress
from colorquant.recording import recorded

__all__ = ["Search", "scikit_learn"]

# With fewer points per center, a coarse set is too coarse for seeding.
_SEED_DENSITY = 8
# Share of the inertia that rounding to the rough grid may be.
_ROUGHEST = 1 / 16
# Steps that a breath takes as long as.
_BREATH = 3
# With more points per center, finer sets gain nothing for breathing.
_ENOUGH = 128
# What a pass does for each point besides comparing it with the centers, in comparisons.
_OVERHEAD = 64
# Draws in a mini-batch, at least, and per center.
_BATCH = 1024
_BATCH_DENSITY = 16
_GOLDEN = (np.sqrt(5) - 1) / 2
# lloyd stops when it no longer gains; this only guards against endless changes by rounding.
_LLOYD_PASSES = 10_000


@dataclass
class Search:
    """One start of an engine.

    Parameters
    ----------
    levels : list of Points
        Smaller sets that represent the points, coarsest first, then the points themselves.
    grid : Grid
        The grid of all levels.
    k : int
        Number of centers, including the fixed ones.
    fixed : ndarray, (m, d)
        Centers that do not move; they come first in the result.
    start : str or ndarray, (k - m, d)
        Name of a seeding, or the first positions of the other centers.
    seed : tuple of int
    progress : callable, optional
    """

    levels: list[Points]
    grid: Grid
    k: int
    fixed: NDArray[np.floating]
    start: str | NDArray[np.floating]
    seed: Seed
    progress: Progress | None = None
    history: list[Step] = field(default_factory=list, init=False)
    _expected_steps: int = field(default=100, init=False)
    _steps: int = field(default=0, init=False)

    def minibatch(self, effort: str) -> Float64:
        """Run the default engine.

        Parameters
        ----------
        effort : {"fast", "normal", "best"}

        Returns
        -------
        ndarray, (k, d)
            Centers in grid units, as from `lloyd`.
        """
        settings = EFFORT_SETTINGS[effort]
        self._expected_steps = len(self.levels) + 10 + 2 * settings.passes
        first = self._level(_SEED_DENSITY)
        centers = self._seeds(self.levels[first])
        inertia = self._record_at(self.levels[first], centers, "seeding")
        felt = self.levels[first].rounding > _ROUGHEST * inertia
        if felt or settings.exact:
            # Rounding is felt with outliers: most of such data is in a small part of the grid.
            self.levels = [points.exactly for points in self.levels]
        counts = np.zeros(len(centers))
        size = max(_BATCH, _BATCH_DENSITY * self.k)
        phase = _phase(self.seed)
        points = self.levels[first]
        if len(points) > size:
            for _ in range(settings.batches):
                # Multiples of the golden ratio interleave the draws of successive batches.
                phase = (phase + _GOLDEN) % 1
                centers = minibatch(
                    points, centers, counts, size=size, phase=phase, fixed=len(self.fixed)
                )
            self._record_at(points, centers, "mini-batches")
        middle = self._level(settings.density)
        # No finer set than is needed, and the exact points only if there is no other or for best.
        enough = self._level(_ENOUGH)
        if not settings.exact:
            enough = min(enough, max(0, len(self.levels) - 2))
        for points in self.levels[middle : max(middle, enough) + 1]:
            centers = breathe(
                points,
                centers,
                self._run("breath"),
                passes=min(settings.breath_passes, self._affordable(points, settings)),
                most=settings.moved(self.k),
                settling=settings.settling,
            )
        # Passes over the last coarse level are cheap and gain most of what passes over the
        # exact points would.
        for points in self.levels[max(middle, len(self.levels) - 2) :]:
            affordable = max(settings.least_passes, self._affordable(points, settings))
            passes = min(settings.passes, affordable)
            centers = self._refined(points, centers, passes, settings.tolerance, relaxed=True)
        return centers

    def lloyd(self) -> Float64:
        """Run full passes to convergence."""
        points = self.levels[-1]
        return self._refined(points, self._seeds(points), _LLOYD_PASSES, 0.0, relaxed=False)

    def _level(self, density: int) -> int:
        """Return the index of the coarsest level of that many points per center, or the last."""
        for place, points in enumerate(self.levels):
            if len(points) >= density * self.k:
                return place
        return len(self.levels) - 1

    def _affordable(self, points: Points, settings: Effort) -> int:
        """Return the number of passes that the budget allows."""
        return int(settings.budget // (len(points) * (self.k + _OVERHEAD)))

    def _seeds(self, points: Points) -> Float64:
        """Return the centers to start from, the fixed ones first."""
        if isinstance(self.start, str):
            free = self.k - len(self.fixed)
            seeds = seed_centers(
                self.start, np.ascontiguousarray(points.exact.T), points.weights, free, self.seed
            )
        else:
            seeds = self.grid.to_grid(self.start)
        return np.concatenate([self.grid.to_grid(self.fixed), seeds])

    def _refined(
        self, points: Points, centers: Float64, passes: int, tolerance: float, *, relaxed: bool
    ) -> Float64:
        return refine(
            *(points, centers, self._run("full pass")),
            passes=passes,
            tolerance=tolerance,
            relaxed=relaxed,
        )

    def _record_at(self, points: Points, centers: Float64, stage: str) -> float:
        labels = expect(points, centers)
        moments = maximize(points, labels, len(centers))
        run = self._run(stage)
        run.record(centers, moments.inertia(centers, run.square))
        return moments.inertia(centers, points.square)

    def _run(self, stage: str) -> Run:
        def record(centers: Float64, inertia: float) -> None:
            squared_step = self.grid.step * self.grid.step
            self.history.append(Step(stage, self.grid.from_grid(centers), inertia / squared_step))
            self._steps += _BREATH if stage == "breath" else 1
            if self.progress:
                self.progress(min(1.0, self._steps / self._expected_steps))

        return Run(self.levels[-1].square, record, len(self.fixed))


def _phase(seed: Seed) -> float:
    """Return the phase of the first mini-batch, which differs between starts."""
    phase, share = 0.0, _GOLDEN
    for number in seed:
        share *= _GOLDEN
        phase += number * share
    return float(phase)


def scikit_learn(
    points: NDArray[np.floating],
    weights: Float64 | None,
    k: int,
    start: str | NDArray[np.floating],
    seed: Seed,
) -> Step:
    """Run scikit-learn's mini-batch k-means.

    Parameters
    ----------
    points : ndarray, (n, d)
    weights : ndarray, (n,), optional
    k : int
    start : str or ndarray, (k, d)
        Name of a seeding, or the first centers.
    seed : tuple of int

    Returns
    -------
    Step
        The only step. Equal centers, from fewer than k distinct points, are merged.
    """
    from sklearn.cluster import MiniBatchKMeans

    wanted = k
    if isinstance(start, str) and start == "variance":
        masses = np.ones(len(points)) if weights is None else weights
        start = seed_centers(start, points.astype(np.float64), masses, k, seed)
    if not isinstance(start, str):
        start = start[: len(points)]
        k = len(start)
    engine = MiniBatchKMeans(
        n_clusters=min(k, len(points)),
        init=start,
        n_init=1,
        random_state=int(np.random.SeedSequence(seed).generate_state(1)[0]),
    )
    with recorded():
        # It warns of fewer distinct points than clusters, but still finds all points.
        engine.fit(points, sample_weight=weights)
    centers = np.unique(engine.cluster_centers_, axis=0)
    if len(centers) < wanted:
        different = np.unique(points, axis=0)
        centers = different if len(different) <= wanted else centers
    return Step("MiniBatchKMeans", centers.astype(np.float64), float(engine.inertia_))
