"""Distinct rows with summed weights, and samples of them."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from colorquant.clustering import summaries
from colorquant.clustering.summaries import distinct_rows, sample


def tally(points, weights):
    found = Counter()
    for row, weight in zip(points.tolist(), weights.tolist(), strict=True):
        if weight:
            found[tuple(number + 0.0 for number in row)] += weight
    return found


few = st.sampled_from([0.0, -0.0, 1.0, 0.5, -2.25])


@given(
    points=arrays(np.float64, (30, 2), elements=few),
    weights=arrays(np.float64, 30, elements=st.integers(0, 3).map(float)),
)
def test_weights_of_equal_rows_add_up(points, weights):
    rows, sums = distinct_rows(points, weights)
    assert tally(points, weights) == tally(rows, sums)
    assert len(rows) == len(tally(rows, sums))


def test_the_order_of_the_rows_does_not_matter():
    rng = np.random.default_rng(0)
    points, weights = rng.integers(0, 9, (200, 3)).astype(float), rng.integers(0, 4, 200) * 1.0
    order = rng.permutation(200)
    for one, other in zip(
        distinct_rows(points, weights), distinct_rows(points[order], weights[order]), strict=True
    ):
        np.testing.assert_array_equal(one, other)


def test_different_rows_of_one_place_stay_apart(monkeypatch):
    monkeypatch.setattr(
        summaries, "_scattered", lambda points: np.zeros(len(points), dtype=np.uint64)
    )
    rows, sums = distinct_rows(np.array([[1.0], [2.0], [1.0]]), np.array([1.0, 2.0, 4.0]))
    assert tally(rows, sums) == {(1.0,): 5, (2.0,): 2}


def test_samples_are_of_many_points_only_and_weigh_as_much():
    points = np.random.default_rng(0).random((20_000, 1))
    weights = np.linspace(0.5, 1.5, len(points))
    assert sample(points, weights, 10_001) is None
    some, own = sample(points, weights, 10_000)
    assert len(some) == 10_000
    assert own.sum() == pytest.approx(weights.sum())
    # The mean of n numbers from 0 to 1 has the standard deviation of these, over the root of n.
    spread = np.sqrt(1 / 12 / len(some))
    assert np.average(some[:, 0], weights=own) == pytest.approx(0.5, abs=5 * spread)
