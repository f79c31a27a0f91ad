import numpy as np
import pytest

from colorquant.color import table as colortable
from colorquant.color.points import ColorPoints
from colorquant.color.space import SRGB
from colorquant.color.table import ColorTable
from colorquant.mapping.nearest import nearest_entries
from colorquant.mapping.remap import Mapping, label_counts, relabeled
from colorquant.models import Raster


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
    entries = nearest_entries(ColorPoints(table, SRGB), colors)
    labels = Mapping(table, entries)(pixels)
    expected = brute_force(pixels.reshape(-1, pixels.shape[2]), colors)
    assert labels.dtype == (np.uint8 if k <= 256 else np.uint16)
    assert labels.ravel().tolist() == expected.tolist()


def test_the_table_of_several_images_serves_each(noise):
    one, other = noise[:10], noise[10:]
    table = ColorTable.of(Raster(one)) + ColorTable.of(Raster(other))
    palette = table.colors[:9]
    mapping = Mapping(table, nearest_entries(ColorPoints(table, SRGB), palette))
    parts = [mapping(pixels) for pixels in (one, other)]
    expected = brute_force(noise.reshape(-1, 3), palette)
    assert np.concatenate(parts).ravel().tolist() == expected.tolist()


def test_opaque_pixels_in_a_table_with_alpha(noise, soft):
    table = ColorTable.of(Raster(noise)) + ColorTable.of(Raster(soft))
    palette = table.colors[::9]
    mapping = Mapping(table, nearest_entries(ColorPoints(table, SRGB), palette))
    flat = np.dstack([noise, np.full(noise.shape[:2], 255, np.uint8)]).reshape(-1, 4)
    assert mapping(noise).ravel().tolist() == brute_force(flat, palette).tolist()


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_labels_are_counted_and_replaced_in_strips(dtype, monkeypatch):
    monkeypatch.setattr(colortable, "_STRIP", 7)
    labels = np.random.default_rng(2).integers(0, 5, (9, 11)).astype(dtype)
    expected = [int((labels == label).sum()) for label in range(6)]
    assert label_counts(labels, 6).tolist() == expected
    values = np.array([True, False, True, False, False])
    assert relabeled(labels, values).tolist() == np.isin(labels, [0, 2]).tolist()
