import numpy as np
import pytest

import colorquant
from colorquant.errors import InvalidInputError
from colorquant.models import IndexedImage, Metrics, Raster, Result
from colorquant.palette import Palette


def palette(k=3, channels=3):
    colors = np.arange(k * channels, dtype=np.uint8).reshape(k, channels)
    return Palette(colors, np.ones(k, np.int64))


def test_arrays_are_read_only_and_the_callers_are_not():
    pixels = np.zeros((2, 2, 3), np.uint8)
    raster = Raster(pixels)
    with pytest.raises(ValueError, match="read-only"):
        raster.pixels[0, 0, 0] = 1
    pixels[0, 0, 0] = 1


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((2, 2), np.uint8),
        np.zeros((2, 2, 2), np.uint8),
        np.zeros((0, 2, 3), np.uint8),
        np.zeros((2, 2, 3)),
        [[[0, 0, 0]]],
    ],
)
def test_raster_refuses(pixels):
    with pytest.raises(InvalidInputError, match="pixels must be"):
        Raster(pixels)


@pytest.mark.parametrize(
    "indices",
    [
        np.array([[3]], np.uint8),
        np.array([[0]], np.uint16),
        np.array([0], np.uint8),
        np.zeros((0, 1), np.uint8),
    ],
)
def test_indexed_image_refuses(indices):
    with pytest.raises(InvalidInputError):
        IndexedImage(indices, palette())


def test_indexed_image_in_true_color():
    image = IndexedImage(np.array([[0, 2], [1, 0]], np.uint8), palette())
    assert image.pixels().tolist() == [[[0, 1, 2], [6, 7, 8]], [[3, 4, 5], [0, 1, 2]]]


@pytest.mark.parametrize(("mse", "lossless"), [(0.0, True), (0.1, False)])
def test_result_is_lossless_where_nothing_differs(mse, lossless):
    image = IndexedImage(np.zeros((1, 1), np.uint8), palette())
    result = Result(image, Metrics(mse), 3, (), {})
    assert result.lossless is lossless
    assert result.palette is image.palette


def test_all_show_themselves_on_one_line(noise, photo):
    result = colorquant.quantize(noise, k=9)
    done = colorquant.quantize_file(photo, k=9)
    found = colorquant.kmeans(noise.reshape(-1, 3), 4)
    options = colorquant.QuantizeOptions()
    shown = [
        *(result, result.palette, result.indexed, result.metrics, result.history[0], done),
        *(found, options, options.search, options.reading, Raster(noise), Raster(noise).metadata),
    ]
    for each in shown:
        assert "\n" not in repr(each)
        assert type(each).__name__ in repr(each)
        assert len(repr(each)) < 400
    assert repr(result.indexed) == "<IndexedImage: 48x32, 9 colors>"
    assert repr(result.palette).startswith("<Palette: 9 colors: #")
    assert repr(result.palette).endswith(" ...>")
