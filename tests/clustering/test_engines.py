"""How the engines spend their work; what they find is tested in test_kmeans."""

import numpy as np
import pytest

from colorquant.clustering import engines
from colorquant.clustering.engines import Search, scikit_learn
from colorquant.clustering.points import Grid, Points


@pytest.fixture
def points():
    return np.random.default_rng(3).random((3000, 3)) ** 2


def search(points, k, coarse=(), **settings):
    # With the centers that are added while breathing.
    grid = Grid.over(points, 2 * k)
    levels = [Points(p, np.full(len(p), len(points) / len(p)), grid) for p in (*coarse, points)]
    return Search(levels, grid, k, np.empty((0, points.shape[1])), "variance", (0,), **settings)


def stages(done):
    return list(dict.fromkeys(step.stage for step in done.history))


def test_minibatch_goes_through_its_stages(points):
    done = search(points, 20)
    done.minibatch("normal")
    assert stages(done) == ["seeding", "mini-batches", "breath", "full pass"]
    inertias = [step.inertia for step in done.history]
    assert inertias[-1] < inertias[0]


def test_no_mini_batches_where_a_full_pass_costs_less(points):
    done = search(points[:500], 20)
    done.minibatch("normal")
    assert "mini-batches" not in stages(done)


def test_coarse_points_too_few_for_the_centers_are_left_out(points):
    # With 30 points for 20 centers, seeds from the coarse set would be poor ones.
    helped, plain = search(points, 20, coarse=[points[::100]]), search(points, 20)
    helped.minibatch("fast")
    plain.minibatch("fast")
    np.testing.assert_array_equal(helped.history[0].centers, plain.history[0].centers)


def test_the_budget_bounds_the_passes(points, monkeypatch):
    free = search(points, 20)
    free.minibatch("normal")
    poor = engines.EFFORT_SETTINGS["normal"]._replace(budget=1.0)
    monkeypatch.setitem(engines.EFFORT_SETTINGS, "normal", poor)
    bound = search(points, 20)
    bound.minibatch("normal")
    passes = [sum(step.stage == "full pass" for step in s.history) for s in (free, bound)]
    assert passes[1] == poor.least_passes < passes[0]
    assert "breath" not in stages(bound)


def test_lloyd_has_full_passes_only(points):
    done = search(points, 6)
    done.lloyd()
    assert stages(done) == ["full pass"]


def test_progress_is_told_at_every_step(points):
    told = []
    done = search(points, 6, progress=told.append)
    done.minibatch("fast")
    assert len(told) == len(done.history)


def test_scikit_learn_reports_its_own_inertia(points):
    step = scikit_learn(points, None, 6, "k-means++", (0,))
    distances = ((points[:, None] - step.centers) ** 2).sum(axis=2)
    assert step.inertia == pytest.approx(distances.min(axis=1).sum(), rel=0.02)


def test_scikit_learn_takes_the_seed_from_the_generator(points):
    runs = [scikit_learn(points, None, 9, "random", (seed,)) for seed in (1, 1, 2)]
    np.testing.assert_array_equal(runs[0].centers, runs[1].centers)
    assert not np.array_equal(runs[0].centers, runs[2].centers)
