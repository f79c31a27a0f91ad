"""The picture of a curve, as its figure has it."""

import io
from itertools import pairwise
from math import inf

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from colorquant.report.curve import Panel, render

KS = [2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 83, 96, 128, 192, 256]
FALLING = [900 / k for k in KS]


@pytest.fixture
def drawn(monkeypatch):
    """Draw a curve; returns its figure, after the picture is made."""
    figures = []
    save = Figure.savefig

    def keep(figure, *args, **kwargs):
        figures.append(figure)
        return save(figure, *args, **kwargs)

    monkeypatch.setattr(Figure, "savefig", keep)

    def draw(panels, ks=KS, chosen=None, facts=("one", "two")):
        with Image.open(io.BytesIO(render("x.png", facts, ks, panels, chosen=chosen))) as image:
            assert (image.format, image.width) == ("PNG", 1540)
        return figures[-1]

    return draw


def texts(axes):
    return [text.get_text() for text in axes.texts]


def test_panels_share_their_numbers(drawn):
    panels = [Panel(name, FALLING, None, None, ".2f") for name in ("first", "second")]
    figure = drawn(panels)
    first, second = figure.axes
    assert [axes.get_title("left") for axes in (first, second)] == ["first", "second"]
    for axes in (first, second):
        assert axes.get_xscale() == "log"
        assert list(axes.lines[0].get_xdata()) == KS
        assert list(axes.lines[0].get_ydata()) == FALLING
    assert first.get_xlim() == second.get_xlim()
    said = [text.get_text() for text in figure.texts]
    assert said == ["x.png by the number of colors", "one", "two"]


def test_the_chosen_one_is_marked(drawn):
    (axes,) = drawn([Panel("x", FALLING, 20.5, None, ",.1f")], chosen=27).axes
    assert texts(axes) == ["27 colors: 20.5"]
    mark = axes.lines[-1]
    assert (list(mark.get_xdata()), list(mark.get_ydata())) == ([27], [20.5])


def test_a_bound_is_drawn_if_it_is_near(drawn):
    near, far = (Panel("x", FALLING, None, bound, ".0f") for bound in (100, 10**6))
    first, second = drawn([near, far]).axes
    assert texts(first) == ["bound 100"]
    assert texts(second) == []
    assert list(first.lines[-1].get_ydata()) == [100, 100]


def test_infinite_values_are_left_out(drawn):
    values = [*range(20, 35), inf]
    (axes,) = drawn([Panel("x", values, inf, None, ".2f", from_zero=False)], chosen=256).axes
    assert np.isnan(axes.lines[0].get_ydata()[-1])
    assert axes.get_ylim()[0] > 10
    assert texts(axes) == ["256 colors: inf"]


@pytest.mark.parametrize("values", [[0.0], [inf], [7.0]])
def test_one_number_of_colors(drawn, values):
    (axes,) = drawn([Panel("x", values, values[0], None, ".2f")], ks=[1], chosen=1).axes
    low, high = axes.get_xlim()
    assert low < 1 < high
    assert texts(axes)[0].startswith("1 color: ")


@pytest.mark.parametrize("chosen", [2, 83, 256])
def test_nothing_is_cut_and_no_numbers_overlap(drawn, chosen):
    ks = [*KS, 300, 301, 4096, 65536]
    panels = [Panel("x", [900_000 / k for k in ks], 12.0, 11.0, ",.2f")] * 3
    figure = drawn(panels, ks=ks, chosen=chosen)
    renderer = figure.canvas.get_renderer()
    for axes in figure.axes:
        for text in axes.texts:
            box = text.get_window_extent(renderer)
            assert 0 <= box.x0 <= box.x1 <= figure.bbox.x1
    boxes = [
        label.get_window_extent(renderer)
        for label in figure.axes[-1].get_xticklabels()
        if label.get_text()
    ]
    assert len(boxes) > 5
    assert all(left.x1 < right.x0 for left, right in pairwise(boxes))


@pytest.mark.parametrize(("kind", "start"), [("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_drawings(kind, start):
    panel = Panel("Bytes", FALLING, None, None, ",.0f")
    assert render("x.png", [], KS, [panel], chosen=None, kind=kind).startswith(start)
