import numpy as np
import pytest

from colorquant.color.table import ColorTable
from colorquant.models import Raster
from colorquant.palette import Palette
from colorquant.palettes.given import GivenPalette

COLORS = np.array([[9, 9, 9], [0, 0, 0], [9, 9, 9], [5, 5, 5], [0, 0, 0]], np.uint8)
NAMES = ("a", "b", "c", "", "d")
LABELS = np.array([[0, 1], [2, 2]], np.uint8)


def palette(colors=COLORS, names=None):
    return Palette(colors, np.zeros(len(colors), np.int64), names)


def table(*colors):
    return ColorTable.of(Raster(np.array([colors], np.uint8)))


OPAQUE = table((1, 2, 3), (9, 9, 9))
CLEAR = table((1, 2, 3, 255), (0, 0, 0, 0))


def test_repeated_entries_stay_and_the_first_are_used():
    given = GivenPalette(palette(names=NAMES), OPAQUE)
    assert given.distinct.tolist() == [[9, 9, 9], [0, 0, 0], [5, 5, 5]]
    image = given.image(LABELS, drop_unused=False)
    assert image.palette.colors.tolist() == COLORS.tolist()
    assert image.palette.names == NAMES
    assert image.palette.counts.tolist() == [1, 1, 0, 2, 0]
    assert image.indices.tolist() == [[0, 1], [3, 3]]


def test_unused_entries_are_dropped_if_asked_for():
    given = GivenPalette(palette(names=NAMES), OPAQUE)
    image = given.image(np.array([[0, 2], [2, 2]], np.uint8), drop_unused=True)
    assert image.palette.colors.tolist() == [[9, 9, 9], [5, 5, 5]]
    assert image.palette.names == ("a", "")
    assert image.indices.tolist() == [[0, 1], [1, 1]]


def test_transparent_pixels_get_the_last_entry():
    given = GivenPalette(palette(names=NAMES), CLEAR)
    assert given.colors.tolist() == [*([*row, 255] for row in COLORS.tolist()), [0, 0, 0, 0]]
    assert given.distinct[-1].tolist() == [0, 0, 0, 0]
    assert given.names == (*NAMES, "")


@pytest.mark.parametrize(
    "colors", [[[1, 2, 3, 255], [7, 7, 7, 0]], [[1, 2, 3, 255], [4, 5, 6, 128]]]
)
def test_a_palette_with_alpha_gets_none(colors):
    given = GivenPalette(palette(np.array(colors, np.uint8)), CLEAR)
    assert given.colors.tolist() == colors


def test_nor_does_an_image_without_transparent_pixels():
    soft = table((1, 2, 3, 255), (1, 2, 3, 9))
    assert len(GivenPalette(palette(), soft).colors) == len(COLORS)
    assert GivenPalette(palette(), OPAQUE).colors.shape == (5, 3)


@pytest.mark.parametrize("k", [255, 256, 257])
def test_labels_have_the_type_of_all_entries(k):
    grays = np.arange(k, dtype=np.uint16)
    colors = np.stack([grays % 256, grays // 256, grays * 0], axis=1).astype(np.uint8)
    both = np.concatenate([colors[:1], colors])
    given = GivenPalette(palette(both), OPAQUE)
    labels = np.array([[0, k - 1]], np.uint8 if k <= 256 else np.uint16)
    image = given.image(labels, drop_unused=False)
    assert image.indices.tolist() == [[0, k]]
    assert image.pixels().tolist() == both[[[0, k]]].tolist()
