"""Which format a name asks for, and what it holds."""

from pathlib import Path

import pytest

from colorquant.errors import ImageWriteError, InvalidInputError
from colorquant.images.writing import formats
from colorquant.images.writing.formats import FORMATS, find_format


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("x.xyz", r"x.xyz: cannot write 'xyz'; known are apng avif bmp gif"),
        ("x", "x: cannot write a name without extension"),
    ],
)
def test_unknown_extensions(name, message):
    with pytest.raises(ImageWriteError, match=message):
        find_format(None, Path(name))


def test_extensions_in_capitals():
    assert find_format(None, Path("X.PNG")).name == "PNG"


def test_formats_that_pillow_was_built_without(monkeypatch):
    monkeypatch.setattr(formats.features, "check", lambda _: False)
    assert find_format(None, Path("x.png")).name == "PNG"
    with pytest.raises(ImageWriteError, match="this Pillow was built without AVIF"):
        find_format(None, Path("x.avif"))


@pytest.mark.parametrize("k", [256, 257])
def test_how_many_colors(k):
    FORMATS["png"].require_colors(k)
    if k == 256:
        FORMATS["gif"].require_colors(k)
    else:
        with pytest.raises(InvalidInputError, match=r"^x: GIF holds at most 256 colors, not 257$"):
            FORMATS["gif"].require_colors(k, "x: ")


def test_how_many_frames():
    held = {name: kind.holds_frames(uniform=True) for name, kind in FORMATS.items()}
    assert {name for name, holds in held.items() if holds} == {"png", "gif", "webp", "tiff", "avif"}
    mixed = {name for name, kind in FORMATS.items() if kind.holds_frames(uniform=False)}
    assert mixed == {"tiff"}
