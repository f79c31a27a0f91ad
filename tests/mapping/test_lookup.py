from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from colorquant.color.perceptual import PERCEPTUAL
from colorquant.mapping.lookup import lookup

CELLS = np.array([128, 64, 64])
MARGIN = 0.06
SIZES = pytest.mark.parametrize("k", [1, 2, 16, 63, 64, 256, 300, 600])


def random_entries(k, channels=3, seed=0):
    palette = np.random.default_rng(seed).integers(0, 256, (k, channels), dtype=np.uint8)
    return PERCEPTUAL.of(channels).planes(palette)


def random_points(entries, n, beyond, seed=0):
    """Return points in the entries' box, and beyond it."""
    low, high = entries.min(axis=1) - beyond, entries.max(axis=1) + beyond
    random = np.random.default_rng(seed).random((n, len(entries)))
    return (low + random * (high - low)).T.astype(np.float32)


def found(search, points):
    labels = np.empty(points[0].size, search.found)
    search.into(search.rows(points), labels)
    return labels


def distances(points, entries):
    points, entries = points.astype(float), entries.astype(float)
    squares = sum((p[:, None] - e) ** 2 for p, e in zip(points, entries, strict=True))
    return np.sqrt(squares)


def assert_nearest(labels, points, entries):
    every = distances(points, entries)
    chosen = every[np.arange(len(labels)), labels]
    # Far below any distance that matters, and above what is rounded.
    np.testing.assert_allclose(chosen, every.min(axis=1), rtol=0, atol=3e-5)


def in_cells(points, entries):
    """Return the middles of the points' cells, and which points are clearly inside theirs."""
    low = entries.min(axis=1).astype(float) - MARGIN
    size = (entries.max(axis=1).astype(float) + MARGIN - low) / CELLS
    places = (points.T - low) / size
    cells = np.clip(np.floor(places), 0, CELLS - 1)
    clear = (np.abs(places - np.rint(places)) > 1e-3).all(axis=1)
    return (low + (cells + 0.5) * size).T, clear


@SIZES
def test_a_table_has_the_entry_nearest_to_the_middle_of_each_cell(k):
    entries = random_entries(k)
    points = random_points(entries, 20_000, 0.2)
    search = lookup(entries)
    assert search.found == (np.uint8 if k <= 256 else np.uint16)
    middles, clear = in_cells(points, entries)
    assert clear.mean() > 0.9
    assert_nearest(found(search, points)[clear], middles[:, clear], entries)


@pytest.mark.parametrize("k", [2, 64, 600])
def test_far_points_get_the_cells_at_the_rim(k):
    entries = random_entries(k)
    points = random_points(entries, 3000, 50.0)
    middles, _ = in_cells(points, entries)
    assert_nearest(found(lookup(entries), points), middles, entries)


def test_entries_without_extent_have_a_table():
    gray = PERCEPTUAL.planes(np.array([[9, 9, 9]] * 3, np.uint8))
    gray[0] += np.array([0, 0.1, 0.3], np.float32)
    points = random_points(gray, 5000, 0.05)
    middles, clear = in_cells(points, gray)
    assert_nearest(found(lookup(gray), points)[clear], middles[:, clear], gray)


@SIZES
def test_with_alpha_the_search_is_exact(k):
    entries = random_entries(k, 4)
    points = random_points(entries, 4000, MARGIN)
    search = lookup(entries)
    assert search.found == (np.uint8 if k <= 256 else np.uint16)
    labels = found(search, points)
    assert_nearest(labels, points, entries)
    assert (labels == distances(points, entries).argmin(axis=1)).mean() > 0.999


def test_with_alpha_far_points_are_moved_to_the_box():
    entries = random_entries(40, 4)
    points = random_points(entries, 4000, 3.0)
    box = entries.min(axis=1) - MARGIN, entries.max(axis=1) + MARGIN
    moved = np.clip(points.T, *box).T
    assert_nearest(found(lookup(entries), points), moved, entries)


@pytest.mark.parametrize("channels", [3, 4])
def test_entries_find_themselves(channels):
    entries = random_entries(200, channels)
    search = lookup(entries)
    assert len(np.unique(entries, axis=1).T) == 200
    labels = found(search, entries)
    # In a table, another entry may be as near to the middle of the cell.
    assert (labels == np.arange(200)).mean() > 0.9
    np.testing.assert_array_equal(search.rows(entries), search.entries)


@pytest.mark.parametrize("channels", [3, 4])
def test_units_are_linear(channels):
    # Errors in the units of the search are as those of the space, up to a factor of each axis.
    entries = random_entries(9, channels)
    search = lookup(entries)
    one, other = (random_points(entries, 50, 0.1, seed) for seed in (1, 2))
    middle = search.rows((one + other) / 2)
    expected = (search.rows(one) + search.rows(other)) / 2
    np.testing.assert_allclose(middle, expected, atol=1e-3)
    assert not search.rows(one)[:, len(entries) :].any()


@pytest.mark.parametrize("channels", [3, 4])
def test_pictures_of_points_are_rows_in_order(channels):
    entries = random_entries(5, channels)
    search = lookup(entries)
    points = random_points(entries, 12, 0.1)
    rows = search.rows(points)
    assert rows.flags.c_contiguous
    assert rows.dtype == np.float32
    np.testing.assert_array_equal(search.rows(points.reshape(-1, 3, 4)), rows)


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("k", [16, 300])
def test_many_threads_find_the_same(channels, k):
    entries = random_entries(k, channels)
    search = lookup(entries)
    points = random_points(entries, 40_000, 0.2)
    expected = found(search, points)
    parts = [slice(start, start + 500) for start in range(0, 40_000, 500)]
    with ThreadPoolExecutor(8) as pool:
        labels = list(pool.map(lambda part: found(search, points[:, part]), parts))
    assert (np.concatenate(labels) == expected).all()
