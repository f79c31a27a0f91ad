"""Points on their grids."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from colorquant.clustering.points import Grid, Points
from colorquant.clustering.rounded import max_norm

unit = st.floats(0, 1, width=32)


def laid_out(points, k=16):
    grid = Grid.over(points, k)
    return Points(points, np.ones(len(points)), grid), grid


@given(points=arrays(np.float64, (9, 3), elements=unit))
def test_grids_keep_costs_exact_and_points_in_place(points):
    laid, grid = laid_out(points)
    for rounded, dtype in ((laid.fine.rows, np.float64), (laid.rough.rows, np.float32)):
        assert rounded.dtype == dtype
        rows = rounded[:-1].astype(np.float64)
        assert np.linalg.norm(rows, axis=0).max() <= max_norm(dtype, 16)
        assert (rows == np.rint(rows)).all()
        assert (rounded[-1] == 1).all()
    np.testing.assert_allclose(grid.from_grid(grid.to_grid(points)), points, atol=1e-6)
    np.testing.assert_allclose(grid.from_grid(laid.fine.rows[:-1].T), points, atol=1e-6)


@pytest.mark.parametrize(("k", "steps"), [(16, 724), (17, 512), (128, 256), (129, 181), (512, 128)])
def test_how_coarse_the_rough_grid_is(k, steps):
    _, grid = laid_out(np.array([[0.0, 0], [6, 8]]), k)
    # Half the diagonal is 5.
    assert grid.step * grid.rough * 5 == pytest.approx(steps, rel=0.01)
    assert grid.step * 5 > 2_900_000


def test_for_very_many_centers_no_grid_is_rough():
    laid, grid = laid_out(np.array([[0.0, 0], [6, 8]]), 513)
    assert grid.rough == 1
    assert laid.rough is laid.fine


def test_many_points_come_in_the_order_of_a_curve():
    points = np.random.default_rng(0).random((20_000, 3))
    weights = np.arange(1.0, 20_001)
    laid = Points(points, weights, Grid.over(points, 256))
    assert laid.fine.length > 0
    order = laid.weights.astype(int) - 1
    assert sorted(order) == list(range(20_000))
    np.testing.assert_allclose(laid.grid.from_grid(laid.exact.T), points[order], atol=1e-12)
    spread = laid.grid.to_grid(points)
    assert laid.square == pytest.approx((spread**2).sum(axis=1) @ weights)


@pytest.mark.parametrize("k", [16, 200])
def test_points_that_are_compared_exactly(k):
    laid, _ = laid_out(np.random.default_rng(0).random((50, 3)), k)
    before = laid.rough
    exact = laid.exactly
    assert exact.rough.rows.dtype == np.float64
    np.testing.assert_array_equal(exact.rough.rows, laid.fine.rows)
    assert laid.rough is before
    assert laid.exactly is exact


def test_the_inertia_that_rounding_adds():
    laid, grid = laid_out(np.random.default_rng(0).random((20_000, 3)))
    moved = laid.rough.rows[:-1] / grid.rough - laid.exact
    assert (moved**2).sum() == pytest.approx(laid.rounding, rel=0.05)
