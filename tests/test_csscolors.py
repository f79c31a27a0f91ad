"""Colors as CSS writes them, held against two other libraries."""

import pytest
from matplotlib.colors import CSS4_COLORS
from PIL import ImageColor

from colorquant.csscolors import NAMES, parse_css


def test_names_are_those_of_css():
    assert {name: f"#{number:06X}" for name, number in NAMES.items()} == CSS4_COLORS


@pytest.mark.parametrize(
    "text",
    [
        *("white", "RebeccaPurple", "#fff", "#0AF", "#123456", "rgb(1, 20,255)", "rgb( 0 ,0,0 )"),
        *("rgb(10%, 55%, 100%)", "hsl(120, 50%, 40%)", "hsl(359.5, 12.5%, 99%)"),
        *("hsv(200, 30%, 70%)", "hsb(200, 30%, 70%)", "hsl(0, 0%, 0%)"),
    ],
)
def test_as_pillow_reads_them(text):
    assert parse_css(text) == ImageColor.getrgb(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", " white", "nocolor", "#12", "#12345", "#1234", "#12345678", "rgb(1, 2, 300)"),
        *(f"rgb({9:>0400},0,0)".replace("0" * 399, "9" * 399), f"hsl(1,{'9' * 400}%,10%)"),
        *("rgb(1, 2)", "rgb(120%, 0%, 0%)", "rgba(1, 2, 3, 4)", "rgb(1, 2, 3", "#ggg"),
    ],
)
def test_what_is_no_opaque_color(text):
    assert parse_css(text) is None
