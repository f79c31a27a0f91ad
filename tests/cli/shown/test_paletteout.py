import numpy as np
import pytest

from colorquant.cli.options.help import UsageError
from colorquant.cli.shown.paletteout import Output
from colorquant.errors import ImageWriteError
from colorquant.palette import Palette

PALETTE = Palette(np.array([[0, 0, 0], [255, 0, 0]], np.uint8), np.array([1, 3], np.int64))


def output(place=None, name=None, **changes):
    settings = {"swatch": 1, "as_json": False, "contrast": False, "force": False} | changes
    return Output(place, name, **settings)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"name": "gpl"}, "--format is for -o"),
        ({"swatch": 2}, "--swatch is for -o"),
        ({"place": "-"}, "-o - needs --format"),
        ({"place": "-", "name": "gpl", "as_json": True}, "the palette alone is written"),
        ({"place": "p.gpl", "contrast": True}, "with -o nothing is printed"),
    ],
)
def test_what_conflicts(given, message):
    with pytest.raises(UsageError, match=message):
        output(**given).check(("a.png",))


def test_no_input_is_overwritten(tmp_path):
    place = tmp_path / "a.png"
    place.write_bytes(b"")
    with pytest.raises(ImageWriteError, match="is one of the images"):
        output(str(place), force=True).check((str(place),))


def test_a_picture_of_swatches(tmp_path):
    from PIL import Image

    place = tmp_path / "strip.png"
    output(str(place), swatch=3).give(PALETTE)
    with Image.open(place) as image:
        assert image.size == (6, 3)
        assert image.convert("RGB").getpixel((5, 2)) == (255, 0, 0)


def test_printed_for_programs(capsys):
    output().give(PALETTE)
    assert capsys.readouterr().out == "#000000\n#ff0000\n"
