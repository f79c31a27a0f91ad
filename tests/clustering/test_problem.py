"""Several starts of a problem, and their best result."""

import numpy as np
import pytest

from colorquant import kmeans
from colorquant.clustering.problem import Problem


@pytest.fixture(scope="module")
def problem():
    points = np.random.default_rng(0).random((300, 3))
    return Problem(points, None, 5, points[:0], [])


def test_the_lowest_of_all_starts_is_kept(problem):
    each = [problem.solved("lloyd", "normal", "random", 1, seed).inertia for seed in range(2)]
    assert each[0] != each[1]
    several = problem.solved("lloyd", "normal", "random", 8, 0).inertia
    public = kmeans(problem.points, 5, engine="lloyd", seeding="random", restarts=8)
    assert several == public.inertia
    assert several <= each[0]


def test_starts_end_when_two_agree(problem):
    told = []
    problem.solved("lloyd", "normal", "random", 50, 0, agreement=0.5, progress=told.append)
    # The second of 50 starts has ended.
    assert max(told) <= 2 / 50
    told.clear()
    problem.solved("lloyd", "normal", "random", 5, 0, agreement=-1, progress=told.append)
    assert max(told) > 4 / 5


def test_a_result_may_follow_another(problem):
    first = problem.solved("minibatch", "fast", "variance", 1, 0)
    second = problem.solved("lloyd", "normal", first.centers, 1, 0)
    both = second.after(first)
    assert both.history == first.history + second.history
    assert both.inertia == second.inertia <= first.inertia * (1 + 1e-12)
    np.testing.assert_array_equal(both.labels, second.labels)


def test_other_numbers_and_summaries(problem):
    assert problem.with_centers(3).k == 3
    summary = problem.points[:100], np.full(100, 3.0)
    assert problem.with_summaries([summary]).summaries == [summary]
    assert problem.summaries == []
