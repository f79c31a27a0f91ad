"""The stages of what is done for the eye."""

from types import SimpleNamespace

import numpy as np
import pytest

from colorquant.color.importance import flat, importance
from colorquant.color.perceptual import PERCEPTUAL
from colorquant.color.points import ColorPoints
from colorquant.color.table import ColorTable
from colorquant.mapping.diffusion import diffuse
from colorquant.mapping.lookup import lookup
from colorquant.mapping.mixtures import GRAIN, best_mixtures
from colorquant.mapping.nearest import nearest_entries
from colorquant.mapping.remap import Mapping
from colorquant.mapping.scene import Scene
from colorquant.mapping.terms import SIGMA, dithered_terms, plain_terms
from colorquant.mapping.threshold import Thresholds
from colorquant.mapping.tidy import sweep
from colorquant.palettes.mixing import mixed
from colorquant.palettes.solving import resolved

SIZES = pytest.mark.parametrize("size", ["raster", "large_raster"])
COLORS = pytest.mark.parametrize("k", [16, 256])


@pytest.fixture(scope="session")
def work(request):
    """Return what the stages work on, by the size of the raster and the number of colors."""

    def make(size, k):
        pixels = request.getfixturevalue(size).pixels
        table = ColorTable.of(request.getfixturevalue(size), seen=True)
        colors = ColorPoints(table, PERCEPTUAL)
        palette = table.colors[:: len(table) // k][:k]
        labels = Mapping(table, nearest_entries(colors, palette))(pixels)
        scene = Scene(pixels, PERCEPTUAL, importance(pixels))
        planes = scene.entries(palette)
        return SimpleNamespace(
            colors=colors,
            palette=palette,
            labels=labels,
            scene=scene,
            planes=planes,
            search=lookup(planes),
        )

    return make


@SIZES
@pytest.mark.parametrize("function", [importance, flat])
def test_importance(benchmark, size, function, request):
    benchmark(function, request.getfixturevalue(size).pixels)


@COLORS
def test_mixtures(benchmark, k, work):
    made = work("raster", k)
    entries = PERCEPTUAL.points(made.palette)
    benchmark(best_mixtures, made.colors[:], entries, GRAIN)


@COLORS
def test_mixed_palette(benchmark, k, work):
    made = work("raster", k)
    points, weights = made.colors.binned(5)[0]
    benchmark(mixed, points, weights, PERCEPTUAL.points(made.palette), GRAIN)


@COLORS
def test_lookup(benchmark, k, work):
    benchmark(lookup, work("raster", k).planes)


@SIZES
@COLORS
def test_diffusion(benchmark, size, k, work):
    made = work(size, k)
    benchmark(diffuse, made.scene, made.search, made.labels, 0.85)


@SIZES
@COLORS
def test_blue_noise(benchmark, size, k, work):
    made = work(size, k)

    def dither():
        thresholds = Thresholds(made.colors, made.palette, "blue-noise", 1.0)
        mapping = Mapping(made.colors.table, thresholds.mixtures)
        return [
            thresholds.labels(mapping(made.scene.pixels[start : start + 256]), start)
            for start in range(0, made.scene.shape[0], 256)
        ]

    benchmark(dither)


@SIZES
@COLORS
@pytest.mark.parametrize("terms", [plain_terms, dithered_terms])
def test_sweep(benchmark, size, k, terms, work):
    made = work(size, k)
    benchmark(sweep, made.scene, made.search, made.planes, made.labels, terms(k, 1))


@COLORS
def test_solution(benchmark, k, work):
    made = work("raster", k)
    labels = np.array(made.labels)
    benchmark(resolved, made.scene, made.palette, labels, sigma=SIGMA, grain=0.1)
