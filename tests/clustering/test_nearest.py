import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from colorquant.clustering import nearest as module
from colorquant.clustering.nearest import homogeneous, max_norm, nearest, two_nearest


def brute_force(points, centers):
    exact = points[:, None].astype(object) - centers[None].astype(object)
    return (exact**2).sum(axis=2)


def coordinates(dtype, d, rows):
    bound = int(max_norm(dtype) / np.sqrt(d))
    return arrays(np.int64, st.tuples(rows, st.just(d)), elements=st.integers(-bound, bound))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@given(data=st.data())
def test_equals_brute_force_ties_included(dtype, data):
    d = data.draw(st.integers(1, 6))
    points = data.draw(coordinates(dtype, d, st.integers(1, 12)))
    centers = data.draw(coordinates(dtype, d, st.integers(1, 12)))
    distances = brute_force(points, centers)
    labels = nearest(homogeneous(points, dtype), centers.astype(dtype))
    assert labels.tolist() == distances.argmin(axis=1).tolist()


@given(data=st.data())
def test_two_nearest_equals_brute_force(data):
    points = data.draw(coordinates(np.float32, 3, st.integers(1, 12)))
    centers = data.draw(coordinates(np.float32, 3, st.integers(2, 12)))
    distances = brute_force(points, centers)
    labels, first, second = two_nearest(homogeneous(points, np.float32), centers.astype(float))
    assert labels.tolist() == distances.argmin(axis=1).tolist()
    assert first.tolist() == np.sort(distances, axis=1)[:, 0].tolist()
    assert second.tolist() == np.sort(distances, axis=1)[:, 1].tolist()


def test_equal_centers_tie_to_the_lowest():
    points = homogeneous(np.array([[4, 4], [0, 0], [2, 2]]), np.float32)
    centers = np.array([[0.0, 0.0], [4.0, 4.0], [0.0, 0.0], [4.0, 4.0]])
    assert nearest(points, centers).tolist() == [1, 0, 0]


def test_blocks_make_no_difference(monkeypatch):
    rng = np.random.default_rng(0)
    points = homogeneous(rng.integers(-1000, 1000, (999, 3)), np.float32)
    centers = rng.integers(-1000, 1000, (7, 3)).astype(float)
    whole = nearest(points, centers), two_nearest(points, centers)
    monkeypatch.setattr(module, "_BLOCK", 100)
    parts = nearest(points, centers), two_nearest(points, centers)
    np.testing.assert_equal(parts, whole)


def test_threads_make_no_difference(monkeypatch):
    rng = np.random.default_rng(0)
    points = homogeneous(rng.integers(-1000, 1000, (999, 3)), np.float32)
    centers = rng.integers(-1000, 1000, (7, 3)).astype(float)
    monkeypatch.setattr(module, "_PART", 500)
    found = []
    for threads in ("1", "2", "5"):
        monkeypatch.setenv("OMP_NUM_THREADS", threads)
        found.append((nearest(points, centers), two_nearest(points, centers)))
    np.testing.assert_equal(found[1], found[0])
    np.testing.assert_equal(found[2], found[0])


def test_one_center_has_no_second():
    points = homogeneous(np.array([[3, 4]]), np.float32)
    labels, first, second = two_nearest(points, np.zeros((1, 2)))
    assert (labels.tolist(), first.tolist(), second.tolist()) == ([0], [25.0], [np.inf])
