"""Colors of many images add up to the same, in any order and grouping."""

import itertools

import numpy as np
import pytest

from colorquant.color import gathering
from colorquant.color.gathering import Gathered, Kind
from colorquant.color.space import SRGB
from colorquant.color.table import ColorTable
from colorquant.models import Raster


def table(seed, channels, shape=(20, 30), *, seen=False):
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, 256, (*shape, channels), dtype=np.uint8)
    pixels[:5] = pixels[0, 0]
    return ColorTable.of(Raster(pixels), seen=seen)


def same(one, other):
    assert one.channels == other.channels
    np.testing.assert_array_equal(one.keys, other.keys)
    np.testing.assert_array_equal(one.counts, other.counts)
    for name in ("sums", "seen"):
        columns = getattr(one, name), getattr(other, name)
        assert (columns[0] is None) == (columns[1] is None)
        if columns[0] is not None:
            np.testing.assert_array_equal(*columns)


@pytest.mark.parametrize("seen", [False, True])
@pytest.mark.parametrize("limit", [100, 700, 1200, 10**6])
@pytest.mark.parametrize("channels", [(3, 3, 3), (4, 4, 4), (3, 4, 3)])
def test_neither_order_nor_grouping_matters(channels, limit, seen, monkeypatch):
    monkeypatch.setattr(gathering, "EXACT", limit)
    tables = [table(seed, c, seen=seen) for seed, c in enumerate(channels)]
    parts = [Gathered.of(each) for each in tables]
    expected = Gathered.total(parts)
    assert int(expected.counts.sum()) == 3 * 600
    if seen:
        total = sum(each.seen.sum(axis=0) for each in tables)
        np.testing.assert_array_equal(expected.seen.sum(axis=0), total)
        np.testing.assert_array_equal(expected.table().seen.sum(axis=0), total)
    for a, b, c in itertools.permutations(parts):
        same((a + b) + c, expected)
        same(a + (b + c), expected)
    assert Gathered.total([]) is None


@pytest.mark.parametrize("channels", [3, 4])
def test_few_colors_are_exact(channels):
    one, two = table(1, channels, seen=True), table(2, channels, seen=True)
    total = (Gathered.of(one) + Gathered.of(two)).table()
    expected = one + two
    np.testing.assert_array_equal(total.colors, expected.colors)
    np.testing.assert_array_equal(total.counts, expected.counts)
    np.testing.assert_array_equal(total.seen, expected.seen)


@pytest.mark.parametrize("limit", [100, 10**6])
def test_all_parts_tell_what_the_eye_sees_or_none(limit, monkeypatch):
    monkeypatch.setattr(gathering, "EXACT", limit)
    with pytest.raises(ValueError, match="some colors was counted"):
        Gathered.of(table(1, 3)) + Gathered.of(table(2, 3, seen=True))


@pytest.mark.parametrize("channels", [3, 4])
def test_bins_keep_the_mean(channels, monkeypatch):
    exact = table(3, channels, (100, 100))
    monkeypatch.setattr(gathering, "EXACT", 100)
    binned = Gathered.of(exact)
    assert binned.sums is not None
    total = (SRGB.of(channels).points(exact.colors) * exact.counts[:, None]).sum(axis=0)
    np.testing.assert_array_equal(binned.sums.sum(axis=0), total)
    rounded = binned.table()
    assert int(rounded.counts.sum()) == 10_000
    # The bins are as small as rounding at 7 bits; with alpha at 5.
    mean = (SRGB.of(channels).points(rounded.colors) * rounded.counts[:, None]).sum(axis=0) / 10_000
    scale = 1 if channels == 3 else 255
    assert abs(mean - total / 10_000).max() < scale


def test_opaque_bins_and_colors_with_alpha(monkeypatch):
    opaque, soft = table(4, 3), table(5, 4)
    expected = Gathered.of(opaque.with_alpha()) + Gathered.of(soft)
    monkeypatch.setattr(gathering, "EXACT", 100)
    same(Gathered.of(opaque) + Gathered.of(soft), expected.bounded())


@pytest.mark.parametrize(
    ("kind", "known", "columns"),
    [
        *(((3, 8), True, 0), ((4, 8), True, 0), ((3, 7), True, 3), ((4, 5), True, 6)),
        *(((3, 5), False, 3), ((4, 7), False, 6), ((5, 8), False, 0)),
    ],
)
def test_kinds(kind, known, columns):
    assert Kind(*kind).is_known == known
    if known:
        assert Kind(*kind).columns == columns


@pytest.mark.parametrize("seen", [False, True])
@pytest.mark.parametrize("channels", [3, 4])
def test_what_images_give_passes_the_check(channels, seen, monkeypatch):
    exact = Gathered.of(table(6, channels, seen=seen))
    exact.check()
    monkeypatch.setattr(gathering, "EXACT", 100)
    Gathered.of(table(6, channels, seen=seen)).check()
    with pytest.raises(ValueError, match="not in order"):
        Gathered(exact.keys[::-1], exact.counts, channels).check()


@pytest.mark.parametrize(
    ("importance", "flat", "message"),
    [
        *((2, 0, "an importance"), (766, 0, "an importance"), (1 << 60, 0, "an importance")),
        *((-(1 << 60), 0, "an importance"), (5, -1, "flat pixels"), (5, 4, "flat pixels")),
        *((3, 0, None), (765, 3, None)),
    ],
)
def test_what_no_image_gives(importance, flat, message):
    """For three pixels of one color."""
    seen = np.array([[importance, flat]])
    found = Gathered(np.array([7], np.uint32), np.array([3]), 3, seen=seen)
    if message is None:
        found.check()
    else:
        with pytest.raises(ValueError, match=f"{message} is out of range"):
            found.check()
