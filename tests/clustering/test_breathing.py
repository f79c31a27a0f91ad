import numpy as np
import pytest

from colorquant.clustering import breathing as escape
from colorquant.clustering.breathing import breathe
from colorquant.clustering.em import Run, expect, maximize
from colorquant.clustering.points import Grid, Points
from colorquant.clustering.rounded import max_norm


@pytest.fixture
def stuck():
    """Four blobs; two centers share one, and one center has two."""
    rng = np.random.default_rng(0)
    blobs = np.concatenate([rng.normal(m, 0.1, (100, 2)) for m in ((0, 0), (0, 9), (9, 0), (9, 9))])
    grid = Grid.over(blobs, 16)
    points = Points(blobs, np.ones(400), grid)
    return points, grid, grid.to_grid(np.array([[-0.1, 0], [0.1, 0], [0, 9], [9, 4.5]]))


def inertia(points, centers):
    return maximize(points, expect(points, centers), len(centers)).inertia(centers, points.square)


def test_breathing_leaves_a_local_optimum(stuck):
    points, grid, start = stuck
    records = []
    end = breathe(
        points,
        start,
        Run(points.square, lambda *step: records.append(step)),
        passes=60,
        most=2,
        settling=(2,),
    )
    found = np.round(grid.from_grid(end)).tolist()
    assert sorted(found) == [[0, 0], [0, 9], [9, 0], [9, 9]]
    inertias = [value for _, value in records]
    assert inertias == sorted(inertias, reverse=True)
    assert inertias[-1] < inertia(points, start) / 100


def test_a_center_that_stays_keeps_its_row(stuck):
    points, grid, start = stuck
    end = grid.from_grid(
        breathe(
            points,
            start,
            Run(points.square, lambda *_: 0),
            passes=60,
            most=2,
            settling=(2,),
        )
    )
    assert np.linalg.norm(end[2] - [0, 9]) < 0.5


def test_too_few_passes_for_a_breath_change_nothing(stuck):
    points, _, start = stuck
    end = breathe(points, start, Run(points.square, lambda *_: 0), passes=5, most=2, settling=(2,))
    np.testing.assert_array_equal(end, start)


@pytest.mark.parametrize("k", [1, 2, 3, 5])
def test_few_points_and_centers(k):
    values = np.array([[0.0], [1.0], [5.0], [6.0], [7.0]])
    grid = Grid.over(values, 16)
    points = Points(values, np.ones(5), grid)
    start = grid.to_grid(values[:k])
    end = breathe(
        points, start, Run(points.square, lambda *_: 0), passes=60, most=2, settling=(2, 4)
    )
    assert len(end) == k
    assert inertia(points, end) <= inertia(points, start) + 1e-9 * points.square


def test_centers_stay_where_scores_are_exact(monkeypatch):
    # One center at 9 becomes two, its standard deviation of 3 either way: one beyond the box.
    values = np.array([[0.0], [10.0]])
    grid = Grid.over(values, 16)
    points = Points(values, np.array([1.0, 9.0]), grid)
    norms = []

    def watched(points, centers, **how):
        norms.extend(np.abs(np.rint(centers))[:, 0])
        return expect(points, centers, **how)

    monkeypatch.setattr(escape, "expect", watched)
    start = grid.to_grid(np.array([[9.0]]))
    breathe(points, start, Run(points.square, lambda *_: 0), passes=9, most=1, settling=(2,))
    assert 0.999 * max_norm(np.float64, 16) < max(norms) <= max_norm(np.float64, 16)
