"""Palettes as sequences of colors, from files and to files."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import colorquant
from colorquant.errors import ImageReadError, ImageWriteError, InvalidInputError
from colorquant.palette import Palette


def palette(k=3, channels=3):
    colors = np.arange(k * channels, dtype=np.uint8).reshape(k, channels)
    return Palette(colors, np.ones(k, np.int64))


@pytest.mark.parametrize(
    ("colors", "counts"),
    [
        (np.zeros((1, 2), np.uint8), np.ones(1, np.int64)),
        (np.zeros((1, 3), np.uint8), np.ones(2, np.int64)),
        (np.zeros((1, 3), np.uint8), np.ones(1)),
        (np.zeros((1, 3), np.int64), np.ones(1, np.int64)),
        (np.zeros((0, 3), np.uint8), np.ones(0, np.int64)),
    ],
)
def test_palette_refuses(colors, counts):
    with pytest.raises(InvalidInputError):
        Palette(colors, counts)


def test_palettes_may_repeat_colors_and_name_them():
    colors, counts = np.zeros((2, 3), np.uint8), np.zeros(2, np.int64)
    assert Palette(colors, counts).names is None
    assert Palette(colors, counts, ("", "")).names is None
    assert Palette(colors, counts, ("ink", "")).names == ("ink", "")
    with pytest.raises(InvalidInputError, match="names must be 2 texts, one a color"):
        Palette(colors, counts, ("ink",))


def test_palette_names_its_colors():
    assert palette(2).hex() == ["#000102", "#030405"]
    assert palette(1, 4).hex() == ["#00010203"]
    assert (palette(1, 4).has_alpha, palette().has_alpha, len(palette())) == (True, False, 3)


@given(st.lists(st.tuples(*[st.integers(0, 255)] * 4), min_size=1, max_size=40))
def test_palettes_are_sequences_of_numbers(colors):
    found = Palette(np.array(colors, np.uint8), np.zeros(len(colors), np.int64))
    assert list(found) == colors
    assert [found[place] for place in range(len(colors))] == colors
    assert found[-1] == colors[-1]
    assert found[1:3] == colors[1:3]
    assert all(type(level) is int for level in found[0])
    assert Palette.from_hex(found.hex()).colors.tolist() == found.colors.tolist()
    with pytest.raises(IndexError):
        found[len(colors)]
    for wrong in ([0], None, ..., (0, 1), 1.0):
        with pytest.raises(TypeError):
            found[wrong]


def test_hexadecimal_digits_are_read_as_css_reads_them():
    found = Palette.from_hex(["#fff", "e63946", "#1d3557", "teal"])
    assert list(found) == [(255, 255, 255), (230, 57, 70), (29, 53, 87), (0, 128, 128)]
    assert list(Palette.from_hex(["#fff", "#00000080"])) == [(255, 255, 255, 255), (0, 0, 0, 128)]
    assert not found.counts.any()


@pytest.mark.parametrize(
    ("colors", "told"),
    [
        ("#ffffff", "a sequence of texts"),
        ([], "one or more"),
        (["#ff"], "not '#ff'"),
        (["zzzzzz"], "not 'zzzzzz'"),
        ([None], "not None"),
        ([b"#fff"], "texts like #e63946"),
        (None, "a sequence of texts, not None"),
        (5, "a sequence of texts, not 5"),
    ],
)
def test_what_is_no_color_is_refused(colors, told):
    with pytest.raises(InvalidInputError, match=told):
        Palette.from_hex(colors)


def test_shares_and_copies():
    found = Palette(np.eye(3, dtype=np.uint8), np.array([1, 3, 0]))
    assert found.shares.tolist() == [0.25, 0.75, 0]
    assert palette().shares.sum() == pytest.approx(1)
    assert Palette.from_hex(["red"]).shares.tolist() == [0]
    copy = found.to_array()
    copy[0] = 9
    assert found[0] == (1, 0, 0)


def test_palettes_come_by_name_and_from_files(tmp_path, monkeypatch):
    # Published by Lexaloffle: https://www.lexaloffle.com/pico-8.php?page=manual
    assert Palette.load("pico-8").hex()[8] == "#ff004d"
    Image.new("RGB", (3, 3), (1, 2, 3)).save(tmp_path / "flat.png")
    assert list(Palette.load(tmp_path / "flat.png")) == [(1, 2, 3)]
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ImageReadError, match="no such file"):
        Palette.load("nothing.gpl")


def test_palettes_are_saved(tmp_path):
    found = Palette(np.array([[1, 2, 3], [4, 5, 6]], np.uint8), np.array([1, 1]), ("ink", ""))
    for name in ("a.gpl", "a.json"):
        found.save(tmp_path / name)
        again = Palette.load(tmp_path / name)
        assert list(again) == list(found)
        assert again.names == found.names
    assert json.loads((tmp_path / "a.json").read_text())
    found.save(tmp_path / "a.png", swatch=8)
    with Image.open(tmp_path / "a.png") as image:
        assert image.size == (16, 8)
        assert image.convert("RGB").getpixel((0, 0)) == (1, 2, 3)
    found.save(tmp_path / "a.txt", format="hex")
    assert (tmp_path / "a.txt").read_text().split() == ["010203", "040506"]
    before = (tmp_path / "a.gpl").read_bytes()
    with pytest.raises(ImageWriteError, match="exists"):
        Palette.from_hex(["red"]).save(tmp_path / "a.gpl")
    assert (tmp_path / "a.gpl").read_bytes() == before
    Palette.from_hex(["red"]).save(tmp_path / "a.gpl", force=True)
    assert list(Palette.load(tmp_path / "a.gpl")) == [(255, 0, 0)]
    with pytest.raises(InvalidInputError, match="ends in one of"):
        found.save(tmp_path / "a.xyz")
    with pytest.raises(InvalidInputError, match="format must be a name"):
        found.save(tmp_path / "a.gpl", format=5, force=True)


def test_notebooks_show_palettes():
    found = colorquant.Palette.from_hex(["#e63946", "#1d3557"])
    assert found._repr_png_().startswith(b"\x89PNG")
    assert "#e63946" in found._repr_html_()
