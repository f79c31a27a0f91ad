import numpy as np
import pytest
from skimage.metrics import mean_squared_error, peak_signal_noise_ratio

from colorquant.color.table import ColorTable
from colorquant.mapping.remap import Mapping, nearest_entries
from colorquant.measures.error import measure, squared_errors
from colorquant.models import Palette, Raster


def quantized(pixels, k):
    table = ColorTable.of(Raster(pixels))
    palette = Palette(table.colors[:: len(table) // k][:k], np.ones(k, np.int64))
    entries = nearest_entries(table.colors, palette.colors)
    shown = Mapping(table, entries, palette)(pixels).pixels()
    return measure(table, palette.colors, entries), shown


def test_hand_computed():
    table = ColorTable.of(Raster(np.array([[[0, 0, 0], [0, 0, 0], [10, 4, 2]]], np.uint8)))
    metrics = measure(table, np.array([[0, 0, 3]], np.uint8), np.array([0, 0]))
    # Twice 9, and 100 + 16 + 1; nine samples.
    assert metrics.mse == pytest.approx((9 + 9 + 117) / 9)
    assert metrics.psnr == pytest.approx(10 * np.log10(255**2 / 15))


def test_agrees_with_scikit_image(noise):
    metrics, pixels = quantized(noise, 20)
    assert metrics.mse == pytest.approx(mean_squared_error(noise, pixels))
    assert metrics.psnr == pytest.approx(peak_signal_noise_ratio(noise, pixels))


def test_with_alpha_it_is_the_mean_over_black_and_over_white(soft):
    metrics, pixels = quantized(soft, 20)
    errors = []
    for ground in (0, 1):
        one, other = (
            p[:, :, :3] / 255 * (a := p[:, :, 3:] / 255) + ground * (1 - a) for p in (soft, pixels)
        )
        errors.append(np.mean((255 * (one - other)) ** 2))
    assert metrics.mse == pytest.approx(np.mean(errors))


def test_no_error():
    colors = np.array([[1, 2, 3]], np.uint8)
    assert squared_errors(colors, colors, np.array([0])).tolist() == [0]
    metrics = measure(ColorTable(colors, np.array([5])), colors, np.array([0]))
    assert (metrics.mse, metrics.psnr) == (0, np.inf)
