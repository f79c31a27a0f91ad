import numpy as np
import pytest
from skimage.metrics import structural_similarity

from colorquant.measures.ssim import ssim

GRAY = np.array([0.2125, 0.7154, 0.0721])


@pytest.mark.parametrize("shape", [(7, 7, 3), (40, 25, 3)])
@pytest.mark.parametrize("change", [3, 60])
def test_equals_scikit_image(shape, change):
    rng = np.random.default_rng(change)
    one = rng.integers(0, 256, shape).astype(float)
    other = np.clip(one + rng.integers(-change, change, shape), 0, 255)
    expected = structural_similarity(one @ GRAY, other @ GRAY, data_range=255)
    assert ssim(one, other) == pytest.approx(expected, abs=1e-10)


def test_equal_images():
    image = np.random.default_rng(0).integers(0, 256, (20, 20, 3)).astype(float)
    assert ssim(image, image) == pytest.approx(1)


def test_too_small_an_image_has_none():
    assert ssim(np.zeros((6, 90, 3)), np.zeros((6, 90, 3))) is None
