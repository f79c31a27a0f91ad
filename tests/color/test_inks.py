import numpy as np
import pytest
from linear_light import LINEAR_LIGHT

from colorquant.color.inks import INKS

# X, Y and Z of linear sRGB, by IEC 61966-2-1.
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def test_points_are_lightness_and_differences_of_raised_light():
    levels = np.random.default_rng(4).uniform(0, 255, (500, 3)).round(1)
    # Levels are rounded to one of 255 steps.
    light = LINEAR_LIGHT.from_levels(np.rint(levels * 255) / 255) ** 0.9
    x, y, z = (XYZ / XYZ.sum(axis=1, keepdims=True)) @ light.T
    expected = np.stack([y, x - y, (y - z) / 2], axis=1)
    np.testing.assert_allclose(INKS.from_levels(levels), expected, atol=1e-8)


@pytest.mark.parametrize("channels", [3, 4])
def test_colors_come_back_and_stay_within_reach(channels):
    colors = np.random.default_rng(3).integers(0, 256, (2000, channels), dtype=np.uint8)
    corners = np.array(np.meshgrid(*[[0, 255]] * 3)).reshape(3, -1).T
    colors[:8, :3] = corners
    colors[:, 3:] |= 128
    space = INKS.of(channels)
    points = space.points(colors)
    np.testing.assert_array_equal(space.colors(points), colors)
    assert np.sqrt(((points - space.middle) ** 2).sum(axis=1)).max() <= space.reach


def test_every_gray_comes_back_and_has_no_hue():
    grays = np.arange(256, dtype=np.uint8)[:, None].repeat(3, 1)
    points = INKS.points(grays)
    assert INKS.colors(points).tolist() == grays.tolist()
    assert np.abs(points[:, 1:]).max() < 1e-9
    assert (np.diff(points[:, 0]) > 0).all()
