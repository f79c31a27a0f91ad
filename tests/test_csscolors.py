"""Colors as CSS writes them, held against two other libraries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import CSS4_COLORS, to_rgba
from PIL import ImageColor

from colorquant.csscolors import NAMES, parse_css, parse_css_alpha


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


@pytest.mark.parametrize("text", ["white", "RebeccaPurple", "#fff", "#0AF", "#123456", "grey"])
def test_opaque_colors_have_no_alpha(text):
    assert parse_css_alpha(text) == parse_css(text) == ImageColor.getrgb(text)


@pytest.mark.parametrize(
    "text", ["#12345678", "#FFFFFF00", "rgba(1, 2, 3, 1)", "rgba(1, 2, 3, 0)", "rgba(9,8,7,.2)"]
)
def test_alpha_as_matplotlib_and_pillow_read_it(text):
    if text.startswith("#"):
        assert parse_css_alpha(text) == ImageColor.getrgb(text)
    else:
        inside = text[5:-1].split(",")
        rgb = [int(level) for level in inside[:3]]
        expected = [*rgb, round(255 * to_rgba(("red", float(inside[3])))[3])]
        assert parse_css_alpha(text) == tuple(expected)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # Examples of CSS Color Module Level 4: the same green, and the same half red.
        *((text, (0, 255, 0)) for text in ("#0f0", "#00ff00", "rgb(0 255 0)", "rgb(0% 100% 0%)")),
        *((text, (0, 255, 0, 255)) for text in ("#0f0f", "#00ff00ff", "rgb(0 255 0 / 100%)")),
        *((text, (255, 0, 0, 128)) for text in ("rgb(255 0 0 / 50%)", "rgba(100%, 0%, 0%, 0.5)")),
        # Its table of hues, at full saturation.
        *((f"hsl({hue}, 100%, 50%)", (255, 0, 0)) for hue in ("0", "360deg", "-360", "1turn")),
        *((f"hsl({hue} 100% 25%)", (0, 128, 0)) for hue in ("120", "120deg", "-240deg", "480")),
        ("hsl(0.5turn 100% 50%)", (0, 255, 255)),
        ("hsl(200grad 100% 50%)", (0, 255, 255)),
        ("hsl(3.14159265rad 100% 50%)", (0, 255, 255)),
        ("hsla(240, 100%, 50%, 40%)", (0, 0, 255, 102)),
        ("hsl(120 100 25 / .5)", (0, 128, 0, 128)),
        # Values beyond their range are clamped.
        ("rgb(300, -10, 0)", (255, 0, 0)),
        ("rgb(110% -10% 0%)", (255, 0, 0)),
        ("rgba(0, 0, 0, 2)", (0, 0, 0, 255)),
        ("rgba(0, 0, 0, -1)", (0, 0, 0, 0)),
        ("hsl(0 200% 50%)", (255, 0, 0)),
        ("rgb(1e2 2.5 .4)", (100, 3, 0)),
        ("rgb(none 10 20 / none)", (0, 10, 20, 0)),
        ("transparent", (0, 0, 0, 0)),
        (" RGBA( 1 , 2 , 3 , 100% ) ", (1, 2, 3, 255)),
        ("rgb(1 2 3/0)", (1, 2, 3, 0)),
    ],
)
def test_values_of_css_color_4(text, found):
    assert parse_css_alpha(text) == found


@pytest.mark.parametrize(
    "text",
    [
        *("", "#12", "#12345", "#1234567", "#ggg", "nocolor", "rgb()", "rgb(1 2)", "rgb(1, 2)"),
        *("rgb(1 2 3 4)", "rgb(1, 2, 3, 4, 5)", "rgb(1, 2 3)", "rgb(1 2 3 /)", "rgb(1 2 3 / 4 5)"),
        *("rgb(1, 2, none)", "rgb(1px, 2, 3)", "rgb(1, 2%, 3)", "hsl(1, 2, 3)", "hsl(1% 2% 3%)"),
        *("hsl(1e9, 0%, 0%)", "rgba(0, 0, 0, 1deg)", "rgb(1, 2, 3", "lab(1 2 3)", "hsv(0, 0%, 0%)"),
        *("rgb(nan 1 2)", "rgb(inf 1 2)", f"rgb(1 2 {'9' * 300})", "rgb(" + "1," * 9999 + ")"),
        *("currentcolor", "inherit", "rgb(1 2 3 // 4)", "rgb(\u0661 2 3)"),
    ],
)
def test_what_is_no_color(text):
    assert parse_css_alpha(text) is None


@given(st.text("rgbahsl(),/ 0123456789.%+-e#none", max_size=40))
def test_any_text_is_a_color_or_none(text):
    found = parse_css_alpha(text)
    assert found is None or all(0 <= level <= 255 for level in found)
