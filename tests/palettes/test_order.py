import numpy as np
import pytest

from colorquant.palettes.order import from_dark_to_light, order_as


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
