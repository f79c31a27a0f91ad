import numpy as np
import pytest
from helpers import mixture_costs
from PIL import Image

from colorquant.clustering.kmeans import kmeans
from colorquant.color.perceptual import PERCEPTUAL
from colorquant.color.points import ColorPoints
from colorquant.color.space import SRGB
from colorquant.color.table import ColorTable
from colorquant.mapping.mixtures import best_mixtures
from colorquant.models import Raster
from colorquant.palettes.centers import placed_centers
from colorquant.palettes.depth import DEEP, is_representable, snapped
from colorquant.palettes.mixing import mixed
from colorquant.search import SearchOptions

NOTHING = np.empty((0, 3), np.uint8)


def placed(colors, k, fixed=NOTHING, grain=None, bits=DEEP):
    search = SearchOptions()
    return placed_centers(colors, k, search, fixed, bits=bits, grain=grain, progress=None)


@pytest.fixture
def colors(samples):
    with Image.open(samples / "flower.jpg") as image:
        pixels = np.asarray(image)[100:140, 200:250]
    return ColorPoints(ColorTable.of(Raster(pixels), seen=True), PERCEPTUAL)


def test_centers_are_those_of_k_means(colors):
    points, history = placed(colors, 9)
    found = kmeans(colors[:], 9, weights=colors.weights)
    np.testing.assert_allclose(points, found.centers, atol=1e-12)
    assert len(history) == len(found.history)


def test_units_do_not_matter(noise):
    colors = ColorPoints(ColorTable.of(Raster(noise)), SRGB)
    points, history = placed(colors, 5)
    assert points.max() > 100
    np.testing.assert_allclose(history[-1].centers.max() * 255, points.max(), rtol=0.2)


def test_fixed_ones_are_not_returned(colors):
    fixed = np.array([[255, 0, 255], [0, 255, 0]], np.uint8)
    points, _ = placed(colors, 6, fixed)
    assert points.shape == (4, 3)
    assert placed(colors, 2, fixed)[0].shape == (0, 3)


def test_for_mixtures_centers_are_moved(colors):
    fixed = PERCEPTUAL.colors(placed(colors, 3)[0])[:1]
    centers, _ = placed(colors, 8, fixed)
    points, _ = placed(colors, 8, fixed, grain=0.2)
    together = np.concatenate([PERCEPTUAL.points(fixed), centers])
    expected = mixed(colors[:], colors.weights, together, 0.2, 1)
    np.testing.assert_allclose(points, expected[1:])
    assert np.abs(points - centers).max() > 0.01


@pytest.mark.slow
def test_mixtures_of_few_bits_are_better_than_rounded_ones(colors):
    def cost(palette):
        points = PERCEPTUAL.points(np.unique(palette, axis=0))
        mixtures = best_mixtures(colors[:], points, 0.2)
        return (colors.weights * mixture_costs(colors[:], points, mixtures, 0.2)).sum()

    ratios = []
    for k in (4, 6, 8, 12, 16, 24):
        deep = PERCEPTUAL.colors(placed(colors, k, grain=0.2)[0])
        for bits in ((3, 3, 2), (4, 4, 4), (5, 6, 5)):
            found = PERCEPTUAL.colors(placed(colors, k, grain=0.2, bits=bits)[0])
            assert is_representable(found, bits)
            ratios.append(cost(found) / cost(snapped(deep, bits)))
            assert ratios[-1] < 1.02
    assert np.exp(np.log(ratios).mean()) < 0.99
