"""BMPs of other samples than 8 bits, against arithmetic."""

import io
import struct

import numpy as np
import pytest
from PIL import Image

from colorquant.errors import ImageReadError
from colorquant.images.reading.bmp import open_bit_fields
from colorquant.images.source import Source
from colorquant.reading import ReadingOptions

LAYOUTS = {
    "4444": (16, (0xF00, 0xF0, 0xF, 0xF000)),
    "1555": (16, (0x7C00, 0x3E0, 0x1F, 0x8000)),
    "555": (16, (0x7C00, 0x3E0, 0x1F, 0)),
    "565": (16, (0xF800, 0x7E0, 0x1F, 0)),
    "2-10-10-10": (32, (0x3FF00000, 0xFFC00, 0x3FF, 0xC0000000)),
    "10-10-10": (32, (0x3FF, 0xFFC00, 0x3FF00000, 0)),
    "11-11-10": (32, (0xFFE00000, 0x1FFC00, 0x3FF, 0)),
    "8888": (32, (0xFF0000, 0xFF00, 0xFF, 0xFF000000)),
    "8888, other order": (32, (0xFF00, 0xFF0000, 0xFF000000, 0xFF)),
    "888": (32, (0xFF, 0xFF00, 0xFF0000, 0)),
}


def bmp(words, bits, masks, size=56, *, compression=3, downward=False):
    """Return a BMP of whole pixels; a header of 40 bytes has its masks behind it."""
    height, width = words.shape
    rows = words if downward else words[::-1]
    length = -(-width * bits // 32) * 4
    data = b"".join(row.astype(f"<u{bits // 8}").tobytes().ljust(length, b"\0") for row in rows)
    header = struct.pack(
        "<IiiHHIIiiII",
        *(size, width, -height if downward else height, 1, bits, compression, len(data)),
        *(2835, 2835, 0, 0),
    )
    own = 3 if size in (40, 52) and compression == 3 else 4
    header += struct.pack(f"<{own}I", *masks[:own]) if compression else b""
    header = header.ljust(size, b"\0")
    offset = 14 + len(header)
    return struct.pack("<2sIHHI", b"BM", offset + len(data), 0, 0, offset) + header + data


def samples(words, masks):
    """Return what stands under each mask, of 255, in exact arithmetic."""
    found = []
    for mask in masks:
        if mask:
            low = mask & -mask
            found.append((words & mask) / low * 255 / (mask // low))
    return np.dstack(found)


def read(data):
    with Source(data, ReadingOptions()) as source:
        return source.first()


@pytest.mark.parametrize("downward", [False, True])
@pytest.mark.parametrize("size", [40, 52, 56, 108, 124])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_masks(layout, size, downward):
    bits, masks = LAYOUTS[layout]
    if size < 56 and masks[3]:
        masks = (*masks[:3], 0)
    words = np.random.default_rng(2).integers(0, 1 << bits, (13, 7))
    found = read(bmp(words, bits, masks, size, downward=downward))
    expected = samples(words, masks)
    assert found.pixels.shape == expected.shape
    assert abs(found.pixels - expected).max() <= 0.5
    assert found.exact == (masks[0] == 0xFF0000)


def test_16_bits_without_masks():
    words = np.random.default_rng(2).integers(0, 1 << 16, (9, 6))
    found = read(bmp(words, 16, (), 40, compression=0))
    assert abs(found.pixels - samples(words, (0x7C00, 0x3E0, 0x1F))).max() <= 0.5


def test_alpha_bit_fields_behind_a_short_header():
    words = np.random.default_rng(2).integers(0, 1 << 16, (9, 6))
    masks = LAYOUTS["4444"][1]
    found = read(bmp(words, 16, masks, 40, compression=6))
    assert abs(found.pixels - samples(words, masks)).max() <= 0.5


@pytest.mark.parametrize(
    "masks", [(0xF0F, 0xF0, 0xF000, 0), (0xF00, 0, 0xF, 0xF000), (0, 0, 0, 0xF000)]
)
def test_masks_that_make_no_sense(masks):
    words = np.zeros((4, 4), int)
    with pytest.raises(ImageReadError, match=r"its mask 0xf0f has gaps|no mask for one"):
        read(bmp(words, 16, masks))


def test_what_is_cut_off_or_too_large():
    words = np.random.default_rng(2).integers(0, 1 << 16, (50, 60))
    data = bmp(words, *LAYOUTS["4444"])
    with pytest.raises(ImageReadError, match="truncated"):
        read(data[:-1])
    with pytest.raises(ImageReadError, match=r"3,000 pixels are more than the limit"):
        Source(data, ReadingOptions(max_pixels=2999)).__enter__()


def test_other_bmps_are_left_to_pillow(noise):
    stream = io.BytesIO()
    Image.fromarray(noise).save(stream, "BMP")
    for length in (len(stream.getvalue()), 20, 0):
        assert open_bit_fields(io.BytesIO(stream.getvalue()[:length]), 10**9) is None
    np.testing.assert_array_equal(read(stream.getvalue()).pixels, noise)
