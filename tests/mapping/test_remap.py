import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from colorquant.color import table as colortable
from colorquant.color.space import embed
from colorquant.color.table import ColorTable
from colorquant.mapping.remap import Mapping, nearest_entries
from colorquant.models import Palette, Raster


def brute_force(colors, palette):
    places, entries = embed(colors).astype(object), embed(palette).astype(object)
    return ((places[:, None] - entries[None]) ** 2).sum(axis=2).argmin(axis=1)


@pytest.mark.parametrize("channels", [3, 4])
@given(data=st.data())
def test_every_color_gets_its_nearest_entry_ties_included(channels, data):
    # Few levels, so that there are many ties.
    level = st.sampled_from([0, 1, 2, 3, 127, 128, 129, 255])
    rows = st.tuples(st.integers(1, 20), st.just(channels))
    colors = data.draw(arrays(np.uint8, rows, elements=level))
    palette = data.draw(arrays(np.uint8, rows, elements=level))
    assert nearest_entries(colors, palette).tolist() == brute_force(colors, palette).tolist()


@pytest.mark.parametrize("channels", [3, 4])
def test_many_random_colors(channels):
    rng = np.random.default_rng(channels)
    colors = rng.integers(0, 256, (3000, channels), dtype=np.uint8)
    palette = rng.integers(0, 256, (70, channels), dtype=np.uint8)
    assert nearest_entries(colors, palette).tolist() == brute_force(colors, palette).tolist()


@pytest.mark.parametrize("k", [5, 300])
@pytest.mark.parametrize("name", ["noise", "soft"])
def test_pixels_get_the_entries_of_their_colors(k, name, request, monkeypatch):
    monkeypatch.setattr(colortable, "_STRIP", 100)
    pixels = request.getfixturevalue(name)
    raster = Raster(pixels)
    table = ColorTable.of(raster)
    colors = table.colors[:: len(table) // k][:k]
    palette = Palette(colors, np.ones(k, np.int64))
    entries = nearest_entries(table.colors, colors)
    indexed = Mapping(table, entries, palette)(pixels)
    expected = brute_force(pixels.reshape(-1, pixels.shape[2]), colors)
    assert indexed.indices.dtype == (np.uint8 if k <= 256 else np.uint16)
    assert indexed.indices.ravel().tolist() == expected.tolist()


def test_the_table_of_several_images_serves_each(noise):
    one, other = noise[:10], noise[10:]
    table = ColorTable.of(Raster(one)) + ColorTable.of(Raster(other))
    palette = Palette(table.colors[:9], np.ones(9, np.int64))
    entries = nearest_entries(table.colors, palette.colors)
    mapping = Mapping(table, entries, palette)
    parts = [mapping(pixels).indices for pixels in (one, other)]
    expected = brute_force(noise.reshape(-1, 3), palette.colors)
    assert np.concatenate(parts).ravel().tolist() == expected.tolist()


def test_opaque_pixels_in_a_table_with_alpha(noise, soft):
    table = ColorTable.of(Raster(noise)) + ColorTable.of(Raster(soft))
    palette = Palette(table.colors[::9], np.ones(len(table.colors[::9]), np.int64))
    mapping = Mapping(table, nearest_entries(table.colors, palette.colors), palette)
    flat = np.dstack([noise, np.full(noise.shape[:2], 255, np.uint8)]).reshape(-1, 4)
    assert mapping(noise).indices.ravel().tolist() == brute_force(flat, palette.colors).tolist()
