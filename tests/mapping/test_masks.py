import numpy as np
import pytest
from void_and_cluster import void_and_cluster

from colorquant.mapping.masks import MASK_LEVELS, bayer, blue_noise

MASKS = {"bayer": bayer, "blue-noise": blue_noise}


def radial_power(values, below):
    """Return the mean power of frequencies below some cycles a side, 1 for white noise."""
    side = len(values)
    power = np.abs(np.fft.fft2(values - values.mean())) ** 2 / (values.size * values.var())
    axis = np.minimum(np.arange(side), side - np.arange(side))
    radius = np.hypot(axis[:, None], axis)
    return power[(radius > 0) & (radius < below)].mean()


def test_bayers_mask_is_as_published():
    assert bayer().tolist() == [
        [0, 32, 8, 40, 2, 34, 10, 42],
        [48, 16, 56, 24, 50, 18, 58, 26],
        [12, 44, 4, 36, 14, 46, 6, 38],
        [60, 28, 52, 20, 62, 30, 54, 22],
        [3, 35, 11, 43, 1, 33, 9, 41],
        [51, 19, 59, 27, 49, 17, 57, 25],
        [15, 47, 7, 39, 13, 45, 5, 37],
        [63, 31, 55, 23, 61, 29, 53, 21],
    ]


def test_the_blue_noise_mask_is_that_of_void_and_cluster():
    np.testing.assert_array_equal(blue_noise(), void_and_cluster())


@pytest.mark.parametrize("kind", MASK_LEVELS)
def test_every_rank_is_there_once(kind):
    mask = MASKS[kind]()
    assert mask.dtype == np.uint16
    assert np.sort(mask, axis=None).tolist() == list(range(MASK_LEVELS[kind]))


def test_blue_noise_has_little_power_at_low_frequencies():
    white = np.random.default_rng(0).permutation(4096).reshape(64, 64)
    assert radial_power(white, 8) > 0.5
    assert radial_power(blue_noise().astype(float), 8) < 0.01


@pytest.mark.parametrize("level", [400, 1000, 2048, 3000, 3700])
def test_so_have_the_patterns_of_all_its_levels(level):
    # Dots of a share of the pixels are apart by one over its root, which bounds their frequency.
    share = min(level, 4096 - level) / 4096
    assert radial_power(blue_noise() < level, 64 * np.sqrt(share) / 3) < 0.1


@pytest.mark.parametrize("kind", MASK_LEVELS)
@pytest.mark.parametrize("share", [1 / 4, 1 / 2, 3 / 4])
def test_patterns_are_even(kind, share):
    mask = MASKS[kind]()
    side = len(mask)
    pattern = mask < share * MASK_LEVELS[kind]
    blocks = pattern.reshape(4, side // 4, 4, side // 4).mean(axis=(1, 3))
    # A sixteenth of the mask shows the share to within a few of its pixels.
    assert np.abs(blocks - share).max() <= 6 / (side // 4) ** 2
