import numpy as np
import pytest

from colorquant.models import index_type
from colorquant.palettes.order import from_dark_to_light, order_as, settled


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


def test_a_whole_palette_keeps_its_places():
    image = settled(COLORS, LABELS, whole=True)
    np.testing.assert_array_equal(image.indices, LABELS)
    np.testing.assert_array_equal(image.palette.colors, COLORS)
    assert image.palette.counts.tolist() == [4, 1, 1, 0]


def test_used_colors_are_sorted():
    image = settled(COLORS, LABELS, whole=False)
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
    image = settled(colors, labels, whole=False)
    used = np.unique(labels)
    assert len(image.palette) == len(used) < 256
    assert image.indices.dtype == np.uint8
    np.testing.assert_array_equal(image.pixels(), colors[labels])
    assert image.palette.counts.tolist() == np.bincount(image.indices.reshape(-1)).tolist()
    found = image.palette.colors
    np.testing.assert_array_equal(found, found[from_dark_to_light(found)])
