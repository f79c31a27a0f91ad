"""The palette of a report."""

import numpy as np
import pytest

from colorquant.palette import Palette
from colorquant.report.page import DPI, MARGIN, Page
from colorquant.report.swatches import checkered, draw_swatches, height_of_swatches, share_text


def drawn(palette):
    page = Page(1 + height_of_swatches(len(palette)))
    draw_swatches(page, 0.5, palette, "")
    page.figure.draw_without_rendering()
    (axes,) = page.figure.axes
    return axes


def palette_of(k, channels=3):
    colors = np.random.default_rng(0).permutation(1 << 20)[:k] * 16 + 5
    rows = np.stack([colors >> 16, colors >> 8 & 255, colors & 255, colors % 251], axis=1)
    return Palette(rows[:, :channels].astype(np.uint8), np.arange(k)[::-1] ** 2 + 1)


def codes(axes):
    return [text.get_text().split("\n")[0] for text in axes.texts if "#" in text.get_text()]


@pytest.mark.parametrize("k", [1, 2, 16, 17, 40, 256])
def test_up_to_256_colors_are_in_their_order(k):
    palette = palette_of(k)
    axes = drawn(palette)
    assert codes(axes) == palette.hex()
    assert len(axes.patches) == k
    assert axes.get_title("left") == "Palette"
    box = axes.get_window_extent()
    assert box.x0 + 1e-6 >= MARGIN * DPI
    assert box.x1 <= axes.figure.bbox.x1 - MARGIN * DPI + 1e-6
    assert box.y0 >= 0.25 * DPI


def test_a_grid_has_numbers_that_add_up_to_those_of_the_entries():
    palette = palette_of(40)
    axes = drawn(palette)
    numbers = {t.get_text(): t.get_position() for t in axes.texts if "#" not in t.get_text()}
    for entry, code in enumerate(palette.hex()):
        place = next(t.get_position() for t in axes.texts if t.get_text().startswith(code))
        row, column = str(entry - entry % 16), f"+{entry % 16}"
        assert place == (numbers[column][0], numbers[row][1])


def test_of_more_colors_the_most_used_are_shown():
    palette = palette_of(300)
    axes = drawn(palette)
    order = np.argsort(-palette.counts, kind="stable")[:256]
    assert codes(axes) == [palette.hex()[entry] for entry in order]
    assert len(axes.texts) == 256
    assert axes.get_title("left") == "Palette: the 256 most used"


def test_each_swatch_with_alpha_has_a_checkerboard_of_its_own():
    colors = np.array([[0, 0, 0, 0], [200, 100, 0, 255], [0, 0, 0, 128]], np.uint8)
    clear, opaque, half = checkered(colors, 4, 2)
    board = np.array([[208, 255, 208, 255], [255, 208, 255, 208]])
    assert np.array_equal(clear, np.repeat(board[:, :, None], 3, axis=2))
    assert (opaque == [200, 100, 0]).all()
    assert np.array_equal(half[:, :, 0], np.rint(board * (127 / 255)))
    shown = drawn(Palette(colors, np.array([3, 2, 1]))).images[0].get_array()
    down, across = shown.shape[0], shown.shape[1] // 3
    assert np.array_equal(shown[:, :across], checkered(colors, across, down)[0])
    assert np.array_equal(shown[:, 2 * across :], checkered(colors, across, down)[2])


def test_letters_are_read_on_what_is_behind_them():
    colors = [[0, 0, 0, 255], [255, 255, 255, 255], [0, 0, 0, 0], [0, 0, 0, 230], [0, 0, 80, 30]]
    axes = drawn(Palette(np.array(colors, np.uint8), np.ones(5, int)))
    assert [text.get_color() for text in axes.texts] == [
        "white",
        "black",
        "black",
        "white",
        "black",
    ]


def test_shares_have_two_digits():
    shares = [100, 99.6, 12.34, 9.96, 9.94, 0.5, 0.0123, 0.00999, 0]
    expected = ["100", "100", "12", "10", "9.9", "0.5", "0.012", "< 0.01", "0"]
    assert [share_text(each) for each in shares] == [f"{each} %" for each in expected]
