import numpy as np
import pytest

from colorquant.choices import ORDERS
from colorquant.models import index_type
from colorquant.palette import Palette
from colorquant.palettes.order import (
    entry_order,
    first_uses,
    from_dark_to_light,
    in_order,
    order_as,
    ordered,
    settled,
)


@pytest.mark.parametrize("channels", [3, 4])
def test_sorted_by_alpha_then_from_dark_to_light(channels):
    rng = np.random.default_rng(channels)
    colors = rng.integers(0, 256, (90, channels), dtype=np.uint8)
    if channels == 4:
        colors[:, 3] &= 3
    ordered = colors[from_dark_to_light(colors)].astype(int)
    luma = ordered[:, :3] @ (299, 587, 114)
    keys = [(*row[3:], light, *row[:3]) for row, light in zip(ordered, luma, strict=True)]
    assert sorted(keys) == keys


def test_the_order_of_another_list():
    given = np.array([[5, 5, 5, 255], [1, 1, 1, 255], [5, 5, 5, 255], [2, 2, 2, 9]], np.uint8)
    colors = np.array([[0, 0, 9], [1, 1, 1], [7, 7, 7], [5, 5, 5]], np.uint8)
    assert order_as(given, colors).tolist() == [3, 1, 0, 2]
    clear = np.array([[2, 2, 2, 9], [5, 5, 5, 255]], np.uint8)
    assert order_as(given, clear).tolist() == [1, 0]


COLORS = np.array([[9, 9, 9], [1, 1, 1], [5, 5, 5], [7, 0, 0]], np.uint8)
LABELS = np.array([[0, 0, 2], [1, 0, 0]], np.uint8)


def test_pinned_entries_keep_their_places():
    image = settled(COLORS[::-1], 3 - LABELS, pinned=2)
    assert image.palette.colors.tolist() == [[7, 0, 0], [5, 5, 5], [1, 1, 1], [9, 9, 9]]
    assert image.palette.counts.tolist() == [0, 1, 1, 4]
    np.testing.assert_array_equal(image.pixels(), COLORS[LABELS])


def test_used_colors_are_sorted():
    image = settled(COLORS, LABELS)
    assert image.palette.colors[:, 0].tolist() == [1, 5, 9]
    assert image.palette.counts.tolist() == [1, 1, 4]
    np.testing.assert_array_equal(image.pixels(), COLORS[LABELS])


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("k", [256, 257, 400])
def test_many_colors_of_which_some_are_used(k, channels):
    rng = np.random.default_rng(k)
    colors = np.unique(rng.integers(0, 256, (2 * k, channels), dtype=np.uint8), axis=0)
    colors = rng.permutation(colors)[:k]
    labels = rng.integers(0, k, (9, 20)).astype(index_type(k))
    image = settled(colors, labels)
    used = np.unique(labels)
    assert len(image.palette) == len(used) < 256
    assert image.indices.dtype == np.uint8
    np.testing.assert_array_equal(image.pixels(), colors[labels])
    assert image.palette.counts.tolist() == np.bincount(image.indices.reshape(-1)).tolist()
    found = image.palette.colors
    np.testing.assert_array_equal(found, found[from_dark_to_light(found)])


@pytest.mark.parametrize("how", [each for each in ORDERS if each != "source"])
def test_transparent_entries_come_first_in_all_orders(how):
    rng = np.random.default_rng(1)
    colors = rng.integers(1, 256, (9, 4), dtype=np.uint8)
    colors[4] = 0
    rows = in_order(colors, np.arange(9), how)
    assert rows[0] == 4
    assert sorted(rows.tolist()) == list(range(9))


def test_by_count_and_by_source():
    counts = np.array([3, 9, 3, 1])
    assert in_order(COLORS, counts, "count").tolist() == [1, 2, 0, 3]
    first = np.array([7, 2, 7, 1], np.int64)
    assert in_order(COLORS, counts, "source", first).tolist() == [3, 1, 2, 0]


def test_the_first_pixel_of_each_entry():
    assert first_uses(LABELS, COLORS).tolist() == [0, 3, 2, 6]
    source = np.array([[5, 5, 5, 255], [1, 1, 1, 255], [5, 5, 5, 255]], np.uint8)
    assert first_uses(LABELS, COLORS, source).tolist() == [3, 1, 0, 9]


def test_pins_stay_in_front():
    rows = entry_order(COLORS, np.array([1, 2, 3, 4]), "count", None, 2)
    assert rows.tolist() == [0, 1, 3, 2]


@pytest.mark.parametrize("how", ORDERS)
def test_images_are_settled_in_each_order(how):
    image = settled(COLORS, LABELS, how)
    np.testing.assert_array_equal(image.pixels(), COLORS[LABELS])
    expected = in_order(COLORS[:3], np.array([4, 1, 1]), how, np.array([0, 3, 2]))
    assert image.palette.colors.tolist() == COLORS[:3][expected].tolist()


def test_a_palette_keeps_its_names_in_another_order():
    palette = Palette(COLORS, np.array([3, 9, 3, 1]), ("a", "b", "c", ""))
    found = ordered(palette, "count")
    assert found.names == ("b", "c", "a", "")
    assert found.counts.tolist() == [9, 3, 3, 1]
    assert ordered(palette, "source").colors.tolist() == COLORS.tolist()
