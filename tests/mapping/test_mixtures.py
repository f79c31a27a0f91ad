import numpy as np
import pytest

from colorquant.mapping import mixtures
from colorquant.mapping.mixtures import best_mixtures

GRAINS = pytest.mark.parametrize("grain", [0.0, 0.2, 0.3, 0.9])
STEPS = np.linspace(0, 1, 101)


def cost(points, entries, mixture, grain):
    """Return the squared error of each mixture, and its grain, by definition."""
    first, second, share = mixture
    share = np.asarray(share)[..., None]
    mean = (1 - share) * entries[first] + share * entries[second]
    spread = [(entries[each] - mean) ** 2 for each in (first, second)]
    variance = (1 - share) * spread[0] + share * spread[1]
    return ((points - mean) ** 2 + grain * variance).sum(axis=-1)


def costs_of_pairs(points, entries, grain):
    """Return the least cost of each point with each pair, (n, k, k), over many shares."""
    k = len(entries)
    result = np.empty((len(points), k, k))
    for p, q in np.ndindex(k, k):
        each = cost(points[:, None], entries, (p, q, STEPS), grain)
        result[:, p, q] = each.min(axis=1)
    return result


def picks(n, k, d, seed=0):
    random = np.random.default_rng(seed)
    # Some points are beyond what can be mixed.
    return random.random((n, d)) * 1.4 - 0.2, random.random((k, d))


def squares(points, entries):
    return ((points[:, None] - entries) ** 2).sum(axis=2)


@GRAINS
@pytest.mark.parametrize(("k", "d"), [(2, 3), (5, 3), (12, 3), (2, 6), (9, 6)])
def test_no_pair_with_the_nearest_entry_is_better(k, d, grain):
    points, entries = picks(300, k, d)
    found = best_mixtures(points, entries, grain)
    first, second, share = found
    assert (first == squares(points, entries).argmin(axis=1)).all()
    assert (second != first).all()
    assert ((share >= 0) & (share <= 1)).all()
    own = cost(points, entries, found, grain)
    every = costs_of_pairs(points, entries, grain)
    least = every[np.arange(300), first].min(axis=1)
    assert (own <= least + 1e-12).all()
    # The cost is quadratic, so near its minimum a step of the shares costs little.
    largest = squares(entries, entries).max()
    assert (own >= least - largest * (STEPS[1] / 2) ** 2).all()


@pytest.mark.parametrize("grain", [0.2, 0.3])
@pytest.mark.parametrize(("k", "d"), [(3, 3), (12, 3), (20, 3), (12, 6)])
def test_hardly_any_pair_is_better(k, d, grain):
    points, entries = picks(300, k, d)
    own = cost(points, entries, best_mixtures(points, entries, grain), grain)
    least = costs_of_pairs(points, entries, grain).min(axis=(1, 2))
    assert own.mean() <= 1.02 * least.mean()


@pytest.mark.parametrize("k", [25, 26, 40])
def test_partners_are_the_nearest_neighbors(k):
    points, entries = picks(400, k, 3)
    first, second, share = found = best_mixtures(points, entries, 0.2)
    order = squares(entries, entries).argsort(axis=1)[:, 1:25]
    assert (order[first] == second[:, None]).any(axis=1).all()
    partners = order[first].T
    others = [costs_at(points, entries, first, q, 0.2) for q in partners]
    assert (cost(points, entries, found, 0.2) <= np.min(others, axis=0) + 1e-12).all()
    assert share.max() <= 0.5 + 1e-9


def costs_at(points, entries, first, second, grain):
    shares = STEPS[:, None] * np.ones(len(points))
    return cost(points, entries, (first, second, shares), grain).min(axis=0)


def test_entries_themselves_are_not_mixed():
    _, entries = picks(1, 30, 3)
    found = best_mixtures(entries, entries, 0.2)
    assert found.first.tolist() == list(range(30))
    assert not found.share.any()


def test_the_middle_of_two_is_half_of_each():
    entries = np.array([[0.0, 0, 0], [1, 0, 0], [0, 9, 0]])
    found = best_mixtures(np.array([[0.5, 0, 0], [0.4, 0, 0], [-1.0, 0, 0]]), entries, 0.2)
    assert set(map(tuple, np.transpose(found[:2]))) == {(0, 1)}
    # By the derivative of the cost: (r - t) + 0.1 (1 - 2 r) = 0.
    np.testing.assert_allclose(found.share, [0.5, (0.4 - 0.1) / 0.8, 0], atol=1e-15)


def test_one_entry_is_its_own_partner():
    points, entries = picks(5, 1, 3)
    found = best_mixtures(points, entries, 0.2)
    assert [each.tolist() for each in found] == [[0] * 5, [0] * 5, [0.0] * 5]


def test_nothing_is_mixed_where_there_are_no_points():
    found = best_mixtures(np.empty((0, 3)), picks(0, 4, 3)[1], 0.2)
    assert [len(each) for each in found] == [0, 0, 0]


@pytest.mark.parametrize("entries", [[[0.3] * 3] * 2, [[0.3] * 3] * 2 + [[0.9] * 3]])
def test_entries_at_one_point(entries):
    points, _ = picks(50, 1, 3)
    entries = np.array(entries)
    found = best_mixtures(points, entries, 0.2)
    assert np.isfinite(found.share).all()
    alone = best_mixtures(points, np.unique(entries, axis=0), 0.2)
    same = cost(points, np.unique(entries, axis=0), alone, 0.2)
    np.testing.assert_allclose(cost(points, entries, found, 0.2), same, atol=1e-12)


@pytest.mark.parametrize(("rows", "pairs"), [(1, 1), (7, 100), (64, 500)])
def test_what_is_compared_at_once_makes_no_difference(rows, pairs, monkeypatch):
    points, entries = picks(200, 50, 3)
    expected = best_mixtures(points, entries, 0.2)
    monkeypatch.setattr(mixtures, "_ROWS", rows)
    monkeypatch.setattr(mixtures, "_PAIRS", pairs)
    for one, other in zip(best_mixtures(points, entries, 0.2), expected, strict=True):
        assert one.tolist() == other.tolist()
