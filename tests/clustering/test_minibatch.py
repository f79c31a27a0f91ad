import numpy as np

from colorquant.clustering.minibatch import drawn, minibatch
from colorquant.clustering.points import Grid, Points


def laid_out(points, weights):
    grid = Grid.over(points, 16)
    return Points(points, np.asarray(weights, float), grid), grid


def test_first_batch_moves_centers_to_the_batch_mean():
    points, grid = laid_out(np.array([[0.0], [1.0], [10.0]]), [1, 1, 2])
    counts = np.zeros(2)
    start = grid.to_grid(np.array([[2.0], [8.0]]))
    moved = minibatch(points, start, counts, size=4, phase=0.5)
    # Four evenly spaced draws by weight take each point as often as it weighs.
    assert counts.tolist() == [2, 2]
    np.testing.assert_allclose(grid.from_grid(moved), [[0.5], [10]], atol=1e-6)


def test_the_learning_rate_falls_with_the_draws_won():
    points, grid = laid_out(np.array([[0.0], [4.0]]), [1, 1])
    counts = np.array([6.0, 0.0])
    start = grid.to_grid(np.array([[2.0], [90.0]]))
    moved = minibatch(points, start, counts, size=2, phase=0.5)
    # Six draws at 2 and now 0 and 4: still 2. What wins nothing stays.
    assert counts.tolist() == [8, 0]
    np.testing.assert_allclose(grid.from_grid(moved), [[2], [90]], atol=1e-6)


def test_more_batches_come_closer():
    rng = np.random.default_rng(2)
    blobs = np.concatenate([rng.normal(m, 0.05, (300, 2)) for m in (0.0, 1.0, 2.0)])
    points, grid = laid_out(blobs, np.ones(900))
    centers, counts = grid.to_grid(np.array([[0.4, 0.4], [0.9, 0.9], [1.6, 1.6]])), np.zeros(3)
    for _ in range(20):
        centers = minibatch(points, centers, counts, size=64, phase=rng.random())
    np.testing.assert_allclose(grid.from_grid(centers)[:, 0], [0, 1, 2], atol=0.05)


def test_draws_are_in_proportion_to_weights():
    assert drawn(np.array([1.0, 3.0]), 8, 0.5).tolist() == [0, 0, 1, 1, 1, 1, 1, 1]
    weights = np.random.default_rng(0).random(50)
    counts = np.bincount(drawn(weights, 1000, 0.25), minlength=50)
    assert np.abs(counts - 1000 * weights / weights.sum()).max() < 1
