"""Figures and maps of errors."""

import numpy as np
import pytest
from PIL import Image

from colorquant.measures.images import compared
from colorquant.report.gallery import differences
from colorquant.report.gallery.differences import error_map, figures


def soft_pair(soft):
    other = soft.copy()
    other[..., :3] //= 32
    other[..., :3] *= 32
    return soft, other


def pair(samples):
    with Image.open(samples / "flower.jpg") as image:
        small = image.resize((120, 80))
    return np.asarray(small), np.asarray(small.quantize(8).convert("RGB"))


@pytest.mark.parametrize("alpha", [False, True])
def test_small_images_have_the_figures_of_compare(samples, soft, alpha):
    before, after = soft_pair(soft) if alpha else pair(samples)
    found, expected = figures(before, after), compared(before, after).plain
    assert found.mse == pytest.approx(expected.mse)
    assert found.psnr == pytest.approx(expected.psnr)
    assert found.delta_e == pytest.approx(expected.delta_e)
    assert found.delta_e_p95 == pytest.approx(expected.delta_e_p95)
    assert found.ssim == pytest.approx(expected.ssim)
    assert not found.sampled


def test_large_images_are_measured_on_some_rows(samples, monkeypatch):
    before, after = pair(samples)
    expected = figures(before, after)
    monkeypatch.setattr(differences, "_SOME", 120 * 48)
    found = figures(before, after)
    assert found.sampled
    assert found.mse == pytest.approx(expected.mse)
    assert found.delta_e == pytest.approx(expected.delta_e, rel=0.2)
    assert found.ssim == pytest.approx(expected.ssim, abs=0.05)


def test_equal_images_do_not_differ(noise):
    found = figures(noise, noise)
    assert found[:4] == (0, np.inf, 0, 0)
    assert found.ssim == pytest.approx(1)
    assert error_map(noise, noise).worst is None


def test_tiny_images_have_no_ssim():
    pixels = np.zeros((2, 3, 3), np.uint8)
    assert figures(pixels, pixels).ssim is None


@pytest.mark.parametrize(("most", "side"), [(1 << 16, 1), (3000, 2)])
def test_the_worst_place_is_where_they_differ(monkeypatch, most, side):
    monkeypatch.setattr(differences, "_MAP", most)
    before = np.full((90, 120, 3), 100, np.uint8)
    after = before.copy()
    after[60:72, 20:32] = (200, 40, 40)
    found = error_map(before, after)
    assert found.side == side
    assert found.values.shape == (90 // side, 120 // side)
    x, y = found.worst
    assert (20 <= x < 32, 60 <= y < 72) == (True, True)
    assert found.values[0, -1] < 1e-6


def test_what_is_transparent_in_both_does_not_differ():
    before = np.zeros((8, 8, 4), np.uint8)
    after = before.copy()
    after[..., :3] = 255
    assert not error_map(before, after).values.any()
