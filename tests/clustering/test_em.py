from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from colorquant.clustering.em import Run, expect, maximize, means, refill, refine, within_reach
from colorquant.clustering.points import Grid, Points
from colorquant.clustering.rounded import max_norm

unit = st.floats(0, 1, width=32)


def laid_out(points, weights=None, k=16):
    points = np.asarray(points)
    grid = Grid.over(points, k)
    weights = np.ones(len(points)) if weights is None else np.asarray(weights, float)
    return Points(points, weights, grid), grid


@given(
    points=arrays(np.float64, (9, 3), elements=unit),
    labels=arrays(np.intp, 9, elements=st.integers(0, 3)),
)
def test_moments_are_those_of_plain_sums(points, labels):
    laid, _ = laid_out(points, np.arange(1.0, 10.0))
    for d in (1, 2, 3):
        laid, _ = laid_out(points[:, :d], np.arange(1.0, 10.0))
        moments = maximize(laid, labels, 4)
        mass = np.bincount(labels, laid.weights, 4)
        sums = np.stack([np.bincount(labels, row, 4) for row in laid.exact * laid.weights], axis=1)
        np.testing.assert_array_equal(moments.mass, mass)
        np.testing.assert_array_equal(moments.sums, sums)


@pytest.mark.parametrize("k", [3, 40, 200])
def test_rough_labels_differ_only_between_centers(k):
    rng = np.random.default_rng(k)
    points, grid = laid_out(rng.random((5000, 3)), k=k)
    centers = grid.to_grid(rng.random((k, 3)))
    exact, rough = expect(points, centers), expect(points, centers, rough=True)
    distances = np.sqrt(((points.exact.T[:, None] - centers) ** 2).sum(axis=2))
    each = np.arange(len(points))
    # Rounding moves points and centers by less than a unit of the rough grid, all together.
    apart = distances[each, rough] - distances[each, exact]
    assert apart.max() <= 2 * np.sqrt(3) / grid.rough
    assert np.mean(exact != rough) < 0.03


def test_hand_computed_pass_with_weights():
    # 0 (weight 3), 2 and 10; centers 1 and 9. Inertia 3*1 + 1 + 1 = 5; means 0.5 and 10.
    points, grid = laid_out([[0.0], [2.0], [10.0]], [3, 1, 1])
    centers = grid.to_grid(np.array([[1.0], [9.0]]))
    labels = expect(points, centers)
    moments = maximize(points, labels, 2)
    assert labels.tolist() == [0, 0, 1]
    assert moments.mass.tolist() == [4, 1]
    assert moments.inertia(centers, points.square) / grid.step**2 == pytest.approx(5)
    np.testing.assert_allclose(grid.from_grid(means(moments, centers)), [[0.5], [10]])


@given(
    points=arrays(np.float64, st.tuples(st.integers(2, 40), st.integers(1, 3)), elements=unit),
    data=st.data(),
)
def test_e_and_m_steps_never_raise_the_inertia(points, data):
    n, d = points.shape
    weights = data.draw(arrays(np.float64, n, elements=st.floats(0.1, 100)))
    start = data.draw(arrays(np.float64, (data.draw(st.integers(1, 5)), d), elements=unit))
    laid, grid = laid_out(np.vstack([points, start]), np.append(weights, np.full(len(start), 1e-9)))
    inertias = []
    refine(
        laid,
        grid.to_grid(start),
        Run(laid.square, lambda centers, inertia: inertias.append(inertia)),
        passes=20,
        tolerance=0.0,
        relaxed=False,
    )
    scale = max(1.0, laid.square)
    assert all(b <= a + 1e-9 * scale for a, b in pairwise(inertias))


@pytest.mark.parametrize("seed", range(4))
def test_relaxed_passes_get_further_than_plain_ones(seed):
    rng = np.random.default_rng(seed)
    points, grid = laid_out(rng.random((2000, 3)) ** 2)
    start = grid.to_grid(rng.random((12, 3)))
    ends = []
    for relaxed in (True, False):
        centers = refine(
            points,
            start,
            Run(points.square, lambda *_: None),
            passes=15,
            tolerance=0.0,
            relaxed=relaxed,
        )
        moments = maximize(points, expect(points, centers), 12)
        ends.append(moments.inertia(centers, points.square))
    assert ends[0] < ends[1]


def test_relaxed_passes_stay_where_costs_are_exact():
    # From near the middle 1.9 times the way to the ends of the box is far beyond them.
    points, grid = laid_out(np.array([[0.0, 0], [3, 4]]))
    start = grid.to_grid(np.array([[1.4, 1.9], [1.6, 2.1]]))
    norms = []
    refine(
        points,
        start,
        Run(points.square, lambda centers, _: norms.extend(np.hypot(*np.rint(centers).T))),
        passes=6,
        tolerance=0.0,
        relaxed=True,
    )
    assert 0.999 * max_norm(np.float64, 16) < max(norms) <= max_norm(np.float64, 16)


def test_centers_within_reach_stay_what_they_are():
    points, _ = laid_out([[0.0, 0], [3, 4]])
    centers = np.array([[0, 0], [1e6, -2e6], [3e8, 4e8]])
    kept = within_reach(points, centers)
    np.testing.assert_array_equal(kept[:2], centers[:2])
    np.testing.assert_allclose(kept[2], max_norm(np.float64, 16) * np.array([0.6, 0.8]))


def test_empty_clusters_take_the_worst_fitted_points():
    points, grid = laid_out([[0.0], [1.0], [50.0], [60.0]], [1, 1, 1, 9])
    centers = grid.to_grid(np.array([[0.5], [40.0], [0.5], [0.5]]))
    labels = expect(points, centers)
    assert labels.tolist() == [0, 0, 1, 1]
    moved = grid.from_grid(refill(points, labels, centers, np.array([2, 3])))
    # Errors are 9 * 20^2, 10^2, 0.25, 0.25.
    np.testing.assert_allclose(moved, [[0.5], [40], [60], [50]], atol=1e-6)


def test_centers_that_nothing_needs_are_removed():
    points, grid = laid_out([[0.0], [1.0]])
    start = grid.to_grid(np.array([[0.0], [1.0], [1.0]]))
    centers = refine(
        points,
        start,
        Run(points.square, lambda *_: None),
        passes=5,
        tolerance=0.0,
        relaxed=False,
    )
    np.testing.assert_allclose(grid.from_grid(centers), [[0], [1]], atol=1e-9)


def test_coarse_points_give_the_inertia_of_those_they_stand_for():
    fine = np.array([[0.0], [2.0], [10.0], [14.0]])
    points, grid = laid_out(fine)
    coarse = Points(np.array([[1.0], [12.0]]), np.array([2.0, 2.0]), grid)
    centers = grid.to_grid(np.array([[1.0], [11.0]]))
    exact = maximize(points, expect(points, centers), 2).inertia(centers, points.square)
    stood_for = maximize(coarse, expect(coarse, centers), 2).inertia(centers, points.square)
    assert stood_for == pytest.approx(exact)
    assert exact / grid.step**2 == pytest.approx(1 + 1 + 1 + 9)
