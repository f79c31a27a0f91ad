"""PNG files made by hand: animations, codes of color, text."""

import io
import zlib

import numpy as np
import pngs
import pytest

from colorquant.errors import ColorquantWarning, ImageReadError, InvalidInputError
from colorquant.images.reading.decode import in_8_bits
from colorquant.images.reading.png import PngFile
from colorquant.images.source import Source
from colorquant.reading import ReadingOptions

SIZE = 6, 8
MOST = 99


def plain(color, size=SIZE, bits=8):
    scale = 257 if bits == 16 else 1
    samples = np.empty((*size, len(color)), np.int64)
    samples[:] = np.array(color) * scale
    return samples


def frames_of(data):
    with Source(data, ReadingOptions()) as source:
        return list(source.rasters())


def is_color(pixels, color):
    """Return whether all pixels have a color, with alpha where they have some."""
    if pixels.shape[2] == 3:
        color = color[:3] if len(color) == 3 or color[3] == 255 else (-1,) * 3
    return bool((pixels == color).all())


@pytest.mark.parametrize(
    ("kind", "bits"), [("color", 8), ("color", 16), ("gray", 8), ("gray", 16), ("indexed", 8)]
)
def test_soft_frames_are_blended_over(kind, bits):
    if kind == "color":
        below, front, color_type, before = (40, 40, 255, 255), (255, 0, 0, 128), 6, ()
        expected = (148, 20, 127, 255)
    elif kind == "gray":
        below, front, color_type, before = (40, 255), (255, 128), 4, ()
        expected = (148, 148, 148, 255)
    else:
        color_type = 3
        palette = pngs.chunk(b"PLTE", bytes([40, 40, 255, 255, 0, 0, 1, 2, 3]))
        before = palette, pngs.chunk(b"tRNS", bytes([255, 128, 0]))
        below, front, expected = (0,), (1,), (148, 20, 127, 255)
    clear = {"color": (0, 0, 0, 0), "gray": (0, 0), "indexed": (2,)}[kind]
    first = plain(below, bits=bits)
    first[:, :4] = plain(clear, (6, 4), bits)
    second = plain(front, bits=bits)
    data = pngs.apng([(first, {}), (second, {"blend": 1})], bits, color_type, *before)
    found = frames_of(data)[1].pixels
    alone = (255, 0, 0, 128) if kind != "gray" else (255, 255, 255, 128)
    assert is_color(found[:, :4], alone)
    assert is_color(found[:, 4:], expected)
    replaced = pngs.apng([(first, {}), (second, {"blend": 0})], bits, color_type, *before)
    assert is_color(frames_of(replaced)[1].pixels, alone)


@pytest.mark.parametrize(("dispose", "expected"), [(0, 7), (1, 0), (2, 5)])
def test_disposal_and_place(dispose, expected):
    patch = plain((7, 7, 7, 255), (2, 3))
    last = plain((9, 9, 9, 255), (1, 1))
    data = pngs.apng(
        [
            (plain((5, 5, 5, 255)), {}),
            (patch, {"place": (4, 1), "dispose": dispose}),
            (last, {"place": (0, 0)}),
        ],
        8,
        6,
    )
    second, third = (raster.pixels for raster in frames_of(data)[1:])
    assert (second[1:3, 4:7, 0] == 7).all()
    assert (second[:, :, 0] == 7).sum() == 6
    assert (third[1:3, 4:7, 0] == expected).all()
    assert third[0, 0, 0] == 9
    assert third.shape[2] == (4 if dispose == 1 else 3)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_picture_for_viewers_without_animation(number):
    frames = [(plain((0, 100 + n, 0), (6, 8)), {"delay": (n, 10)}) for n in range(number)]
    data = pngs.apng(frames, 8, 2, hidden=plain((255, 0, 0)))
    with pytest.warns(ColorquantWarning, match="its picture for viewers without animation"):
        found = frames_of(data)
    assert [raster.pixels[0, 0].tolist() for raster in found] == [
        [0, 100 + n, 0] for n in range(number)
    ]
    assert [raster.duration or 0 for raster in found] == [n * 100 for n in range(number)]


def test_a_hidden_picture_and_a_small_first_frame():
    data = pngs.apng([(plain((1, 2, 3), (2, 2)), {"place": (1, 1)})], 8, 2, hidden=plain((9, 9, 9)))
    with pytest.warns(ColorquantWarning, match="without animation"):
        (raster,) = frames_of(data)
    assert raster.pixels.shape == (6, 8, 4)
    assert (raster.pixels[:, :, 3] > 0).sum() == 4


def test_a_transparent_level_in_frames():
    level = pngs.chunk(b"tRNS", b"\0\2")
    first, second = plain((2,)), plain((1,))
    second[0, 0] = 2
    data = pngs.apng([(first, {}), (second, {"blend": 1})], 2, 0, level)
    one, other = (raster.pixels for raster in frames_of(data))
    assert not one[:, :, 3].any()
    assert other[0, 0, 3] == 0
    assert is_color(other[1:], (85, 85, 85, 255))


def test_more_frames_than_it_says_are_none_of_it():
    frames = [(plain((n, n, n)), {}) for n in range(4)]
    data = pngs.apng(frames, 8, 2, count=3, plays=7)
    with Source(data, ReadingOptions()) as source:
        assert (source.frames, source.plays) == (3, 7)
        assert [raster.pixels[0, 0, 0] for raster in source.rasters()] == [0, 1, 2]


def broken():
    red = plain((255, 0, 0))
    good = pngs.apng([(red, {}), (red, {})], 8, 2)
    order = good.replace(pngs.control(1, (8, 6)), pngs.control(2, (8, 6)))
    yield "order", order
    yield "beyond", pngs.apng([(red, {}), (red, {"place": (1, 0)})], 8, 2)
    yield "too few", pngs.apng([(red, {}), (red, {})], 8, 2, count=3)
    yield (
        "small first",
        pngs.apng([(red, {}), (red, {})], 8, 2).replace(
            pngs.control(0, (8, 6)), pngs.control(0, (4, 6))
        ),
    )
    yield "cut control", good.replace(pngs.control(1, (8, 6)), pngs.chunk(b"fcTL", bytes(10)))
    start = good.index(b"fdAT") - 4
    yield "no data", good[:start] + pngs.chunk(b"IEND", b"")


@pytest.mark.parametrize("data", [pytest.param(data, id=name) for name, data in broken()])
def test_animations_that_are_broken(data):
    with pytest.raises(ImageReadError, match="damaged or incomplete"):
        frames_of(data)


def test_what_is_no_animation():
    still = pngs.png(plain((1, 2, 3)), 8, 2)
    assert not PngFile(io.BytesIO(still), MOST).frames
    alone = pngs.apng([(plain((1, 2, 3)), {})], 8, 2)
    with Source(alone, ReadingOptions()) as source:
        assert source.frames == 1
        assert source.first().exact
    late = pngs.png(plain((1, 2, 3)), 8, 2, after=[pngs.chunk(b"acTL", bytes([0, 0, 0, 2] * 2))])
    assert not PngFile(io.BytesIO(late), MOST).frames


def test_codes_and_texts():
    words = pngs.chunk(b"tEXt", b"Title\0words")
    more = pngs.chunk(b"zTXt", b"Author\0\0" + zlib.compress(b"me"))
    spoiled = bytearray(pngs.chunk(b"iTXt", b"Bad\0\0\0\0\0x"))
    spoiled[-1] ^= 1
    data = pngs.png(
        plain((1, 2, 3)),
        8,
        2,
        pngs.chunk(b"cICP", bytes([12, 13, 0, 1])),
        words,
        after=[more, bytes(spoiled)],
    )
    file = PngFile(io.BytesIO(data), MOST)
    assert file.cicp == (12, 13, 0, 1)
    assert file.texts() == (
        (b"tEXt", b"Title\0words"),
        (b"zTXt", b"Author\0\0" + zlib.compress(b"me")),
    )
    assert (file.size, file.gray, file.wide) == ((8, 6), False, False)


def test_frames_are_decoded_by_what_is_given():
    data = pngs.apng([(plain((9, 9, 9)), {}), (plain((8, 8, 8)), {})], 8, 2)
    file = PngFile(io.BytesIO(data), MOST)
    decoded = [pixels for pixels, _ in file.rasters(lambda *opened: in_8_bits(*opened)[0])]
    assert [pixels[0, 0].tolist() for pixels in decoded] == [[9, 9, 9, 255], [8, 8, 8, 255]]


def test_more_frames_than_are_allowed_are_refused_by_their_number():
    one = [(plain((9, 9, 9)), {})]
    data = pngs.apng(one, 8, pngs.COLOR, count=100)
    with pytest.raises(InvalidInputError, match="more frames than the limit of 99; --max-frames"):
        PngFile(io.BytesIO(data), 99)
    with pytest.raises(ValueError, match="of 100 frames it has 1"):
        PngFile(io.BytesIO(data), 100)
