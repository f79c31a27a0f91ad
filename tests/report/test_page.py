import io

import matplotlib as mpl
import numpy as np
import pytest
from PIL import Image

from colorquant.report.page import (
    DPI,
    OUR_LOOKS,
    TITLE,
    WIDTH,
    Page,
    over_checkerboard,
    saved,
    show,
    step_for,
    ticks,
)


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
    assert axes.get_title("left") == "wide"
    assert [step_for(*size, 1400) for size in ((9, 1400), (1401, 9))] == [1, 2]


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


def test_a_title_begins_at_its_place_on_the_page():
    page = Page(4.0)
    axes = page.axes(3, 1, 2, 2)
    page.title(axes, "what it is", 1.4)
    page.figure.draw_without_rendering()
    title = axes._left_title
    assert (title.get_text(), title.get_fontsize()) == ("what it is", TITLE)
    assert title.get_window_extent().x0 == pytest.approx(1.4 * DPI, abs=3)


@pytest.mark.parametrize("height", [2.0, 2.567, 3.3333])
def test_pixels_one_to_one_are_those_of_the_page(height):
    page = Page(height)
    pixels = np.random.default_rng(0).integers(0, 256, (50, 70, 3), dtype=np.uint8)
    axes = page.one_to_one(0.777, 0.333, pixels)
    show(axes, pixels, "")
    axes.images[0].set_interpolation("nearest")
    with Image.open(io.BytesIO(saved(page.figure, "png"))) as image:
        drawn = np.asarray(image.convert("RGB"))
    top, left = round(0.333 * DPI), round(0.777 * DPI)
    assert np.array_equal(drawn[top : top + 50, left : left + 70], pixels)


@pytest.mark.parametrize(
    ("kind", "start"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")]
)
def test_a_file_of_each_kind_is_the_same_each_time(kind, start, monkeypatch):
    files = []
    for epoch in ("1", "1000000000"):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
        page = Page(1.0)
        page.axes(0.5, 0.2, 5, 0.6).scatter([1, 2], [3, 4], rasterized=True)
        files.append(OUR_LOOKS(saved)(page.figure, kind))
    assert files[0] == files[1]
    assert files[0].startswith(start)


def test_a_scale_is_as_high_as_the_image():
    page = Page(4.0)
    axes = page.axes(1, 1, 4, 2)
    drawn = axes.imshow(np.ones((100, 50)))
    axes.set_anchor("NW")
    page.scale(axes, drawn, (100, 50))
    page.figure.draw_without_rendering()
    image, scale = (each.get_window_extent() for each in page.figure.axes)
    assert (scale.y0, scale.y1) == pytest.approx((image.y0, image.y1))
    assert 0 < scale.x0 - image.x1 < 0.2 * DPI
