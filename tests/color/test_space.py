import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import arrays
from PIL import Image

from colorquant.color.space import compose, embed, harden, scale, unembed, with_alpha


def over(colors, ground):
    """Compose over a gray, in 0-1, by definition."""
    values = colors / 255
    return values[:, :3] * values[:, 3:] + ground * (1 - values[:, 3:])


@given(colors=arrays(np.uint8, (2, 4)))
def test_distance_is_the_mean_error_over_black_and_over_white(colors):
    one, other = embed(colors) * scale(6)
    expected = np.mean([np.sum(np.diff(over(colors, ground), axis=0) ** 2) for ground in (0, 1)])
    np.testing.assert_allclose(np.sum((one - other) ** 2), expected, atol=1e-12)


@given(colors=arrays(np.uint8, (2, 3)))
def test_opaque_colors_are_as_far_with_alpha_as_without(colors):
    opaque = np.hstack([colors, np.full((2, 1), 255, np.uint8)])
    distances = [
        np.sum(np.diff(embed(c) * scale(embed(c).shape[1]), axis=0) ** 2) for c in (colors, opaque)
    ]
    np.testing.assert_allclose(*distances, atol=1e-12)


@given(colors=arrays(np.uint8, (5, 4)))
def test_there_and_back_with_alpha(colors):
    visible = colors.copy()
    visible[visible[:, 3] == 0] = 0
    assert unembed(embed(colors)).tolist() == visible.tolist()


@given(colors=arrays(np.uint8, (5, 3)))
def test_there_and_back(colors):
    assert unembed(embed(colors)).tolist() == colors.tolist()


def test_coordinates_are_whole_numbers_and_hidden_colors_equal():
    assert embed(np.array([[9, 8, 7, 0], [1, 2, 3, 0]], np.uint8)).tolist() == [[0] * 6] * 2
    assert embed(np.array([[1, 2, 3, 10]], np.uint8)).tolist() == [
        [10, 20, 30, -2540, -2530, -2520]
    ]


def test_unembed_rounds_and_clips():
    assert unembed(np.array([[-3.0, 0.5, 1.5], [254.6, 300.0, 127.49]])).tolist() == [
        [0, 0, 2],
        [255, 255, 127],
    ]


def test_means_of_translucent_colors_stay_between_them():
    pair = np.array([[200, 0, 0, 255], [0, 0, 0, 0]], np.uint8)
    middle = unembed(embed(pair).mean(axis=0, keepdims=True))
    assert middle.tolist() == [[200, 0, 0, 128]]


@pytest.mark.parametrize("background", [(255, 255, 255), (0, 0, 0), (10, 200, 90)])
def test_compose_agrees_with_pillow(background, soft):
    image = Image.fromarray(soft)
    behind = Image.new("RGBA", image.size, background)
    expected = np.asarray(Image.alpha_composite(behind, image).convert("RGB")).astype(int)
    assert abs(compose(soft, background).astype(int) - expected).max() <= 1


def test_harden_keeps_the_colors_of_what_stays(soft):
    hard = harden(soft)
    np.testing.assert_array_equal(hard[:, :, :3], soft[:, :, :3])
    np.testing.assert_array_equal(hard[:, :, 3], np.where(soft[:, :, 3] >= 128, 255, 0))


def test_with_alpha(noise, soft):
    assert with_alpha(soft) is soft
    np.testing.assert_array_equal(with_alpha(noise)[:, :, :3], noise)
    assert (with_alpha(noise)[:, :, 3] == 255).all()
