import io
import struct
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from palettefiles import damaged, palettes
from PIL import Image

from colorquant.palette import Palette
from colorquant.palettes.files.photoshop import (
    is_aco,
    is_act,
    read_aco,
    read_act,
    write_aco,
    write_act,
)
from colorquant.palettes.files.rows import palette_of

# Written by adobe-color-swatch 1.0.0 (Python).
SWATCHES = bytes.fromhex(
    "000100040000ffff0000ffff0000000195558000ffff000000020000ffffffff800000081d4c0000000000000002"
    "00040000ffff0000ffff00000000000c0052004700420020004d006100670065006e007400610000000195558000"
    "ffff0000000000060041007a007500720065000000020000ffffffff80000000000a0043004d0059004b00200043"
    "00790061006e000000081d4c00000000000000000009003700350025002000470072006100790000"
)
# Written by anypalette 0.6.0 (JavaScript).
TWO = bytes.fromhex(
    "000100020000ffff00000000000000000000808040400000000200020000ffff0000000000000000000200520000"
    "000000008080404000000000000200470000"
)


@given(palettes(channels=3, most=256))
def test_color_tables_read_back(palette):
    data = write_act(palette)
    assert (len(data), is_act(data)) == (772, True)
    assert read_act(data).colors.tolist() == palette.colors.tolist()


@given(palettes(channels=3, most=256), st.integers(0, 255))
def test_a_transparent_color_reads_back(palette, place):
    rows = [[*row, 255] for row in palette.colors.tolist()]
    place %= len(rows)
    rows[place] = [0, 0, 0, 0]
    assert read_act(write_act(palette_of(rows))).colors.tolist() == rows


def test_color_tables_as_others_write_them():
    # As anypalette 0.6.0 writes them: all 256 colors, and nothing more.
    found = read_act(bytes.fromhex("ff0000008040").ljust(768, b"\0"))
    assert found.colors.tolist() == [[255, 0, 0], [0, 128, 64]] + [[0, 0, 0]] * 254


@pytest.mark.parametrize(
    ("count", "transparent", "rows"),
    [
        (2, 0xFFFF, [[0, 1, 2], [3, 4, 5]]),
        (2, 1, [[0, 1, 2, 255], [0, 0, 0, 0]]),
        # No color has this index.
        (2, 2, [[0, 1, 2], [3, 4, 5]]),
    ],
)
def test_count_and_transparent_index(count, transparent, rows):
    data = bytes(index % 256 for index in range(768)) + struct.pack(">HH", count, transparent)
    assert read_act(data).colors.tolist() == rows


def test_what_is_no_color_table():
    with pytest.raises(ValueError, match="has 768 or 772 bytes, not 769"):
        read_act(bytes(769))
    with pytest.raises(ValueError, match="up to 256 colors, not 257"):
        read_act(bytes(768) + struct.pack(">HH", 257, 0xFFFF))
    with pytest.raises(ValueError, match="it has 0 colors"):
        read_act(bytes(772))


def test_what_a_color_table_cannot_hold():
    with pytest.raises(ValueError, match="holds up to 256 colors, not 257"):
        write_act(palette_of([[0, 0, 0]] * 257))
    with pytest.raises(ValueError, match="holds one transparent color, not 2"):
        write_act(palette_of([[0, 0, 0, 0]] * 2))


@given(palettes(channels=3, most=300))
def test_swatches_read_back(palette):
    data = write_aco(palette)
    assert is_aco(data)
    found = read_aco(data)
    assert found.colors.tolist() == palette.colors.tolist()
    assert found.names == palette.names


def test_programs_that_know_no_names_find_the_colors_first():
    palette = palette_of([[1, 2, 3], [250, 0, 9]], ["a", "b"])
    data = write_aco(palette)[: 4 + 2 * 10]
    assert is_aco(data)
    found = read_aco(data)
    assert found.colors.tolist() == palette.colors.tolist()
    assert found.names is None


def test_swatches_as_others_write_them():
    assert is_aco(SWATCHES)
    found = read_aco(SWATCHES)
    assert found.names == ("RGB Magenta", "Azure", "CMYK Cyan", "75% Gray")
    # Hue 210 degrees at half saturation; cyan with half the black; a quarter of white.
    assert found.hex() == ["#ff00ff", "#7fbfff", "#008080", "#404040"]
    assert read_aco(TWO).hex() == ["#ff0000", "#008040"]
    assert write_aco(read_aco(TWO)) == TWO


def test_swatches_in_lab():
    # L* 46.28, a* -47.56, b* 48.58 is CSS's green.
    color = struct.pack(">HHhhH", 7, 4628, -4756, 4858, 0)
    assert read_aco(struct.pack(">HH", 1, 1) + color).hex() == ["#008000"]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "it ends too early"),
        (b"\0\1\0\1", "it ends too early"),
        (b"\0\1\0\0", "it has 0 colors"),
        (b"\0\3\0\1" + bytes(10), "its version is 3, not 1 or 2"),
        (b"\0\1\0\1\0\3" + bytes(8), "color 1 is in the color space Pantone, which is not read"),
        (b"\0\1\0\1\0\12" + bytes(8), "color 1 is in the color space HKS, which is not read"),
        (b"\0\1\0\1\0\11" + bytes(8), "color 1 is in the color space number 9, which is not read"),
        (b"\0\2\0\1" + bytes(10) + b"\xff\xff\xff\xff", "it ends too early"),
        (SWATCHES[:-1], "it ends too early"),
    ],
)
def test_what_is_no_swatches(data, told):
    with pytest.raises(ValueError, match=told):
        read_aco(data)


def test_too_many_swatches():
    colors = np.zeros((65_536, 3), np.uint8)
    with pytest.raises(ValueError, match="holds up to 65,535 colors, not 65,536"):
        write_aco(Palette(colors, np.zeros(65_536, np.int64)))


def test_other_files_are_no_swatches():
    # An indexed Targa image begins with 0, 1, 1, 0, 0, 0.
    stream = io.BytesIO()
    Image.frombytes("P", (64, 64), bytes(range(256)) * 16).save(stream, "TGA")
    assert stream.getvalue()[:6] == b"\0\1\1\0\0\0"
    assert not is_aco(stream.getvalue())
    assert not any(
        map(
            is_aco,
            [b"", bytes(100), b"GIMP Palette\n1 2 3", b"\0\1\0\1\0\0", b"\0\1\0\2" + bytes(11)],
        )
    )


@given(damaged(SWATCHES))
def test_damaged_swatches(data):
    assert is_aco(data) in (True, False)
    # Any other error fails.
    with suppress(ValueError):
        assert isinstance(read_aco(data), Palette)
