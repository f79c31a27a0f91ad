"""A palette fitted to a table, found or given."""

import numpy as np
import pytest

from colorquant.color.space import SRGB
from colorquant.color.table import ColorTable
from colorquant.models import Palette, Raster
from colorquant.options import QuantizeOptions
from colorquant.pipeline.fitted import Fitted


@pytest.mark.parametrize("name", ["noise", "soft"])
def test_found(name, request):
    pixels = request.getfixturevalue(name)
    fitted = Fitted(ColorTable.of(Raster(pixels)), QuantizeOptions(k=7))
    assert len(fitted.palette) == 7
    assert fitted.history
    assert fitted.space is SRGB.of(pixels.shape[2])
    shown = fitted.map(pixels).pixels().astype(float)
    if name == "noise":
        assert fitted.metrics.mse == pytest.approx(np.mean((shown - pixels) ** 2))


def test_given_with_alpha_for_an_opaque_image(noise):
    colors = np.array([[0, 0, 0, 0], [200, 0, 0, 255], [0, 200, 0, 255]], np.uint8)
    given = Palette(colors, np.zeros(3, np.int64))
    fitted = Fitted(ColorTable.of(Raster(noise)), QuantizeOptions(k=9), given)
    assert fitted.palette.colors.tolist() == colors.tolist()
    assert fitted.history == ()
    assert fitted.map(noise).indices.min() == 1


def test_colors_that_are_kept_have_the_order_that_is_asked_for(noise):
    few = noise[:1, :3]
    order = np.dstack([few, np.full((1, 3), 255, np.uint8)])[0][::-1]
    fitted = Fitted(ColorTable.of(Raster(few)), QuantizeOptions(k=9), order=order)
    assert fitted.palette.colors.tolist() == few[0][::-1].tolist()
