import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from linear_light import LINEAR_LIGHT

from colorquant.color.points import ColorPoints
from colorquant.color.space import SRGB
from colorquant.color.table import ColorTable
from colorquant.mapping.nearest import nearest_entries
from colorquant.models import Raster


def brute_force(colors, palette, space=SRGB, exact=object):
    space = space.of(palette.shape[1])
    places, entries = (space.points(each).astype(exact) for each in (colors, palette))
    return ((places[:, None] - entries[None]) ** 2).sum(axis=2).argmin(axis=1)


def table_of(colors):
    return ColorTable.of(Raster(colors[None]))


@pytest.mark.parametrize("channels", [3, 4])
@given(data=st.data())
def test_every_color_gets_its_nearest_entry_ties_included(channels, data):
    # Few levels, so that there are many ties.
    level = st.sampled_from([0, 1, 2, 3, 127, 128, 129, 255])
    rows = st.tuples(st.integers(1, 20), st.just(channels))
    colors = data.draw(arrays(np.uint8, rows, elements=level))
    palette = data.draw(arrays(np.uint8, rows, elements=level))
    table = table_of(colors)
    found = nearest_entries(ColorPoints(table, SRGB), palette)
    assert found.tolist() == brute_force(table.colors, palette).tolist()


@pytest.mark.parametrize("channels", [3, 4])
def test_many_random_colors(channels):
    rng = np.random.default_rng(channels)
    colors = rng.integers(0, 256, (3000, channels), dtype=np.uint8)
    palette = rng.integers(0, 256, (70, channels), dtype=np.uint8)
    table = table_of(colors)
    found = nearest_entries(ColorPoints(table, SRGB), palette)
    assert found.tolist() == brute_force(table.colors, palette).tolist()


@pytest.mark.parametrize("channels", [3, 4])
def test_coordinates_that_are_not_whole(channels):
    rng = np.random.default_rng(channels)
    colors = rng.integers(0, 256, (3000, channels), dtype=np.uint8)
    palette = rng.integers(0, 256, (70, channels), dtype=np.uint8)
    table = table_of(colors)
    found = nearest_entries(ColorPoints(table, LINEAR_LIGHT), palette)
    expected = brute_force(table.colors, palette, LINEAR_LIGHT, float)
    assert found.tolist() == expected.tolist()
