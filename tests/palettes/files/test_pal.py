import struct

import numpy as np
import pytest

from colorquant.errors import ImageWriteError
from colorquant.palette import Palette
from colorquant.palettes.files.pal import (
    is_jasc,
    is_riff,
    read_jasc,
    read_riff,
    write_jasc,
    write_riff,
)
from colorquant.palettes.files.rows import palette_of


def test_jasc_as_paint_shop_pro_writes_it():
    data = b"JASC-PAL\r\n0100\r\n2\r\n0 0 0\r\n255 128 1\r\n"
    assert is_jasc(data)
    assert read_jasc(data).colors.tolist() == [[0, 0, 0], [255, 128, 1]]
    assert write_jasc(read_jasc(data)) == data


def test_jasc_with_alpha_and_more_lines_than_it_says():
    data = b"JASC-PAL\n0100\n2\n0 0 0 7\n1\t2  3\n9 9 9\n"
    assert read_jasc(data).colors.tolist() == [[0, 0, 0, 7], [1, 2, 3, 255]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "its first line is not JASC-PAL"),
        ("JASC-PAL", "its version is '', not 0100"),
        ("JASC-PAL\n0200\n1\n0 0 0", "its version is '0200', not 0100"),
        ("JASC-PAL\n0100\n", "its number of colors is '', not 1 to 65,536"),
        ("JASC-PAL\n0100\n0\n", "its number of colors is '0', not 1 to 65,536"),
        ("JASC-PAL\n0100\n-1\n", "its number of colors is '-1', not"),
        (f"JASC-PAL\n0100\n{9**999}\n", f"its number of colors is '{str(9**999)[:40]}', not"),
        ("JASC-PAL\n0100\n3\n0 0 0\n1 1 1\n", "it has 2 of the 3 colors that it says it has"),
        ("JASC-PAL\n0100\n1\n0 0 256\n", "'0 0 256' is no color"),
        ("JASC-PAL\n0100\n1\n0 0\n", "'0 0' is no color"),
        ("JASC-PAL\n0100\n1\n0 0 0 0 0\n", "'0 0 0 0 0' is no color"),
    ],
)
def test_damaged_jasc(text, message):
    with pytest.raises(ValueError, match=message):
        read_jasc(text.encode())


def riff(rows, n=None, version=0x300, before=b"", size=None):
    content = struct.pack("<HH", version, len(rows) if n is None else n)
    content += b"".join(bytes(row) for row in rows)
    chunk = b"data" + struct.pack("<I", len(content) if size is None else size) + content
    whole = b"PAL " + before + chunk
    return b"RIFF" + struct.pack("<I", len(whole)) + whole


def test_riff_as_windows_has_it():
    data = riff([[1, 2, 3, 0], [4, 5, 6, 1]])
    assert is_riff(data)
    assert read_riff(data).colors.tolist() == [[1, 2, 3], [4, 5, 6]]
    assert write_riff(palette_of([[1, 2, 3]])) == riff([[1, 2, 3, 0]])


def test_other_chunks_of_riff_are_skipped():
    odd = b"LIST" + struct.pack("<I", 3) + b"abc\0"
    assert read_riff(riff([[1, 2, 3, 0]], before=odd * 2)).colors.tolist() == [[1, 2, 3]]


@pytest.mark.parametrize("size", [0, 1, 0xFFFFFFFF])
def test_wrong_sizes_of_riff_do_not_matter(size):
    assert read_riff(riff([[1, 2, 3, 0]], size=size)).colors.tolist() == [[1, 2, 3]]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"RIFF\4\0\0\0WAVE", "it does not begin with RIFF and PAL"),
        (b"RIFF\4\0\0\0PAL ", "it has no chunk of colors"),
        (b"RIFF\4\0\0\0PAL data\4\0\0\0\0", "its version is 0x0000, not 0x0300"),
        (riff([], before=b"LIST\xff\xff\xff\xff"), "it has no chunk of colors"),
        (riff([[1, 2, 3, 0]], version=0x301), "its version is 0x0301, not 0x0300"),
        (riff([[1, 2, 3, 0]], n=0xFFFF), "it has 1 of the 65,535 colors"),
        (riff([]), "it has 0 colors"),
    ],
)
def test_damaged_riff(data, message):
    with pytest.raises(ValueError, match=message):
        read_riff(data)


def test_riff_counts_with_16_bits():
    colors = np.zeros((65_536, 3), np.uint8)
    most = Palette(colors[1:], np.zeros(65_535, np.int64))
    assert len(read_riff(write_riff(most))) == 65_535
    with pytest.raises(ImageWriteError, match="riff has at most 65,535 colors, not 65,536"):
        write_riff(Palette(colors, np.zeros(65_536, np.int64)))
