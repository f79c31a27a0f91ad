import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from colorquant.choices import DEPTHS
from colorquant.color.packing import pack
from colorquant.color.perceptual import PERCEPTUAL
from colorquant.color.points import ColorPoints
from colorquant.color.space import SRGB
from colorquant.color.table import ColorTable
from colorquant.models import Raster
from colorquant.palettes.depth import (
    DEEP,
    fitted_to_depth,
    is_representable,
    levels,
    rounded_to_depth,
    snapped,
)
from colorquant.palettes.find import find_palette

SPACES = [SRGB, PERCEPTUAL]


def table_of(n, seed, channels=3):
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, 256, (1, n, channels), dtype=np.uint8)
    return ColorTable.of(Raster(np.repeat(pixels, 2, axis=0)), seen=True)


def cost(colors, palette):
    """The error by all distances."""
    points, entries = colors[:], colors.space.points(palette)
    apart = ((points[:, None] - entries) ** 2).sum(axis=2).min(axis=1)
    return float((colors.weights * apart).sum())


def neighbors(palette, number, bits):
    for channel, own in enumerate(bits):
        ladder = levels(own).tolist()
        place = ladder.index(palette[number, channel])
        for other in (place - 1, place + 1):
            if 0 <= other < len(ladder):
                moved = palette.copy()
                moved[number, channel] = ladder[other]
                yield moved


@pytest.mark.parametrize("bits", range(1, 9))
def test_levels_repeat_their_bits(bits):
    expected = [int((f"{value:0{bits}b}" * 8)[:8], 2) for value in range(1 << bits)]
    assert levels(bits).tolist() == expected


def test_levels_of_well_known_depths():
    assert [v << 3 | v >> 2 for v in range(32)] == levels(5).tolist()
    assert [v << 2 | v >> 4 for v in range(64)] == levels(6).tolist()
    assert [v * 17 for v in range(16)] == levels(4).tolist()
    assert levels(2).tolist() == [0, 85, 170, 255]


@pytest.mark.parametrize("depth", DEPTHS)
def test_snapping_goes_to_the_nearest_level(depth):
    bits = DEPTHS[depth]
    rng = np.random.default_rng(1)
    colors = rng.integers(0, 256, (300, 4), dtype=np.uint8)
    near = snapped(colors, bits)
    assert is_representable(near, bits)
    for channel, own in enumerate(bits):
        apart = np.abs(levels(own).astype(int)[:, None] - colors[:, channel]).min(axis=0)
        assert (np.abs(near[:, channel].astype(int) - colors[:, channel]) == apart).all()
    np.testing.assert_array_equal(near[:, 3], colors[:, 3])
    assert is_representable(colors, bits) == (bits == DEEP)


@pytest.mark.slow
@pytest.mark.parametrize("space", SPACES, ids=lambda space: space.name)
@settings(max_examples=12)
@given(
    st.integers(1, 60),
    st.integers(1, 12),
    st.integers(0, 99),
    st.sampled_from(["2", "rgb332", "4"]),
)
def test_no_single_move_lowers_the_error(space, n, k, seed, depth):
    bits = DEPTHS[depth]
    colors = ColorPoints(table_of(n, seed), space)
    start = find_palette(colors, k).palette.colors
    palette = fitted_to_depth(colors, start, bits, 0)
    assert is_representable(palette, bits)
    own = cost(colors, palette)
    assert own <= cost(colors, snapped(start, bits)) * (1 + 1e-9)
    for number in range(len(palette)):
        for moved in neighbors(palette, number, bits):
            assert cost(colors, moved) >= own * (1 - 1e-7)


@pytest.mark.parametrize("space", SPACES, ids=lambda space: space.name)
def test_no_move_lowers_the_error_of_a_photograph(space, samples):
    with Image.open(samples / "flower.jpg") as image:
        pixels = np.asarray(image)[::5, ::5]
    colors = ColorPoints(ColorTable.of(Raster(pixels), seen=True), space)
    palette = find_palette(colors, 24, bits=(4, 4, 4)).palette.colors
    assert len(palette) == 24
    own = cost(colors, palette)
    for number in range(24):
        for moved in neighbors(palette, number, (4, 4, 4)):
            assert cost(colors, moved) >= own * (1 - 1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("depth", ["1", "2", "rgb332", "rgb444", "rgb565"])
@pytest.mark.parametrize("k", [1, 2, 7, 30])
def test_there_are_k_where_k_exist(depth, k):
    bits = DEPTHS[depth]
    for seed in range(2):
        colors = ColorPoints(table_of(40, seed), SRGB)
        exist = len(np.unique(snapped(colors.table.colors, bits), axis=0))
        found = find_palette(colors, k, bits=bits)
        assert is_representable(found.palette.colors, bits)
        assert len(found.palette) == min(k, exist)
        assert (found.palette.counts > 0).all()


def test_fixed_entries_stay_first():
    colors = ColorPoints(table_of(50, 1), SRGB)
    fixed = np.array([[0, 255, 0], [85, 85, 85]], np.uint8)
    for grain in (None, 0.2):
        found = find_palette(colors, 6, fixed=fixed, bits=(2, 2, 2), grain=grain)
        assert found.palette.colors[:2].tolist() == fixed.tolist()
        assert len(found.palette) == 6


@pytest.mark.parametrize("space", SPACES, ids=lambda space: space.name)
def test_alpha_keeps_eight_bits_and_transparent_colors_stay(space):
    rng = np.random.default_rng(7)
    pixels = rng.integers(0, 256, (20, 20, 4), dtype=np.uint8)
    pixels[:5] = 0
    colors = ColorPoints(ColorTable.of(Raster(pixels), seen=True), space)
    palette = find_palette(colors, 9, bits=(3, 3, 2)).palette.colors
    assert is_representable(palette, (3, 3, 2))
    assert [0, 0, 0, 0] in palette.tolist()
    assert not set(palette[:, 3].tolist()) <= set(levels(3).tolist())


def test_few_colors_that_are_not_of_the_depth_are_changed():
    pixels = np.array([[[1, 2, 3], [250, 251, 252], [255, 255, 255]]], np.uint8)
    colors = ColorPoints(ColorTable.of(Raster(pixels)), SRGB)
    found = find_palette(colors, 16, bits=(4, 4, 4))
    assert found.palette.colors.tolist() == [[0, 0, 0], [255, 255, 255]]
    assert found.entries.tolist() == [0, 1, 1]


def test_rounded_palettes_are_different_colors():
    colors = ColorPoints(table_of(200, 3), SRGB)
    start = find_palette(colors, 40).palette.colors
    palette = rounded_to_depth(colors, start, (3, 3, 2), 0)
    assert len(np.unique(pack(palette))) == len(palette) == 40
    assert is_representable(palette, (3, 3, 2))
