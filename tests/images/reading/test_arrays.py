"""Arrays of other types, beside arithmetic."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from colorquant.errors import InvalidInputError
from colorquant.images.reading import arrays as module
from colorquant.images.reading.arrays import raster_of_array


def near(value):
    """Return the nearest whole number, the even one of two."""
    return round(value)


@given(arrays(np.uint16, (3, 2, 3)))
def test_16_bits_are_rounded_to_the_nearest_level(samples):
    expected = [near(Fraction(sample * 255, 65_535)) for sample in samples.ravel().tolist()]
    assert raster_of_array(samples).pixels.ravel().tolist() == expected


@given(arrays(np.float64, (2, 2, 3), elements=st.floats(0, 1)), st.sampled_from(["f4", "f8"]))
def test_numbers_from_0_to_1_are_rounded_to_the_nearest_level(samples, kind):
    samples = samples.astype(kind)
    found = raster_of_array(samples).pixels.astype(float)
    assert np.abs(found - samples.astype(float) * 255).max() <= 0.5


def test_8_bits_come_back_from_wider_types(soft):
    wider = soft.astype(np.uint16) * 257
    floats = (soft / 255, (soft / 255).astype(np.float32), (soft / 255).astype(">f4"))
    for wide in (*floats, wider, wider.astype(">u2")):
        raster = raster_of_array(wide)
        np.testing.assert_array_equal(raster.pixels, soft)
        assert not raster.exact
    assert raster_of_array(soft).exact
    assert np.shares_memory(raster_of_array(soft).pixels, soft)


def test_gray_becomes_red_green_and_blue(noise):
    gray = noise[:, :, 0]
    expected = np.dstack([gray] * 3)
    np.testing.assert_array_equal(raster_of_array(gray).pixels, expected)
    np.testing.assert_array_equal(raster_of_array(gray[:, :, None]).pixels, expected)
    np.testing.assert_array_equal(raster_of_array(gray / 255).pixels, expected)


def test_opaque_alpha_is_left_out(noise):
    opaque = np.dstack([noise, np.full(noise.shape[:2], 255, np.uint8)])
    assert raster_of_array(opaque / 255).pixels.shape[2] == 3


def test_views_of_all_kinds(noise, tmp_path):
    np.save(tmp_path / "a.npy", noise / 255)
    mapped = np.load(tmp_path / "a.npy", mmap_mode="r")
    np.testing.assert_array_equal(raster_of_array(mapped).pixels, noise)
    wide = np.repeat(noise / 255, 2, axis=1)
    np.testing.assert_array_equal(raster_of_array(wide[::-1, ::2]).pixels, noise[::-1])
    np.testing.assert_array_equal(
        raster_of_array(noise.swapaxes(0, 1)).pixels, noise.swapaxes(0, 1)
    )


def test_strips_make_no_difference(noise, monkeypatch):
    monkeypatch.setattr(module, "_STRIP", 100)
    np.testing.assert_array_equal(raster_of_array(noise / 255).pixels, noise)


@pytest.mark.parametrize(
    ("array", "told"),
    [
        (np.zeros((2, 2, 3), bool), "multiply one of booleans by 255"),
        (np.zeros((2, 2, 3), int), "not int64"),
        (np.zeros((2, 2, 3), complex), "not complex128"),
        (np.array([[None]]), "not object"),
        (np.zeros((2, 2, 2), np.uint8), r"not \(2, 2, 2\)"),
        (np.zeros(5, np.uint8), r"not \(5,\)"),
        (np.zeros((1, 2, 2, 3), np.uint8), r"not \(1, 2, 2, 3\)"),
        (np.zeros((0, 2, 3)), "the image is empty"),
        (np.ma.masked_array(np.zeros((2, 2))), "cannot be masked"),
        (np.full((2, 2), 1.01), "from 0 to 1"),
        (np.full((2, 2), -0.01), "from 0 to 1"),
        (np.full((2, 2), np.nan), "without NaN"),
        (np.full((2, 2, 3), 255.0), "divide samples of 8 bits by 255"),
    ],
)
def test_other_arrays_are_refused(array, told):
    with pytest.raises(InvalidInputError, match=told):
        raster_of_array(array)
