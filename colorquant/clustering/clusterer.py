"""Any clusterer of scikit-learn as an engine: what it is given, and the means of what it finds."""

import inspect
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from colorquant.choices import Clusterer
from colorquant.clustering.minibatch import drawn
from colorquant.clustering.points import Float64
from colorquant.errors import InvalidInputError
from colorquant.models import Step
from colorquant.recording import recorded, warn
from colorquant.search import number_parameter

__all__ = ["Clustered", "clustered"]

# Of these, the time grows no faster than the number of points; of all others, as its square.
_LINEAR = {"GaussianMixture", "BayesianGaussianMixture", "Birch", "BisectingKMeans", "KMeans"}
_LINEAR |= {"MiniBatchKMeans"}
# Points that are given to others, at most.
_FEW = 2000
# Points that stand for weighted ones, where a clusterer takes no weights, at most.
_MANY = 20_000


class Clustered(NamedTuple):
    """What a clusterer found."""

    centers: Float64
    """The means of its clusters, (k, d)."""
    step: Step
    """Its only step, which tells what it was given."""


def clustered(points: Float64, weights: Float64, k: int, engine: Clusterer, seed: int) -> Clustered:
    """Find clusters of weighted points.

    A copy of the clusterer is used, with the number of clusters and the seed set where it has such
    parameters and they were left at their defaults. If its time grows with the number of points,
    it gets all of them with weights of mean 1, if it takes weights, or up to 20,000 that are drawn
    in proportion to the weights, evenly along the points. If its time is unknown or grows as the
    square, it gets up to 2,000, with weights if there are no more and it takes them.

    Parameters
    ----------
    points : ndarray, (n, d)
    weights : ndarray, (n,)
        Positive.
    k : int
        Number of clusters, for clusterers that take it.
    engine : clusterer of scikit-learn
    seed : int

    Raises
    ------
    InvalidInputError
        If the clusterer fails, or finds no cluster.
    """
    from sklearn.base import clone

    name = type(engine).__name__
    model: Any = clone(engine)
    some, masses, note = _given(points, weights, model, name)
    if engine.get_params(deep=False).get("random_state", seed) is None:
        model.set_params(random_state=seed)
    number = number_parameter(engine)
    if number:
        model.set_params(**{number: min(k, len(some))})
    try:
        with recorded() as messages:
            labels = _labels(model, some, masses)
    except Exception as error:
        # What clusterers raise is of any kind.
        said = str(error).partition("\n")[0]
        raise InvalidInputError(f"the engine {name} failed: {said}", "engine") from error
    for message in dict.fromkeys(messages):
        warn(f"{name}: {message}")
    centers, inertia = _means(some, np.ones(len(some)) if masses is None else masses, labels)
    if not len(centers):
        raise InvalidInputError(f"the engine {name} found no cluster", "engine")
    share = weights.sum() / len(some)
    return Clustered(centers, Step(f"{name} on {note}", centers, inertia * share))


def _given(
    points: Float64, weights: Float64, model: Clusterer, name: str
) -> tuple[Float64, Float64 | None, str]:
    """Return the points that a clusterer gets, their weights if it takes some, and what to say."""
    n = len(points)
    most = _MANY if name in _LINEAR else _FEW
    weighs = "sample_weight" in inspect.signature(model.fit).parameters
    if weighs and (name in _LINEAR or n <= most):
        return points, weights * (n / weights.sum()), f"{n:,} weighted points"
    # Enough for the least weight, if that is possible.
    number = int(min(most, max(n, np.ceil(weights.sum() / weights.min()))))
    return points[drawn(weights, number, 0.5)], None, f"{number:,} points drawn by weight"


def _labels(model: Any, points: Float64, weights: Float64 | None) -> NDArray[np.intp]:
    found = model.fit(points) if weights is None else model.fit(points, sample_weight=weights)
    labels = getattr(found, "labels_", None)
    labels = np.asarray(found.predict(points) if labels is None else labels)
    if labels.shape != points.shape[:1] or labels.dtype.kind not in "iu":
        raise InvalidInputError("it does not give one label, a whole number, to each point")
    return labels.astype(np.intp)


def _means(points: Float64, weights: Float64, labels: NDArray[np.intp]) -> tuple[Float64, float]:
    """Return the mean of each cluster, and their inertia; points of no cluster have -1."""
    inside = labels >= 0
    points, weights = points[inside], weights[inside]
    numbers, group = np.unique(labels[inside], return_inverse=True)
    mass = np.bincount(group, weights, len(numbers))
    sums = [np.bincount(group, weights * row, len(numbers)) for row in points.T]
    centers = np.stack(sums, axis=1) / mass[:, None] if len(numbers) else points[:0]
    misses = points - centers[group] if len(numbers) else points[:0]
    return centers, float((weights[:, None] * misses * misses).sum())
