import numpy as np
import pytest
from skimage.color import rgb2lab, rgb2xyz

from colorquant.color.lab import from_light, lab_of_xyz, to_light, xyz_of_light

LEVELS = np.random.default_rng(0).integers(0, 256, (2000, 3), dtype=np.uint8)
LEVELS[:2] = [[0, 0, 0], [255, 255, 255]]


def test_lab_and_xyz_equal_those_of_scikit_image():
    xyz = xyz_of_light(to_light(LEVELS))
    np.testing.assert_allclose(xyz, rgb2xyz(LEVELS), atol=1e-12)
    # It rounds the constants of the dark part to four digits.
    np.testing.assert_allclose(lab_of_xyz(xyz), rgb2lab(LEVELS), atol=1e-3)


def test_levels_come_back_from_light():
    np.testing.assert_allclose(from_light(to_light(LEVELS)), LEVELS, atol=1e-4)
    assert from_light(np.array([-0.1, 1.2])).tolist() == pytest.approx([0, 255])


def test_published_light():
    # IEC 61966-2-1: the curve's straight part ends at 0.04045 of the range.
    assert to_light(np.array([0.0, 255.0, 0.04045 * 255])).tolist() == pytest.approx(
        [0, 1, 0.04045 / 12.92]
    )
    # The middle gray of 18 % of the light is level 118.
    assert float(to_light(np.uint8([118]))[0]) == pytest.approx(0.18, abs=0.002)
