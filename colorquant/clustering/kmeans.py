"""The public function for weighted k-means on points of any dimension."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from colorquant.checks import check_choice, check_int
from colorquant.choices import EFFORTS, ENGINES
from colorquant.clustering.efforts import EFFORT_SETTINGS
from colorquant.clustering.points import Float64
from colorquant.clustering.problem import KMeansResult, Problem
from colorquant.clustering.seeding import SEEDINGS
from colorquant.errors import InvalidInputError
from colorquant.progress import Progress

__all__ = ["LARGEST", "kmeans"]

LARGEST = 1e100
"""Larger numbers would overflow where squares of them are weighted and added."""


def kmeans(
    points: ArrayLike,
    k: int,
    *,
    weights: ArrayLike | None = None,
    fixed: ArrayLike | None = None,
    engine: str = "minibatch",
    seeding: str | ArrayLike | None = None,
    effort: str = "normal",
    restarts: int = 1,
    seed: int = 0,
    coarse: Sequence[tuple[ArrayLike, ArrayLike]] = (),
    progress: Progress | None = None,
) -> KMeansResult:
    """Find k centers of small total squared distance to weighted points.

    Parameters
    ----------
    points : array_like, (n, d)
    k : int
        Number of centers, at least 1.
    weights : array_like, (n,), optional
        Positive weight of each point, 1 by default.
    fixed : array_like, (m, d), optional
        Centers that do not move, fewer than k; they come first in the result. Not for engine
        ``sklearn``.
    engine : {"minibatch", "lloyd", "sklearn"}
        See `colorquant.clustering.engines`.
    seeding : {"variance", "k-means++", "random"} or array_like, (k - m, d), optional
        How to choose the first centers: by splits of largest variance, by draws proportional
        to the error, at random points, or as given. By default ``"variance"``, and
        ``"k-means++"`` for engine ``sklearn``.
    effort : {"fast", "normal", "best"}
        How long the ``minibatch`` engine searches.
    restarts : int
        Number of starts; the result of lowest inertia is kept. As ``"variance"`` always gives
        the same start, all starts but the first use ``"k-means++"`` instead. Engine
        ``"minibatch"`` makes up to six where points times centers are few.
    seed : int
        Seed of everything random, at least 0.
    coarse : sequence of (points, weights)
        Smaller sets that represent the points, coarsest first: each of their points is the
        mean of a group of points and has the group's weight. They save time.
    progress : callable, optional
        Called from time to time with an estimate of the share of the work done.

    Returns
    -------
    KMeansResult
        The same for the same input, whatever the number of threads and the processor. Engine
        ``sklearn`` does not guarantee this.

    Raises
    ------
    InvalidInputError
        If an argument has a wrong shape, type or value: NaN, infinity, a weight that is
        not positive, an unknown name.

    Examples
    --------
    >>> from colorquant import kmeans
    >>> found = kmeans([[0.0], [1.0], [10.0]], 2, weights=[3, 1, 1])
    >>> found.centers.round(6).tolist()
    [[0.25], [10.0]]
    >>> found.labels
    array([0, 0, 1])
    >>> round(found.inertia, 6)
    0.75
    """
    k = check_int("k", k, 1, None)
    restarts = check_int("restarts", restarts, 1, None)
    seed = check_int("seed", seed, 0, None)
    check_choice("engine", engine, ENGINES)
    check_choice("effort", effort, EFFORTS)
    data = _checked_points(points)
    stay = _checked_fixed(fixed, engine, k, data)
    start = _checked_seeding(seeding, engine, k - len(stay), data)
    masses = _checked_weights(weights, len(data))
    if isinstance(start, str):
        # More centers would only make the grid coarser.
        k = min(k, len(data) + len(stay))
    if not isinstance(coarse, Sequence):
        raise InvalidInputError("coarse must be pairs of points and weights")
    summaries = [_checked_summary(summary, data) for summary in coarse]
    starts = restarts
    if engine == "minibatch" and isinstance(start, str):
        # From given centers, all starts of few points would be the same.
        settings = EFFORT_SETTINGS[effort]
        starts = max(restarts, settings.affordable_starts(len(data), k, data.shape[1]))
    problem = Problem(data, None if weights is None else masses, k, stay, summaries)
    return problem.solved(engine, effort, start, starts, seed, progress=progress)


def _checked_points(
    points: ArrayLike, like: Float64 | None = None, name: str = "points"
) -> Float64:
    array = _as_array(points, name)
    if not (np.issubdtype(array.dtype, np.integer) or np.issubdtype(array.dtype, np.floating)):
        raise InvalidInputError(f"{name} must be numbers, not {array.dtype}")
    if array.ndim != 2 or not array.size:
        raise InvalidInputError(f"{name} must be (n, d) and not empty, not {array.shape}")
    if like is not None and array.shape[1] != like.shape[1]:
        raise InvalidInputError(f"{name} must be (n, {like.shape[1]}), not {array.shape}")
    if not np.isfinite(array).all():
        raise InvalidInputError(f"{name} must be finite, without NaN")
    found = array.astype(np.float64, copy=False)
    if np.abs(found).max() > LARGEST:
        raise InvalidInputError(f"{name} must be between -{LARGEST:g} and {LARGEST:g}")
    return found


def _as_array(values: ArrayLike, name: str) -> NDArray[Any]:
    try:
        return np.asarray(values)
    except (TypeError, ValueError) as error:
        raise InvalidInputError(f"{name} must be an array of numbers: {error}") from None


def _checked_summary(
    summary: tuple[ArrayLike, ArrayLike], data: Float64
) -> tuple[Float64, Float64]:
    if not isinstance(summary, (tuple, list)) or len(summary) != 2:
        raise InvalidInputError("coarse must be pairs of points and weights")
    points = _checked_points(summary[0], like=data)
    return points, _checked_weights(summary[1], len(points))


def _checked_weights(weights: ArrayLike | None, n: int) -> Float64:
    if weights is None:
        return np.ones(n)
    array = _as_array(weights, "weights")
    if array.shape != (n,):
        raise InvalidInputError(f"weights must be ({n},), one a point, not {array.shape}")
    found = array.astype(np.float64) if array.dtype.kind in "iuf" else np.zeros(n)
    if not ((found > 0) & (found <= LARGEST)).all():
        raise InvalidInputError(f"weights must be positive numbers up to {LARGEST:g}")
    if found.max() < 1 / LARGEST:
        raise InvalidInputError(f"some of the weights must be at least {1 / LARGEST:g}")
    return found


def _checked_fixed(fixed: ArrayLike | None, engine: str, k: int, data: Float64) -> Float64:
    if fixed is None:
        return data[:0]
    if engine == "sklearn":
        raise InvalidInputError("engine 'sklearn' moves all centers; none can be fixed")
    centers = _checked_points(fixed, like=data, name="fixed")
    if len(centers) >= k:
        raise InvalidInputError(f"fixed must be fewer than the {k} centers, not {len(centers)}")
    return centers


def _checked_seeding(
    seeding: str | ArrayLike | None, engine: str, k: int, data: Float64
) -> str | Float64:
    if seeding is None:
        return "k-means++" if engine == "sklearn" else "variance"
    if isinstance(seeding, str):
        check_choice("seeding", seeding, SEEDINGS)
        return seeding
    centers = _checked_points(seeding, like=data, name="seeding")
    if len(centers) != k:
        raise InvalidInputError(f"seeding must be ({k}, d), one row a center, not {centers.shape}")
    return centers
