"""The k-means engine as an estimator of scikit-learn."""

import math
import warnings
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import (
    BaseEstimator,
    ClassNamePrefixFeaturesOutMixin,
    ClusterMixin,
    TransformerMixin,
)
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_array, check_is_fitted, validate_data

from colorquant.checks import check_choice, check_int
from colorquant.choices import EFFORTS, MAX_SEED
from colorquant.clustering.distances import (
    completed,
    nearest_exactly,
    own_squares,
    squared_distances,
)
from colorquant.clustering.kmeans import LARGEST
from colorquant.clustering.points import Float64
from colorquant.clustering.seeding import SEEDINGS
from colorquant.clustering.starts import searched
from colorquant.clustering.summaries import distinct_rows
from colorquant.errors import InvalidInputError

__all__ = ["KMeans"]


class KMeans(ClassNamePrefixFeaturesOutMixin, TransformerMixin, ClusterMixin, BaseEstimator):  # type: ignore[misc]
    """K-means clustering by mini-batches, breathing and full passes, for scikit-learn.

    Equal rows are clustered once, with the sum of their weights. So a row of weight 2 is the same
    as two rows, and rows of weight 0 do not matter. The order of the rows does not matter either.

    Parameters
    ----------
    n_clusters : int
        Number of clusters, at least 1.
    effort : {"fast", "normal", "best"}
        How long to search.
    init : {"variance", "k-means++", "random"} or array_like, (n_clusters, n_features)
        How to choose the first centers, as ``seeding`` of `colorquant.kmeans`.
    n_init : int or "auto"
        Number of starts; the one of lowest inertia is kept. By default ten of little data; of more,
        short searches start until two of them end alike, and the best is improved with the whole
        effort. From an array, there is one start.
    random_state : int, RandomState or None
        Seed of everything random. None gives another seed each time.

    Attributes
    ----------
    cluster_centers_ : ndarray, (n_clusters, n_features), float64
        Some are equal if there are fewer distinct rows than clusters.
    labels_ : ndarray, (n_samples,), intp
        The center nearest to each sample.
    inertia_ : float
        Sum over the samples of weight times squared distance to the nearest center.
    n_iter_ : int
        Number of steps of the search that was kept.
    n_features_in_ : int
    feature_names_in_ : ndarray, (n_features_in_,), object
        Only if all columns of the samples have names that are texts.

    See Also
    --------
    colorquant.kmeans : The same engine as a function, with centers that do not move.

    Examples
    --------
    >>> import numpy as np
    >>> from colorquant.clustering import KMeans
    >>> rows = np.array([[0.0, 0.0], [0.0, 2.0], [9.0, 1.0], [11.0, 1.0]])
    >>> found = KMeans(n_clusters=2).fit(rows)
    >>> found.cluster_centers_.tolist()
    [[0.0, 1.0], [10.0, 1.0]]
    >>> found.predict([[8.0, 0.0]])
    array([1])
    """

    cluster_centers_: Float64
    labels_: NDArray[np.intp]
    inertia_: float
    n_iter_: int

    def __init__(
        self,
        n_clusters: int = 8,
        *,
        effort: str = "normal",
        init: str | ArrayLike = "variance",
        n_init: int | str = "auto",
        random_state: int | np.random.RandomState | None = 0,
    ) -> None:
        self.n_clusters = n_clusters
        self.effort = effort
        self.init = init
        self.n_init = n_init
        self.random_state = random_state

    def fit(self, X: Any, y: object = None, sample_weight: ArrayLike | None = None) -> Self:  # noqa: ARG002, N803
        """Find the centers.

        Parameters
        ----------
        X : array_like or data frame, (n_samples, n_features)
            Finite numbers, at least n_clusters rows.
        y : None
            Ignored.
        sample_weight : array_like, (n_samples,), optional
            Weight of each sample, at least 0; 1 by default.

        Returns
        -------
        KMeans
            This estimator.

        Raises
        ------
        InvalidInputError
            If a parameter or a weight has a wrong value, or there are fewer samples than clusters.
        ValueError
            As scikit-learn raises it for samples that are not finite numbers in two dimensions.
        """
        k = check_int("n_clusters", self.n_clusters, 1, None)
        check_choice("effort", self.effort, EFFORTS)
        rows = _within_bounds("X", validate_data(self, X, dtype=np.float64, order="C"))
        if len(rows) < k:
            raise InvalidInputError(f"n_samples={len(rows)} must be at least n_clusters={k}")
        weights = _checked_weights(sample_weight, len(rows))
        start = self._start(k, rows.shape[1])
        starts = None if self.n_init == "auto" else check_int("n_init", self.n_init, 1, None)
        points, masses = distinct_rows(rows, weights)
        seed = int(check_random_state(self.random_state).randint(MAX_SEED, dtype=np.uint32))
        found = searched(
            *(points, masses, min(k, len(points)) if isinstance(start, str) else k),
            start=start,
            effort=self.effort,
            starts=starts,
            seed=seed,
        )
        self.n_iter_ = found.iterations
        centers = completed(points, masses, found.centers, min(k, len(points)))
        if len(centers) < k:
            warnings.warn(
                f"there are only {len(centers)} distinct samples for {k} clusters",
                ConvergenceWarning,
                stacklevel=2,
            )
        # Equal centers are of no use, but the number of columns is to be that of the clusters.
        self.cluster_centers_ = np.resize(centers, (k, rows.shape[1]))
        self.labels_ = nearest_exactly(rows, self.cluster_centers_)
        self.inertia_ = _inertia(rows, weights, self.cluster_centers_, self.labels_)
        return self

    def fit_predict(
        self,
        X: Any,  # noqa: N803
        y: object = None,
        sample_weight: ArrayLike | None = None,
    ) -> NDArray[np.intp]:
        """Find the centers, and return the nearest one of each sample, (n_samples,), intp."""
        return self.fit(X, y, sample_weight=sample_weight).labels_

    def predict(self, X: Any) -> NDArray[np.intp]:  # noqa: N803
        """Return the index of the center nearest to each sample.

        Parameters
        ----------
        X : array_like or data frame, (n_samples, n_features)

        Returns
        -------
        ndarray, (n_samples,), intp
            The lowest among equals.
        """
        return nearest_exactly(self._rows(X), self.cluster_centers_)

    def transform(self, X: Any) -> Float64:  # noqa: N803
        """Return the distance of each sample to each center, (n_samples, n_clusters), float64."""
        return np.sqrt(squared_distances(self._rows(X), self.cluster_centers_))

    def score(self, X: Any, y: object = None, sample_weight: ArrayLike | None = None) -> float:  # noqa: ARG002, N803
        """Return the negative inertia of samples, so that more is better."""
        rows = self._rows(X)
        labels = nearest_exactly(rows, self.cluster_centers_)
        weights = _checked_weights(sample_weight, len(rows))
        return -_inertia(rows, weights, self.cluster_centers_, labels)

    @property
    def _n_features_out(self) -> int:
        """The number of columns that `transform` gives, for `get_feature_names_out`."""
        return len(self.cluster_centers_)

    def _rows(self, samples: Any) -> Float64:
        check_is_fitted(self)
        rows: Float64 = validate_data(self, samples, reset=False, dtype=np.float64, order="C")
        return rows

    def _start(self, k: int, d: int) -> str | Float64:
        if isinstance(self.init, str):
            check_choice("init", self.init, SEEDINGS)
            return self.init
        if callable(self.init):
            raise InvalidInputError("init must be a name or an array of centers, not a function")
        centers = _within_bounds(
            "init", check_array(self.init, dtype=np.float64, input_name="init")
        )
        if centers.shape != (k, d):
            raise InvalidInputError(f"init must be ({k}, {d}), not {centers.shape}")
        return centers


def _checked_weights(weights: ArrayLike | None, n: int) -> Float64:
    if weights is None:
        return np.ones(n)
    found = _within_bounds(
        "sample_weight",
        check_array(weights, dtype=np.float64, ensure_2d=False, input_name="sample_weight"),
    )
    if found.shape != (n,):
        raise InvalidInputError(f"sample_weight must be ({n},), one a sample, not {found.shape}")
    if (found < 0).any() or not found.any():
        raise InvalidInputError("sample_weight must be at least 0, and not all zero")
    if found.max() < 1 / LARGEST:
        raise InvalidInputError(f"sample_weight must be at least {1 / LARGEST:g} for some sample")
    return found


def _within_bounds(name: str, array: Float64) -> Float64:
    """Refuse numbers whose squares might overflow."""
    if np.abs(array).max() > LARGEST:
        raise InvalidInputError(f"{name} must be between -{LARGEST:g} and {LARGEST:g}")
    return array


def _inertia(rows: Float64, weights: Float64, centers: Float64, labels: NDArray[np.intp]) -> float:
    # Added without rounding, so that the order of the samples does not matter.
    return math.fsum((weights * own_squares(rows, centers, labels)).tolist())
