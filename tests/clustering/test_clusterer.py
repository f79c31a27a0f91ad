"""Clusterers of scikit-learn as engines."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.cluster import (
    DBSCAN,
    HDBSCAN,
    AffinityPropagation,
    AgglomerativeClustering,
    KMeans,
    MeanShift,
    SpectralClustering,
)
from sklearn.mixture import GaussianMixture

import colorquant
from colorquant.batch.plan import BatchOptions, plan_batch
from colorquant.clustering.clusterer import clustered
from colorquant.errors import ColorquantWarning, InvalidInputError

MIDDLES = np.array([[0.1, 0.1, 0.1], [0.9, 0.1, 0.1], [0.1, 0.9, 0.9]])


@pytest.fixture(scope="module")
def points():
    rng = np.random.default_rng(0)
    return np.concatenate([rng.normal(middle, 0.01, (40, 3)) for middle in MIDDLES])


CLUSTERERS = {
    "KMeans on 120 weighted points": KMeans(),
    "DBSCAN on 120 weighted points": DBSCAN(eps=0.1),
    "MeanShift on 120 points drawn by weight": MeanShift(bandwidth=0.2),
    "GaussianMixture on 120 points drawn by weight": GaussianMixture(),
    "AgglomerativeClustering on 120 points drawn by weight": AgglomerativeClustering(),
    "SpectralClustering on 120 points drawn by weight": SpectralClustering(gamma=50),
    "HDBSCAN on 120 points drawn by weight": HDBSCAN(min_cluster_size=20, copy=True),
    "AffinityPropagation on 120 points drawn by weight": AffinityPropagation(
        damping=0.8, preference=-5
    ),
}


@pytest.mark.parametrize("stage", CLUSTERERS)
def test_each_finds_the_means_of_clouds(stage, points):
    engine = CLUSTERERS[stage]
    before = engine.get_params()
    found = clustered(points, np.full(120, 2.0), 3, engine, 0)
    assert found.step.stage == stage
    expected = np.array([cloud.mean(axis=0) for cloud in np.split(points, 3)])
    order = np.lexsort(np.rint(found.centers).T)
    np.testing.assert_allclose(
        found.centers[order], expected[np.lexsort(np.rint(expected).T)], atol=0.01
    )
    assert engine.get_params() == before
    assert not hasattr(engine, "labels_")


def test_weights_count(points):
    weights = np.where(np.arange(120) % 2 == 0, 3.0, 1.0)
    expected = np.average(points[:40], axis=0, weights=weights[:40])
    found = clustered(points, weights, 3, KMeans(), 0)
    gaps = np.abs(found.centers - expected).max(axis=1)
    assert gaps.min() == pytest.approx(0, abs=1e-12)
    # 240 points stand for weights of 3 and 1.
    drawn = clustered(points, weights, 3, AgglomerativeClustering(), 0)
    assert drawn.step.stage == "AgglomerativeClustering on 240 points drawn by weight"
    assert np.abs(drawn.centers - expected).max(axis=1).min() == pytest.approx(0, abs=1e-12)
    misses = np.square(points[:, None] - drawn.centers).sum(axis=2).min(axis=1)
    assert drawn.step.inertia == pytest.approx((weights * misses).sum())


def test_quadratic_ones_get_few_points_whether_they_take_weights_or_not():
    many = np.random.default_rng(0).random((2500, 3))
    for engine in (DBSCAN(eps=0.2), AgglomerativeClustering()):
        stage = clustered(many, np.ones(2500), 3, engine, 0).step.stage
        assert stage.endswith("on 2,000 points drawn by weight")
    stage = clustered(many, np.ones(2500), 3, KMeans(n_init=1), 0).step.stage
    assert stage == "KMeans on 2,500 weighted points"


def test_points_of_no_cluster_do_not_count(points):
    far = np.vstack([points, [[5.0, 5.0, 5.0]]])
    found = clustered(far, np.ones(121), 16, DBSCAN(eps=0.1), 0)
    assert len(found.centers) == 3
    with pytest.raises(InvalidInputError, match="the engine DBSCAN found no cluster"):
        clustered(points, np.ones(120), 16, DBSCAN(eps=1e-9), 0)


class Odd(ClusterMixin, BaseEstimator):
    """Fails, or gives what it is told to."""

    def __init__(self, fails=None):
        self.fails = fails

    def fit(self, X, y=None):  # noqa: N803
        if self.fails:
            raise self.fails
        self.labels_ = np.zeros(len(X), int)
        return self


def test_a_clusterer_of_ones_own(points):
    found = clustered(points, np.ones(120), 5, Odd(), 0)
    np.testing.assert_allclose(found.centers, points.mean(axis=0)[None])


class Labeling(ClusterMixin, BaseEstimator):
    """Gives the labels that it is told to."""

    def __init__(self, labels=None):
        self.labels = labels

    def fit(self, X, y=None):  # noqa: N803
        self.labels_ = self.labels
        return self


@pytest.mark.parametrize("labels", [np.zeros(3, int), np.full(120, "a"), np.zeros((120, 1), int)])
def test_labels_are_checked(labels, points):
    with pytest.raises(InvalidInputError, match="Labeling failed: it does not give one label"):
        clustered(points, np.ones(120), 5, Labeling(labels), 0)


@pytest.mark.parametrize("error", [ValueError("no good\nat all"), RuntimeError("no good")])
def test_failures_are_told_in_a_line(error, points):
    with pytest.raises(InvalidInputError, match=r"^the engine Odd failed: no good$"):
        clustered(points, np.ones(120), 5, Odd(error), 0)


def test_warnings_are_passed_on(points):
    with pytest.warns(ColorquantWarning, match="AffinityPropagation: Affinity propagation did not"):
        clustered(points, np.ones(120), 5, AffinityPropagation(max_iter=2), 0)


def test_the_same_seed_gives_the_same(points):
    one, other = (clustered(points, np.ones(120), 7, KMeans(), 3).centers for _ in range(2))
    np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("options", [{}, {"objective": "perceptual"}, {"dither": "diffusion"}])
def test_it_finds_the_palette_of_an_image(options, noise):
    result = colorquant.quantize(noise, k=6, engine=AgglomerativeClustering(), **options)
    assert 1 < len(result.palette) <= 6
    assert result.history[0].stage.startswith("AgglomerativeClustering on ")
    own = colorquant.quantize(noise, engine=AgglomerativeClustering(n_clusters=4), **options)
    assert len(own.palette) == 4


def test_lost_colors_and_reports_go_with_it(photo, tmp_path):
    done = colorquant.quantize_file(
        photo,
        tmp_path / "a.png",
        engine=DBSCAN(eps=0.05),
        lost_colors=True,
        report=tmp_path / "b.png",
    )
    assert done.result.bounded is not None
    assert done.result.history[0].stage.startswith("DBSCAN on ")
    assert (tmp_path / "b.png").stat().st_size


def test_it_finds_the_palette_of_soft_edges(soft):
    result = colorquant.quantize(soft, k=5, engine=KMeans(n_init=1))
    assert (0, 0, 0, 0) in list(result.palette)
    assert len(result.palette) == 5


def test_it_is_not_for_folders(photo):
    options = colorquant.QuantizeOptions(engine=KMeans())
    with pytest.raises(InvalidInputError, match="for single images, not for many"):
        plan_batch([photo.parent], options, BatchOptions())


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"k": 5, "engine": MeanShift()}, "MeanShift has its own number of colors; leave out k"),
        ({"k": 5, "engine": KMeans(3)}, "KMeans has its own number of colors; leave out k"),
        ({"engine": KMeans(), "pins": ["red"]}, "knows no pins"),
        ({"engine": KMeans(), "min_psnr": 30}, "bounds are met by own engines"),
        ({"engine": KMeans(), "effort": "best"}, "engine KMeans runs to its own end"),
        ({"engine": KMeans(), "restarts": 3}, "restarts is for own engines"),
        ({"engine": KMeans(), "palette": "nes"}, "palette and a clusterer exclude each other"),
        ({"engine": KMeans}, "engine must be one of"),
        ({"engine": 5}, "engine must be one of"),
    ],
)
def test_what_does_not_go_together_is_refused(options, told, noise):
    with pytest.raises(InvalidInputError, match=told):
        colorquant.quantize(noise, **options)
