import numpy as np
import pytest
from PIL import Image

from colorquant.color.perceptual import PERCEPTUAL
from colorquant.color.points import ColorPoints
from colorquant.color.space import SRGB
from colorquant.color.table import ColorTable
from colorquant.models import Raster
from colorquant.palettes.curve import ErrorCurve
from colorquant.palettes.find import find_palette

NONE = np.empty((0, 3), np.uint8)


@pytest.fixture(scope="module")
def table(samples):
    with Image.open(samples / "flower.jpg") as image:
        return ColorTable.of(Raster(np.asarray(image)[::3, ::3]), seen=True)


@pytest.mark.parametrize("space", [SRGB, PERCEPTUAL])
def test_the_estimate_is_near_the_error_of_palettes(space, table):
    colors = ColorPoints(table, space)
    curve = ErrorCurve(colors, NONE, 256)
    weights = colors.weights / colors.weights.sum()
    for k in (4, 20, 100):
        found = find_palette(colors, k)
        points = space.of(3).points(found.palette.colors)[found.entries]
        gaps = np.square((colors[:] - points) / colors.space.unit).sum(axis=1)
        assert curve.at(k) == pytest.approx(float(gaps @ weights), rel=0.25)


def test_numbers_of_colors_are_the_inverse_of_errors(table):
    curve = ErrorCurve(ColorPoints(table, SRGB), NONE, 256)
    errors = [curve.at(k) for k in (2, 3, 5, 9, 40, 41, 180, 256)]
    assert errors == sorted(errors, reverse=True)
    for k in (2, 3, 5, 9, 40, 41, 180, 256):
        assert curve.colors_for(curve.at(k)) == pytest.approx(k, rel=1e-9)
    assert curve.colors_for(1e9) == 1


def test_few_colors():
    pixels = np.arange(60, dtype=np.uint8).reshape(4, 5, 3) * 4
    curve = ErrorCurve(ColorPoints(ColorTable.of(Raster(pixels)), SRGB), NONE, 256)
    assert curve.at(20) == curve.at(21) == 0
    assert curve.colors_for(0) == 20
    assert curve.at(19) > 0


def test_fixed_colors_are_among_them(table):
    fixed = np.array([[255, 0, 255], [0, 255, 255]], np.uint8)
    colors = ColorPoints(table, SRGB)
    free, bound = ErrorCurve(colors, NONE, 256), ErrorCurve(colors, fixed, 256)
    assert bound.at(8) > free.at(8)
    assert bound.at(8) < free.at(4)
