"""Exact colors for large flat areas."""

import numpy as np
import pytest

from colorquant.color.perceptual import PERCEPTUAL
from colorquant.color.points import ColorPoints
from colorquant.color.table import ColorTable
from colorquant.models import Raster
from colorquant.palettes import flats as module
from colorquant.palettes.flats import flat_colors


def with_flats(colors, centers, palette):
    return module.with_flats(flat_colors(colors, centers), colors.space, centers, palette)


def scene(flats, side=100, seed=0):
    """Noise around gray with areas 3 high and so many columns wide, all but one of them flat."""
    pixels = np.random.default_rng(seed).integers(90, 170, (side, side, len(next(iter(flats)))))
    pixels = pixels.astype(np.uint8)
    pixels[..., 3:] = 255
    for row, (color, columns) in enumerate(flats.items()):
        pixels[4 * row + 1 : 4 * row + 4, :columns] = color
    return ColorPoints(ColorTable.of(Raster(pixels), seen=True), PERCEPTUAL)


def placed(colors, palette):
    return colors.space.points(np.array(palette, np.uint8)), np.array(palette, np.uint8)


@pytest.mark.parametrize("opaque", [(), (255,)])
def test_the_nearest_entry_becomes_exact(opaque):
    flat, near, far = (20, 60, 200, *opaque), (22, 63, 198, *opaque), (24, 66, 200, *opaque)
    colors = scene({flat: 60})
    centers, palette = placed(colors, [(9, 9, 9, *opaque), far, near])
    found = with_flats(colors, centers, palette)
    assert found.tolist() == [[9, 9, 9, *opaque], list(far), list(flat)]
    assert palette[2].tolist() == list(near)


def test_only_what_is_near_moves():
    """An entry at a distance of 0.05, about a tenth of that from red to gray, is another color."""
    colors = scene({(20, 60, 200): 60})
    for shift in range(60):
        centers, palette = placed(colors, [(20 + shift, 60, 200), (255, 255, 0)])
        distance = np.linalg.norm(centers[0] - colors.space.points(np.array([[20, 60, 200]])))
        moved = with_flats(colors, centers, palette)[0].tolist() == [20, 60, 200]
        assert moved == (distance < 0.05)


@pytest.mark.parametrize(("columns", "moves"), [(40, False), (41, True)])
def test_four_thousandths_of_the_pixels_are_enough(columns, moves):
    colors = scene({(20, 60, 200): columns})
    flat = colors.table.flat[(colors.table.colors == (20, 60, 200)).all(axis=1)]
    assert flat.tolist() == [columns - 1]
    centers, palette = placed(colors, [(22, 63, 198), (255, 255, 255)])
    assert (with_flats(colors, centers, palette)[0].tolist() == [20, 60, 200]) == moves


def test_scattered_pixels_of_one_color_do_not_count():
    pixels = np.random.default_rng(1).integers(90, 170, (60, 60, 3), dtype=np.uint8)
    pixels[::2, ::2] = [20, 60, 200]
    colors = ColorPoints(ColorTable.of(Raster(pixels), seen=True), PERCEPTUAL)
    centers, palette = placed(colors, [(22, 63, 198), (255, 255, 255)])
    np.testing.assert_array_equal(with_flats(colors, centers, palette), palette)


def test_without_counts_of_flat_pixels_nothing_changes():
    seen = scene({(20, 60, 200): 60})
    table = ColorTable(seen.table.keys, seen.table.counts, 3)
    centers, palette = placed(seen, [(22, 63, 198)])
    assert with_flats(seen, centers, palette).tolist() == [[20, 60, 200]]
    np.testing.assert_array_equal(
        with_flats(ColorPoints(table, PERCEPTUAL), centers, palette), palette
    )


def test_each_entry_moves_once_and_larger_areas_come_first():
    colors = scene({(20, 60, 200): 60, (30, 64, 190): 80})
    centers, palette = placed(colors, [(26, 62, 195), (255, 255, 255)])
    assert with_flats(colors, centers, palette)[0].tolist() == [30, 64, 190]
    centers, palette = placed(colors, [(26, 62, 195), (255, 255, 255), (255, 255, 254)])
    assert with_flats(colors, centers, palette)[0].tolist() == [30, 64, 190]
    centers, palette = placed(colors, [(20, 60, 199), (30, 64, 191)])
    assert with_flats(colors, centers, palette).tolist() == [[20, 60, 200], [30, 64, 190]]


def test_fixed_or_no_entries():
    colors = scene({(20, 60, 200): 60})
    nothing = np.empty((0, 3))
    assert with_flats(colors, nothing, nothing.astype(np.uint8)).shape == (0, 3)


def steps(*columns):
    """Steps of gray from 100 up, each of so many columns, beside noise that is darker."""
    gray = np.arange(100, 100 + len(columns), dtype=np.uint8).repeat(columns)
    noise = np.random.default_rng(0).integers(0, 90, (40, 600), dtype=np.uint8)
    noise[:, : len(gray)] = gray
    pixels = np.repeat(noise[..., None], 3, axis=2)
    return ColorPoints(ColorTable.of(Raster(pixels), seen=True), PERCEPTUAL)


def snapped(colors, palette):
    """The grays that become exact."""
    found = with_flats(colors, *placed(colors, [(level,) * 3 for level in palette]))
    return [
        int(level) for level, before in zip(found[:, 0], palette, strict=True) if level != before
    ]


def test_steps_of_a_gradient_do_not_get_two_entries():
    """20 flat steps, and 6 entries that are 6 levels apart."""
    colors = steps(*[15] * 20)
    found = snapped(colors, [50, 56, 98, 104, 110, 116])
    assert found
    assert min(np.diff(sorted(found))) > 1
    assert len(found) < 4


def test_close_entries_elsewhere_make_no_difference():
    colors = steps(*[15] * 20)
    found = snapped(colors, [50, 51, 98, 104, 110, 116, 122])
    assert min(np.diff(sorted(found))) > 1


def test_with_room_for_all_neighbors_are_exact():
    """Two large areas of nearly the same color, and entries enough for both."""
    assert snapped(steps(540, 60), [98, 105, 20, 40, 200, 240]) == [100, 101]
    # Of 2 % of the pixels, both together are not worth two of seven entries.
    assert snapped(steps(5, 5), [98, 105, 10, 20, 30, 200, 240]) == [100]


def test_the_largest_areas_are_exact_beside_many_others():
    """20 steps, of which two next to each other have a third of the pixels each."""
    columns = np.where(np.isin(np.arange(20), [5, 6]), 210, 10)
    assert {105, 106} <= set(snapped(steps(*columns), [98, 103, 110, 117]))
