"""Indexed PNG, read back by Pillow and by hand."""

import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from colorquant.images.writing import png
from colorquant.metadata import Metadata
from colorquant.models import IndexedImage
from colorquant.palette import Palette


def chunks(data):
    at, found = 8, []
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        kind, content = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        (check,) = struct.unpack_from(">I", data, at + 8 + length)
        assert check == zlib.crc32(kind + content)
        found.append((kind.decode(), content))
        at += 12 + length
    return found


def image_of(indices, k):
    colors = np.arange(3 * k, dtype=np.uint8).reshape(k, 3)
    return IndexedImage(indices.astype(np.uint8), Palette(colors, np.ones(k, np.int64)))


def written(image, **carried):
    return png.indexed_png(image, Metadata(**carried))


@given(
    k=st.sampled_from([1, 2, 3, 4, 5, 16, 17, 80]),
    height=st.integers(1, 20),
    width=st.integers(1, 40),
    strip=st.sampled_from([1, 7, 50, 1 << 20]),
    seed=st.integers(0, 99),
)
def test_any_size_in_strips_of_any_size(k, height, width, strip, seed):
    image = image_of(np.random.default_rng(seed).integers(0, k, (height, width)), k)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(png, "_STRIP", strip)
        patch.setattr(png, "_WINDOW", min(strip, 1 << 15))
        data = written(image)
    with Image.open(io.BytesIO(data)) as back:
        assert back.mode in ("P", "1")
        np.testing.assert_array_equal(np.asarray(back.convert("RGB")), image.pixels())


def test_strips_know_what_stands_before(monkeypatch):
    # The same noise again and again: only the first strip costs.
    noise = np.random.default_rng(0).integers(0, 80, (1, 1000))
    image = image_of(np.repeat(noise, 64, axis=0), 80)
    whole = len(written(image))
    monkeypatch.setattr(png, "_STRIP", 8 * 1001)
    assert len(written(image)) < 1.2 * whole


def test_the_number_of_threads_makes_no_difference(monkeypatch):
    monkeypatch.setattr(png, "_STRIP", 4000)
    image = image_of(np.random.default_rng(0).integers(0, 80, (100, 300)), 80)
    files = []
    for threads in ("1", "2", "5"):
        monkeypatch.setenv("OMP_NUM_THREADS", threads)
        files.append(written(image))
    assert files[0] == files[1] == files[2]


def test_large_images_are_deflated_faster(samples, monkeypatch):
    with Image.open(samples / "flower.jpg") as flower:
        image = image_of(np.asarray(flower.convert("L")) // 4, 80)
    small = len(written(image))
    monkeypatch.setattr(png, "_SMALL", 100)
    assert small < len(written(image)) < 1.1 * small


def test_chunks_stand_in_their_order():
    image = image_of(np.array([[0, 1]]), 2)
    data = written(image, icc_profile=b"profile", dpi=(300.0, 72.0))
    found = chunks(data)
    assert [kind for kind, _ in found] == ["IHDR", "iCCP", "PLTE", "pHYs", "IDAT", "IEND"]
    content = dict(found)
    assert content["IHDR"] == struct.pack(">IIBBBBB", 2, 1, 1, 3, 0, 0, 0)
    assert zlib.decompress(content["iCCP"].removeprefix(b"ICC Profile\0\0")) == b"profile"
    assert content["pHYs"] == struct.pack(">IIB", 11811, 2835, 1)
    assert content["PLTE"] == bytes(range(6))
    # A filter byte, and the indices 0 and 1 in the two highest bits.
    assert zlib.decompress(content["IDAT"]) == b"\x00\x40"


@pytest.mark.parametrize(
    ("alphas", "chunk"), [([0, 128, 255], b"\x00\x80"), ([7, 255, 255], b"\x07"), ([255], None)]
)
def test_transparency_is_no_longer_than_needed(alphas, chunk):
    colors = np.array([[n, n, n, alpha] for n, alpha in enumerate(alphas)], np.uint8)
    k = len(colors)
    image = IndexedImage(np.arange(k, dtype=np.uint8)[None], Palette(colors, np.ones(k, np.int64)))
    assert dict(chunks(written(image))).get("tRNS") == chunk
