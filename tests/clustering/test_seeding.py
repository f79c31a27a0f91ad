import numpy as np
import pytest

from colorquant.clustering.seeding import SEEDINGS, seed_centers


def seeds(method, points, k, weights=None, seed=0):
    points = np.asarray(points, float)
    weights = np.ones(len(points)) if weights is None else np.asarray(weights, float)
    return seed_centers(method, points, weights, k, (seed,))


def test_variance_cuts_where_the_error_is_least():
    # The widest cluster is cut first, at the gap; its right half is next.
    points = [[0, 0], [1, 0], [20, 0], [21, 0], [30, 0]]
    assert sorted(seeds("variance", points, 2)[:, 0]) == pytest.approx([0.5, 71 / 3])
    assert sorted(seeds("variance", points, 3)[:, 0]) == pytest.approx([0.5, 20.5, 30])


def test_variance_follows_a_slanted_axis():
    along = np.array([0.0, 1, 2, 10, 11, 12])
    points = np.stack([along, 2 * along + 0.01 * (-1) ** along], axis=1)
    left, right = sorted(seeds("variance", points, 2).tolist())
    assert left[0] == pytest.approx(1)
    assert right[0] == pytest.approx(11)


def test_variance_weighs():
    # By weight, the cut that sets the heavy point apart gains more than that at the gap.
    points, weights = [[0], [4], [9]], [1000, 1, 1]
    assert sorted(seeds("variance", points, 2, weights)[:, 0]) == pytest.approx([0, 6.5])


@pytest.mark.parametrize("method", ["variance", "k-means++"])
def test_no_more_centers_than_different_points(method):
    points = [[1, 1], [2, 2], [1, 1], [2, 2], [1, 1]]
    assert sorted(seeds(method, points, 4).tolist()) == [[1, 1], [2, 2]]


def test_random_draws_different_rows():
    points = np.arange(10)[:, None]
    assert len(np.unique(seeds("random", points, 10), axis=0)) == 10
    assert len(seeds("random", points, 99)) == 10


def test_plus_plus_prefers_what_is_far():
    points = np.concatenate([np.zeros((500, 1)) + np.arange(500)[:, None] * 1e-6, [[9.0]]])
    assert all(seeds("k-means++", points, 2, seed=s).max() == 9 for s in range(20))


@pytest.mark.parametrize("method", SEEDINGS)
def test_same_seed_same_centers(method):
    points = np.random.default_rng(1).random((200, 3))
    np.testing.assert_array_equal(seeds(method, points, 9), seeds(method, points, 9))


@pytest.mark.parametrize("method", SEEDINGS)
def test_a_single_point(method):
    assert seeds(method, [[3, 4]], 1).tolist() == [[3, 4]]
