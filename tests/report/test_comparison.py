import io

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from colorquant.report.comparison import Row, render, worst_place, worst_places


def opened(data):
    with Image.open(io.BytesIO(data)) as image:
        return image.size, np.asarray(image.convert("RGB"))


def row(pixels, name="b.png", differences=None):
    flat = np.zeros(pixels.shape[:2]) if differences is None else differences
    return Row(name, "2 colors   9 bytes", pixels, flat)


def test_a_row_for_each_image(noise):
    sizes = [opened(render("a.png", noise, [row(noise)] * number))[0] for number in (1, 2, 3)]
    assert sizes[2][1] - sizes[1][1] == pytest.approx(sizes[1][1] - sizes[0][1], abs=1)
    assert len({width for width, _ in sizes}) == 1


@pytest.mark.parametrize("shape", [(1, 1, 3), (3, 900, 4), (900, 3, 3), (300, 400, 4)])
def test_all_shapes(shape):
    pixels = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    different = np.random.default_rng(1).random(shape[:2])
    assert opened(render("a", pixels, [row(pixels, differences=different)]))[0][0] == 1540


@pytest.mark.parametrize("shape", [(1, 1, 3), (900, 60, 3), (60, 900, 3), (300, 400, 4)])
def test_titles_do_not_overlap_and_nothing_is_cut(shape, monkeypatch):
    figures, save = [], Figure.savefig
    monkeypatch.setattr(Figure, "savefig", lambda f, *a, **k: figures.append(f) or save(f, *a, **k))
    pixels = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    render("a", pixels, [row(pixels, differences=np.random.default_rng(1).random(shape[:2]))])
    (figure,) = figures
    titles = [axes._left_title for axes in figure.axes if axes.get_title("left")]
    boxes = [title.get_window_extent() for title in titles]
    for number, box in enumerate(boxes):
        assert box.x1 <= figure.bbox.x1
        assert not any(box.overlaps(other) for other in boxes[:number])
    for axes in figure.axes[4:]:
        # Places are shown pixel by pixel.
        size = axes.get_window_extent()
        assert (size.height, size.width) == pytest.approx(axes.images[0].get_array().shape[:2])


def test_the_worst_places_are_where_the_differences_are():
    different = np.zeros((600, 900))
    different[500:516, 800:816] = 9
    different[100:110, 200:210] = 5
    (first, second) = worst_places(different)
    for (top, left), (y, x), size in ((first, (500, 800), 16), (second, (100, 200), 10)):
        assert top <= y <= top + 220 - size
        assert left <= x <= left + 220 - size


def test_places_are_apart_and_at_most_three():
    places = worst_places(np.random.default_rng(0).random((700, 700)))
    assert len(places) == 3
    for index, (top, left) in enumerate(places):
        assert 0 <= top <= 480
        assert 0 <= left <= 480
        assert all(max(abs(top - y), abs(left - x)) >= 110 for y, x in places[:index])


def test_equal_images_have_no_worst_place():
    assert worst_places(np.zeros((30, 40))) == []
    assert worst_place(np.zeros((30, 40)), (9, 9)) == (0, 0)


def test_the_worst_place_of_any_size():
    different = np.zeros((100, 900))
    different[64:80, 800:816] = 9
    assert worst_place(different, (40, 200)) == (52, 700)
    assert worst_place(different, (100, 20)) == (0, 798)


@pytest.mark.parametrize(("kind", "start"), [("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_drawings(kind, start, noise):
    assert render("a.png", noise, [row(noise)], kind).startswith(start)


def test_names_are_made_printable(noise):
    assert render("a\x1b$", noise, [row(noise, name="b\n$x$.png")]).startswith(b"\x89PNG")
