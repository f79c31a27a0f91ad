"""The engine against what we did not write: known answers and scikit-learn."""

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.datasets import load_digits, make_blobs, make_moons

from colorquant.choices import ENGINES
from colorquant.clustering.engines import Search
from colorquant.clustering.kmeans import kmeans
from colorquant.errors import InvalidInputError

EFFORTS = ["fast", "normal", "best"]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_blobs_with_known_centers(engine, dtype):
    truth = np.array([[0, 0, 0], [1, 1, 0], [1, 0, 1], [0, 1, 1], [0.5, 0.5, 0.5]])
    points, _ = make_blobs(2000, centers=truth, cluster_std=0.02, random_state=1)
    found = kmeans(points.astype(dtype), 5, engine=engine, seed=3).centers
    distances = np.linalg.norm(found[:, None] - truth, axis=2)
    assert sorted(distances.argmin(axis=1)) == [0, 1, 2, 3, 4]
    assert distances.min(axis=1).max() < 0.01


@pytest.mark.parametrize("weighted", [False, True])
def test_lloyd_agrees_with_scikit_learn(weighted):
    rng = np.random.default_rng(7)
    points, start = rng.random((3000, 3)), rng.random((12, 3))
    weights = rng.integers(1, 50, 3000) if weighted else None
    ours = kmeans(points, 12, weights=weights, engine="lloyd", seeding=start)
    theirs = KMeans(12, init=start, n_init=1, tol=0, max_iter=1000, algorithm="lloyd")
    theirs.fit(points, sample_weight=weights)
    assert ours.inertia == pytest.approx(theirs.inertia_, rel=1e-6)
    np.testing.assert_allclose(ours.centers, theirs.cluster_centers_, atol=1e-4)
    assert (ours.labels == theirs.labels_).mean() > 0.999


def test_hand_computed_1d_case_with_weights():
    # From centers 0 and 7: {0, 1, 2} and {6, 8}; means 8/5 and 19/3; nothing changes.
    points, weights = [[0], [1], [2], [6], [8]], [1, 1, 3.5, 5, 1]
    found = kmeans(points, 2, weights=weights, engine="lloyd", seeding=[[0], [7]])
    np.testing.assert_allclose(found.centers, [[8 / 5.5], [38 / 6]], atol=1e-6)
    assert found.labels.tolist() == [0, 0, 0, 1, 1]
    left = (8 / 5.5) ** 2 + (8 / 5.5 - 1) ** 2 + 3.5 * (2 - 8 / 5.5) ** 2
    right = 5 * (6 - 38 / 6) ** 2 + (8 - 38 / 6) ** 2
    assert found.inertia == pytest.approx(left + right, rel=1e-6)


@pytest.mark.parametrize("engine", ["minibatch", "lloyd"])
def test_digits_by_majority_label(engine):
    digits, truth = load_digits(return_X_y=True)
    labels = kmeans(digits, 10, engine=engine, restarts=5).labels
    right = sum(np.bincount(truth[labels == label]).max() for label in range(10))
    assert right / len(truth) >= 0.78


def test_engine_sklearn_is_what_it_says():
    points = np.random.default_rng(5).random((3000, 3))
    start = points[:7]
    theirs = MiniBatchKMeans(7, init=start, n_init=1, random_state=random_state(seed=4)).fit(points)
    ours = kmeans(points, 7, engine="sklearn", seeding=start, seed=4)
    np.testing.assert_array_equal(ours.centers, np.unique(theirs.cluster_centers_, axis=0))


def random_state(seed):
    return int(np.random.SeedSequence([seed, 0]).generate_state(1)[0])


def test_two_moons_are_cut_in_halves():
    points, _ = make_moons(400, noise=0.02, random_state=0)
    found = kmeans(points, 2)
    assert sorted(found.centers[:, 0]) == pytest.approx([-0.2, 1.2], abs=0.1)


@pytest.mark.parametrize("effort", EFFORTS)
def test_minibatch_is_no_worse_than_ten_starts_of_scikit_learn(effort):
    points = np.random.default_rng(2).random((4000, 3)) ** 2
    ours = kmeans(points, 20, effort=effort).inertia
    theirs = KMeans(20, n_init=10, random_state=0).fit(points).inertia_
    assert ours <= 1.02 * theirs


def test_more_effort_is_no_worse():
    points = np.random.default_rng(8).random((20_000, 3)) ** 2
    inertias = [kmeans(points, 40, effort=effort).inertia for effort in EFFORTS]
    assert inertias[2] <= inertias[1] <= inertias[0] * 1.001


def test_lloyd_falls_at_every_step():
    points = np.random.default_rng(4).random((500, 2))
    found = kmeans(points, 9, engine="lloyd", seeding="random")
    inertias = [step.inertia for step in found.history]
    assert len(inertias) == found.iterations > 3
    assert inertias == sorted(inertias, reverse=True)
    # The last pass changed nothing but, in other units, the rounding.
    assert found.inertia == pytest.approx(inertias[-1], rel=1e-12)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("seeding", ["variance", "k-means++", "random", [[0, 0], [1, 1], [2, 2]]])
def test_every_engine_takes_every_seeding(engine, seeding):
    points = np.repeat([[0.0, 0], [1, 1], [2, 2]], 400, axis=0) + np.linspace(0, 0.1, 1200)[:, None]
    found = kmeans(points, 3, engine=engine, seeding=seeding, restarts=4)
    assert sorted(found.centers[:, 0].round()) == [0, 1, 2]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("seeding", ["variance", "k-means++", "random", [[5, 5]] * 9])
def test_k_beyond_the_different_points_never_fails(engine, seeding):
    points = [[0.0, 0], [3, 1], [0, 0], [3, 1], [8, 8]]
    found = kmeans(points, 9, engine=engine, seeding=seeding)
    assert found.inertia == pytest.approx(0, abs=1e-9)
    np.testing.assert_allclose(sorted(found.centers.tolist()), [[0, 0], [3, 1], [8, 8]], atol=1e-6)


@pytest.mark.parametrize("engine", ENGINES)
def test_one_point_and_equal_points(engine):
    assert kmeans([[2.0, 3]], 4, engine=engine).centers.tolist() == [[2, 3]]
    assert kmeans([[2.0, 3]] * 50, 4, engine=engine).centers.tolist() == [[2, 3]]


@pytest.mark.slow
@pytest.mark.parametrize("effort", EFFORTS)
@settings(max_examples=25)
@given(
    points=arrays(
        np.float64,
        st.tuples(st.integers(1, 60), st.integers(1, 4)),
        elements=st.floats(-1e3, 1e3).map(lambda x: round(x, 2)),
    ),
    k=st.integers(1, 12),
)
def test_any_points_give_that_many_different_centers(effort, points, k):
    found = kmeans(points, k, effort=effort)
    different = len(np.unique(points, axis=0))
    assert len(found.centers) == min(k, different)
    assert len(np.unique(found.labels)) == len(found.centers)


def test_weights_stand_for_repeated_points():
    rng = np.random.default_rng(0)
    points, counts = rng.random((300, 3)), rng.integers(1, 9, 300)
    start = points[:8]
    once = kmeans(points, 8, weights=counts, engine="lloyd", seeding=start)
    repeated = kmeans(np.repeat(points, counts, axis=0), 8, engine="lloyd", seeding=start)
    np.testing.assert_allclose(once.centers, repeated.centers, atol=1e-9)
    assert once.inertia == pytest.approx(repeated.inertia)


def test_coarse_sets_save_work_not_quality():
    rng = np.random.default_rng(1)
    points = rng.random((30_000, 2)).astype(np.float32)
    cells = np.floor(points * 30).astype(int) @ (30, 1)
    weights = np.bincount(cells).astype(float)
    means = np.stack([np.bincount(cells, points[:, j]) / weights for j in (0, 1)], axis=1)
    plain = kmeans(points, 12)
    helped = kmeans(points, 12, coarse=[(means, weights)])
    assert helped.inertia <= 1.01 * plain.inertia


def test_progress_rises_to_one():
    shares = []
    kmeans(np.random.default_rng(0).random((500, 2)), 5, restarts=2, progress=shares.append)
    assert shares == sorted(shares)
    assert 0 < shares[0] < shares[-1] <= 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"points": [[0.0, np.nan]]}, "points must be finite"),
        ({"points": [[0.0, np.inf]]}, "points must be finite"),
        ({"points": [0.0, 1.0]}, r"points must be \(n, d\) and not empty, not \(2,\)"),
        ({"points": np.zeros((0, 3))}, "not empty"),
        ({"points": np.zeros((3, 0))}, "not empty"),
        ({"points": [["a"]]}, "points must be numbers"),
        ({"points": [[1j]]}, "points must be numbers"),
        ({"k": 0}, "k must be a whole number at least 1, not 0"),
        ({"k": 1.5}, "k must be"),
        ({"weights": [1, 0]}, "weights must be positive"),
        ({"weights": [1, -1]}, "weights must be positive"),
        ({"weights": [1, np.nan]}, "weights must be positive"),
        ({"weights": [1, np.inf]}, "weights must be positive"),
        ({"weights": ["a", "b"]}, "weights must be positive"),
        ({"weights": [1]}, r"weights must be \(2,\)"),
        ({"engine": "elkan"}, "engine must be one of"),
        ({"effort": "more"}, "effort must be one of"),
        ({"seeding": "grid"}, "seeding must be one of variance, k-means"),
        ({"seeding": [[0.0, 0]]}, r"seeding must be \(2, d\), one row a center, not \(1, 2\)"),
        ({"seeding": [[0.0], [1]]}, r"seeding must be \(n, 2\), not \(2, 1\)"),
        ({"restarts": 0}, "restarts must be"),
        ({"seed": -1}, "seed must be"),
        ({"coarse": [([[0.0]], [1])]}, r"points must be \(n, 2\), not \(1, 1\)"),
        ({"coarse": [([[0.0, 1]], [1, 2])]}, "weights must be"),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    with pytest.raises(InvalidInputError, match=message):
        kmeans(**{"points": [[0.0, 0], [1, 1]], "k": 2, **arguments})


THREADED = """
import hashlib, numpy as np
from colorquant.clustering.kmeans import kmeans
points = np.random.default_rng(0).random((60_000, 3)).astype(np.float32)
found = kmeans(points, 200)
print(hashlib.sha256(found.centers.tobytes() + found.labels.tobytes()).hexdigest())
"""


def test_the_number_of_threads_makes_no_difference():
    hashes = set()
    for threads in ("1", "2"):
        environment = os.environ | {"OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads}
        run = [sys.executable, "-c", THREADED]
        hashes.add(subprocess.run(run, env=environment, capture_output=True, check=True).stdout)
    assert len(hashes) == 1


def test_cheap_starts_are_taken_unasked():
    points = np.random.default_rng(5).random((400, 3))
    unasked, asked = kmeans(points, 5), kmeans(points, 5, restarts=3)
    assert np.array_equal(unasked.centers, asked.centers)
    inertias = [kmeans(points, 5, restarts=3, seed=seed).inertia for seed in range(5)]
    assert unasked.inertia <= min(inertias) * 1.005


@pytest.mark.parametrize("engine", ["minibatch", "lloyd"])
@pytest.mark.parametrize("dimensions", [1, 2, 3, 6, 17])
@pytest.mark.parametrize("seeding", ["variance", "k-means++", "random", "given"])
def test_fixed_centers_stay_and_the_others_are_means(engine, dimensions, seeding):
    rng = np.random.default_rng(dimensions)
    points, weights = rng.normal(size=(400, dimensions)), rng.random(400) + 0.1
    fixed = rng.normal(size=(3, dimensions)) * 4
    start = points[:5] if seeding == "given" else seeding
    found = kmeans(points, 8, weights=weights, fixed=fixed, engine=engine, seeding=start)
    np.testing.assert_array_equal(found.centers[:3], fixed)
    assert found.centers.shape == (8, dimensions)
    for step in found.history:
        np.testing.assert_allclose(step.centers[:3], fixed, atol=1e-6)
    distances = ((points[:, None] - found.centers) ** 2).sum(axis=2)
    assert found.labels.tolist() == distances.argmin(axis=1).tolist()
    assert found.inertia == pytest.approx(distances.min(axis=1) @ weights)
    if engine == "lloyd":
        for label in range(3, 8):
            own = found.labels == label
            mean = np.average(points[own], axis=0, weights=weights[own])
            np.testing.assert_allclose(found.centers[label], mean, atol=1e-6)


def test_fixed_centers_of_which_no_point_is_near():
    points = np.random.default_rng(0).random((200, 2))
    found = kmeans(points, 4, fixed=[[100.0, 100.0]])
    assert found.centers[0].tolist() == [100, 100]
    assert sorted(set(found.labels.tolist())) == [1, 2, 3]


def test_as_many_fixed_centers_as_points_need():
    found = kmeans([[0.0], [1.0], [5.0]], 3, fixed=[[0.0], [1.0]])
    assert found.centers.ravel().tolist() == [0, 1, 5]
    assert found.inertia == 0


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"fixed": [[0.0, 0.0]] * 3}, "fixed must be fewer than the 3 centers, not 3"),
        ({"fixed": [[0.0]]}, r"fixed must be \(n, 2\), not"),
        ({"fixed": [[np.nan, 0.0]]}, "fixed must be finite"),
        ({"fixed": [[0.0, 0.0]], "engine": "sklearn"}, "engine 'sklearn' moves all centers"),
        ({"fixed": [[0.0, 0.0]], "seeding": [[0.0, 0.0]]}, r"seeding must be \(2, d\)"),
    ],
)
def test_fixed_centers_that_cannot_be(changes, message):
    points = np.random.default_rng(0).random((20, 2))
    with pytest.raises(InvalidInputError, match=message):
        kmeans(points, 3, **changes)


RNG = np.random.default_rng(7)
NORMAL = RNG.normal(size=(3000, 2))
WIDE = {
    "outlier": np.vstack([NORMAL, [[1e4, 0.0]]]),
    "lognormal": RNG.lognormal(0, 3, (5000, 2)),
    "far apart": np.vstack([NORMAL[:500] * 1e-3, NORMAL[500:1000] * 1e-3 + 1000]),
}


@pytest.mark.parametrize("effort", ["fast", "normal"])
@pytest.mark.parametrize("k", [4, 16, 100, 150])
@pytest.mark.parametrize("name", WIDE)
def test_data_of_wide_range_is_not_compared_roughly(name, k, effort):
    points = WIDE[name]
    found = kmeans(points, k, effort=effort)
    peer = KMeans(k, n_init=1, random_state=0).fit(points)
    assert found.inertia <= 1.02 * peer.inertia_


@pytest.mark.parametrize("engine", ["lloyd", "minibatch"])
def test_points_that_differ_by_rounding_only_need_one_center(engine):
    rng = np.random.default_rng(0)
    points = rng.integers(0, 3, (300, 3)) + rng.normal(0, 1e-12, (300, 3))
    found = kmeans(points, 40, engine=engine)
    assert len(found.centers) == len(set(found.labels.tolist())) == 27
    assert found.iterations < 100


@pytest.mark.parametrize("changes", [{"points": [[1e101], [0.0]]}, {"weights": [1, 1e101]}])
def test_numbers_whose_squares_overflow_are_refused(changes):
    with pytest.raises(InvalidInputError, match="1e\\+100"):
        kmeans(**{"points": [[0.0], [1.0]], "k": 1} | changes)


@pytest.mark.parametrize("engine", ["minibatch", "lloyd", "sklearn"])
def test_labels_of_many_points_are_in_their_order(engine):
    points = np.random.default_rng(0).random((33_000, 3))
    seeding = points[:64] if engine == "lloyd" else None
    found = kmeans(points, 64, engine=engine, effort="fast", seeding=seeding)
    some = np.random.default_rng(1).integers(0, len(points), 500)
    distances = ((points[some, None] - found.centers) ** 2).sum(axis=2)
    own = distances[np.arange(500), found.labels[some]]
    np.testing.assert_allclose(own, distances.min(axis=1), rtol=1e-4)
    whole = ((points - found.centers[found.labels]) ** 2).sum()
    assert found.inertia == pytest.approx(whole)


def test_many_equal_points():
    assert kmeans(np.ones((40_000, 3)), 64).centers.tolist() == [[1, 1, 1]]
    tiny = np.random.default_rng(0).random((33_000, 3)) * 1e-308
    assert len(kmeans(tiny, 64, effort="fast").centers) == 1


def test_more_centers_than_points_make_the_grid_no_coarser():
    points = [[0.0], [1.0], [1 + 1e-6]]
    for k in (3, 70_000, 10**12):
        np.testing.assert_allclose(np.sort(kmeans(points, k).centers, axis=0), points, atol=1e-9)


def test_given_centers_start_once(monkeypatch):
    points = np.random.default_rng(0).random((900, 3))
    starts = []
    search = Search.minibatch
    monkeypatch.setattr(Search, "minibatch", lambda *own: starts.append(own) or search(*own))
    kmeans(points, 20, seeding=points[:20])
    assert len(starts) == 1
    kmeans(points, 20)
    assert len(starts) > 2
