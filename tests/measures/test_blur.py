import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from colorquant.measures.blur import blurred


@pytest.mark.parametrize("sigma", [0.6, 1.0, 7.3])
@pytest.mark.parametrize("shape", [(40, 31), (3, 5), (1, 1)])
def test_equals_scipy(shape, sigma):
    plane = np.random.default_rng(0).random(shape)
    expected = gaussian_filter(plane, sigma, mode="reflect", radius=max(1, round(4 * sigma)))
    np.testing.assert_allclose(blurred(plane, sigma), expected, atol=1e-12)


def test_each_plane_is_blurred_alone():
    planes = np.random.default_rng(0).random((20, 30, 3))
    found = blurred(planes, 2.0)
    for channel in range(3):
        np.testing.assert_allclose(found[..., channel], blurred(planes[..., channel], 2.0))


def test_flat_images_stay():
    np.testing.assert_allclose(blurred(np.full((9, 9, 3), 0.3), 40.0), 0.3)
