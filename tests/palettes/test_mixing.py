"""Entries placed for mixtures, against dense and slow ways to do the same."""

from itertools import pairwise

import numpy as np
import pytest
from helpers import mixture_costs

from colorquant.mapping.mixtures import best_mixtures
from colorquant.palettes import mixing as module
from colorquant.palettes.mixing import mixed, mixed_cost


def cloud(n=400, d=3, seed=0):
    """Weighted points along a bent band, whose means lie far from its rim."""
    rng = np.random.default_rng(seed)
    along = rng.random(n)
    points = rng.normal(0, 0.03, (n, d))
    points[:, 0] += along
    points[:, 1] += 0.3 * np.sin(4 * along)
    return points, rng.integers(1, 2000, n).astype(float)


def drawn(points, k, seed=0):
    return points[np.random.default_rng(seed).choice(len(points), k, replace=False)]


def total(points, weights, centers, grain):
    """The cost of all points' best mixtures."""
    mixtures = best_mixtures(points, centers, grain)
    return float(weights @ mixture_costs(points, centers, mixtures, grain))


def rounds(points, weights, centers, grain, fixed=0):
    """The centers before each round and after the last."""
    seen = [centers]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_ROUNDS", 1)
        for _ in range(8):
            seen.append(mixed(points, weights, seen[-1], grain, fixed))
    return seen


@pytest.mark.parametrize("grain", [0.12, 0.2, 0.3])
@pytest.mark.parametrize(("k", "d"), [(2, 3), (9, 3), (24, 6), (60, 3)])
def test_no_round_costs_more(k, d, grain):
    points, weights = cloud(d=d)
    for fixed in (0, k // 2):
        seen = rounds(points, weights, drawn(points, k), grain, fixed)
        costs = [total(points, weights, centers, grain) for centers in seen]
        for before, after in pairwise(seen):
            mixtures = best_mixtures(points, before, grain)
            one, other = (mixture_costs(points, c, mixtures, grain) for c in (before, after))
            # The inertia, too, only makes steps shorter.
            assert weights @ other < weights @ one
        # That new mixtures have the nearest entry, which is seldom the best one, hardly costs.
        assert all(after <= 1.01 * before for before, after in pairwise(costs))
        assert costs[-1] < 0.9 * costs[0]
        whole = mixed(points, weights, seen[0], grain, fixed)
        np.testing.assert_array_equal(whole, seen[-1])


def dense_step(points, weights, centers, grain, fixed):
    """The centers of least cost for the present mixtures, by LAPACK."""
    (k, d), mixtures = centers.shape, best_mixtures(points, centers, grain)
    matrix, right = np.zeros((k, k)), np.zeros((k, d))
    for x, w, p, q, r in zip(points, weights, *mixtures, strict=True):
        spread = grain * r * (1 - r)
        matrix[p, p] += w * ((1 - r) ** 2 + spread)
        matrix[q, q] += w * (r**2 + spread)
        matrix[p, q] += w * (r * (1 - r) - spread)
        matrix[q, p] += w * (r * (1 - r) - spread)
        right[p] += w * (1 - r) * x
        right[q] += w * r * x
    inertia = 1e-3 * weights.sum() / k
    matrix += inertia * np.eye(k)
    right += inertia * centers
    free = slice(fixed, None)
    result = centers.copy()
    known = matrix[free, :fixed] @ centers[:fixed]
    result[free] = np.linalg.solve(matrix[free, free], right[free] - known)
    return result


@pytest.mark.parametrize("fixed", [0, 1, 5])
@pytest.mark.parametrize("grain", [0.0, 0.2, 0.3])
def test_a_round_finds_the_least_cost(grain, fixed):
    points, weights = cloud(120)
    before, after, *_ = rounds(points, weights, drawn(points, 8), grain, fixed)
    expected = dense_step(points, weights, before, grain, fixed)
    assert np.abs(expected - before).max() > 0.01
    np.testing.assert_allclose(after, expected, atol=1e-5)


@pytest.mark.parametrize("fixed", [1, 3, 5])
def test_fixed_centers_stay(fixed):
    points, weights = cloud()
    centers = drawn(points, 5)
    found = mixed(points, weights, centers, 0.2, fixed)
    np.testing.assert_array_equal(found[:fixed], centers[:fixed])
    assert (found[fixed:] != centers[fixed:]).all()


@pytest.mark.parametrize("grain", [0.1, 0.2, 0.5])
def test_entries_move_outward(grain):
    """Two entries show all between them, so they come nearer to the ends than means are."""
    points, weights = np.linspace(0, 1, 101)[:, None] * [1.0, 0, 0], np.ones(101)

    def at(low):
        return np.array([[low, 0, 0], [1 - low, 0, 0]])

    places = np.linspace(0, 0.3, 301)
    costs = [total(points, weights, at(low), grain) for low in places]
    found = mixed(points, weights, at(0.25), grain)
    assert found[0, 0] < 0.24
    np.testing.assert_allclose(found, at(places[np.argmin(costs)]), atol=0.01)
    assert total(points, weights, found, grain) < 1.01 * min(costs)


def test_if_all_variance_counts_entries_are_means():
    points, weights = np.linspace(0, 1, 101)[:, None] * [1.0, 0, 0], np.ones(101)
    means = np.array([[0.25, 0, 0], [0.75, 0, 0]])
    np.testing.assert_allclose(mixed(points, weights, means, 0.999), means, atol=0.01)


def test_one_center_is_the_mean():
    points, weights = cloud()
    (found,) = mixed(points, weights, points[:1], 0.2)
    np.testing.assert_allclose(found, np.average(points, axis=0, weights=weights), atol=1e-6)


def test_the_argument_is_not_changed():
    points, weights = cloud()
    centers = drawn(points, 6)
    before = centers.copy()
    mixed(points, weights, centers, 0.2)
    np.testing.assert_array_equal(centers, before)


def test_centers_that_meet():
    """Where there are few points for so many centers, some move to the same place."""
    points = np.array([[0.0, 0, 0], [1, 0, 0], [0, 1, 0]])
    centers = np.array([[0.0, 0, 0], [0.9, 0.1, 0], [0, 0.9, 0], [0.9, 0.1, 0], [0, 0, 0]])
    found = mixed(points, np.ones(3), centers, 0.2)
    assert np.isfinite(found).all()
    assert total(points, np.ones(3), np.unique(found, axis=0), 0.2) < 1e-6
    np.testing.assert_array_equal(found[3:], centers[3:])


def test_the_cost_is_that_of_all_mixtures():
    rng = np.random.default_rng(9)
    points, weights, centers = rng.random((50, 3)), rng.random(50), rng.random((5, 3))
    costs = mixture_costs(points, centers, best_mixtures(points, centers, 0.3), 0.3)
    np.testing.assert_allclose(mixed_cost(points, weights, centers, 0.3), (weights * costs).sum())
