import numpy as np
import pytest
from linear_light import LINEAR_LIGHT

from colorquant.color.light import LIGHT, encoded_levels, linear_levels


@pytest.mark.parametrize("steps", [1, 255])
def test_light_is_that_of_the_standard(steps):
    found = linear_levels(steps)
    expected = LINEAR_LIGHT.from_levels(np.arange(255 * steps + 1) / steps)
    np.testing.assert_allclose(found, expected, rtol=1e-14)
    assert (found[0], found[-1]) == (0, 1)


def test_encoding_brings_every_step_back():
    linear = linear_levels(255)
    np.testing.assert_allclose(encoded_levels(linear), np.arange(65_026) / 255, atol=1e-5)


def test_intensities_beyond_the_range_are_clipped():
    found = encoded_levels(np.array([-1.0, 0.0, 1.0, 7.0]))
    np.testing.assert_allclose(found, [0, 0, 255, 255], atol=1e-9)


@pytest.mark.parametrize("channels", [3, 4])
def test_points_are_those_of_the_standard(channels):
    colors = np.random.default_rng(4).integers(0, 256, (500, channels), dtype=np.uint8)
    space, other = LIGHT.of(channels), LINEAR_LIGHT.of(channels)
    np.testing.assert_allclose(space.points(colors), other.points(colors), atol=1e-9)


def test_every_level_comes_back():
    grays = np.arange(256, dtype=np.uint8)[:, None].repeat(3, 1)
    assert LIGHT.colors(LIGHT.points(grays)).tolist() == grays.tolist()
