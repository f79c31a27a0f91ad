import matplotlib as mpl
import numpy as np
import pytest

from colorquant.report.page import OUR_LOOKS, WIDTH, Page, over_checkerboard, show, ticks


def test_places_are_in_inches():
    page = Page(7.0)
    box = page.axes(1.4, 0.7, 2.8, 3.5).get_position()
    assert page.figure.get_size_inches().tolist() == [WIDTH, 7.0]
    assert box.bounds == pytest.approx((0.1, 0.4, 0.2, 0.5))


def test_dollars_in_names_are_no_formulas():
    page = Page(2.0)
    page.text("$a$ and $b", 10, below=0.5)
    page.figure.draw_without_rendering()


def test_large_images_are_shown_with_fewer_pixels():
    axes = Page(3.0).axes(0, 0, 1, 1)
    show(axes, np.zeros((10, 6000, 3), np.uint8), "wide")
    shown = axes.images[0].get_array()
    assert shown.shape == (2, 1200, 3)
    assert axes.get_title() == "wide"


def test_what_is_clear_shows_squares_of_two_grays():
    pixels = np.zeros((96, 96, 4), np.uint8)
    pixels[:, :48] = 10, 20, 30, 255
    shown = over_checkerboard(pixels)
    assert (shown[:, :48] == [10, 20, 30]).all()
    assert {tuple(color) for color in shown[:, 48:].reshape(-1, 3).tolist()} == {
        (255, 255, 255),
        (208, 208, 208),
    }
    assert over_checkerboard(pixels[..., :3]) is not None


def test_settings_of_the_user_do_not_count():
    size = OUR_LOOKS(lambda: mpl.rcParams["font.size"])
    with mpl.rc_context({"font.size": 30.0}):
        assert size() == mpl.rcParamsDefault["font.size"]


def test_numbers_below_a_scale_are_apart_and_end_with_the_last():
    assert ticks([2, 4, 8, 16], 10) == [2, 4, 8, 16]
    assert ticks([2, 4, 8, 15, 16], 10) == [2, 4, 8, 16]
    assert ticks([2, 3, 4, 6, 8, 12, 16], 3) == [2, 4, 8, 16]
    assert ticks([5], 10) == [5]
    assert ticks([5, 5, 5], 10) == [5]
