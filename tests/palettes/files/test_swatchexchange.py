import struct
from contextlib import suppress

import pytest
from hypothesis import given
from palettefiles import damaged, palettes

from colorquant.palette import Palette
from colorquant.palettes.files.colormodels import of_lab
from colorquant.palettes.files.rows import palette_of
from colorquant.palettes.files.swatchexchange import is_ase, read_ase, write_ase

# Written by swatch 0.4.0 (Python): a group of two colors, and two more of other models.
GROUPED = bytes.fromhex(
    "415345460001000000000006c00100000012000800470072006f0075007000200041000000010000001c00040052"
    "006500640000524742203f8000000000000000000000000200010000002a0009004300790061006e00200069006e"
    "006b0000434d594b3f80000000000000000000003e8000000001c002000000000001000000180006004d00690064"
    "002000e90000477261793f000000000000010000001c0004004c0061006200004c4142203f00000042200000c1a0"
    "00000002"
)
# Written by ase-utils 0.1.1 (JavaScript).
PLAIN = bytes.fromhex(
    "41534546000100000000000200010000001c000200420000434d594b000000003f0000003f800000000000000000"
    "000100000010000200430000477261793e8000000002"
)
# Written by anypalette 0.6.0 (JavaScript), with the numbers of its version swapped.
SWAPPED = bytes.fromhex(
    "415345460000000100000002000100000018000200520000524742203f8000000000000000000000000000010000"
    "001800020047000052474220000000003f0080813e8080810000"
)


def block(kind, content):
    return struct.pack(">HI", kind, len(content)) + content


def color(model, *amounts, name=""):
    text = (name + "\0").encode("utf-16-be")
    floats = struct.pack(f">{len(amounts)}f", *amounts)
    return block(1, struct.pack(">H", len(name) + 1) + text + model + floats + b"\0\2")


def ase(*blocks):
    return b"ASEF" + struct.pack(">HHI", 1, 0, len(blocks)) + b"".join(blocks)


@given(palettes(channels=3, most=300))
def test_read_back(palette):
    data = write_ase(palette)
    assert is_ase(data)
    found = read_ase(data)
    assert found.colors.tolist() == palette.colors.tolist()
    assert found.names == palette.names


def test_as_others_write_it():
    found = read_ase(GROUPED)
    assert found.names == ("Red", "Cyan ink", "Mid é", "Lab")
    lab = [*of_lab(50, 40, -20)]
    assert found.colors.tolist() == [[255, 0, 0], [0, 191, 191], [128, 128, 128], lab]
    assert read_ase(PLAIN).names == ("B", "C")
    assert read_ase(PLAIN).hex() == ["#ff8000", "#404040"]
    assert read_ase(SWAPPED).names == ("R", "G")
    assert read_ase(SWAPPED).hex() == ["#ff0000", "#008040"]


def test_unknown_blocks_and_what_follows_a_color_are_skipped():
    # Programs may add to a block what others need not know.
    name = struct.pack(">H", 1) + b"\0\0"
    longer = block(1, name + b"GRAY" + struct.pack(">f", 1) + b"\0\2" + b"more of it")
    data = ase(block(0x1234, b"what"), longer, block(0xC002, b""), color(b"Gray", 0))
    assert read_ase(data + b"rest").hex() == ["#ffffff", "#000000"]


def test_amounts_beyond_their_range_are_clipped():
    found = read_ase(ase(color(b"RGB ", -1, 7, float("inf")), color(b"Gray", 1e38)))
    assert found.hex() == ["#00ffff", "#ffffff"]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "it ends too early"),
        (b"ABCD" + bytes(8), "it does not begin with ASEF"),
        (ase(), "it has 0 colors"),
        (ase(block(0xC002, b"")), "it has 0 colors"),
        (ase(color(b"RGB ", 0, float("nan"), 0)), "an amount that is not a number"),
        (ase(color(b"HSB ", 0, 0, 0)), "'HSB ' is no known color model"),
        (ase(block(1, b"\xff\xff\0\0")), "it ends too early"),
        (ase(color(b"CMYK", 0, 0)), "it ends too early"),
        (b"ASEF\0\1\0\0\xff\xff\xff\xff", "it ends too early"),
        (ase(b"\0\1\xff\xff\xff\xff\0\0"), "it ends too early"),
        (ase(*[color(b"Gray", 0)] * 65_537), "it has 65,537 colors"),
        (ase(*[color(b"Gray", 0)] * 65_600), "it has 65,537 colors"),
    ],
)
def test_what_is_no_palette(data, told):
    with pytest.raises(ValueError, match=told):
        read_ase(data)


def test_names_have_an_end():
    longest = palette_of([[0, 0, 0]], ["a" * 65_534])
    assert read_ase(write_ase(longest)).names == longest.names
    with pytest.raises(ValueError, match="holds names of up to 65,534 UTF-16 units"):
        write_ase(palette_of([[0, 0, 0]], ["a" * 65_535]))


@given(damaged(GROUPED))
def test_damaged(data):
    # Any other error fails.
    with suppress(ValueError):
        assert isinstance(read_ase(data), Palette)
