"""Previews: exact ones have each pixel, small ones nearly."""

import io

import numpy as np
import pytest
from PIL import Image

from colorquant.images.writing.previews import exact_preview, small_preview


def opened(encoded):
    image = Image.open(io.BytesIO(encoded.data))
    assert Image.MIME[image.format] == encoded.media
    return image


@pytest.mark.parametrize("name", ["noise", "soft"])
def test_exact_ones_have_each_pixel(name, request):
    pixels = request.getfixturevalue(name)
    found = np.asarray(opened(exact_preview(pixels)))
    seen = pixels[..., 3] > 0 if pixels.shape[2] == 4 else np.ones(pixels.shape[:2], bool)
    assert np.array_equal(found[seen], pixels[seen])


def test_what_is_too_long_for_webp_is_png():
    encoded = exact_preview(np.zeros((1, 16_384, 3), np.uint8))
    assert encoded.media == "image/png"
    assert opened(encoded).size == (16_384, 1)


def test_small_ones_are_smaller(samples):
    with Image.open(samples / "flower.jpg") as image:
        pixels = np.asarray(image.resize((160, 107)))
    small = small_preview(pixels, 80)
    assert len(small.data) < len(exact_preview(pixels).data) / 3
    found = np.asarray(opened(small)).astype(int)
    assert np.abs(found - pixels).mean() < 5


def test_a_profile_is_kept(noise, wide_profile):
    for encoded in (exact_preview(noise, wide_profile), small_preview(noise, 80, wide_profile)):
        assert opened(encoded).info["icc_profile"] == wide_profile
