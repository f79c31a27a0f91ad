"""Pillow images, converted back by Pillow itself."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import colorquant
from colorquant.images.pillow import as_pillow
from colorquant.models import IndexedImage, index_type
from colorquant.palette import Palette


def indexed(k, channels, clear=0, seed=0):
    rng = np.random.default_rng(seed)
    colors = rng.integers(1, 256, (k, channels), dtype=np.uint8)
    if channels == 4:
        colors[:, 3] = 255
        colors[:clear] = 0
    indices = rng.integers(0, k, (9, 7)).astype(index_type(k))
    return IndexedImage(indices, Palette(colors, np.zeros(k, np.int64)))


@settings(max_examples=30)
@given(st.sampled_from([1, 2, 16, 256, 300]), st.sampled_from([3, 4]), st.integers(0, 2))
def test_pixels_stay(k, channels, clear):
    image = indexed(k, channels, min(k, clear))
    found = as_pillow(image)
    assert found.mode == ("P" if k <= 256 else "RGB" if channels == 3 else "RGBA")
    shown = np.asarray(found.convert("RGB" if channels == 3 else "RGBA"))
    np.testing.assert_array_equal(shown, image.pixels())
    if k <= 256:
        np.testing.assert_array_equal(np.asarray(found), image.indices)


def test_partial_transparency_stays():
    colors = np.array([[9, 8, 7, 128], [1, 2, 3, 255]], np.uint8)
    image = IndexedImage(np.array([[0, 1]], np.uint8), Palette(colors, np.zeros(2, np.int64)))
    shown = image.to_pil().convert("RGBA")
    assert [shown.getpixel((x, 0)) for x in range(2)] == [(9, 8, 7, 128), (1, 2, 3, 255)]


@pytest.mark.parametrize("kind", ["PNG", "GIF"])
def test_pillow_saves_it_with_its_transparent_color(kind, tmp_path):
    from PIL import Image

    image = indexed(4, 4, clear=1)
    as_pillow(image).save(tmp_path / "a", kind)
    with Image.open(tmp_path / "a") as again:
        shown = np.asarray(again.convert("RGBA"))
    np.testing.assert_array_equal(shown[:, :, 3], image.pixels()[:, :, 3])
    visible = image.pixels()[:, :, 3] > 0
    np.testing.assert_array_equal(shown[visible], image.pixels()[visible])


def test_results_are_pictures(noise):
    result = colorquant.quantize(noise, k=5, effort="fast")
    np.testing.assert_array_equal(np.asarray(result.image.convert("RGB")), result.indexed.pixels())
    result.image.putpixel((0, 0), 1)
