"""The space in which entries of given palettes are chosen, against CIEDE2000."""

import numpy as np
import pytest
from tints import GRAYS, PALETTES, colors_of, faults, lab

from colorquant.color.difference import ciede2000
from colorquant.color.perceptual import PERCEPTUAL
from colorquant.color.tints import TINTS


def nearest(space, colors, palette):
    apart = space.points(colors)[:, None] - space.points(palette)
    return (apart**2).sum(axis=2).argmin(axis=1)


@pytest.mark.parametrize("name", PALETTES)
def test_grays_become_grays_where_these_are_about_as_near(name):
    palette = colors_of(PALETTES[name])
    assert faults(nearest(TINTS, GRAYS, palette), palette) == 0
    assert faults(nearest(PERCEPTUAL, GRAYS, palette), palette) > 40


@pytest.mark.parametrize("name", PALETTES)
def test_chosen_entries_differ_less(name):
    colors = np.random.default_rng(1).integers(0, 256, (2000, 3), dtype=np.uint8)
    palette = colors_of(PALETTES[name])
    apart = ciede2000(lab(colors)[:, None], lab(palette))
    rows = np.arange(2000)
    means = [apart[rows, nearest(space, colors, palette)].mean() for space in (TINTS, PERCEPTUAL)]
    assert apart.min(axis=1).mean() <= means[0] < means[1]


def test_only_chroma_is_changed():
    colors = np.random.default_rng(2).integers(0, 256, (500, 3), dtype=np.uint8)
    plain, tints = PERCEPTUAL.points(colors), TINTS.points(colors)
    np.testing.assert_array_equal(plain[:, 0], tints[:, 0])
    before, after = np.hypot(*plain[:, 1:].T), np.hypot(*tints[:, 1:].T)
    np.testing.assert_allclose(after, before * (1 + 5 / (1 + before / 0.05)))


@pytest.mark.parametrize("channels", [3, 4])
def test_colors_come_back_and_stay_within_reach(channels):
    colors = np.random.default_rng(3).integers(0, 256, (2000, channels), dtype=np.uint8)
    colors[:, 3:] |= 128
    space = TINTS.of(channels)
    points = space.points(colors)
    np.testing.assert_array_equal(space.colors(points), colors)
    assert np.sqrt(((points - space.middle) ** 2).sum(axis=1)).max() <= space.reach
