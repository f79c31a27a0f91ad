"""Boxes of AVIF and JPEG 2000, of real files and of files made by hand."""

import io
import struct

import imagecodecs
import numpy as np
import pytest
from PIL import Image

from colorquant.errors import ImageReadError
from colorquant.images.reading.isobmff import color_codes, sample_bits
from colorquant.images.source import Source
from colorquant.reading import ReadingOptions


def box(kind, *parts):
    content = b"".join(parts)
    return struct.pack(">I4s", 8 + len(content), kind) + content


def nclx(primaries, transfer):
    return box(b"colr", b"nclx", struct.pack(">HHHB", primaries, transfer, 6, 0x80))


def meta(properties, associations, primary=1, *, version=0, large=False):
    """Return a file with a box of metadata; associations are of items, numbers from 1 on."""
    item = ">I" if version else ">H"
    entries = b""
    for number, own in associations.items():
        entries += struct.pack(f"{item}B", number, len(own))
        entries += b"".join(struct.pack(">H" if large else ">B", place) for place in own)
    head = bytes([version, 0, 0, int(large)])
    pitm = box(b"pitm", bytes([version, 0, 0, 0]), struct.pack(item, primary))
    ipma = box(b"ipma", head, struct.pack(">I", len(associations)), entries)
    iprp = box(b"iprp", box(b"ipco", *properties), ipma)
    return box(b"ftyp", b"avif") + box(b"meta", bytes(4), box(b"hdlr", bytes(20)), pitm, iprp)


@pytest.mark.parametrize("version", [0, 1])
@pytest.mark.parametrize("large", [False, True])
def test_codes_of_the_primary_image(version, large):
    properties = [box(b"ispe", bytes(12)), nclx(1, 1), nclx(12, 13)]
    own = {1: [1, 2], 7: [1, 0x83 if not large else 0x8003]}
    shape = {"version": version, "large": large}
    assert color_codes(io.BytesIO(meta(properties, own, 7, **shape))) == (12, 13)
    assert color_codes(io.BytesIO(meta(properties, own, 1, **shape))) == (1, 1)
    assert color_codes(io.BytesIO(meta(properties, own, 3, **shape))) is None


def test_a_profile_is_no_code():
    data = meta([box(b"colr", b"prof", b"...."), nclx(9, 16)], {1: [1]})
    assert color_codes(io.BytesIO(data)) is None


def test_what_is_cut_off_or_makes_no_sense():
    data = meta([nclx(9, 16)], {1: [1]})
    assert color_codes(io.BytesIO(data)) == (9, 16)
    for length in range(len(data)):
        assert color_codes(io.BytesIO(data[:length])) in (None, (9, 16))
    for place in range(len(data)):
        for value in (0, 1, 255):
            spoiled = bytearray(data)
            spoiled[place] = value
            color_codes(io.BytesIO(bytes(spoiled)))
            sample_bits(io.BytesIO(bytes(spoiled)))


@pytest.fixture
def avif(noise):
    pytest.importorskip("PIL._avif")
    stream = io.BytesIO()
    Image.fromarray(noise).save(stream, "AVIF")
    return stream.getvalue()


def test_codes_of_a_real_file(avif):
    """As Pillow writes it: sRGB."""
    assert color_codes(io.BytesIO(avif)) == (1, 13)
    with Source(avif, ReadingOptions()) as source:
        first = source.first()
    assert (first.metadata.icc_profile, first.notes) == (None, ())


def test_codes_of_a_real_file_are_honored(avif):
    place = avif.index(b"nclx") + 4
    data = avif[:place] + struct.pack(">HH", 12, 13) + avif[place + 4 :]
    with Source(data, ReadingOptions()) as source:
        kept = source.first()
    with Source(data, ReadingOptions(icc="srgb")) as source:
        converted = source.first()
    with Source(avif, ReadingOptions()) as source:
        plain = source.first()
    assert kept.notes == ("colors: Display P3, kept",)
    np.testing.assert_array_equal(kept.pixels, plain.pixels)
    assert abs(converted.pixels.astype(int) - plain.pixels).max() > 20


@pytest.mark.parametrize("no_jp2", [False, True])
@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_bits_of_jpeg_2000(mode, no_jp2, soft):
    stream = io.BytesIO()
    image = Image.fromarray(soft).convert(mode)
    image.save(stream, "JPEG2000", no_jp2=no_jp2)
    assert sample_bits(stream) == [8] * len(mode)
    with Source(stream.getvalue(), ReadingOptions()) as source:
        np.testing.assert_array_equal(
            source.first().pixels[:, :, :3], np.asarray(image.convert("RGB"))
        )


def test_gray_of_other_bits(noise):
    """Pillow writes 16 bits; the size in the file's header makes 12 of them."""
    values = np.random.default_rng(2).integers(0, 65_536, (20, 30), dtype=np.uint16)
    stream = io.BytesIO()
    Image.fromarray(values).save(stream, "JPEG2000")
    assert sample_bits(stream) == [16]
    with Source(stream.getvalue(), ReadingOptions()) as source:
        np.testing.assert_array_equal(source.first().pixels[:, :, 0], np.rint(values / 257))


def test_colors_of_more_bits_are_refused(noise):
    """Pillow would let white become black."""
    values = np.full((8, 8, 3), 4095, np.uint16)
    data = imagecodecs.jpeg2k_encode(values, level=0, reversible=True, bitspersample=12)
    assert sample_bits(io.BytesIO(data)) == [12] * 3
    with pytest.raises(ImageReadError, match="JPEG 2000 in color, or with alpha, of more than 8"):
        Source(data, ReadingOptions()).__enter__()
    gray = np.linspace(0, 4095, 256).astype(np.uint16)[None]
    data = imagecodecs.jpeg2k_encode(gray, level=0, reversible=True, bitspersample=12)
    with Source(data, ReadingOptions()) as source:
        np.testing.assert_array_equal(source.first().pixels[:, :, 0], np.rint(gray * (255 / 4095)))
