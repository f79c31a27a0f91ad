import numpy as np
import pytest

from colorquant.color.table import ColorTable
from colorquant.errors import BoundError
from colorquant.models import Raster
from colorquant.options import QuantizeOptions
from colorquant.pipeline.counted import bounded_palette
from colorquant.pipeline.still import quantize


@pytest.fixture(scope="module")
def images():
    rng = np.random.default_rng(0)
    return [rng.integers(low, low + 90, (40, 30, 3)).astype(np.uint8) for low in (0, 120)]


@pytest.mark.parametrize("look", [{}, {"dither": "diffusion"}, {"objective": "perceptual"}])
def test_all_images_together_meet_the_bound(look, images):
    seen = bool(look)
    table = ColorTable.of_all(map(Raster, images), seen=seen)
    palette = bounded_palette(table, QuantizeOptions(min_psnr=27, **look))
    pixels = np.concatenate(images).reshape(-1, 3).astype(float)
    # Of the distance in the space of the search, the nearest may be another; nearly the same.
    gaps = np.square(pixels[:, None] - palette.colors).sum(axis=2).min(axis=1)
    psnr = 10 * np.log10(255**2 / (gaps.mean() / 3))
    assert psnr >= 27
    if not look:
        together = quantize(np.concatenate(images), min_psnr=27)
        np.testing.assert_array_equal(palette.colors, together.palette.colors)


def test_a_bound_that_is_missed(images):
    table = ColorTable.of_all(map(Raster, images))
    with pytest.raises(
        BoundError, match=r"^the shared palette: with 4 colors quality is \d+, less"
    ):
        bounded_palette(table, QuantizeOptions(k=4, quality=90))
