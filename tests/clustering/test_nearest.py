import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from colorquant.clustering import nearest as module
from colorquant.clustering.curve import curve_order
from colorquant.clustering.nearest import nearest, two_nearest
from colorquant.clustering.rounded import Rounded, box_length, max_norm

TYPES = pytest.mark.parametrize("dtype", [np.float32, np.float64])
# Without boxes, with the shortest ones, and with some.
LENGTHS = pytest.mark.parametrize("length", [0, 1, 16])


def brute_force(points, centers):
    """Squared distances in whole numbers, (n, k)."""
    return ((points[:, None] - centers[None]) ** 2).sum(axis=2)


def laid_out(points, dtype, length=0):
    return Rounded.of(points.T, dtype, length)


def coordinates(dtype, d, k, rows):
    bound = int(max_norm(dtype, k) / np.sqrt(d))
    return arrays(np.int64, st.tuples(rows, st.just(d)), elements=st.integers(-bound, bound))


def longest(dtype, n, d, k, seed):
    """Points of norms as large as may be with k centers, in all directions."""
    ways = np.random.default_rng(seed).normal(size=(n, d))
    ways /= np.sqrt((ways**2).sum(axis=1, keepdims=True))
    return np.trunc(ways * max_norm(dtype, k)).astype(np.int64)


@TYPES
@given(data=st.data())
def test_equals_brute_force_ties_included(dtype, data):
    d, k = data.draw(st.integers(1, 6)), data.draw(st.integers(2, 140))
    length = data.draw(st.sampled_from([0, 1, 2, 4]))
    points = data.draw(coordinates(dtype, d, k, st.integers(1, 12)))
    centers = data.draw(coordinates(dtype, d, k, st.just(k)))
    labels = nearest(laid_out(points, dtype, length), centers.astype(float))
    assert labels.tolist() == brute_force(points, centers).argmin(axis=1).tolist()


@TYPES
@given(data=st.data())
def test_two_nearest_equal_brute_force(dtype, data):
    k, length = data.draw(st.integers(2, 140)), data.draw(st.sampled_from([0, 1, 2, 4]))
    points = data.draw(coordinates(dtype, 3, k, st.integers(1, 12)))
    centers = data.draw(coordinates(dtype, 3, k, st.just(k)))
    labels, gaps = two_nearest(laid_out(points, dtype, length), centers.astype(float))
    distances = brute_force(points, centers)
    assert labels.tolist() == distances.argmin(axis=1).tolist()
    first, second = np.sort(distances, axis=1)[:, :2].T
    assert gaps.tolist() == (second - first).tolist()


@pytest.mark.slow
@TYPES
@LENGTHS
@pytest.mark.parametrize("k", [*range(1, 34), *range(37, 301, 13), 63, 64, 65, 127, 128, 129])
def test_points_and_centers_of_the_largest_norms(k, length, dtype):
    points, centers = longest(dtype, 200, 3, k, 0), longest(dtype, k, 3, k, 1)
    # Opposite ends give the largest partial sums, and half of the way between two is a tie.
    points = np.concatenate([points, -centers, centers, (centers + centers[::-1]) // 2])
    laid = laid_out(points, dtype, length if k > 1 else 0)
    distances = brute_force(points, centers)
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
@LENGTHS
@pytest.mark.parametrize("k", [2, 40, 128, 300])
def test_points_on_bisectors_and_beside_them(k, length, dtype):
    """A step of the grid decides, and on the bisector the lower index does."""
    rng = np.random.default_rng(k)
    bound = int(max_norm(dtype, k) / 4)
    centers = 2 * rng.integers(-bound, bound, (k, 3))
    middles = (centers + centers[rng.permutation(k)]) // 2
    steps = np.concatenate([np.zeros((1, 3), int), np.eye(3, dtype=int), -np.eye(3, dtype=int)])
    points = (middles[:, None] + steps).reshape(-1, 3)
    labels = nearest(laid_out(points, dtype, length), centers.astype(float))
    np.testing.assert_array_equal(labels, brute_force(points, centers).argmin(axis=1))


@LENGTHS
@pytest.mark.parametrize("k", [2, 70])
def test_boxes_whose_points_are_all_equal_or_all_at_a_tie(k, length):
    """Their radius is 0, so only centers that are as near as the nearest are compared."""
    centers = np.random.default_rng(k).integers(-50, 50, (k, 2))
    points = np.repeat((centers + np.roll(centers, 1, axis=0)) // 2, 16, axis=0)
    laid, distances = laid_out(points, np.float64, length), brute_force(points, centers)
    np.testing.assert_array_equal(nearest(laid, centers.astype(float)), distances.argmin(axis=1))
    labels, gaps = two_nearest(laid, centers.astype(float))
    first, second = np.partition(distances, 1, axis=1)[:, :2].T
    np.testing.assert_array_equal(labels, distances.argmin(axis=1))
    np.testing.assert_array_equal(gaps, second - first)


def test_boxes_of_neighbors_leave_out_most_centers(monkeypatch):
    rng = np.random.default_rng(0)
    points, centers = rng.integers(-999, 1000, (120_000, 3)), rng.integers(-999, 1000, (256, 3))
    length = box_length(len(points), len(centers))
    ordered = points[curve_order(points.T.astype(float))]
    products, multiply = [], np.matmul

    def counted(a, b, out=None):
        products.append(len(a) * b.shape[1])
        return multiply(a, b, out=out)

    monkeypatch.setattr(np, "matmul", counted)
    nearest(laid_out(ordered, np.float64, length), centers.astype(float))
    assert length
    assert sum(products) < len(points) * len(centers) / 2


@TYPES
@LENGTHS
@pytest.mark.parametrize("k", [1024, 4099, 65_536])
def test_very_many_centers(k, length, dtype):
    rng = np.random.default_rng(k)
    bound = min(1300, int(max_norm(dtype, k) / np.sqrt(3)))
    centers = rng.integers(-bound, bound + 1, (k, 3))
    points = rng.integers(-bound, bound + 1, (60, 3))
    labels = nearest(laid_out(points, dtype, length), centers.astype(float))
    np.testing.assert_array_equal(labels, brute_force(points, centers).argmin(axis=1))


def test_equal_centers_tie_to_the_lowest():
    points = laid_out(np.array([[4, 4], [0, 0], [2, 2]]), np.float32)
    centers = np.array([[0.0, 0.0], [4.0, 4.0]] * 40)
    assert nearest(points, centers).tolist() == [1, 0, 0]
    labels, gaps = two_nearest(points, centers)
    assert (labels.tolist(), gaps.tolist()) == ([1, 0, 0], [0, 0, 0])


@LENGTHS
@pytest.mark.parametrize("k", [7, 100, 200])
def test_blocks_make_no_difference(k, length, monkeypatch):
    rng = np.random.default_rng(0)
    points = laid_out(rng.integers(-100, 100, (999, 3)), np.float32, length)
    centers = rng.integers(-100, 100, (k, 3)).astype(float)
    whole = nearest(points, centers), two_nearest(points, centers)
    monkeypatch.setattr(module, "_ROOM", 2800)
    monkeypatch.setattr(module, "_PRODUCT", 4000)
    parts = nearest(points, centers), two_nearest(points, centers)
    np.testing.assert_equal(parts, whole)


@LENGTHS
@pytest.mark.parametrize("k", [70, 200])
def test_threads_make_no_difference(k, length, monkeypatch):
    rng = np.random.default_rng(0)
    points = laid_out(rng.integers(-100, 100, (999, 3)), np.float32, length)
    centers = rng.integers(-100, 100, (k, 3)).astype(float)
    monkeypatch.setattr(module, "_PART", 5000)
    found = []
    for threads in ("1", "2", "5"):
        monkeypatch.setenv("OMP_NUM_THREADS", threads)
        found.append((nearest(points, centers), two_nearest(points, centers)))
    np.testing.assert_equal(found[1], found[0])
    np.testing.assert_equal(found[2], found[0])


@LENGTHS
def test_one_center_has_no_second(length):
    labels, gaps = two_nearest(laid_out(np.array([[3, 4]]), np.float32, length), np.zeros((1, 2)))
    assert (labels.tolist(), gaps.tolist()) == ([0], [np.inf])


@pytest.mark.parametrize("search", [nearest, two_nearest])
def test_more_centers_than_the_points_are_laid_out_for(search):
    points = laid_out(np.array([[1, 2]]), np.float32)
    with pytest.raises(ValueError, match="17 centers, but the points are laid out for 16"):
        search(points, np.zeros((17, 2)), 16)
