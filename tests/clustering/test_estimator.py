"""The estimator: scikit-learn's own checks, its conventions, and how low its inertia is."""

import pickle
import subprocess
import sys
from itertools import product

import numpy as np
import pandas as pd
import polars as pl
import pytest
import sklearn
from scipy.sparse import csr_matrix
from sklearn.base import clone
from sklearn.cluster import KMeans as Peer
from sklearn.datasets import load_digits, make_blobs
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import pairwise_distances
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import estimator_checks_generator
from threadpoolctl import threadpool_limits

from colorquant.clustering import KMeans
from colorquant.errors import InvalidInputError


def name_of(each):
    """Return the name of a check, which may have its parameters bound."""
    check = each[1]
    return getattr(check, "func", check).__name__


CHECKS = list(estimator_checks_generator(KMeans(effort="fast", n_init=1)))


# Some checks have fewer distinct samples than clusters.
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("place", range(len(CHECKS)), ids=[name_of(each) for each in CHECKS])
def test_scikit_learn_accepts_it(place):
    estimator, check = CHECKS[place]
    check(estimator)


@pytest.fixture(scope="module")
def blobs():
    return make_blobs(300, 3, centers=5, random_state=1)[0]


@pytest.mark.parametrize("weighted", [False, True])
def test_the_inertia_is_lower_on_average_than_that_of_ten_starts(weighted):
    ratios = []
    for d, seed in product((2, 7, 40), range(3)):
        samples = make_blobs(300, d, centers=9, cluster_std=3.0, random_state=seed)[0]
        weights = np.random.default_rng(d).gamma(1, 1, 300) if weighted else np.ones(300)
        with threadpool_limits(1):
            peer = Peer(9, n_init=10, random_state=0).fit(samples, sample_weight=weights)
        own = KMeans(9).fit(samples, sample_weight=weights)
        misses = np.square(samples - own.cluster_centers_[own.labels_]).sum(axis=1)
        assert own.inertia_ == pytest.approx((misses * weights).sum())
        ratios.append(own.inertia_ / peer.inertia_)
    assert np.mean(ratios) <= 1
    # So few samples have optima that differ by this much.
    assert max(ratios) <= 1.005


def test_the_inertia_of_digits_is_as_low_as_that_of_ten_starts():
    digits = load_digits().data
    with threadpool_limits(1):
        peer = Peer(10, n_init=10, random_state=0).fit(digits)
    assert KMeans(10, effort="fast").fit(digits).inertia_ <= 1.002 * peer.inertia_


def test_many_samples_are_searched_by_a_sample_first():
    rng = np.random.default_rng(3)
    middles = rng.random((4, 2)) * 10
    samples = np.concatenate([rng.normal(middle, 0.1, (35_000, 2)) for middle in middles])
    found = KMeans(4, effort="fast", n_init=1).fit(samples)
    assert pairwise_distances(middles, found.cluster_centers_).min(axis=1).max() < 0.01
    assert np.bincount(found.labels_).tolist() == [35_000] * 4


def test_rows_far_apart_leave_near_ones_apart():
    rng = np.random.default_rng(0)
    samples = np.vstack([rng.normal(0, 0.01, (50, 2)), rng.normal(1, 0.01, (50, 2)), [[1e8, 0]]])
    peer = Peer(3, n_init=10, random_state=0).fit(samples)
    assert KMeans(3).fit(samples).inertia_ == pytest.approx(peer.inertia_)


def test_labels_distances_and_score_agree(blobs):
    model = KMeans(5).fit(blobs)
    expected = pairwise_distances(blobs, model.cluster_centers_)
    np.testing.assert_allclose(model.transform(blobs), expected, atol=1e-7)
    np.testing.assert_array_equal(model.predict(blobs), expected.argmin(axis=1))
    np.testing.assert_array_equal(model.labels_, expected.argmin(axis=1))
    np.testing.assert_array_equal(KMeans(5).fit_predict(blobs), model.labels_)
    assert model.score(blobs) == pytest.approx(-np.square(expected.min(axis=1)).sum())
    assert model.score(blobs) == -model.inertia_
    weights = np.arange(300.0)
    assert model.score(blobs, sample_weight=weights) == pytest.approx(
        -(weights * np.square(expected.min(axis=1))).sum()
    )


def test_seeds_are_kept_and_orders_do_not_matter(blobs):
    fractions = np.random.default_rng(1).random(900)
    order = np.random.default_rng(2).permutation(900)
    repeated = np.tile(blobs, (3, 1))
    one = KMeans(6, effort="fast").fit(repeated, sample_weight=fractions)
    other = KMeans(6, effort="fast").fit(repeated[order], sample_weight=fractions[order])
    np.testing.assert_array_equal(one.cluster_centers_, other.cluster_centers_)
    assert one.inertia_ == other.inertia_
    weights = np.random.default_rng(0).integers(0, 3, 300)
    models = [KMeans(6, init="random", n_init=1, effort="fast", random_state=7) for _ in range(3)]
    models[0].fit(blobs, sample_weight=weights)
    models[1].fit(blobs[::-1], sample_weight=weights[::-1])
    models[2].fit(np.repeat(blobs, weights, axis=0))
    for model in models[1:]:
        np.testing.assert_array_equal(model.cluster_centers_, models[0].cluster_centers_)
    assert KMeans(6, random_state=None).fit(blobs).n_iter_ > 0


def test_it_starts_from_given_centers():
    samples = np.array([[0.0], [1.0], [10.0], [11.0], [20.0], [21.0]])
    start = samples[[5, 3, 1]]
    found = KMeans(3, init=start).fit(samples).cluster_centers_
    assert found.tolist() == [[20.5], [10.5], [0.5]]


def test_names_of_columns_come_in_and_go_out(blobs):
    frame = pd.DataFrame(blobs, columns=["r", "g", "b"])
    model = KMeans(4).fit(frame)
    assert model.feature_names_in_.tolist() == ["r", "g", "b"]
    assert model.get_feature_names_out().tolist() == [f"kmeans{i}" for i in range(4)]
    shown = model.set_output(transform="pandas").transform(frame)
    assert list(shown.columns) == list(model.get_feature_names_out())
    table = pl.DataFrame(blobs, schema=["r", "g", "b"])
    other = KMeans(4).fit(table)
    np.testing.assert_array_equal(other.cluster_centers_, model.cluster_centers_)
    assert other.set_output(transform="polars").transform(table[:2]).shape == (2, 4)


def test_it_works_within_other_estimators(blobs):
    chain = make_pipeline(StandardScaler(), KMeans(effort="fast", n_init=1))
    search = GridSearchCV(chain, {"kmeans__n_clusters": [2, 5]}, cv=2).fit(blobs)
    assert search.best_params_ == {"kmeans__n_clusters": 5}
    model = search.best_estimator_[-1]
    again = pickle.loads(pickle.dumps(model))
    scaled = search.best_estimator_[0].transform(blobs)
    np.testing.assert_array_equal(again.predict(scaled), model.predict(scaled))
    assert clone(model).get_params() == model.get_params()


def test_weights_are_routed(blobs):
    weights = np.where(np.arange(300) < 150, 1.0, 0.0)
    with sklearn.config_context(enable_metadata_routing=True):
        model = KMeans(3, effort="fast", n_init=1).set_fit_request(sample_weight=True)
        scaler = StandardScaler(with_mean=False, with_std=False)
        chain = make_pipeline(scaler.set_fit_request(sample_weight=False), model)
        routed = chain.fit(blobs, sample_weight=weights)[-1]
    plain = KMeans(3, effort="fast", n_init=1).fit(blobs[:150])
    np.testing.assert_array_equal(routed.cluster_centers_, plain.cluster_centers_)


def test_fewer_distinct_samples_than_clusters_are_told():
    with pytest.warns(ConvergenceWarning, match="only 2 distinct samples for 3 clusters"):
        model = KMeans(3).fit([[1.0], [1.0], [4.0]])
    assert model.cluster_centers_.shape == (3, 1)
    assert model.inertia_ == 0
    assert model.transform([[1.0]]).shape == (1, 3)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"n_clusters": 0}, "n_clusters must be"),
        ({"n_clusters": 2.5}, "n_clusters must be"),
        ({"n_clusters": 4}, "n_samples=3 must be at least n_clusters=4"),
        ({"effort": "much"}, "effort must be"),
        ({"init": "wide"}, "init must be"),
        ({"init": [[1.0, 2.0]]}, r"init must be \(2, 1\), not \(1, 2\)"),
        ({"init": np.mean}, "init must be a name or an array"),
        ({"init": [[1e101], [2.0]]}, "init must be between"),
        ({"n_init": 0}, "n_init must be"),
        ({"n_init": "many"}, "n_init must be a whole number at least 1"),
    ],
)
def test_wrong_parameters_are_refused(options, told):
    with pytest.raises(InvalidInputError, match=told):
        KMeans(**({"n_clusters": 2} | options)).fit([[1.0], [2.0], [3.0]])


def test_wrong_samples_and_weights_are_refused():
    with pytest.raises(TypeError, match=r"[Ss]parse"):
        KMeans(2).fit(csr_matrix([[1.0], [2.0]]))
    with pytest.raises(InvalidInputError, match="not all zero"):
        KMeans(2).fit([[1.0], [2.0]], sample_weight=[0, 0])
    with pytest.raises(InvalidInputError, match="X must be between"):
        KMeans(2).fit([[1e101], [2.0]])
    with pytest.raises(InvalidInputError, match="sample_weight must be between"):
        KMeans(2).fit([[1.0], [2.0]], sample_weight=[1e101, 1])
    with pytest.raises(InvalidInputError, match="sample_weight must be at least 1e-100"):
        KMeans(2).fit([[1.0], [2.0]], sample_weight=[1e-309, 1e-309])
    with pytest.raises(InvalidInputError, match="at least 0"):
        KMeans(2).fit([[1.0], [2.0]], sample_weight=[1, -1])
    with pytest.raises(InvalidInputError, match=r"sample_weight must be \(2,\)"):
        KMeans(2).fit([[1.0], [2.0]], sample_weight=[1.0])


def test_it_is_loaded_when_it_is_asked_for():
    code = (
        "import sys, colorquant.clustering\nfrom colorquant import kmeans\n"
        "assert 'sklearn' not in sys.modules\n"
        "from colorquant.clustering import KMeans\nassert 'sklearn' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    import colorquant.clustering

    with pytest.raises(AttributeError, match="no attribute 'KMedians'"):
        colorquant.clustering.KMedians  # noqa: B018
