import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.ndimage import binary_dilation

from colorquant.color.importance import flat
from colorquant.mapping import still
from colorquant.mapping.still import still_pixels


def expected(pixels, palette, nearest):
    """Return what is still by definition; the outermost pixels go on beyond the edges."""
    height, width, channels = pixels.shape
    whole = np.pad(pixels, ((1, 1), (1, 1), (0, 0)), mode="edge")
    seed = np.zeros((height, width), bool)
    for y, x in np.ndindex(height, width):
        alike = whole[y : y + 3, x : x + 3] == pixels[y, x]
        seed[y, x] = alike.all() and (palette[nearest[y, x]] == pixels[y, x]).all()
    wide = binary_dilation(seed, np.ones((5, 5), bool))
    return wide | (pixels[..., 3] == 0) if channels == 4 else wide


def found(pixels, palette, nearest):
    result = still_pixels(pixels, flat(pixels), palette, nearest)
    return np.zeros(pixels.shape[:2], bool) if result is None else result


def patches(channels, height=40, width=23, seed=0):
    """Return blocks of few colors with specks, and a palette that has some of these colors."""
    random = np.random.default_rng(seed)
    colors = random.integers(1, 256, (6, channels), dtype=np.uint8)
    coarse = random.integers(0, 6, (height // 5 + 1, width // 5 + 1))
    number = coarse.repeat(5, axis=0).repeat(5, axis=1)[:height, :width]
    specks = random.random(number.shape) < 0.02
    number = np.where(specks, random.integers(0, 6, number.shape), number)
    palette = colors[:3].copy()
    # The others are near entries, but are none.
    colors[3:] = colors[:3] ^ 1
    return colors[number], palette, (number % 3).astype(np.uint8)


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("band", [1, 2, 3, 7, 256])
def test_flat_pixels_of_exact_colors_and_those_around_are_still(channels, band, monkeypatch):
    monkeypatch.setattr(still, "_BAND", band)
    picture = patches(channels)
    assert 0.2 < expected(*picture).mean() < 0.8
    assert (found(*picture) == expected(*picture)).all()


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (9, 1), (2, 2), (3, 4)])
def test_small_pictures_of_one_color(shape):
    pixels = np.full((*shape, 3), 7, np.uint8)
    nearest = np.zeros(shape, np.uint8)
    assert found(pixels, np.array([[7, 7, 7]], np.uint8), nearest).all()
    # Every channel counts.
    for channel in range(3):
        palette = np.full((1, 3), 7, np.uint8)
        palette[0, channel] = 8
        assert still_pixels(pixels, flat(pixels), palette, nearest) is None


@given(
    pixels=arrays(
        np.uint8,
        st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(3)),
        elements=st.sampled_from([5, 5, 5, 5, 5, 6]),
    )
)
def test_any_small_picture(pixels):
    palette = np.array([[5, 5, 5], [6, 6, 6]], np.uint8)
    nearest = (pixels == 6).all(axis=2).astype(np.uint8)
    assert (found(pixels, palette, nearest) == expected(pixels, palette, nearest)).all()


def test_fully_transparent_pixels_are_still():
    pixels, palette, nearest = patches(4)
    random = np.random.default_rng(1)
    pixels[random.random(nearest.shape) < 0.1] = 0
    result = found(pixels, palette, nearest)
    assert result[pixels[..., 3] == 0].all()
    assert (result == expected(pixels, palette, nearest)).all()


def test_the_colors_of_fully_transparent_pixels_make_no_difference():
    pixels, palette, nearest = patches(4)
    palette[1] = 0
    pixels[nearest == 1] = 0
    hidden = pixels.copy()
    hidden[nearest == 1, :3] = np.random.default_rng(2).integers(0, 256, (nearest == 1).sum())[
        :, None
    ]
    result = found(pixels, palette, nearest)
    assert not result.all()
    assert (result == expected(pixels, palette, nearest)).all()
    assert (found(hidden, palette, nearest) == result).all()


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_none_if_nothing_is_still(dtype, noise):
    palette = np.ascontiguousarray(noise[0])
    nearest = np.zeros(noise.shape[:2], dtype)
    assert still_pixels(noise, flat(noise), palette, nearest) is None
