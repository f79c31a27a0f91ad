import math

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from skimage.color import deltaE_ciede2000, rgb2lab
from skimage.metrics import mean_squared_error, peak_signal_noise_ratio

from colorquant.color.lab import from_light, to_light
from colorquant.measures.images import Differences, averaged, compared, difference_map


@pytest.fixture
def pair(noise):
    rng = np.random.default_rng(0)
    other = np.clip(noise.astype(int) + rng.integers(-30, 30, noise.shape), 0, 255)
    return noise, other.astype(np.uint8)


def test_pixel_by_pixel_equals_scikit_image(pair):
    plain = compared(*pair).plain
    assert plain.mse == pytest.approx(mean_squared_error(*pair))
    assert plain.psnr == pytest.approx(peak_signal_noise_ratio(*pair))
    different = deltaE_ciede2000(*map(rgb2lab, pair))
    # scikit-image rounds constants of CIELAB for dark colors.
    assert plain.delta_e == pytest.approx(different.mean(), abs=1e-3)
    assert plain.delta_e_p95 == pytest.approx(np.percentile(different, 95), abs=1e-3)
    assert plain.delta_e_max == pytest.approx(different.max(), abs=1e-3)
    np.testing.assert_allclose(difference_map(*pair), different, atol=1e-3)


def test_after_the_blur(pair):
    soft = [
        from_light(np.stack([gaussian_filter(row, 1.0) for row in np.moveaxis(light, -1, 0)], -1))
        for light in map(to_light, pair)
    ]
    found = compared(*pair)
    assert found.blurred.mse == pytest.approx(np.square(soft[0] - soft[1]).mean())
    assert found.blurred.delta_e < found.plain.delta_e


def test_equal_images(soft):
    for same in (soft, soft[..., :3]):
        for each in compared(same, same):
            assert each._replace(ssim=1.0) == Differences(0, math.inf, 1.0, 0, 0, 0, 0)
            assert each.ssim == pytest.approx(1)
        assert not difference_map(same, same).any()


def test_alpha_counts_over_black_and_over_white():
    clear = np.zeros((9, 9, 4), np.uint8)
    black = clear.copy()
    black[..., 3] = 255
    found = compared(clear, black).plain
    # Equal over black, and as different as can be over white.
    assert found.mse == pytest.approx(255**2 / 2)
    assert found.delta_e == pytest.approx(50)
    assert found.delta_e_max == pytest.approx(100)
    assert found.ssim == pytest.approx(0, abs=0.01)
    np.testing.assert_allclose(difference_map(clear, black), 100)
    assert compared(black, black[..., :3]).plain.mse == 0


def test_a_map_of_some_pixels_has_those_of_all(soft, noise):
    other = noise[: len(soft), : soft.shape[1]]
    one = np.ascontiguousarray(soft[: len(other), : other.shape[1]])
    whole = difference_map(one, other)
    np.testing.assert_allclose(difference_map(one, other, 3), whole[::3, ::3])


def test_a_soft_map_is_that_of_what_runs_together(noise):
    """Black and white in a checkerboard are a gray in linear light."""
    board = np.zeros((8, 8, 3), np.uint8)
    board[::2, ::2] = board[1::2, 1::2] = 255
    gray = np.full_like(board, round(float(from_light(np.array(0.5)))))
    assert difference_map(board, gray).min() > 10
    np.testing.assert_allclose(difference_map(board, gray, 2, soft=True), 0, atol=0.3)
    assert difference_map(board, gray, 2, soft=True).shape == (4, 4)
    # The last squares of an odd number of pixels are smaller.
    odd = difference_map(board[:5, :7], gray[:5, :7], 2, soft=True)
    assert odd.shape == (3, 4)
    np.testing.assert_allclose(odd[:2, :3], 0, atol=0.3)
    assert odd[2, 3] > 10
    blurs = difference_map(noise, noise[::-1].copy(), soft=True)
    assert blurs.mean() < difference_map(noise, noise[::-1].copy()).mean()


def test_small_images_have_no_ssim(noise):
    assert compared(noise[:6], noise[:6]).plain.ssim is None


def test_means_over_frames():
    one = Differences(1.0, 48.13, 0.9, 1.0, 2.0, 3.0, 4.0)
    other = Differences(3.0, 43.36, 0.5, 3.0, 8.0, 2.0, 2.0)
    psnr = 10 * math.log10(255**2 / 2)
    expected = Differences(2.0, psnr, 0.7, 2.0, 8.0, 3.0, 3.0)
    assert averaged([one, other]) == pytest.approx(expected)
    assert averaged([one._replace(ssim=None)]).ssim is None
