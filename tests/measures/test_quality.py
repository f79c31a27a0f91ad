import json
import re
from pathlib import Path

import numpy as np
import pytest

from colorquant.color.table import ColorTable
from colorquant.measures.quality import power_error, quality_bound, quality_of
from colorquant.models import Raster

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.mark.parametrize("channels", [3, 4])
def test_the_error_is_that_of_the_pixels(channels):
    rng = np.random.default_rng(0)
    # Fully transparent pixels would all be of one color.
    pixels = rng.integers(1, 256, (20, 30, channels)).astype(np.uint8)
    palette = rng.integers(0, 256, (6, channels)).astype(np.uint8)
    table = ColorTable.of(Raster(pixels))
    entries = rng.integers(0, 6, len(table)).astype(np.uint8)
    rows = np.searchsorted(table.keys, table.keys_of(pixels.reshape(-1, channels)))
    other = palette[entries[rows]].reshape(pixels.shape)

    def shown(image):
        levels = image[..., :3].astype(float)
        if channels == 3:
            return levels[None]
        alpha = image[..., 3:] / 255
        return np.stack([levels * alpha, levels * alpha + 255 * (1 - alpha)])

    one, two = (255 * (shown(image) / 255) ** 1.25 for image in (pixels, other))
    # Each pixel has a color of its own, so that all weigh the same.
    assert (table.counts == 1).all()
    expected = np.square(one - two).sum(axis=-1).max(axis=0).mean()
    # Levels with fractions are interpolated.
    assert power_error(table, palette, entries) == pytest.approx(expected, rel=1e-5)


def test_large_areas_weigh_less():
    # 16 times as many pixels as the share from which on a color counts less, weigh 8 times it.
    keys = np.array([0x000000, 0x808080, 0xFFFFFF], np.uint32)
    table = ColorTable(keys, np.array([480, 30, 1_000_000 - 510]), 3)
    palette = np.array([[10, 10, 10], [128, 128, 128], [255, 255, 255]], np.uint8)
    error = power_error(table, palette, np.array([0, 1, 2], np.uint8))
    alone = 3 * (255 * (10 / 255) ** 1.25) ** 2
    rest = 30 * ((1_000_000 - 510) / 30) ** 0.75
    assert error == pytest.approx(alone * 240 / (240 + 30 + rest), rel=1e-12)


@pytest.mark.parametrize("perceptual", [False, True])
def test_bounds_fall_and_qualities_are_their_inverse(perceptual):
    bounds = [quality_bound(each, perceptual=perceptual) for each in range(101)]
    assert bounds[0] == np.inf
    assert bounds[100] == 0
    assert (np.diff(bounds[1:]) < 0).all()
    for quality, bound in enumerate(bounds):
        assert quality_of(bound, perceptual=perceptual) == quality
    assert quality_of(bounds[50] * 1.0001, perceptual=perceptual) == 49
    with pytest.raises(ValueError, match="from 0 to 100, not 101"):
        quality_bound(101, perceptual=perceptual)


def test_bounds_are_those_that_were_measured():
    rows = re.findall(r"^\| (\d+) \|(.*)\|$", (BENCHMARKS / "quality.md").read_text(), re.MULTILINE)
    found = 0
    for quality, rest in rows:
        _, _, plain, perceptual, *_ = (cell.strip() for cell in rest.split("|"))
        if plain:
            found += 1
            assert quality_bound(int(quality), perceptual=False) == float(plain)
            assert quality_bound(int(quality), perceptual=True) == float(perceptual)
    assert (
        found
        == len(
            json.loads((BENCHMARKS / "quality.json").read_text())["photos"]["flower"]["pngquant"]
        )
        - 2
    )
