"""Counts of pixels, of importance and of flat pixels, against those of plain loops."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from colorquant.color import counting
from colorquant.color.counting import Counted, LargeCount, Pixels, added, count, stacked

KEYS = st.sampled_from([0, 5, 70_000, 70_001, (1 << 24) - 1])
pixel = st.tuples(KEYS, st.integers(1, 255), st.booleans())
some_pixels = st.lists(pixel, min_size=1, max_size=30)


def as_pixels(found):
    keys, importance, flat = zip(*found, strict=True)
    return Pixels(np.array(keys, np.uint32), np.array(importance, np.uint8), np.array(flat, bool))


def by_loop(found):
    """Return the number of pixels, their importance and the number of flat ones by color."""
    counts, importance, flat = Counter(), Counter(), Counter()
    for key, weight, is_flat in found:
        counts[key] += 1
        importance[key] += weight
        flat[key] += is_flat
    return {key: (counts[key], importance[key], flat[key]) for key in sorted(counts)}


def by_color(counted):
    columns = (counted.keys, counted.counts, counted.seen)
    assert [column.dtype for column in columns] == [np.uint32, np.int64, np.int64]
    rows = zip(counted.counts.tolist(), *counted.seen.T.tolist(), strict=True)
    return dict(zip(counted.keys.tolist(), rows, strict=True))


def in_parts(found, size):
    return [as_pixels(found[start : start + size]) for start in range(0, len(found), size)]


@given(some_pixels)
def test_counts_by_sorting(found):
    pixels = as_pixels(found)
    counted = count(pixels)
    assert list(by_color(counted).items()) == list(by_loop(found).items())
    without = count(Pixels(pixels.keys))
    assert without.seen is None
    np.testing.assert_array_equal(without.keys, counted.keys)
    np.testing.assert_array_equal(without.counts, counted.counts)


@given(some_pixels, st.integers(1, 9))
def test_counts_add_up(found, size):
    total = added([count(part) for part in in_parts(found, size)])
    assert by_color(total) == by_loop(found)


# An array over all colors takes a while, so there are few of these.
FOUND = [
    (key, weight, weight % 3 == 0)
    for key, weight in zip(
        [5, 5, 0, (1 << 24) - 1, 70_000, 70_000, 5] * 5, range(1, 36), strict=True
    )
]


@pytest.mark.parametrize("most", [4, 11, 1 << 28])
@pytest.mark.parametrize("few_flat", [0, 3, 1 << 20])
def test_large_counts(most, few_flat, monkeypatch):
    monkeypatch.setattr(counting, "_FEW_FLAT", few_flat)
    monkeypatch.setattr(counting, "_MOST", {np.uint32: most, np.uint64: most})
    large, without = LargeCount(seen=True), LargeCount(seen=False)
    parts = in_parts(FOUND, 4)
    large.add_all(parts)
    without.add_all(Pixels(part.keys) for part in parts)
    total, plain = large.total(), without.total()
    assert list(by_color(total).items()) == list(by_loop(FOUND).items())
    assert plain.seen is None
    np.testing.assert_array_equal(plain.keys, total.keys)
    np.testing.assert_array_equal(plain.counts, total.counts)


def test_cells_hold_as_many_pixels_as_they_say():
    """So many pixels of one color, each of the highest importance."""
    most = counting._MOST[np.uint64]
    assert most < 1 << counting._COUNT_BITS
    assert (255 * most << counting._COUNT_BITS) + most < 1 << 64
    assert counting._MOST[np.uint32] < 1 << 32


def test_all_or_none_have_importance():
    rows = np.array([[1, 2]])
    assert stacked([None, None]) is None
    np.testing.assert_array_equal(stacked([rows, rows]), [[1, 2], [1, 2]])
    with pytest.raises(ValueError, match="some colors was counted"):
        stacked([None, rows])
    keys, counts = np.array([1], np.uint32), np.array([1])
    with pytest.raises(ValueError, match="some colors was counted"):
        added([Counted(keys, counts, None), Counted(keys, counts, rows)])
