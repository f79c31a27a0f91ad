"""Directories of TIFFs: pages, previews, masks, camera raw files."""

import io
import struct

import numpy as np
import pytest
import tiffs
from PIL import Image, TiffImagePlugin

from colorquant.errors import ColorquantWarning, ImageReadError
from colorquant.images.source import Source
from colorquant.pipeline.files import quantize_file
from colorquant.reading import ReadingOptions

KIND, INNER, DNG_VERSION = 254, 330, 50706


def picture(width, height, level):
    return np.full((height, width, 3), level)


def joined(*directories):
    """Return a TIFF of several pages, each as `tiffs.tiff_of` returns it alone."""
    data = bytearray(directories[0])
    for one in directories[1:]:
        shift = len(data) + len(data) % 2
        data += bytes(shift - len(data))
        own = bytearray(one)
        (at,) = struct.unpack_from("<I", own, 4)
        (count,) = struct.unpack_from("<H", own, at)
        for entry in range(at + 2, at + 2 + 12 * count, 12):
            tag, kind, number = struct.unpack_from("<HHI", own, entry)
            size = number * {1: 1, 3: 2, 4: 4}[kind]
            if size > 4 or tag == tiffs.OFFSETS:
                (value,) = struct.unpack_from("<I", own, entry + 8)
                struct.pack_into("<I", own, entry + 8, value + shift)
                if tag == tiffs.OFFSETS and size > 4:
                    for place in range(value, value + size, 4):
                        (offset,) = struct.unpack_from("<I", own, place)
                        struct.pack_into("<I", own, place, offset + shift)
        struct.pack_into("<I", data, last_link(data), at + shift)
        data += own
    return bytes(data)


def last_link(data):
    (at,) = struct.unpack_from("<I", data, 4)
    while True:
        (count,) = struct.unpack_from("<H", data, at)
        link = at + 2 + 12 * count
        (at,) = struct.unpack_from("<I", data, link)
        if not at:
            return link


def inner_of(outer, *inner, **more):
    """Return a TIFF whose first directory refers to others, which are no pages."""
    pages = joined(*inner)
    (at,) = struct.unpack_from("<I", pages, 4)
    head = tiffs.tiff_of(outer, 8, 2, more={INNER: ("I", [0]), **more.get("fields", {})})
    whole = joined(head, *inner)
    # The next page's place becomes that of the inner directory.
    (first,) = struct.unpack_from("<I", whole, 4)
    (count,) = struct.unpack_from("<H", whole, first)
    link = first + 2 + 12 * count
    (place,) = struct.unpack_from("<I", whole, link)
    assert at < place
    data = bytearray(whole)
    struct.pack_into("<I", data, link, 0)
    for entry in range(first + 2, link, 12):
        if struct.unpack_from("<H", data, entry)[0] == INNER:
            struct.pack_into("<I", data, entry + 8, place)
    return bytes(data)


def read(data):
    with Source(data, ReadingOptions()) as source:
        return source, [raster.pixels for raster in source.rasters()]


def flagged(width, height, level, kind):
    return tiffs.tiff_of(picture(width, height, level), 8, 2, more={KIND: ("I", [kind])})


def test_the_test_files_are_right():
    data = joined(flagged(9, 20, 1, 0), flagged(8, 4, 2, 0), flagged(5, 4, 3, 2))
    with Image.open(io.BytesIO(data)) as image:
        assert image.n_frames == 3
    source, found = read(data)
    assert source.pages
    assert [(p.shape, p[0, 0, 0]) for p in found] == [
        ((20, 9, 3), 1),
        ((4, 8, 3), 2),
        ((4, 5, 3), 3),
    ]


@pytest.mark.parametrize("kind", [1, 4, 5, 3])
def test_reduced_versions_and_masks_are_no_pages(kind):
    data = joined(flagged(9, 20, 1, 0), flagged(5, 10, 2, kind), flagged(9, 20, 3, 2))
    source, found = read(data)
    assert [p[0, 0, 0] for p in found] == [1, 3]
    assert source.uniform
    alone = joined(flagged(9, 20, 1, 0), flagged(5, 10, 2, kind))
    source, found = read(alone)
    assert len(found) == 1
    assert source.partial
    assert not source.pages
    with pytest.warns(ColorquantWarning, match="only the first is used of its layers, sizes"):
        quantize_file(alone, io.BytesIO(), format="tiff")


@pytest.mark.parametrize(
    ("kind", "said"), [(1, "a reduced one"), (5, "a reduced one"), (4, "mask")]
)
def test_a_first_picture_that_is_none(kind, said):
    with pytest.raises(ImageReadError, match=f"its first picture is .*{said}"):
        read(joined(flagged(5, 5, 1, kind), flagged(20, 20, 2, 0)))


@pytest.mark.parametrize("tag", [DNG_VERSION, 37398])
def test_camera_raw_by_its_tags(tag):
    data = tiffs.tiff_of(picture(8, 8, 1), 8, 2, more={tag: ("B", [1, 4, 0, 0])})
    with pytest.raises(ImageReadError, match="the image: a camera raw file, which is not read"):
        read(data)


def test_camera_raw_by_what_is_within():
    preview, sensor = picture(16, 12, 9), np.full((40, 60, 1), 5)
    for photometric in (32803, 34892):
        raw = tiffs.tiff_of(sensor, 8, photometric)
        with pytest.raises(ImageReadError, match="camera raw"):
            read(inner_of(preview, raw))
    full = tiffs.tiff_of(picture(60, 40, 5), 8, 2)
    with pytest.raises(ImageReadError, match="a reduced one of another"):
        read(inner_of(preview, full))
    with pytest.raises(ImageReadError, match="camera raw"):
        read(inner_of(preview, full, fields={KIND: ("I", [1])}))


def test_a_canon_raw_file():
    data = bytearray(tiffs.tiff_of(picture(8, 8, 1), 8, 2))
    data[8:10] = b"CR"
    with pytest.raises(ImageReadError, match="camera raw"):
        read(bytes(data))


def test_smaller_versions_within_are_left_out():
    small = tiffs.tiff_of(picture(8, 5, 2), 8, 2, more={KIND: ("I", [1])})
    source, found = read(inner_of(picture(16, 10, 7), small))
    assert (len(found), found[0][0, 0, 0], source.partial) == (1, 7, True)


@pytest.mark.filterwarnings("ignore:the image. :colorquant.errors.ColorquantWarning")
@pytest.mark.parametrize("place", [0, 5, 10**9])
def test_references_that_lead_nowhere(place):
    data = tiffs.tiff_of(picture(8, 8, 1), 8, 2, more={INNER: ("I", [place])})
    _, found = read(data)
    assert found[0][0, 0, 0] == 1


def test_color_maps_of_8_bits(noise):
    color_map = np.random.default_rng(1).integers(0, 256, (256, 3))
    indices = noise[:, :, :1].astype(int)
    for levels in (color_map, color_map * 257):
        _, (pixels,) = read(tiffs.tiff_of(indices, 8, 3, color_map=levels))
        np.testing.assert_array_equal(pixels, color_map[indices[:, :, 0]])
    _, (pixels,) = read(tiffs.tiff_of(indices, 8, 3, color_map=color_map * 0))
    assert not pixels.any()


@pytest.mark.parametrize("kind", [0, 2, 1])
def test_no_more_directories_are_looked_at_than_are_allowed(kind, monkeypatch):
    data = joined(flagged(9, 20, 1, 0), *[flagged(4, 4, 2, kind)] * 40)
    looked = []
    real = TiffImagePlugin.TiffImageFile._setup
    monkeypatch.setattr(
        TiffImagePlugin.TiffImageFile, "_setup", lambda self: looked.append(1) or real(self)
    )
    with Source(data, ReadingOptions(max_frames=41)) as source:
        assert source.frames == (1 if kind == 1 else 41)
    looked.clear()
    with pytest.raises(ImageReadError, match="more frames than the limit of 9; --max-frames"):
        Source(data, ReadingOptions(max_frames=9)).__enter__()
    assert len(looked) <= 12
