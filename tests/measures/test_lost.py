import numpy as np
import pytest
from scipy import ndimage
from skimage.color import deltaE_ciede2000, rgb2lab
from skimage.measure import label, regionprops

from colorquant.color.table import ColorTable
from colorquant.measures import lost
from colorquant.measures.lost import Area, is_kept, lost_areas, lost_groups, nearest_left
from colorquant.models import Raster

GRAYS = np.repeat(np.arange(0, 256, 51, dtype=np.uint8), 3).reshape(-1, 3)


def nearest(table, palette):
    """Return the entry nearest to each color by the distance of R, G and B."""
    gaps = table.colors.astype(int)[:, None] - palette.astype(int)
    return np.square(gaps).sum(axis=2).argmin(axis=1).astype(np.uint8)


def test_kept_is_what_scikit_image_says():
    colors = np.random.default_rng(0).integers(0, 256, (500, 3)).astype(np.uint8)
    pairs = rgb2lab(colors[:, None] / 255), rgb2lab(GRAYS[None] / 255)
    expected = deltaE_ciede2000(*np.broadcast_arrays(*pairs)).min(axis=1) <= 10
    assert 0 < expected.sum() < 500
    np.testing.assert_array_equal(is_kept(colors, GRAYS), expected)


def test_what_is_left_is_what_scikit_image_says():
    palette = np.random.default_rng(1).integers(0, 256, (40, 3)).astype(np.uint8)
    red = np.array([211, 35, 45], np.uint8)
    expected = deltaE_ciede2000(*np.broadcast_arrays(rgb2lab(red / 255), rgb2lab(palette / 255)))
    entry, difference = nearest_left(red, palette)
    assert entry == expected.argmin()
    assert difference == pytest.approx(expected.min(), abs=1e-3)


def test_similar_colors_are_one_group_around_the_most_frequent():
    pixels = np.zeros((10, 10, 3), np.uint8)
    pixels[0, :6], pixels[1, :5], pixels[2, :4] = (250, 0, 0), (240, 0, 0), (0, 0, 250)
    table = ColorTable.of(Raster(pixels))
    groups, colors = lost_groups(table, GRAYS, nearest(table, GRAYS))
    assert colors.tolist() == [[250, 0, 0], [0, 0, 250]]
    told = {tuple(color): group for color, group in zip(table.colors.tolist(), groups, strict=True)}
    assert told == {(0, 0, 0): 0, (250, 0, 0): 1, (240, 0, 0): 1, (0, 0, 250): 2}


def test_nothing_is_lost_if_another_entry_is_like_it():
    pixels = np.full((4, 4, 3), (250, 0, 0), np.uint8)
    table = ColorTable.of(Raster(pixels))
    palette = np.array([[0, 0, 0], [245, 0, 0]], np.uint8)
    groups, colors = lost_groups(table, palette, np.zeros(1, np.uint8))
    assert not groups.any()
    assert not len(colors)


def test_alpha_is_seen_over_black_and_over_white():
    # Black of half alpha is seen over white only, white of half alpha over black only.
    colors = np.array([[0, 0, 0, 128], [255, 255, 255, 128], [90, 90, 90, 0]], np.uint8)
    clear = np.zeros((1, 4), np.uint8)
    np.testing.assert_array_equal(is_kept(colors, clear), [False, False, True])


def test_areas_are_those_of_scikit_image():
    groups = np.random.default_rng(0).integers(0, 3, (60, 50)).astype(np.uint32)
    groups[10:20, 10:40] = 1
    least = 0.0005 * groups.size
    expected = []
    for group in (1, 2):
        for region in regionprops(label(groups == group, connectivity=2)):
            top, left, bottom, right = region.bbox
            if region.area >= least:
                box = (right - left, bottom - top, left, top)
                expected.append(Area(group, box, int(region.area)))
    found = list(lost_areas(groups))
    assert len(found) > 1
    assert sorted(found) == sorted(expected)


@pytest.mark.parametrize(("pixels", "number"), [(4, 0), (5, 1)])
def test_small_areas_do_not_count(pixels, number):
    # 0.05 % of 10,000 pixels are 5. Pixels that touch at corners are connected.
    groups = np.zeros((100, 100), np.uint32)
    groups[np.arange(pixels), np.arange(pixels)] = 1
    areas = list(lost_areas(groups))
    assert areas == [Area(1, (5, 5, 0, 0), 5)] * number


@pytest.mark.parametrize("strip", [1, 90, 1 << 18])
def test_areas_are_those_of_each_group_labelled_alone(strip, monkeypatch):
    monkeypatch.setattr(lost, "_STRIP", strip)
    rng = np.random.default_rng(9)
    for _ in range(60):
        height, width, most = rng.integers(1, 40, 3)
        groups = rng.integers(0, most // 8 + 2, (height, width)).astype(np.uint32)
        groups[rng.random(groups.shape) < rng.random()] = 0
        # Each pixel of these small images is enough for an area.
        expected = []
        for group in np.unique(groups[groups > 0]).tolist():
            labels, _ = ndimage.label(groups == group, np.ones((3, 3)))
            sizes = np.bincount(labels.ravel())
            for number, (rows, columns) in enumerate(ndimage.find_objects(labels), 1):
                size = columns.stop - columns.start, rows.stop - rows.start
                expected.append(Area(group, (*size, columns.start, rows.start), sizes[number]))
        assert list(lost_areas(groups)) == expected
