"""Importance and flat areas, against slow ways to compute them."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from PIL import Image

from colorquant.color import importance as module
from colorquant.color.importance import flat, importance


def opaque_lightness():
    """Lightness of grays, 0 to 1, from the definitions of sRGB and of biased Oklab."""
    level = np.arange(256) / 255
    linear = np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4)
    biased = np.cbrt(linear + 0.002) - np.cbrt(0.002)
    return biased / biased[-1]


def whole_lightness(pixels):
    """Lightness of pixels as whole numbers, 0 to 1023, and 1023 for white."""
    grays = np.rint(1023 * opaque_lightness()).astype(int)
    luma = pixels[..., :3].astype(int) @ [77, 150, 29] // 256
    if pixels.shape[2] == 3:
        return grays[luma]
    alpha = pixels[..., 3].astype(int)
    over_black = np.floor(luma * alpha / 255 + 0.5).astype(int)
    both = grays[over_black] + grays[over_black + 255 - alpha]
    return np.floor(both / 2 + 0.5).astype(int)


def windows(plane, size):
    """Return the values around each pixel, (H, W, size, size), the image's edges repeated."""
    return np.lib.stride_tricks.sliding_window_view(
        np.pad(plane, size // 2, mode="edge"), (size, size)
    )


def slow_importance(pixels):
    around = windows(whole_lightness(pixels), 5)
    deviation = around.std(axis=(2, 3)) / 1023
    return 255 * 0.02 / (0.02 + deviation)


def slow_flat(pixels):
    height, width = pixels.shape[:2]
    colors = [[tuple(p) if len(p) == 3 or p[3] else () for p in row] for row in pixels.tolist()]
    found = np.ones((height, width), bool)
    for y, x, dy, dx in itertools.product(range(height), range(width), (-1, 0, 1), (-1, 0, 1)):
        if 0 <= y + dy < height and 0 <= x + dx < width:
            found[y, x] &= colors[y + dy][x + dx] == colors[y][x]
    return found


def check_importance(pixels):
    found, expected = importance(pixels), slow_importance(pixels)
    assert (found.dtype, found.shape) == (np.uint8, pixels.shape[:2])
    # The nearest whole number, up to what float32 can tell.
    assert np.abs(found - expected).max() < 0.5 + 1e-4


shapes = st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(3, 4))
pictures = shapes.flatmap(lambda shape: arrays(np.uint8, shape))
# Of few colors, so that some neighborhoods are flat.
drawn = shapes.flatmap(
    lambda shape: arrays(np.uint8, shape, elements=st.sampled_from([0, 9]), fill=st.just(0))
)


def test_lightness_of_grays():
    exact = 1023 * opaque_lightness()
    found = module._lightness_of_luma()
    np.testing.assert_array_equal(found, np.rint(exact))
    assert (found[0], found[-1]) == (0, 1023)
    # No value is so near the middle of two whole numbers that its last bits decide.
    assert np.abs(exact % 1 - 0.5).min() > 1e-6


@given(pictures)
def test_importance_of_small_pictures(pixels):
    check_importance(pixels)


@given(drawn)
def test_flat_areas_of_small_pictures(pixels):
    np.testing.assert_array_equal(flat(pixels), slow_flat(pixels))


@pytest.mark.parametrize("name", ["flower.jpg", "screenshot.png", "logo.png", "gradient.png"])
def test_sample_images(name, samples):
    with Image.open(samples / name) as image:
        pixels = np.asarray(image.convert("RGBA" if image.has_transparency_data else "RGB"))
    pixels = pixels[:200, :200]
    check_importance(pixels)
    np.testing.assert_array_equal(flat(pixels), slow_flat(pixels))


def test_steps_matter_less_the_higher_they_are():
    """The least that a window can give is half black and half white, and is above 0."""
    steps = [np.repeat([0, height], [3, 3])[None, :, None].repeat(3, 2) for height in range(256)]
    found = [importance(step.astype(np.uint8))[0, 2] for step in steps]
    assert found == sorted(found, reverse=True)
    assert (found[0], found[-1]) == (255, 10)


@pytest.mark.parametrize("measure", [importance, flat])
def test_opaque_alpha_makes_no_difference(measure, photo):
    with Image.open(photo) as image:
        opaque, pixels = np.asarray(image), np.asarray(image.convert("RGBA"))
    np.testing.assert_array_equal(measure(pixels), measure(opaque))


@pytest.mark.parametrize("measure", [importance, flat])
def test_colors_of_what_is_transparent_make_no_difference(measure, soft):
    other = soft.copy()
    other[:5, :, :3] = 7
    np.testing.assert_array_equal(measure(other), measure(soft))


@pytest.mark.parametrize("measure", [importance, flat])
@given(
    pixels=array_shapes(min_dims=2, max_dims=2, max_side=20).flatmap(
        lambda shape: arrays(np.uint8, (*shape, 3), elements=st.sampled_from([0, 9]))
    ),
    tile=st.integers(1, 60),
    widest=st.integers(1, 20),
)
def test_tiles_make_no_difference(measure, pixels, tile, widest):
    whole = measure(pixels)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_TILE", tile)
        patch.setattr(module, "_WIDEST", widest)
        np.testing.assert_array_equal(measure(pixels), whole)


@pytest.mark.parametrize("measure", [importance, flat])
def test_pixels_may_be_a_part_of_larger_ones(measure, noise):
    part = noise[3:, 5:40:2]
    np.testing.assert_array_equal(measure(part), measure(part.copy()))
