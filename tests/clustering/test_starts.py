"""How often a search starts, and on what."""

import numpy as np
import pytest
from sklearn.datasets import make_blobs

from colorquant.clustering import starts
from colorquant.clustering.problem import Problem
from colorquant.clustering.starts import searched

HOW = {"start": "variance", "effort": "normal", "starts": None, "seed": 0}


@pytest.fixture
def solved(monkeypatch):
    """The arguments of each search."""
    calls = []
    own = Problem.solved

    def solve(self, engine, effort, start, number, *rest, **more):
        kind = start if isinstance(start, str) else "given"
        calls.append((len(self.summaries), engine, effort, kind, number))
        return own(self, engine, effort, start, number, *rest, **more)

    monkeypatch.setattr(Problem, "solved", solve)
    return calls


def blobs(n, spread=0.1):
    points = make_blobs(n, 2, centers=4, cluster_std=spread, random_state=0)[0]
    return points, np.ones(n)


def test_easy_problems_end_after_two_short_searches(solved):
    found = searched(*blobs(4000), 4, **HOW)
    assert [call[:4] for call in solved] == [
        (1, "minibatch", "fast", "variance"),
        (0, "lloyd", "normal", "given"),
        (1, "minibatch", "fast", "k-means++"),
        (0, "lloyd", "normal", "given"),
    ]
    assert found.inertia == pytest.approx(4000 * 2 * 0.1**2, rel=0.1)
    assert found.history[0].stage == "seeding"
    assert found.history[-1].stage == "full pass"


def test_harder_ones_are_searched_with_the_whole_effort(solved):
    points = np.random.default_rng(0).random((4000, 2))
    searched(points, np.ones(4000), 9, **HOW)
    assert solved[4:] == [
        (0, "minibatch", "fast", "variance", 10),
        (0, "minibatch", "normal", "given", 1),
        (0, "lloyd", "normal", "given", 1),
    ]


def test_few_points_are_searched_at_once(solved):
    searched(*blobs(200), 4, **HOW)
    assert solved == [
        (0, "minibatch", "normal", "variance", 10),
        (0, "lloyd", "normal", "given", 1),
    ]


def test_very_many_points_are_searched_by_a_large_sample(solved, monkeypatch):
    monkeypatch.setattr(starts, "_LARGE", (100, 1))
    searched(*blobs(400), 4, **HOW)
    assert solved == [
        (1, "minibatch", "fast", "variance", 10),
        (1, "minibatch", "normal", "given", 1),
    ]


def test_a_number_of_starts_is_kept(solved):
    searched(*blobs(400), 4, **HOW | {"starts": 3})
    assert solved[0] == (0, "minibatch", "normal", "variance", 3)
    solved.clear()
    points, weights = blobs(400)
    searched(points, weights, 4, **HOW | {"start": points[:4], "starts": 3})
    assert solved[0] == (0, "minibatch", "normal", "given", 1)


def test_centers_are_the_means_of_their_points():
    points, weights = blobs(3000, spread=2)
    found = searched(points, weights, 6, **HOW)
    for number, center in enumerate(found.centers):
        np.testing.assert_allclose(center, points[found.labels == number].mean(axis=0), atol=1e-6)
