import io
import json

import numpy as np
import pytest
from PIL import Image

from colorquant.errors import ImageReadError, ImageWriteError, InvalidInputError
from colorquant.palette import Palette
from colorquant.palettes.files.formats import palette_bytes, read_palette
from colorquant.palettes.files.rows import palette_of


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


NAMED = palette_of([[1, 2, 3], [255, 254, 253], [1, 2, 3]], ["one", "", "two"])


@pytest.mark.parametrize("extension", ["ase", "aseprite", "aco", "act", "png"])
@pytest.mark.parametrize("name", ["p.{}", "P", "p.json"])
def test_binary_files_are_known_by_their_content(extension, name, tmp_path):
    path = tmp_path / name.format(extension)
    path.write_bytes(palette_bytes(NAMED, path, extension))
    found = read_palette(path)
    assert found.colors.tolist() == NAMED.colors.tolist()
    assert found.names == (NAMED.names if extension in ("ase", "aseprite", "aco") else None)


def test_two_programs_use_one_extension(tmp_path):
    path = tmp_path / "p.ase"
    assert palette_bytes(NAMED, path).startswith(b"ASEF")
    path.write_bytes(palette_bytes(NAMED, path, "aseprite"))
    assert read_palette(path).names == NAMED.names


@pytest.mark.parametrize("name", ["png", "aseprite"])
def test_alpha_in_binary_files(name, tmp_path):
    path = tmp_path / f"p.{name}"
    path.write_bytes(palette_bytes(palette(4), path))
    assert read_palette(path).colors.tolist() == palette(4).colors.tolist()


@pytest.mark.parametrize(
    ("name", "rows", "told"),
    [
        ("p.aco", [[1, 2, 3, 0]], "p.aco: aco has no alpha; json has"),
        ("p.ase", [[1, 2, 3, 4]], "p.ase: ase has no alpha; json has"),
        ("p.act", [[1, 2, 3, 4]], "p.act: act has only full transparency; json has"),
        ("p.act", [[1, 2, 3, 0]] * 2, "p.act: act holds one transparent color, not 2"),
        ("p.act", [[1, 2, 3]] * 257, "p.act: act holds up to 256 colors, not 257"),
    ],
)
def test_what_binary_files_cannot_hold(name, rows, told, tmp_path):
    with pytest.raises(ImageWriteError, match=told):
        palette_bytes(palette_of(rows), tmp_path / name)


def test_a_color_table_can_hold_one_transparent_color(tmp_path):
    path = tmp_path / "p.act"
    path.write_bytes(palette_bytes(palette_of([[1, 2, 3], [0, 0, 0, 0]]), path))
    assert read_palette(path).colors.tolist() == [[1, 2, 3, 255], [0, 0, 0, 0]]


def test_only_pictures_have_swatches(tmp_path):
    data = palette_bytes(NAMED, tmp_path / "p.png", swatch=4)
    assert Image.open(io.BytesIO(data)).size == (12, 4)
    with pytest.raises(InvalidInputError, match="swatch is for png, not for act") as caught:
        palette_bytes(NAMED, tmp_path / "p.act", swatch=4)
    assert caught.value.arguments == ("swatch",)
    for wrong in (0, 1025, 1.5):
        with pytest.raises(
            InvalidInputError, match="swatch must be a whole number from 1 to 1,024"
        ):
            palette_bytes(NAMED, tmp_path / "p.png", swatch=wrong)


@pytest.mark.parametrize("name", ["image.bmp", "image.tga", "image"])
def test_images_may_be_larger_than_palettes(name, tmp_path):
    # In two colors.
    image = Image.new("RGB", (2400, 2400), (1, 2, 3))
    image.putpixel((2399, 2399), (4, 5, 6))
    image.save(tmp_path / name, "TGA" if name.endswith("tga") else "BMP")
    assert (tmp_path / name).stat().st_size > 1 << 24
    assert sorted(read_palette(tmp_path / name).hex()) == ["#010203", "#040506"]


def test_images_without_a_signature(tmp_path):
    path = tmp_path / "image"
    Image.new("RGB", (5, 5), (1, 2, 3)).save(path, "TGA")
    assert read_palette(path).hex() == ["#010203"]


def test_what_is_neither_a_palette_nor_an_image(tmp_path):
    path = tmp_path / "p.doc"
    path.write_bytes(b"\x7f what is it?")
    with pytest.raises(
        ImageReadError, match=r"not a palette in any known format, and not an image"
    ):
        read_palette(path)
    path = tmp_path / "p.act"
    path.write_bytes(bytes((1 << 24) + 1))
    with pytest.raises(ImageReadError, match=r"p.act: not a palette: it has more than 16,777,216"):
        read_palette(path)
    path = tmp_path / "p.png"
    path.write_bytes(b"no image")
    with pytest.raises(ImageReadError, match=r"p.png: not an image"):
        read_palette(path)
    path.write_bytes(palette_bytes(NAMED, path)[:40])
    with pytest.raises(ImageReadError, match=r"p.png: damaged"):
        read_palette(path)


def test_an_image_of_too_many_colors_is_no_palette(tmp_path):
    pixels = np.arange(300 * 300, dtype=">u4").view(np.uint8).reshape(300, 300, 4)[..., 1:]
    Image.fromarray(np.ascontiguousarray(pixels)).save(tmp_path / "many.png")
    with pytest.raises(ImageReadError, match=r"many.png: not a palette: the image has more than"):
        read_palette(tmp_path / "many.png")


def test_a_color_table_may_begin_as_an_image(tmp_path):
    path = tmp_path / "p.act"
    pink = palette_of([[255, 216, 255]])
    path.write_bytes(palette_bytes(pink, path))
    assert read_palette(path).hex() == pink.hex()
    # The other way round, the content tells.
    path.write_bytes(palette_bytes(NAMED, path, "png"))
    assert read_palette(path).hex() == NAMED.hex()
