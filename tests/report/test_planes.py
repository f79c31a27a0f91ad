"""Planes of the color space in a report."""

import numpy as np
import pytest

from colorquant.color.oklch import oklch
from colorquant.report.page import MARGIN, WIDTH, Page
from colorquant.report.planes import HALF, RIGHT, draw_planes, height_of_planes


def drawn(pixels, *, seen):
    page = Page(1 + height_of_planes(seen=seen))
    draw_planes(page, (MARGIN, 0.5), "all of them", np.asarray(pixels, np.uint8), seen=seen)
    page.figure.draw_without_rendering()
    return page.figure.axes


def dots(axes):
    return np.asarray(axes.collections[0].get_offsets())


def test_stored_colors_are_in_two_planes():
    first, second = drawn([[255, 51, 0], [0, 102, 204]], seen=False)
    assert dots(first).tolist() == [[1, 0.2], [0, 0.4]]
    assert dots(second).tolist() == [[1, 0], [0, 0.8]]
    assert [axes.get_ylabel() for axes in (first, second)] == ["green", "blue"]
    assert first.get_title("left") == "all of them"


def test_what_is_seen_has_a_third_plane():
    pixels = np.random.default_rng(0).integers(128, 256, (50, 3))
    *_, axes = drawn([[255] * 3, [0] * 3, [90] * 3, *pixels], seen=True)
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("chroma", "lightness")
    assert dots(axes)[:2] == pytest.approx(np.array([[0, 1], [0, 0]]), abs=1e-6)
    assert dots(axes)[2, 0] == pytest.approx(0, abs=1e-3)
    # Away from black, the space is nearly Oklab.
    expected = oklch(pixels.astype(np.uint8))[:, [1, 0]]
    np.testing.assert_allclose(dots(axes)[3:], expected, atol=0.06)


def test_all_colors_are_inside():
    corners = np.stack(np.meshgrid(*[[0, 255]] * 3), axis=-1).reshape(-1, 3)
    for axes in drawn(corners, seen=True):
        low, high = np.transpose([axes.get_xlim(), axes.get_ylim()])
        assert ((dots(axes) >= low) & (dots(axes) <= high)).all()


def test_what_is_clear_is_not_seen():
    axes, _ = drawn([[1, 2, 3, 0], [5, 6, 7, 255]], seen=False)
    assert axes.collections[0].get_facecolors()[:, 3].tolist() == [0, 1]


@pytest.mark.parametrize("seen", [True, False])
def test_planes_are_square_and_end_with_their_half(seen):
    for axes in drawn([[1, 2, 3]], seen=seen):
        box = axes.get_window_extent()
        assert box.width == pytest.approx(box.height)
    end = axes.get_position().x1 * WIDTH
    assert end == pytest.approx(MARGIN + HALF)
    assert pytest.approx(WIDTH - MARGIN) == RIGHT + HALF
