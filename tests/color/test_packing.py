import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from colorquant.color.packing import cells, coarser, distinct, merge, pack, runs, unpack


def colors(channels, number=300):
    rng = np.random.default_rng(channels)
    return rng.integers(0, 256, (number, channels), dtype=np.uint8)


@pytest.mark.parametrize("channels", [3, 4])
def test_packed_and_unpacked(channels):
    some = colors(channels)
    if channels == 4:
        some[:20, 3] = 0
    back = unpack(pack(some), channels)
    shown = some.copy()
    if channels == 4:
        shown[some[:, 3] == 0] = 0
    np.testing.assert_array_equal(back, shown)


@given(st.lists(st.integers(0, 6), min_size=1, max_size=40))
def test_equal_keys_add_up(found):
    keys = np.array(found, np.uint32)
    numbers = np.arange(len(keys))
    rows = np.stack([numbers, 2 * numbers], axis=1)
    different, sums, row_sums = merge(keys, numbers, rows)
    assert different.tolist() == sorted(set(found)) == distinct(keys)[0].tolist()
    assert sums.tolist() == [int(numbers[keys == key].sum()) for key in different]
    assert row_sums.tolist() == [[total, 2 * total] for total in sums.tolist()]
    assert merge(keys, None)[1] is None


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 255)), min_size=1, max_size=40))
def test_equal_keys_are_counted(found):
    keys, numbers = np.array(found).T
    different, counts, sums = distinct(keys.astype(np.uint32), numbers.astype(np.uint8))
    assert different.tolist() == sorted(set(keys.tolist()))
    assert counts.tolist() == [keys.tolist().count(key) for key in different]
    assert sums.tolist() == [numbers[keys == key].sum() for key in different]


@given(st.lists(st.integers(0, 2), max_size=30))
def test_runs(found):
    expected = [(key, len(list(group))) for key, group in itertools.groupby(found)]
    keys, lengths = runs(np.array(found, np.uint32))
    assert list(zip(keys.tolist(), lengths.tolist(), strict=True)) == expected


@pytest.mark.parametrize("channels", [3, 4])
def test_coarser_cells_are_those_of_fewer_bits(channels):
    some = colors(channels)
    np.testing.assert_array_equal(
        coarser(cells(some, 7).astype(np.intp), 7, 5, channels), cells(some, 5)
    )
