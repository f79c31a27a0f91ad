import numpy as np
import pytest

from colorquant.color.table import ColorTable
from colorquant.errors import BoundError, InvalidInputError
from colorquant.models import Raster
from colorquant.options import QuantizeOptions
from colorquant.pipeline.counted import for_shared, require_shared, shared_palette
from colorquant.pipeline.still import quantize


@pytest.fixture(scope="module")
def images():
    rng = np.random.default_rng(0)
    return [rng.integers(low, low + 90, (40, 30, 3)).astype(np.uint8) for low in (0, 120)]


@pytest.mark.parametrize("look", [{}, {"dither": "diffusion"}, {"objective": "perceptual"}])
def test_all_images_together_meet_the_bound(look, images):
    seen = bool(look)
    table = ColorTable.of_all(map(Raster, images), seen=seen)
    palette = shared_palette(table, QuantizeOptions(min_psnr=27, **look))
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
        shared_palette(table, QuantizeOptions(k=4, quality=90))


def test_without_a_bound_it_is_the_palette_of_the_colors_together(images):
    table = ColorTable.of_all(map(Raster, images))
    together = quantize(np.concatenate(images), k=9)
    np.testing.assert_array_equal(
        shared_palette(table, QuantizeOptions(k=9)).colors, together.palette.colors
    )


@pytest.mark.parametrize(
    "options",
    [
        {"per_frame_palette": True},
        {"order": "source"},
        {"k": "auto", "max_bytes": 99},
        {"k": 9, "min_ssim": 0.9},
        {"k": 9, "max_lost": 0},
        {"k": "auto"},
    ],
)
def test_what_only_one_image_tells_is_refused(options):
    with pytest.raises(InvalidInputError, match="shared_palette"):
        require_shared(QuantizeOptions(**options))
    require_shared(QuantizeOptions(k="auto", min_psnr=30))


def test_images_do_not_ask_again_for_what_the_palette_has():
    options = QuantizeOptions(
        min_psnr=30, pins=["red"], depth=8, order="hue", alpha="keep", effort="fast"
    )
    each = for_shared(options, 7)
    assert each == QuantizeOptions(k=7, effort="fast")
