import numpy as np
import pytest

from colorquant.color import table as colortable
from colorquant.color.points import ColorPoints
from colorquant.color.space import SRGB
from colorquant.color.table import ColorTable
from colorquant.mapping.nearest import nearest_entries
from colorquant.mapping.remap import Mapping
from colorquant.models import Palette, Raster


def brute_force(colors, palette):
    space = SRGB.of(palette.shape[1])
    places, entries = space.points(colors), space.points(palette)
    return ((places[:, None] - entries[None]) ** 2).sum(axis=2).argmin(axis=1)


@pytest.mark.parametrize("k", [5, 300])
@pytest.mark.parametrize("name", ["noise", "soft"])
def test_pixels_get_the_entries_of_their_colors(k, name, request, monkeypatch):
    monkeypatch.setattr(colortable, "_STRIP", 100)
    pixels = request.getfixturevalue(name)
    raster = Raster(pixels)
    table = ColorTable.of(raster)
    colors = table.colors[:: len(table) // k][:k]
    palette = Palette(colors, np.ones(k, np.int64))
    entries = nearest_entries(ColorPoints(table, SRGB), colors)
    indexed = Mapping(table, entries, palette)(pixels)
    expected = brute_force(pixels.reshape(-1, pixels.shape[2]), colors)
    assert indexed.indices.dtype == (np.uint8 if k <= 256 else np.uint16)
    assert indexed.indices.ravel().tolist() == expected.tolist()


def test_the_table_of_several_images_serves_each(noise):
    one, other = noise[:10], noise[10:]
    table = ColorTable.of(Raster(one)) + ColorTable.of(Raster(other))
    palette = Palette(table.colors[:9], np.ones(9, np.int64))
    entries = nearest_entries(ColorPoints(table, SRGB), palette.colors)
    mapping = Mapping(table, entries, palette)
    parts = [mapping(pixels).indices for pixels in (one, other)]
    expected = brute_force(noise.reshape(-1, 3), palette.colors)
    assert np.concatenate(parts).ravel().tolist() == expected.tolist()


def test_opaque_pixels_in_a_table_with_alpha(noise, soft):
    table = ColorTable.of(Raster(noise)) + ColorTable.of(Raster(soft))
    palette = Palette(table.colors[::9], np.ones(len(table.colors[::9]), np.int64))
    mapping = Mapping(table, nearest_entries(ColorPoints(table, SRGB), palette.colors), palette)
    flat = np.dstack([noise, np.full(noise.shape[:2], 255, np.uint8)]).reshape(-1, 4)
    assert mapping(noise).indices.ravel().tolist() == brute_force(flat, palette.colors).tolist()
