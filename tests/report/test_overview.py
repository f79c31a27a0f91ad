"""The images of a report, and where they differ."""

import io

import numpy as np
import pytest
from PIL import Image

from colorquant.measures.images import difference_map
from colorquant.report.overview import Images, draw_overview, height_of_overview
from colorquant.report.page import DPI, WIDTH, Page, saved


def pair(height, width, channels=3):
    """Return an image and one that is the same but for a square."""
    before = np.random.default_rng(0).integers(0, 256, (height, width, channels), dtype=np.uint8)
    after = before.copy()
    square = after[height // 2 : height // 2 + 16, width // 2 : width // 2 + 16]
    square[..., :3] = 255 - square[..., :3]
    return before, after


def drawn(before, after, *, frame="", soft=False, differ=True):
    images = Images(before, after, "9 colors", frame, soft, differ)
    page = Page(0.5 + height_of_overview(images))
    axes = draw_overview(page, 0.3, images)
    page.figure.draw_without_rendering()
    return page, axes


def titles(page):
    return [title for axes in page.figure.axes if (title := axes.get_title("left"))]


SHAPES = {
    "photo": (300, 500),
    "tall": (1000, 60),
    "wide": (100, 2000),
    "portrait": (900, 450),
    "small": (16, 20),
    "short": (3, 400),
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=list(SHAPES))
def test_parts_have_room(shape):
    page, _ = drawn(*pair(*shape), frame=", frame 1 of 1,000", soft=True)
    renderer = page.figure.canvas.get_renderer()
    boxes = [axes.get_window_extent(renderer) for axes in page.figure.axes]
    # The second is the number of the image, and titles stand above images.
    texts = [axes._left_title for axes in page.figure.axes if axes.get_title("left")]
    boxes += [text.get_window_extent(renderer) for text in texts]
    for number, box in enumerate(boxes):
        assert page.figure.bbox.x0 <= box.x0 <= box.x1 <= WIDTH * DPI
        assert page.figure.bbox.y0 <= box.y0 <= box.y1 <= page.figure.bbox.y1
        assert not any(box.overlaps(other) for other in boxes[:number])


def test_the_map_shows_where_images_differ():
    before, after = pair(300, 500)
    page, _ = drawn(before, after)
    assert titles(page)[:3] == ["Original", "9 colors", "CIEDE2000"]
    image = page.figure.axes[2].images[0]
    np.testing.assert_allclose(image.get_array(), difference_map(before, after))
    assert image.norm.vmin == 0


def test_dithered_images_are_compared_as_they_are_seen():
    before, after = pair(30, 50)
    page, _ = drawn(before, after, soft=True)
    assert titles(page)[2] == "CIEDE2000, blurred"
    soft = difference_map(before, after, soft=True)
    np.testing.assert_allclose(page.figure.axes[2].images[0].get_array(), soft)


@pytest.mark.parametrize("name", ["photo", "tall", "wide", "portrait"])
def test_the_worst_place_is_shown_pixel_by_pixel(name):
    before, after = pair(*SHAPES[name])
    page, _ = drawn(before, after)
    height, width = before.shape[:2]
    (outline,) = page.figure.axes[2].patches
    left, top = outline.get_xy()
    assert left <= width // 2 < left + outline.get_width() <= width
    assert top <= height // 2 < top + outline.get_height() <= height
    # The scale of the map is drawn before the crops.
    crops = page.figure.axes[4:]
    assert crops[0].get_title("left") == f"1:1 where the error is largest, at {left:,}, {top:,}"
    with Image.open(io.BytesIO(saved(page.figure, "png"))) as image:
        page_pixels = np.asarray(image.convert("RGB"))
    for crop, pixels in zip(crops, (before, after), strict=False):
        box = crop.get_window_extent()
        own = pixels[top : top + outline.get_height(), left : left + outline.get_width()]
        assert (round(box.height), round(box.width)) == own.shape[:2]
        y, x = round(page.figure.bbox.y1 - box.y1), round(box.x0)
        assert np.array_equal(page_pixels[y : y + len(own), x : x + own.shape[1]], own)


def test_what_is_shown_larger_needs_no_crop():
    page, _ = drawn(*pair(16, 20))
    assert len(page.figure.axes) == 4
    assert not page.figure.axes[2].patches


def test_images_that_are_alike_have_no_map():
    before, _ = pair(300, 500, 4)
    page, axes = drawn(before, before, differ=False)
    assert titles(page) == ["Original", "9 colors"]
    assert axes is page.figure.axes[1]
    assert sorted(axes.get_ylim()) == [0, 300]


def test_all_titles_name_the_frame():
    page, _ = drawn(*pair(30, 50), frame=", frame 1 of 3")
    assert all(title.endswith(", frame 1 of 3") for title in titles(page))
    page, _ = drawn(*pair(400, 20), frame=", frame 1 of 3")
    assert titles(page)[1] == "9 colors\nframe 1 of 3"


def test_large_images_are_compared_at_some_pixels():
    before, after = pair(100, 2000)
    page, _ = drawn(before, after)
    assert page.figure.axes[2].images[0].get_array().shape == (34, 667)
