"""Files of colors: the same when read back, and refused when damaged."""

import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from colorquant.batch.colorfile import colors_bytes, read_colors
from colorquant.color import gathering
from colorquant.color.gathering import Gathered
from colorquant.color.table import ColorTable
from colorquant.errors import ImageReadError
from colorquant.models import Raster

HEADER = struct.Struct("<3sBBBHQI")


def gathered(channels, *, bins=False):
    rng = np.random.default_rng(channels)
    pixels = rng.integers(0, 256, (40, 50, channels), dtype=np.uint8)
    with pytest.MonkeyPatch.context() as patch:
        if bins:
            patch.setattr(gathering, "EXACT", 10)
        return Gathered.of(ColorTable.of(Raster(pixels)))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "x.cqt"


@pytest.mark.parametrize("bins", [False, True])
@pytest.mark.parametrize("channels", [3, 4])
def test_written_and_read_back(channels, bins, path):
    written = gathered(channels, bins=bins)
    assert (written.sums is not None) == bins
    path.write_bytes(colors_bytes(written))
    found = read_colors(path)
    assert found.channels == channels
    np.testing.assert_array_equal(found.keys, written.keys)
    np.testing.assert_array_equal(found.counts, written.counts)
    if bins:
        np.testing.assert_array_equal(found.sums, written.sums)


def test_the_layout(path):
    colors = Gathered(np.array([5, 9], np.uint32), np.array([1, 7]), 3)
    content = struct.pack("<IIqq", 5, 9, 1, 7)
    header = HEADER.pack(b"CQT", 1, 3, 8, 0, 2, zlib.crc32(content))
    assert colors_bytes(colors) == header + zlib.compress(content, 6)


def made(keys, counts, channels=3, bits=8, sums=(), *, n=None, version=1):
    content = struct.pack(f"<{len(keys)}I{len(counts)}q{len(sums)}q", *keys, *counts, *sums)
    n = len(keys) if n is None else n
    header = HEADER.pack(b"CQT", version, channels, bits, 0, n, zlib.crc32(content))
    return header + zlib.compress(content)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "unpack requires"),
        (b"GIF89a" + bytes(30), "it does not begin with CQT, version 1"),
        (made([1], [1], version=2), "it does not begin with CQT, version 1"),
        (made([1], [1], channels=5), "it has an unknown kind of colors"),
        (made([1], [1], bits=6, sums=[1, 1, 1]), "it has an unknown kind of colors"),
        (made([], []), "it says that it has 0 entries"),
        (made([1], [1], n=1 << 40), "it says that it has 1,099,511,627,776 entries"),
        (made([1], [1], n=2), "its length is not what it says"),
        (made([1], [1])[:-6], "its length is not what it says|incomplete"),
        (made([1], [1]) + b"more", "its length is not what it says"),
        (made([2, 1], [1, 1]), "its colors are not in order"),
        (made([1, 1], [1, 1]), "its colors are not in order"),
        (made([1 << 24], [1]), "its colors are not in order"),
        (made([1], [0]), "a count is out of range"),
        (made([1], [-5]), "a count is out of range"),
        (made([1, 2], [1 << 43, 1 << 44]), "a count is out of range"),
        (made([256], [1], channels=4), "what is transparent has a color"),
        (made([1], [2], bits=7, sums=[1, 2, 511]), "a sum is out of range"),
        (made([1], [2], bits=7, sums=[1, -2, 5]), "a sum is out of range"),
        (made([1], [1], 4, 5, [1, 2, 3, 4, 5, 6]), "a sum is out of range"),
        (made([1], [1], 4, 5, [70_000, 2, 3, 0, 0, 0]), "a sum is out of range"),
    ],
)
def test_what_is_no_file_of_colors(data, message, path):
    path.write_bytes(data)
    with pytest.raises(ImageReadError, match=f"x.cqt: not a file of colors, or damaged: {message}"):
        read_colors(path)


@given(at=st.integers(0, 10**6), value=st.integers(1, 255), bins=st.booleans())
def test_any_change_is_noticed(at, value, bins, tmp_path_factory):
    data = bytearray(colors_bytes(gathered(3, bins=bins)))
    data[at % len(data)] ^= value
    path = tmp_path_factory.mktemp("x") / "x.cqt"
    path.write_bytes(data)
    with pytest.raises(ImageReadError, match="not a file of colors, or damaged"):
        read_colors(path)


def test_a_bomb_is_not_unpacked(path):
    header = HEADER.pack(b"CQT", 1, 3, 8, 0, 10, 0)
    path.write_bytes(header + zlib.compress(bytes(10**8)))
    with pytest.raises(ImageReadError, match="its length is not what it says"):
        read_colors(path)
