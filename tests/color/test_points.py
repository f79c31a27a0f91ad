"""Colors as points, in levels from coarse to fine."""

import numpy as np
import pytest
from linear_light import LINEAR_LIGHT
from PIL import Image

from colorquant.color import points as module
from colorquant.color import table as colortable
from colorquant.color.importance import importance
from colorquant.color.perceptual import PERCEPTUAL
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


@pytest.mark.parametrize("seen", [False, True])
@pytest.mark.parametrize("name", ["noise", "soft"])
def test_in_srgb_weights_are_counts(name, seen, request):
    table = ColorTable.of(Raster(request.getfixturevalue(name) // 64 * 64), seen=seen)
    for space in (SRGB, LINEAR_LIGHT):
        np.testing.assert_array_equal(ColorPoints(table, space).weights, table.counts)


def test_without_importance_weights_are_counts(noise):
    table = ColorTable.of(Raster(noise // 64 * 64))
    np.testing.assert_array_equal(ColorPoints(table, PERCEPTUAL).weights, table.counts)


@pytest.mark.parametrize("strip", [60, 1 << 18])
@pytest.mark.parametrize("name", ["photo", "noise", "soft"])
def test_for_the_eye_weights_are_tempered_importance(name, strip, request, monkeypatch):
    monkeypatch.setattr(colortable, "_STRIP", strip)
    pixels = request.getfixturevalue(name)
    if name == "photo":
        with Image.open(pixels) as image:
            pixels = np.asarray(image)
    pixels = pixels // 3 * 3
    table = ColorTable.of(Raster(pixels), seen=True)
    weights, cells = {}, {}
    colors = pixels.reshape(-1, pixels.shape[2])
    for color, seen in zip(colors.tolist(), importance(pixels).reshape(-1).tolist(), strict=True):
        key = tuple(color) if color[3:] != [0] else (0, 0, 0, 0)
        weights[key] = weights.get(key, 0) + seen
        cell = tuple(level // 16 for level in key)
        cells[cell] = cells.get(cell, 0) + seen
    assert len(cells) < len(weights)
    expected = [
        weights[key] * cells[tuple(level // 16 for level in key)] ** (0.75 - 1)
        for key in map(tuple, table.colors.tolist())
    ]
    np.testing.assert_allclose(ColorPoints(table, PERCEPTUAL).weights, expected, rtol=1e-12)


def test_for_the_eye_bins_have_the_sums_of_weights(noise):
    colors = ColorPoints(ColorTable.of(Raster(noise), seen=True), PERCEPTUAL)
    ((points, weights),) = colors.binned(2)
    group = [tuple(color) for color in (colors.table.colors >> 6).tolist()]
    for key, point, weight in zip(sorted(set(group)), points, weights, strict=True):
        own = [row for row, each in enumerate(group) if each == key]
        assert weight == pytest.approx(colors.weights[own].sum())
        mean = np.average(colors[:][own], axis=0, weights=colors.weights[own])
        np.testing.assert_allclose(point, mean)
    levels = colors.levels()
    np.testing.assert_array_equal(levels[-1][1], colors.weights)
