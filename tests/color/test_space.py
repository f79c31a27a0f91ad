import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import arrays
from linear_light import LINEAR_LIGHT

from colorquant.color.light import LIGHT
from colorquant.color.space import SRGB

SPACES = pytest.mark.parametrize(
    "opaque", [SRGB, LINEAR_LIGHT, LIGHT], ids=lambda space: space.name
)
with_alpha = SRGB.of(4)


def over(colors, ground):
    """Compose over a gray, in levels, by definition."""
    values = colors.astype(float)
    alpha = values[:, 3:] / 255
    return values[:, :3] * alpha + 255 * ground * (1 - alpha)


def distance(space, colors):
    one, other = space.points(colors) / space.unit
    return np.sum((one - other) ** 2)


@SPACES
@given(colors=arrays(np.uint8, (2, 4)))
def test_distance_is_the_mean_error_over_black_and_over_white(opaque, colors):
    seen = [opaque.from_levels(over(colors, ground)) / opaque.unit for ground in (0, 1)]
    expected = np.mean([np.sum(np.diff(points, axis=0) ** 2) for points in seen])
    np.testing.assert_allclose(distance(opaque.of(4), colors), expected, atol=1e-12)


@SPACES
@given(colors=arrays(np.uint8, (2, 3)))
def test_opaque_colors_are_as_far_with_alpha_as_without(opaque, colors):
    solid = np.hstack([colors, np.full((2, 1), 255, np.uint8)])
    expected = distance(opaque, colors)
    np.testing.assert_allclose(distance(opaque.of(4), solid), expected, atol=1e-12)


@SPACES
@given(colors=arrays(np.uint8, (5, 4)))
def test_there_and_back(opaque, colors):
    visible = colors.copy()
    visible[visible[:, 3] == 0] = 0
    space = opaque.of(4)
    assert space.colors(space.points(colors)).tolist() == visible.tolist()
    assert opaque.colors(opaque.points(colors[:, :3])).tolist() == colors[:, :3].tolist()


@SPACES
@pytest.mark.parametrize("channels", [3, 4])
@given(colors=arrays(np.uint8, (5, 4)))
def test_what_a_space_says_of_itself(opaque, channels, colors):
    space = opaque.of(channels)
    assert (space.name, space.channels) == (opaque.name, channels)
    points = space.points(colors[:, :channels])
    assert points.shape == (5, space.dimensions)
    assert points.dtype == np.float64
    assert np.sqrt(((points - space.middle) ** 2).sum(axis=1)).max() <= space.reach * (1 + 1e-12)
    if space.whole:
        assert (points == np.rint(points)).all()


def test_coordinates_are_whole_numbers_and_hidden_colors_equal():
    assert with_alpha.points(np.array([[9, 8, 7, 0], [1, 2, 3, 0]], np.uint8)).tolist() == (
        [[0] * 6] * 2
    )
    assert with_alpha.points(np.array([[1, 2, 3, 10]], np.uint8)).tolist() == [
        [10, 20, 30, -2540, -2530, -2520]
    ]


def test_colors_are_rounded_and_clipped():
    assert SRGB.colors(np.array([[-3.0, 0.5, 1.5], [254.6, 300.0, 127.49]])).tolist() == [
        [0, 0, 2],
        [255, 255, 127],
    ]


def test_means_of_translucent_colors_stay_between_them():
    pair = np.array([[200, 0, 0, 255], [0, 0, 0, 0]], np.uint8)
    middle = with_alpha.colors(with_alpha.points(pair).mean(axis=0, keepdims=True))
    assert middle.tolist() == [[200, 0, 0, 128]]
