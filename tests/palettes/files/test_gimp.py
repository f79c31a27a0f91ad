import pytest

from colorquant.palettes.files.gimp import is_gpl, read_gpl, write_gpl
from colorquant.palettes.files.rows import palette_of


def test_alpha_has_a_line_and_a_column():
    palette = palette_of([[1, 2, 3, 4], [4, 5, 6, 255]], ["", "7 a"])
    first, second, *_, last = write_gpl(palette).decode().splitlines()
    assert (first, second, last) == ("GIMP Palette", "Channels: RGBA", "  4   5   6 255\t7 a")
    assert "Channels" not in write_gpl(palette_of([[1, 2, 3]])).decode()


def test_as_aseprite_writes_it():
    found = read_gpl(b"GIMP Palette\nChannels: RGBA\n#\n  0   0   0   0 Mask\n 10  20  30 255\n")
    assert found.colors.tolist() == [[0, 0, 0, 0], [10, 20, 30, 255]]
    assert found.names == ("Mask", "")


def test_as_lospec_writes_it():
    found = read_gpl(
        b"GIMP Palette\n#Palette Name: Two\n#Author: \n#Colors: 2\n"
        b"87\t67\t104\t574368\n133\t132\t176\t8584b0\n"
    )
    assert found.colors.tolist() == [[87, 67, 104], [133, 132, 176]]
    assert found.names is None


def test_as_gimp_writes_it():
    found = read_gpl(
        b"\xef\xbb\xbfGIMP Palette\r\nName: Web\r\nColumns: 2\r\n# about it\r\n\r\n"
        b"  0   0   0\tBlack  or so \r\n255 255 255\tUntitled\r\n12\t13 14\r\n1 2 3 4\r\n"
    )
    assert found.colors.tolist() == [[0, 0, 0], [255, 255, 255], [12, 13, 14], [1, 2, 3]]
    assert found.names == ("Black  or so", "", "", "4")


@pytest.mark.parametrize("name", ["#010203", "010203", "#01020304", "Untitled", ""])
def test_names_that_say_nothing(name):
    data = f"GIMP Palette\nChannels: RGBA\n1 2 3 4 {name}\n1 2 3 255 a\n".encode()
    kept = name in {"#010203", "010203"}
    assert read_gpl(data).names == (name if kept else "", "a")


def test_what_begins_so():
    assert is_gpl(b"GIMP Palette\r\n")
    assert is_gpl(b"\xef\xbb\xbfGIMP Palette")
    assert not is_gpl(b"GIMP Gradient\n")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("1 2\n", "'1 2' is no color"),
        ("1 2 256\n", "'1 2 256' is no color"),
        ("1 2 3.5\n", r"'1 2 3.5' is no color"),
        ("1 2 ٣\n", "is no color"),
        ("Channels: RGBA\n1 2 3\n", "'1 2 3' is no color"),
        ("1 2 3\nName: late\n", "'Name: late' is no color"),
        ("a\x1b[31m\n", r"'a\\x1b\[31m' is no color"),
        ("", "it has 0 colors"),
    ],
)
def test_what_is_damaged(body, message):
    with pytest.raises(ValueError, match=message):
        read_gpl(f"GIMP Palette\n{body}".encode())
