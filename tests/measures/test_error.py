import numpy as np
import pytest
from linear_light import LINEAR_LIGHT
from skimage.metrics import mean_squared_error, peak_signal_noise_ratio

from colorquant.color import table as colortable
from colorquant.color.points import ColorPoints
from colorquant.color.space import SRGB
from colorquant.color.table import ColorTable
from colorquant.mapping.nearest import nearest_entries
from colorquant.mapping.remap import Mapping
from colorquant.measures.error import measure, measure_image, squared_errors
from colorquant.models import IndexedImage, Raster, index_type
from colorquant.palette import Palette


def quantized(pixels, k):
    table = ColorTable.of(Raster(pixels))
    palette = Palette(table.colors[:: len(table) // k][:k], np.ones(k, np.int64))
    colors = ColorPoints(table, SRGB)
    entries = nearest_entries(colors, palette.colors)
    image = IndexedImage(Mapping(table, entries)(pixels), palette)
    metrics = measure(colors, palette.colors, entries)
    assert measure_image(pixels, image).mse == pytest.approx(metrics.mse, rel=1e-12)
    return metrics, image.pixels()


def test_hand_computed():
    table = ColorTable.of(Raster(np.array([[[0, 0, 0], [0, 0, 0], [10, 4, 2]]], np.uint8)))
    colors = ColorPoints(table, SRGB)
    metrics = measure(colors, np.array([[0, 0, 3]], np.uint8), np.array([0, 0]))
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
    table = ColorTable.of(Raster(np.full((1, 5, 3), (1, 2, 3), np.uint8)))
    colors = ColorPoints(table, SRGB)
    assert squared_errors(colors, table.colors, np.array([0])).tolist() == [0]
    metrics = measure(colors, table.colors, np.array([0]))
    assert (metrics.mse, metrics.psnr) == (0, np.inf)


@pytest.mark.parametrize("strip", [100, 1 << 18])
def test_errors_are_squared_distances_in_the_space(strip, noise, monkeypatch):
    monkeypatch.setattr(colortable, "_STRIP", strip)
    table = ColorTable.of(Raster(noise))
    colors = ColorPoints(table, LINEAR_LIGHT)
    palette = table.colors[::90]
    entries = nearest_entries(colors, palette)
    apart = LINEAR_LIGHT.points(table.colors) - LINEAR_LIGHT.points(palette[entries])
    np.testing.assert_allclose(squared_errors(colors, palette, entries), (apart**2).sum(axis=1))


@pytest.mark.parametrize("strip", [100, 1 << 18])
@pytest.mark.parametrize("k", [1, 7, 300])
@pytest.mark.parametrize("name", ["noise", "soft"])
def test_the_error_of_any_labels(name, k, strip, request, monkeypatch):
    monkeypatch.setattr(colortable, "_STRIP", strip)
    pixels = request.getfixturevalue(name)
    rng = np.random.default_rng(k)
    colors = rng.permutation(np.unique(pixels.reshape(-1, pixels.shape[2]), axis=0))[:k]
    labels = rng.integers(0, k, pixels.shape[:2]).astype(index_type(k))
    found = measure_image(pixels, IndexedImage(labels, Palette(colors, np.zeros(k, np.int64))))
    one, other = pixels.astype(float), colors[labels].astype(float)
    if name == "soft":
        # Over black and over white.
        grounds = [0, 255]
        one, other = (
            np.stack([g + (p[..., :3] - g) * p[..., 3:] / 255 for g in grounds])
            for p in (one, other)
        )
    assert found.mse == pytest.approx(np.mean((one - other) ** 2), rel=1e-12)
    assert found.mse > 1000


def test_an_image_without_error_has_none(soft):
    few = soft[:3, :5]
    colors, labels = np.unique(few.reshape(-1, 4), axis=0, return_inverse=True)
    palette = Palette(colors, np.zeros(len(colors), np.int64))
    image = IndexedImage(labels.reshape(3, 5).astype(np.uint8), palette)
    assert measure_image(few, image).mse == 0
    # What is transparent has no color.
    other = few.copy()
    other[few[..., 3] == 0] = [7, 8, 9, 0]
    assert (other != few).any()
    assert measure_image(other, image).mse == 0
