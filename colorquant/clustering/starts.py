"""How often to start, and on how many of the points: the search of the estimator."""

from collections.abc import Iterator

from colorquant.clustering.points import Float64
from colorquant.clustering.problem import KMeansResult, Problem
from colorquant.clustering.summaries import sample

__all__ = ["searched"]

# Points in a sample: so many, and so many more for each center. In the small one, the best centers
# may be far from those of all points, so it only tells whether the search is an easy one.
_SMALL = (1024, 32)
_LARGE = (65_536, 128)
# Two ends are the same optimum if their inertias differ by no more than this share: of centers that
# do not move any more, and of those that may.
_SAME, _NEARLY = 1e-6, 1e-5
# Starts, at most, in up to so many dimensions, where local optima are many, and in more.
_FLAT = 4
_STARTS, _FEW_STARTS = 10, 5
# With so little work in a start, points times centers times dimensions, all are made.
_CHEAP, _DIMENSIONS = 5e5, 8


def searched(
    points: Float64,
    weights: Float64,
    k: int,
    *,
    start: str | Float64,
    effort: str,
    starts: int | None,
    seed: int,
) -> KMeansResult:
    """Search for the centers of distinct points in random order.

    If two short searches in a small sample lead to the same optimum of all points, nothing more is
    done. Of little data, there are ten starts. Else short searches start on all points, or on a
    large sample, until two of them end alike, and the best end is improved with the effort that is
    asked for.

    Parameters
    ----------
    points : ndarray, (n, d)
    weights : ndarray, (n,)
    k : int
    start : str or ndarray, (k, d)
        As ``seeding`` of `colorquant.kmeans`. From given centers there is one start.
    effort : {"fast", "normal", "best"}
    starts : int, optional
        Number of starts with the whole effort, instead of short ones.
    seed : int

    Returns
    -------
    KMeansResult
        All centers are the means of their points, but for very many points.
    """
    whole = Problem(points, weights, k, points[:0], [])
    large = sample(points, weights, _LARGE[0] + _LARGE[1] * k)
    problem = Problem(points, weights, k, points[:0], [large] if large else [])
    if not isinstance(start, str):
        found = problem.solved("minibatch", effort, start, 1, seed)
    elif starts is not None:
        found = problem.solved("minibatch", effort, start, starts, seed)
    else:
        small = None if large else sample(points, weights, _SMALL[0] + _SMALL[1] * k)
        if small and effort != "best":
            ends = sorted(_ends(whole, small, start, seed), key=lambda end: end.inertia)
            if ends[1].inertia - ends[0].inertia <= _SAME * ends[0].inertia:
                return ends[0]
        d = points.shape[1]
        if not (small or large) and len(points) * k * max(d, _DIMENSIONS) <= _CHEAP:
            found = problem.solved("minibatch", effort, start, _STARTS, seed)
        else:
            most = _STARTS if d <= _FLAT else _FEW_STARTS
            found = problem.solved("minibatch", "fast", start, most, seed, agreement=_NEARLY)
            if effort != "fast":
                found = problem.solved("minibatch", effort, found.centers, 1, seed)
    return found if large else _settled(whole, found)


def _ends(
    whole: Problem, small: tuple[Float64, Float64], start: str, seed: int
) -> Iterator[KMeansResult]:
    """Yield the optima of all points to which two short searches in a sample lead."""
    problem = whole.with_summaries([small])
    for seeding in (start, "k-means++"):
        found = problem.solved("minibatch", "fast", seeding, 1, seed)
        yield _settled(whole, found)
        seed += 1


def _settled(whole: Problem, found: KMeansResult) -> KMeansResult:
    """Return the result of full passes from the centers of another, until nothing changes."""
    k = len(found.centers)
    settled = whole.with_centers(k).solved("lloyd", "normal", found.centers, 1, 0)
    return settled.after(found)
