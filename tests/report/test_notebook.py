"""What notebooks show, parsed as a browser would."""

import base64
import io
from html.parser import HTMLParser

import numpy as np
import pytest
from PIL import Image

import colorquant
from colorquant.models import IndexedImage
from colorquant.palette import Palette
from colorquant.report import notebook


class Page(HTMLParser):
    """The elements of a page, its text, and whether all elements are closed in order."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.text, self._open = [], [], []
        self.feed(text)
        assert not self._open

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in ("img", "br"):
            self._open.append(tag)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def named(*names):
    colors = np.arange(3 * len(names), dtype=np.uint8).reshape(-1, 3)
    return Palette(colors, np.array([1, 3, *[0] * (len(names) - 2)]), names)


def test_swatches_have_digits_shares_and_names():
    page = Page(notebook.palette_html(named("ink", "<script>alert(1)</script>", "")))
    assert not {tag for tag, _ in page.elements} - {"div", "span", "br"}
    told = " ".join(page.text)
    for text in ("#000102", "25.0%", "75.0%", "0.0%", "ink", "<script>alert(1)</script>"):
        assert text in told
    styles = [attrs.get("style", "") for _, attrs in page.elements]
    assert sum("#030405" in style for style in styles) == 1
    given = Page(notebook.palette_html(Palette.from_hex(["red"])))
    assert "%" not in "".join(given.text)


def test_large_palettes_are_cut():
    colors = np.stack([np.arange(300) % 256, np.arange(300) // 256, np.zeros(300)], axis=1)
    large = Palette(colors.astype(np.uint8), np.zeros(300, np.int64))
    page = Page(large._repr_html_())
    assert page.text[-1] == "and 44 colors more"
    assert len(page.text) == 257


def test_a_palette_is_a_picture_of_squares():
    with Image.open(io.BytesIO(notebook.palette_png(named("a", "b")))) as image:
        assert image.size == (64, 32)
        assert image.convert("RGB").getpixel((40, 20)) == (3, 4, 5)


def test_a_result_is_its_picture_and_its_palette(noise):
    result = colorquant.quantize(noise, k=5, effort="fast")
    page = Page(result._repr_html_())
    tag, image = page.elements[0]
    assert tag == "img"
    assert image["width"] == "48"
    assert image["alt"] == page.text[0] == repr(result)[9:-1]
    head, _, data = image["src"].partition(",")
    assert head == "data:image/png;base64"
    for picture in (base64.b64decode(data), result._repr_png_()):
        with Image.open(io.BytesIO(picture)) as shown:
            np.testing.assert_array_equal(np.asarray(shown.convert("RGB")), result.indexed.pixels())
    assert set(result.palette.hex()) <= set(page.text)


@pytest.mark.parametrize("k", [2, 300])
def test_large_pictures_are_shown_smaller(k, monkeypatch):
    monkeypatch.setattr(notebook, "_LONGEST", 10)
    indices = np.arange(25 * 12).reshape(25, 12) % k
    palette = Palette(
        np.random.default_rng(0).integers(0, 256, (k, 3), dtype=np.uint8), np.zeros(k, np.int64)
    )
    image = IndexedImage(indices.astype(np.uint8 if k < 257 else np.uint16), palette)
    with Image.open(io.BytesIO(notebook.image_png(image))) as shown:
        np.testing.assert_array_equal(np.asarray(shown.convert("RGB")), image.pixels()[::3, ::3])
