"""Colors as points, in levels from coarse to fine."""

import numpy as np
import pytest
from linear_light import LINEAR_LIGHT

from colorquant.color import points as module
from colorquant.color import table as colortable
from colorquant.color.points import ColorPoints
from colorquant.color.space import SRGB
from colorquant.color.table import ColorTable
from colorquant.models import Raster


@pytest.mark.parametrize("kept", [0, 1 << 18])
@pytest.mark.parametrize("bits", [1, 4, 5])
@pytest.mark.parametrize("name", ["noise", "soft"])
def test_groups_have_exact_means_and_counts(kept, bits, name, request, monkeypatch):
    monkeypatch.setattr(module, "_KEPT", kept)
    monkeypatch.setattr(colortable, "_STRIP", 500)
    table = ColorTable.of(Raster(request.getfixturevalue(name)))
    colors = ColorPoints(table, SRGB)
    ((points, weights),) = colors.binned(bits)
    groups = {}
    for color, place, count in zip(table.colors, colors[:], table.counts, strict=True):
        groups.setdefault(tuple(color >> (8 - bits)), []).append((place, count))
    assert len(groups) == len(points)
    for (_, members), point, weight in zip(sorted(groups.items()), points, weights, strict=True):
        places, counts = zip(*members, strict=True)
        assert weight == sum(counts)
        np.testing.assert_allclose(point, np.average(places, axis=0, weights=counts))


@pytest.mark.parametrize("space", [SRGB, LINEAR_LIGHT], ids=lambda space: space.name)
@pytest.mark.parametrize("name", ["noise", "soft"])
def test_parts_are_the_points_of_the_colors(name, space, request, monkeypatch):
    monkeypatch.setattr(colortable, "_STRIP", 500)
    table = ColorTable.of(Raster(request.getfixturevalue(name)))
    whole = space.of(table.channels).points(table.colors)
    for kept in (0, 1 << 18):
        monkeypatch.setattr(module, "_KEPT", kept)
        colors = ColorPoints(table, space)
        parts = list(colors.parts())
        assert len(parts) > 1
        np.testing.assert_array_equal(np.concatenate([points for _, points in parts]), whole)
        np.testing.assert_array_equal(colors[7:9], whole[7:9])


@pytest.mark.parametrize("name", ["noise", "soft"])
def test_levels_stand_for_all_pixels(name, request, monkeypatch):
    table = ColorTable.of(Raster(request.getfixturevalue(name)))
    colors = ColorPoints(table, SRGB)
    ((points, weights),) = colors.levels()
    np.testing.assert_array_equal(points, colors[:] * (1 / SRGB.of(table.channels).unit))
    np.testing.assert_array_equal(weights, table.counts)
    monkeypatch.setattr(module, "_FEW_COLORS", 0)
    monkeypatch.setattr(module, "_COARSE_BITS", dict.fromkeys((3, 4), (1, 2)))
    levels = colors.levels()
    sizes = [len(weights) for _, weights in levels]
    assert sizes == sorted(sizes)
    assert len(sizes) > 1
    mean = np.average(colors[:], axis=0, weights=table.counts)
    for points, weights in levels:
        assert weights.sum() == table.counts.sum()
        scaled = points * SRGB.of(table.channels).unit
        np.testing.assert_allclose(np.average(scaled, axis=0, weights=weights), mean)


def test_of_very_many_colors_bins_are_the_finest_level(noise, monkeypatch):
    monkeypatch.setattr(module, "_FEW_COLORS", 10)
    monkeypatch.setattr(module, "_EXACT_COLORS", {3: 100})
    colors = ColorPoints(ColorTable.of(Raster(noise % 16)), SRGB)
    (bins,) = colors.binned(7)
    np.testing.assert_array_equal(colors.levels()[-1][0], bins[0] * (1 / 255))
    assert len(bins[1]) < len(colors)


def test_of_very_many_colors_with_alpha_no_level_stands_twice(soft, monkeypatch):
    monkeypatch.setattr(module, "_FEW_COLORS", 10)
    monkeypatch.setattr(module, "_EXACT_COLORS", {4: 100})
    colors = ColorPoints(ColorTable.of(Raster(soft)), SRGB)
    (bins,) = colors.binned(5)
    finest, weights = colors.levels()[-1]
    np.testing.assert_array_equal(finest, bins[0] * (1 / colors.space.unit))
    assert weights.sum() == colors.table.counts.sum()
