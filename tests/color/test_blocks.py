import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from linear_light import LINEAR_LIGHT

from colorquant.color.blocks import averaged, enlarged


def reference(pixels, side):
    """The same by the formulas of the standard, with fractions."""
    height, width, channels = pixels.shape
    rows = []
    for y in range(0, height, side):
        for x in range(0, width, side):
            block = pixels[y : y + side, x : x + side].reshape(-1, channels).astype(float)
            alpha = block[:, 3:] if channels == 4 else np.full((len(block), 1), 255.0)
            light = LINEAR_LIGHT.from_levels(block[:, :3])
            mass = alpha.sum()
            mean = (light * alpha).sum(axis=0) / mass if mass else np.zeros(3)
            color = LINEAR_LIGHT.to_levels(mean)
            rows.append([*color, alpha.mean()][:channels])
    shape = -(-height // side), -(-width // side), channels
    return np.array(rows).reshape(shape)


def pictures(channels, seed, height, width):
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, 256, (height, width, channels), dtype=np.uint8)
    if channels == 4:
        pixels[..., 3] *= rng.integers(0, 2, (height, width), dtype=np.uint8)
    return pixels


@given(
    st.sampled_from([3, 4]),
    st.integers(0, 99),
    st.integers(1, 40),
    st.integers(1, 40),
    st.integers(1, 45),
)
def test_averages_are_those_of_the_formulas(channels, seed, height, width, side):
    pixels = pictures(channels, seed, height, width)
    found, exact = averaged(pixels, side), reference(pixels, side)
    assert found.shape == exact.shape
    if side == 1:
        np.testing.assert_array_equal(found, pixels)
        return
    if channels == 4:
        unseen = exact[..., 3] < 0.5
        assert not found[unseen].any()
        exact[unseen] = 0
    # The nearest level, but for light that is counted in steps.
    assert np.abs(found - exact).max() <= 0.5 + 0.002


@pytest.mark.parametrize("side", [129, 300])
def test_large_blocks_are_added_up_in_parts(side):
    pixels = pictures(4, 1, 700, 301)
    np.testing.assert_allclose(averaged(pixels, side), reference(pixels, side), atol=0.502)


@pytest.mark.parametrize("side", [1, 2, 7])
@pytest.mark.parametrize("channels", [3, 4])
def test_every_level_is_its_own_average(side, channels):
    grays = np.arange(256, dtype=np.uint8)
    small = np.repeat(np.repeat(grays, side)[None, :, None], channels, axis=2)
    pixels = np.repeat(small, side, axis=0)
    if channels == 4:
        pixels[..., 3] = np.maximum(pixels[..., 3], 1)
    np.testing.assert_array_equal(averaged(pixels, side), pixels[::side, ::side])


def test_black_and_white_have_the_light_of_half():
    """The gray of half the light is 188, not 128."""
    checks = np.indices((4, 4)).sum(axis=0) % 2 * 255
    pixels = np.repeat(checks[..., None], 3, axis=2).astype(np.uint8)
    assert averaged(pixels, 2).tolist() == [[[188] * 3] * 2] * 2


def test_transparent_pixels_have_no_color():
    pixels = np.array([[[200, 10, 10, 255], [0, 255, 0, 0]]], np.uint8)
    assert averaged(pixels, 2).tolist() == [[[200, 10, 10, 128]]]


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("shape", [(7, 5), (8, 6), (1, 1), (6, 4)])
def test_enlarged(dtype, shape):
    labels = np.arange(12, dtype=dtype).reshape(4, 3)
    expected = np.kron(labels, np.ones((2, 2), dtype))[: shape[0], : shape[1]]
    found = enlarged(labels, 2, shape)
    assert found.dtype == dtype
    np.testing.assert_array_equal(found, expected)
