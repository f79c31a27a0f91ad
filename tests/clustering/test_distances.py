"""Distances in the points' own units, beside those of SciPy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

from colorquant.clustering import distances
from colorquant.clustering.distances import (
    completed,
    nearest_exactly,
    own_squares,
    squared_distances,
)


@settings(max_examples=30)
@given(
    n=st.integers(1, 60),
    k=st.integers(1, 9),
    d=st.integers(1, 20),
    scale=st.sampled_from([1e-9, 1.0, 1e9]),
    seed=st.integers(0, 99),
)
def test_distances_and_labels_are_those_of_scipy(n, k, d, scale, seed):
    rng = np.random.default_rng(seed)
    points, centers = rng.normal(5, scale, (n, d)), rng.normal(5, scale, (k, d))
    expected = cdist(points, centers, "sqeuclidean")
    np.testing.assert_allclose(squared_distances(points, centers), expected, rtol=1e-12)
    labels = nearest_exactly(points, centers)
    np.testing.assert_array_equal(labels, expected.argmin(axis=1))
    np.testing.assert_allclose(
        own_squares(points, centers, labels), expected.min(axis=1), rtol=1e-12
    )


def test_far_points_do_not_blur_near_ones():
    # On a grid over all of these, the first four are one place.
    points = np.array([[0.0], [1.0], [2.0], [3.0], [1e12]])
    centers = np.array([[0.4], [2.6], [1e12]])
    assert nearest_exactly(points, centers).tolist() == [0, 0, 1, 1, 2]


def test_the_lowest_of_equal_centers_and_distances_wins():
    centers = np.array([[3.0], [1.0], [3.0], [1.0]])
    assert nearest_exactly(np.array([[0.0], [2.0], [9.0]]), centers).tolist() == [1, 0, 0]
    assert nearest_exactly(np.array([[0.0]]), np.array([[5.0], [5.0]])).tolist() == [0]


def test_blocks_make_no_difference(monkeypatch):
    rng = np.random.default_rng(1)
    points, centers = rng.random((50, 3)), rng.random((7, 3))
    whole = squared_distances(points, centers)
    monkeypatch.setattr(distances, "_ROOM", 10)
    np.testing.assert_array_equal(squared_distances(points, centers), whole)


def test_missing_centers_are_put_where_the_error_is_largest():
    points = np.array([[0.0], [0.1], [1.0], [1.1], [1e9]])
    found = completed(points, np.ones(5), np.array([[0.5], [1e9]]), 3)
    assert sorted(found[:, 0].tolist()) == pytest.approx([0.05, 1.05, 1e9])
    assert completed(points, np.ones(5), points[:3], 3) is not None
    np.testing.assert_array_equal(completed(points, np.ones(5), points[:3], 3), points[:3])
