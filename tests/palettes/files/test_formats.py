import json

import numpy as np
import pytest

from colorquant.errors import ImageReadError, ImageWriteError, InvalidInputError
from colorquant.models import Palette
from colorquant.palettes.files.formats import palette_bytes, read_palette


def palette(channels, k=7):
    rng = np.random.default_rng(channels)
    return Palette(
        rng.integers(0, 256, (k, channels), dtype=np.uint8), np.arange(k, dtype=np.int64)
    )


@pytest.mark.parametrize(("name", "channels"), [("p.json", 3), ("p.json", 4), ("P.GPL", 3)])
def test_written_and_read_back(name, channels, tmp_path):
    path = tmp_path / name
    written = palette(channels)
    path.write_bytes(palette_bytes(written, path))
    found = read_palette(path)
    np.testing.assert_array_equal(found.colors, written.colors)
    assert found.counts.tolist() == [0] * 7


def test_what_the_files_hold(tmp_path):
    content = json.loads(palette_bytes(palette(4), tmp_path / "p.json"))
    assert content["version"] == 1
    assert content["counts"] == list(range(7))
    assert content["colors"] == palette(4).hex()
    first, *_, last = palette_bytes(palette(3), tmp_path / "p.gpl").decode().splitlines()
    assert first == "GIMP Palette"
    assert [int(level) for level in last.split()[:3]] == palette(3).colors[-1].tolist()


def test_gpl_as_gimp_writes_it(tmp_path):
    path = tmp_path / "p.gpl"
    path.write_text(
        "GIMP Palette\r\nName: Web\r\nColumns: 2\r\n# about it\r\n\r\n"
        "  0   0   0\tBlack\r\n255 255 255 White and so on\r\n0 0 0\r\n 12\t13 14\r\n"
    )
    assert read_palette(path).colors.tolist() == [
        [0, 0, 0],
        [255, 255, 255],
        [0, 0, 0],
        [12, 13, 14],
    ]


def test_opaque_colors_beside_others_get_alpha(tmp_path):
    (tmp_path / "p.json").write_text('{"version": 1, "colors": ["#010203", "#04050607"]}')
    assert read_palette(tmp_path / "p.json").colors.tolist() == [[1, 2, 3, 255], [4, 5, 6, 7]]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("p.json", "", "not a palette: Expecting value"),
        ("p.json", "[]", "not a palette: it has 0 colors"),
        ("p.json", '{"version": 2, "colors": []}', "not a palette: its version is not 1"),
        ("p.json", '{"version": 1}', "not a palette: it has no list of colors"),
        ("p.json", '{"version": 1, "colors": 7}', "not a palette: "),
        ("p.json", '{"version": 1, "colors": []}', "not a palette: it has 0 colors"),
        ("p.json", '{"version": 1, "colors": ["red"]}', "not a palette: 'red' is not #rrggbb"),
        ("p.json", '{"version": 1, "colors": [7]}', "not a palette: 7 is not #rrggbb"),
        ("p.json", "[" * 100_000, "not a palette: "),
        ("p.gpl", "", "not a palette: its first line is not GIMP Palette"),
        ("p.gpl", "GIMP Palette\n1 2\n", "not a palette: '1 2' is no color"),
        ("p.gpl", "GIMP Palette\n1 2 256\n", "not a palette: '1 2 256' is no color"),
        ("p.gpl", "GIMP Palette\n#\n", "not a palette: it has 0 colors"),
        ("p.gpl", "GIMP Palette\n" + "\xff\x00\n", "not a palette: "),
    ],
)
def test_what_is_no_palette(name, content, message, tmp_path):
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(ImageReadError, match=message) as caught:
        read_palette(path)
    assert "\n" not in str(caught.value)


def test_what_cannot_be_written_or_found(tmp_path):
    with pytest.raises(ImageWriteError, match=r"p.pal: jasc has no alpha; json has"):
        palette_bytes(palette(4), tmp_path / "p.pal")
    with pytest.raises(
        InvalidInputError, match=r"the name of a palette file ends in one of .json .gpl"
    ):
        palette_bytes(palette(3), tmp_path / "p.doc")
    with pytest.raises(ImageReadError, match=r"none.gpl: no such file"):
        read_palette(tmp_path / "none.gpl")
