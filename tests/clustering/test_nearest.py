import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from colorquant.clustering import nearest as module
from colorquant.clustering.nearest import homogeneous, max_norm, nearest, two_nearest

TYPES = pytest.mark.parametrize("dtype", [np.float32, np.float64])


def brute_force(points, centers):
    """Squared distances in whole numbers, (n, k)."""
    return ((points[:, None] - centers[None]) ** 2).sum(axis=2)


def laid_out(points, dtype):
    return homogeneous(points.T, dtype)


def coordinates(dtype, d, k, rows):
    bound = int(max_norm(dtype, k) / np.sqrt(d))
    return arrays(np.int64, st.tuples(rows, st.just(d)), elements=st.integers(-bound, bound))


def longest(dtype, n, d, k, seed):
    """Points of norms as large as may be with k centers, in all directions."""
    ways = np.random.default_rng(seed).normal(size=(n, d))
    ways /= np.sqrt((ways**2).sum(axis=1, keepdims=True))
    return np.trunc(ways * max_norm(dtype, k)).astype(np.int64)


@pytest.mark.parametrize(("dtype", "bits"), [(np.float32, 24), (np.float64, 53)])
def test_the_largest_norms_are_those_of_the_formulas(dtype, bits):
    for k, power in ((1, 1), (2, 2), (3, 4), (16, 16), (17, 32), (128, 128)):
        square = max_norm(dtype, k) ** 2
        assert 2 * power * square + power == pytest.approx(2**bits, rel=1e-12)
    assert 3 * max_norm(dtype, 129) ** 2 == pytest.approx(2**bits, rel=1e-12)


@TYPES
@given(data=st.data())
def test_equals_brute_force_ties_included(dtype, data):
    d, k = data.draw(st.integers(1, 6)), data.draw(st.integers(1, 140))
    points = data.draw(coordinates(dtype, d, k, st.integers(1, 12)))
    centers = data.draw(coordinates(dtype, d, k, st.just(k)))
    labels = nearest(laid_out(points, dtype), centers.astype(float))
    assert labels.tolist() == brute_force(points, centers).argmin(axis=1).tolist()


@TYPES
@given(data=st.data())
def test_two_nearest_equal_brute_force(dtype, data):
    k = data.draw(st.integers(2, 140))
    points = data.draw(coordinates(dtype, 3, k, st.integers(1, 12)))
    centers = data.draw(coordinates(dtype, 3, k, st.just(k)))
    labels, gaps = two_nearest(laid_out(points, dtype), centers.astype(float))
    distances = brute_force(points, centers)
    assert labels.tolist() == distances.argmin(axis=1).tolist()
    first, second = np.sort(distances, axis=1)[:, :2].T
    assert gaps.tolist() == (second - first).tolist()


@TYPES
@pytest.mark.parametrize("k", [*range(1, 34), *range(37, 301, 13), 63, 64, 65, 127, 128, 129])
def test_points_and_centers_of_the_largest_norms(k, dtype):
    points, centers = longest(dtype, 200, 3, k, 0), longest(dtype, k, 3, k, 1)
    # Opposite ends give the largest partial sums, and half of the way between two is a tie.
    points = np.concatenate([points, -centers, centers, (centers + centers[::-1]) // 2])
    laid, distances = laid_out(points, dtype), brute_force(points, centers)
    labels = distances.argmin(axis=1)
    np.testing.assert_array_equal(nearest(laid, centers.astype(float)), labels)
    if k > 1:
        found, gaps = two_nearest(laid, centers.astype(float))
        np.testing.assert_array_equal(found, labels)
        first, second = np.partition(distances, 1, axis=1)[:, :2].T
        np.testing.assert_array_equal(gaps, second - first)


@TYPES
@pytest.mark.parametrize("most", [20, 128, 129, 300])
def test_fewer_centers_than_the_points_are_laid_out_for(most, dtype):
    points, centers = longest(dtype, 300, 3, most, 0), longest(dtype, 9, 3, most, 1)
    laid, distances = laid_out(points, dtype), brute_force(points, centers)
    labels = nearest(laid, centers.astype(float), most)
    np.testing.assert_array_equal(labels, distances.argmin(axis=1))
    labels, gaps = two_nearest(laid, centers.astype(float), most)
    first, second = np.partition(distances, 1, axis=1)[:, :2].T
    np.testing.assert_array_equal(labels, distances.argmin(axis=1))
    np.testing.assert_array_equal(gaps, second - first)


@TYPES
@pytest.mark.parametrize("k", [2, 40, 128, 300])
def test_points_on_bisectors_and_beside_them(k, dtype):
    """A step of the grid decides, and on the bisector the lower index does."""
    rng = np.random.default_rng(k)
    bound = int(max_norm(dtype, k) / 4)
    centers = 2 * rng.integers(-bound, bound, (k, 3))
    middles = (centers + centers[rng.permutation(k)]) // 2
    steps = np.concatenate([np.zeros((1, 3), int), np.eye(3, dtype=int), -np.eye(3, dtype=int)])
    points = (middles[:, None] + steps).reshape(-1, 3)
    labels = nearest(laid_out(points, dtype), centers.astype(float))
    np.testing.assert_array_equal(labels, brute_force(points, centers).argmin(axis=1))


@TYPES
@pytest.mark.parametrize("k", [1024, 4099, 65_536])
def test_very_many_centers(k, dtype):
    rng = np.random.default_rng(k)
    centers, points = rng.integers(-1300, 1301, (k, 3)), rng.integers(-1300, 1301, (60, 3))
    labels = nearest(laid_out(points, dtype), centers.astype(float))
    np.testing.assert_array_equal(labels, brute_force(points, centers).argmin(axis=1))


def test_equal_centers_tie_to_the_lowest():
    points = laid_out(np.array([[4, 4], [0, 0], [2, 2]]), np.float32)
    centers = np.array([[0.0, 0.0], [4.0, 4.0]] * 40)
    assert nearest(points, centers).tolist() == [1, 0, 0]
    labels, gaps = two_nearest(points, centers)
    assert (labels.tolist(), gaps.tolist()) == ([1, 0, 0], [0, 0, 0])


@pytest.mark.parametrize("k", [7, 100, 200])
def test_blocks_make_no_difference(k, monkeypatch):
    rng = np.random.default_rng(0)
    points = laid_out(rng.integers(-100, 100, (999, 3)), np.float32)
    centers = rng.integers(-100, 100, (k, 3)).astype(float)
    whole = nearest(points, centers), two_nearest(points, centers)
    monkeypatch.setattr(module, "_ROOM", 2800)
    monkeypatch.setattr(module, "_BLOCK", 3000)
    parts = nearest(points, centers), two_nearest(points, centers)
    np.testing.assert_equal(parts, whole)


@pytest.mark.parametrize("k", [70, 200])
def test_threads_make_no_difference(k, monkeypatch):
    rng = np.random.default_rng(0)
    points = laid_out(rng.integers(-100, 100, (999, 3)), np.float32)
    centers = rng.integers(-100, 100, (k, 3)).astype(float)
    monkeypatch.setattr(module, "_PART", 5000)
    found = []
    for threads in ("1", "2", "5"):
        monkeypatch.setenv("OMP_NUM_THREADS", threads)
        found.append((nearest(points, centers), two_nearest(points, centers)))
    np.testing.assert_equal(found[1], found[0])
    np.testing.assert_equal(found[2], found[0])


def test_one_center_has_no_second():
    labels, gaps = two_nearest(laid_out(np.array([[3, 4]]), np.float32), np.zeros((1, 2)))
    assert (labels.tolist(), gaps.tolist()) == ([0], [np.inf])
