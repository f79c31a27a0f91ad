"""The list of lost colors, and their outlines."""

from itertools import pairwise

import numpy as np
import pytest

from colorquant.bounded import LostColor
from colorquant.report.lost import draw_lost, height_of_lost, outline_lost
from colorquant.report.page import Page, show


def lost(number):
    return [
        LostColor((10 * n, 200, 7), (30 + n, 20, 5 * n, 9), 600 - n, None) for n in range(number)
    ]


def listed(colors):
    page = Page(2 + height_of_lost(colors))
    draw_lost(page, 1, colors)
    page.figure.draw_without_rendering()
    return page.figure


def test_colors_are_listed_with_code_and_place():
    (axes,) = listed(lost(5)).axes
    assert axes.get_title("left") == "5 lost colors"
    texts = [text.get_text() for text in axes.texts]
    assert texts[2:4] == ["2", "#0ac807   31 x 20 at 5, 9"]
    for n, (image, edge) in enumerate(zip(axes.images, axes.patches, strict=True)):
        assert (image.get_array() == [10 * n, 200, 7]).all()
        left, right, bottom, top = image.get_extent()
        assert edge.get_bbox().extents == pytest.approx((left, top, right, bottom))


def test_a_color_with_alpha_is_shown_over_a_checkerboard():
    (axes,) = listed([LostColor((0, 0, 0, 0), (9, 9, 0, 0), 81)]).axes
    assert set(np.unique(axes.images[0].get_array())) == {208, 255}
    assert axes.texts[1].get_text() == "#00000000   9 x 9 at 0, 0"
    assert axes.get_title("left") == "1 lost color"


def test_many_are_cut_off():
    (axes,) = listed(lost(20)).axes
    assert axes.get_title("left") == "20 lost colors: the 15 of the largest areas"
    assert len(axes.patches) == 15
    assert height_of_lost(lost(20)) == height_of_lost(lost(15)) > height_of_lost(lost(4))


@pytest.mark.parametrize("nothing", [None, []])
def test_nothing_lost_is_nothing_to_list(nothing):
    assert height_of_lost(nothing) == 0
    figure = listed(nothing)
    assert figure.axes == []


def test_texts_do_not_overlap():
    wide = [LostColor((255, 255, 255, 255), (12_345, 12_345, 12_345, 12_345), 9)] * 16
    figure = listed(wide)
    renderer = figure.canvas.get_renderer()
    boxes = [text.get_window_extent(renderer) for text in figure.axes[0].texts]
    rows = sorted((round(box.y0 + box.y1), box.x0, box.x1) for box in boxes)
    for (row, _, end), (other, start, _) in pairwise(rows):
        assert row != other or end < start
    assert max(box.x1 for box in boxes) <= figure.bbox.x1


# A large image is drawn with fewer pixels.
@pytest.mark.parametrize("side", [100, 3000])
def test_areas_are_outlined_in_pixels_of_the_image(side):
    page = Page(5)
    axes = page.axes(1, 1, 3, 3)
    show(axes, np.zeros((side, side, 3), np.uint8), "")
    outline_lost(axes, [LostColor((1, 2, 3), (side // 2, side // 4, 0, side // 2), 99)])
    (box,) = axes.patches
    page.figure.draw_without_rendering()
    area = axes.get_window_extent()
    drawn = box.get_window_extent()
    assert drawn.width == pytest.approx(area.width / 2)
    assert drawn.height == pytest.approx(area.height / 4)
    assert (drawn.x0, drawn.y1) == pytest.approx((area.x0, area.y0 + area.height / 2))
    assert [text.get_text() for text in axes.texts] == ["1"]


def test_a_number_on_another_is_left_out():
    axes = Page(5).axes(1, 1, 3, 3)
    show(axes, np.zeros((100, 100, 3), np.uint8), "")
    boxes = [(20, 20, 0, 0), (20, 20, 1, 1), (20, 20, 70, 0)]
    outline_lost(axes, [LostColor((1, 2, 3), box, 400) for box in boxes])
    assert len(axes.patches) == 3
    assert [text.get_text() for text in axes.texts] == ["1", "3"]
