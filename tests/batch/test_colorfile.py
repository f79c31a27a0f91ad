"""Files of colors: the same when read back, and refused when damaged."""

import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from colorquant.batch.colorfile import colors_bytes, read_alike, read_colors
from colorquant.color import gathering
from colorquant.color.gathering import Gathered
from colorquant.color.table import ColorTable
from colorquant.errors import ImageReadError
from colorquant.models import Raster

HEADER = struct.Struct("<3sBBBHQI")


def gathered(channels, *, bins=False, seen=False):
    rng = np.random.default_rng(channels)
    pixels = rng.integers(0, 256, (40, 50, channels), dtype=np.uint8)
    pixels[:10, :10] = 200
    with pytest.MonkeyPatch.context() as patch:
        if bins:
            patch.setattr(gathering, "EXACT", 10)
        return Gathered.of(ColorTable.of(Raster(pixels), seen=seen))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "x.cqt"


@pytest.mark.parametrize("seen", [False, True])
@pytest.mark.parametrize("bins", [False, True])
@pytest.mark.parametrize("channels", [3, 4])
def test_written_and_read_back(channels, bins, seen, path):
    written = gathered(channels, bins=bins, seen=seen)
    assert (written.sums is not None) == bins
    path.write_bytes(colors_bytes(written))
    found = read_colors(path)
    assert found.channels == channels
    np.testing.assert_array_equal(found.keys, written.keys)
    np.testing.assert_array_equal(found.counts, written.counts)
    assert ((found.sums is not None), (found.seen is not None)) == (bins, seen)
    if bins:
        np.testing.assert_array_equal(found.sums, written.sums)
    if seen:
        np.testing.assert_array_equal(found.seen, written.seen)


def test_the_layout(path):
    colors = Gathered(np.array([5, 9], np.uint32), np.array([1, 7]), 3)
    content = struct.pack("<IIqq", 5, 9, 1, 7)
    header = HEADER.pack(b"CQT", 1, 3, 8, 0, 2, zlib.crc32(content))
    assert colors_bytes(colors) == header + zlib.compress(content, 6)


def test_the_layout_with_what_the_eye_sees():
    numbers = np.array([1, 7]), 3, np.array([[1, 2, 3], [4, 5, 6]]), np.array([[250, 0], [8, 7]])
    content = struct.pack("<II12q", 5, 9, 1, 7, 250, 8, 0, 7, 1, 2, 3, 4, 5, 6)
    header = HEADER.pack(b"CQT", 2, 3, 7, 0, 2, zlib.crc32(content))
    found = colors_bytes(Gathered(np.array([5, 9], np.uint32), *numbers))
    assert found == header + zlib.compress(content, 6)


def made(keys, counts, channels=3, bits=8, sums=(), *, n=None, version=1, seen=()):
    numbers = *counts, *seen, *sums
    content = struct.pack(f"<{len(keys)}I{len(numbers)}q", *keys, *numbers)
    n = len(keys) if n is None else n
    version = 2 if seen else version
    header = HEADER.pack(b"CQT", version, channels, bits, 0, n, zlib.crc32(content))
    return header + zlib.compress(content)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "unpack requires"),
        (b"GIF89a" + bytes(30), "it does not begin with CQT, version 1 or 2"),
        (made([1], [1], version=3), "it does not begin with CQT, version 1 or 2"),
        (made([1], [1], version=2), "its length is not what it says"),
        (made([1], [1], seen=[9]), "its length is not what it says"),
        (made([1], [1], seen=[9, 0, 0]), "its length is not what it says"),
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
        (made([1], [0], seen=[0, 0]), "a count is out of range"),
        (made([1, 2], [3, 3], seen=[9, 2, 0, 0]), "an importance is out of range"),
        (made([1, 2], [3, 3], seen=[766, 9, 0, 0]), "an importance is out of range"),
        (made([1], [1 << 44], seen=[(1 << 63) - 1, 0]), "an importance is out of range"),
        (made([1], [3], seen=[9, -1]), "a number of flat pixels is out of range"),
        (made([1], [3], seen=[9, 4]), "a number of flat pixels is out of range"),
        (made([1], [2], bits=7, sums=[1, 2, 511], seen=[9, 1]), "a sum is out of range"),
    ],
)
def test_what_is_no_file_of_colors(data, message, path):
    path.write_bytes(data)
    with pytest.raises(ImageReadError, match=f"x.cqt: not a file of colors, or damaged: {message}"):
        read_colors(path)


@given(at=st.integers(0, 10**6), value=st.integers(1, 255), bins=st.booleans(), seen=st.booleans())
def test_any_change_is_noticed(at, value, bins, seen, tmp_path_factory):
    data = bytearray(colors_bytes(gathered(3, bins=bins, seen=seen)))
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


def test_files_that_do_not_add_up(tmp_path):
    with_it, without = tmp_path / "a.cqt", tmp_path / "b.cqt"
    with_it.write_bytes(colors_bytes(gathered(3, seen=True)))
    without.write_bytes(colors_bytes(gathered(3)))
    for alike in ([with_it, with_it], [without, without]):
        assert len(list(read_alike(alike))) == 2
    message = r"b.cqt: counted without --objective perceptual, unlike .*a.cqt$"
    with pytest.raises(ImageReadError, match=message):
        list(read_alike([with_it, with_it, without]))
    message = r"a.cqt: counted with --objective perceptual, unlike .*b.cqt$"
    with pytest.raises(ImageReadError, match=message):
        list(read_alike([without, with_it]))


def test_what_the_eye_sees_may_be_needed(path):
    path.write_bytes(colors_bytes(gathered(3, seen=True)))
    assert read_colors(path, seen=True).seen is not None
    path.write_bytes(colors_bytes(gathered(3)))
    message = r"x.cqt: counted without --objective perceptual; count the colors with it$"
    with pytest.raises(ImageReadError, match=message):
        read_colors(path, seen=True)
